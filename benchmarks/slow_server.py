"""A polite web server for the benchmark of external links: `python slow_server.py HOSTS SECONDS`.

It listens on 127.0.1.1, 127.0.1.2, … on one port, prints that port, and answers each request after SECONDS.
"""

from __future__ import annotations

import asyncio
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n<html><body>x</body></html"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def address(number: int) -> str:
    """The address of a host, from 0 on."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


async def main(hosts: int, seconds: float) -> None:
    """Serve until standard input ends."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(seconds)
                writer.write(MISSING if b"/robots.txt" in request else ANSWER)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()

    first = await asyncio.start_server(serve, address(0), 0, backlog=1000)
    port = first.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(serve, address(number), port, backlog=1000) for number in range(1, hosts)]
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for server in (first, *others):
        server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
