"""A web server on loopback that misbehaves as it is told, on many addresses 127.0.0.x, and keeps a log of who asked what."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Self

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 308: "Permanent Redirect", 404: "Not Found"}


class Request(NamedTuple):
    """A request as it came in; `time` is that of `time.monotonic`, `parallel` the connections open to this address then."""

    method: str
    path: str
    headers: Mapping[str, str]
    time: float
    parallel: int


Behaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 200, body: bytes | str = b"<html><h1 id='top1'>x</h1></html>", **headers: str) -> Behaviour:
    """An ordinary answer; `_` in the name of a header is `-`."""
    content = body.encode() if isinstance(body, str) else body

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        fields = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content))}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"HTTP/1.1 {status} {REASONS.get(status, 'Because')}\r\n{lines}\r\n".encode() + content)

    return behave


def redirect(location: str, status: int = 301) -> Behaviour:
    return answer(status, b"", Location=location)


def raw(content: bytes, *, reset: bool = False) -> Behaviour:
    """These bytes, and the end of the connection: an orderly one, or a reset."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        if reset:
            writer.transport.abort()
        else:
            writer.close()

    return behave


def slowly(content: bytes, step: float, then: bytes = b"") -> Behaviour:
    """`then` at once, and `content` a byte at a time."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(then)
        for byte in content:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(step)
        writer.close()

    return behave


def endlessly(start: bytes, chunk: bytes) -> Behaviour:
    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour a request; the last one for all that follow."""
    left = list(behaviours)

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(request, writer)

    return behave


def after(seconds: float, behaviour: Behaviour) -> Behaviour:
    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await behaviour(request, writer)

    return behave


class Host:
    """One address and port: what it answers by path (`*` for all others), and what it was asked."""

    def __init__(self, routes: Mapping[str, Behaviour]) -> None:
        self.routes = dict(routes)
        self.requests: list[Request] = []
        self.open = 0
        self.connections = 0
        self.address = ""
        self.cap = 1000  # connections; more are reset

    @property
    def pages(self) -> list[Request]:
        """What it was asked beside robots.txt."""
        return [request for request in self.requests if not request.path.endswith("/robots.txt")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.connections += 1
        if self.open > self.cap:
            writer.transport.abort()
        try:
            while not writer.is_closing():
                request = await self._request(reader)
                if request is None:
                    break
                self.requests.append(request)
                missing = answer(404, b"")
                behaviour = self.routes.get(request.path.partition("?")[0]) or self.routes.get("*") or missing
                await behaviour(request, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError, ValueError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Request | None:
        line = (await reader.readline()).decode("latin-1").split()
        if len(line) < 2:
            return None
        headers = {}
        while field := (await reader.readline()).decode("latin-1").strip():
            name, _, value = field.partition(":")
            headers[name.lower()] = value.strip()
        return Request(line[0], line[1], headers, time.monotonic(), self.open)


class Server:
    """All hosts, in a thread of their own."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []
        self._next = 2
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def host(self, routes: Mapping[str, Behaviour], tls: ssl.SSLContext | None = None) -> Host:
        """A new host on the next address 127.0.0.x; `Host.address` is `127.0.0.x:port`."""
        host = Host(routes)
        ip = f"127.0.{self._next // 250}.{self._next % 250 + 1}"
        self._next += 1
        starting = asyncio.start_server(host.serve, ip, 0, ssl=tls)
        server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)
        self._servers.append(server)
        host.address = f"{ip}:{server.sockets[0].getsockname()[1]}"
        return host
