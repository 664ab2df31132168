"""The requests library under linkchecker, with what it does not do by itself.

Each request goes to an address that `guard` has judged, waits for its host's turn, may take so many seconds and bytes in all,
and carries the credentials of its own host only.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

import certifi
import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import ProxyManager

from kbcheck.errors import UsageError
from kbcheck.external.credentials import Credentials
from kbcheck.external.guard import ForbiddenAddressError, Guard
from kbcheck.external.turns import Turns
from kbcheck.external.watchdog import Watch, Watchdog

# Bytes of a page that nobody needs: read to the end, so that its connection can serve the next request.
_WORTH_READING = 16_384
_CHUNK = 16_384

# How requests and curl call the file of trusted certificates; SSL_CERT_FILE and SSL_CERT_DIR are read by OpenSSL.
_CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class TooLargeError(requests.RequestException):
    """More bytes than anybody should have to read."""


class Limits(Struct, frozen=True):
    """Seconds that one request may take, from its turn to its last byte, and bytes of a page that are read."""

    seconds: float = 20.0
    bytes: int = 2_000_000


class BoundedResponse(requests.Response):
    """A response that ends: in bytes, in time, and with its connection given back."""

    limit = 0
    watch: Watch | None = None
    on_close: Callable[[], None] | None = None

    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:  # noqa: FBT002 - theirs
        """The content in chunks. Raises `TooLargeError`."""
        read = 0
        try:
            for chunk in super().iter_content(_CHUNK, decode_unicode=decode_unicode):  # type: ignore[call-overload]  # takes both
                read += len(chunk)
                if read > self.limit:
                    raise TooLargeError(f"more than {self.limit} bytes", response=self)
                yield chunk
            if self.watch and self.watch.has_expired:  # what looks like the end is none
                raise requests.ReadTimeout("the page did not end in time", response=self)
        finally:
            self.close()

    def close(self) -> None:
        """Gives the connection back: to the next request, or closed."""
        try:
            if not self._content_consumed and self._is_short():
                self.raw.drain_conn()
            super().close()
        finally:
            if self.on_close:
                on_close, self.on_close = self.on_close, None
                on_close()

    def _is_short(self) -> bool:
        length = self.headers.get("Content-Length", "")
        return length.isdecimal() and len(length) < 9 and int(length) <= _WORTH_READING

    def discard(self) -> None:
        """Throws the content away: whoever asks for it gets none."""
        self.close()
        self._content = b""
        self._content_consumed = True


class Adapter(HTTPAdapter):
    """Sends requests for all threads of a run."""

    def __init__(
        self,
        guard: Guard,
        turns: Turns,
        limits: Limits,
        user_agent: str,
        credentials: Mapping[str, Credentials],
        connections: int,
    ) -> None:
        """`credentials` are by host (`example.org:8443`); `connections` is how many threads there are."""
        self._guard = guard
        self._turns = turns
        self._limits = limits
        self._user_agent = user_agent
        self._credentials = credentials
        self._has_proxies = bool(getproxies())
        _check_socks()
        self._watchdog = Watchdog()
        self._tls = _tls_context()
        # Idle connections count too, and some systems allow a process 256 open files.
        super().__init__(pool_connections=max(connections // 2, 10), pool_maxsize=8)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(guard, self._watchdog)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        """The connections of a proxy, watched too. The proxy is no stranger: it may be on the network of one's own."""
        is_new = proxy not in self.proxy_manager
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        if is_new and not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _pool_classes(None, self._watchdog)
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT002 - as theirs, which follows
        timeout: Any = None,
        verify: Any = True,  # noqa: FBT002
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """One request, without redirects. Raises what requests raises, and what `Guard` and `Turns` do."""
        host = _host(urlsplit(str(request.url)))
        proxies = self._proxies(str(request.url))
        own = self._with_headers(request)
        self._turns.begin(host)
        watch = self._watchdog.watch(self._limits.seconds)

        def on_close() -> None:
            watch.end()
            self._turns.end(host)

        try:
            response = super().send(own, stream, self._limits.seconds, verify, cert, proxies)
        except BaseException:
            on_close()
            if watch.has_expired:
                raise requests.ReadTimeout(f"no answer from {host} in time", request=request) from None
            raise
        assert isinstance(response, BoundedResponse)
        response.watch, response.on_close = watch, on_close
        if watch.has_expired:  # headers that were cut off look like complete ones
            response.close()
            raise requests.ReadTimeout(f"no answer from {host} in time", request=request)
        if response.is_redirect:
            response.discard()
        return response

    def _proxies(self, url: str) -> Mapping[str, str]:
        """The proxies that the environment names for an address. They look up its host by themselves, so it is judged here.

        Raises `ForbiddenAddressError`.
        """
        proxies = get_environ_proxies(url) if self._has_proxies else {}
        if proxies and select_proxy(url, proxies):
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            if self._guard.is_private(parts.hostname or "", port):
                raise ForbiddenAddressError(_host(parts))
        return proxies

    def _with_headers(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """A copy that says who asks and, over TLS, has the credentials of its host: none of it must follow a redirect."""
        parts = urlsplit(str(request.url))
        own = request.copy()
        own.headers["User-Agent"] = self._user_agent
        if parts.scheme == "https" and _host(parts) in self._credentials:
            own.headers.update(self._credentials[_host(parts)].headers)
        return own

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The response that requests builds, with its limits."""
        response = super().build_response(req, resp)
        response.__class__ = BoundedResponse
        response.limit = self._limits.bytes  # type: ignore[attr-defined]  # of the class that it has now
        return response

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the certificates to trust were read once, not for each connection."""

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The host, and the one set of trusted certificates."""
        host, _ = super().build_connection_pool_key_attributes(request, True, cert)
        return host, {"ssl_context": self._tls} if host["scheme"] == "https" else {}


def _host(parts: SplitResult) -> str:
    """The host of an address with its port, without a user's name and password."""
    return parts.netloc.rpartition("@")[2].lower()


def _tls_context() -> ssl.SSLContext:
    """Trusts the bundle that the environment names; else what this machine trusts and what Mozilla does.

    Raises `UsageError` when the bundle cannot be read.
    """
    variable = next((name for name in _CA_BUNDLES if os.environ.get(name)), None)
    if variable is None:
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
    else:
        context = _trusting(variable)
    # Python 3.13 refuses certificates that every browser takes.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context


def _trusting(variable: str) -> ssl.SSLContext:
    """Trusts the certificates in the file or folder that a variable of the environment names."""
    bundle = os.environ[variable]
    is_folder = Path(bundle).is_dir()
    try:
        return ssl.create_default_context(capath=bundle if is_folder else None, cafile=None if is_folder else bundle)
    except OSError:  # `ssl.SSLError` is one
        raise UsageError(
            "the certificates that {variable} names cannot be read: {bundle}", variable=variable, bundle=bundle
        ) from None


def _check_socks() -> None:
    """Raises `UsageError` when the environment names a SOCKS proxy, and the library that speaks with such is not there."""
    if find_spec("socks") is None and any(proxy.lower().startswith("socks") for proxy in getproxies().values()):
        raise UsageError("the environment names a SOCKS proxy: install `pysocks` beside kbcheck, or name an HTTP proxy")


def _pool_classes(guard: Guard | None, watchdog: Watchdog) -> dict[str, type[HTTPConnectionPool]]:
    """Connections whose sockets the watchdog knows, and that go to addresses which `guard` has judged."""

    class Watched(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return super()._new_conn() if guard is None else _connected(self, guard)

        def connect(self) -> None:
            super().connect()
            watchdog.is_used(lambda: self.sock)

        def request(self, *args: Any, **kwargs: Any) -> None:
            watchdog.is_used(lambda: self.sock)  # of a connection that served a request before
            super().request(*args, **kwargs)

    class Secure(Watched, HTTPSConnection):
        """The order of the two matters: `connect` is that of `HTTPSConnection` and then watched."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Watched

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(connection: HTTPConnection, guard: Guard) -> socket.socket:
    """A socket to the first endpoint of the host that takes it."""
    failure: OSError | None = None
    timeout = connection.timeout if isinstance(connection.timeout, (int, float)) else None
    for family, address in guard.endpoints(connection.host, connection.port):
        stream = socket.socket(family, socket.SOCK_STREAM)
        try:
            stream.settimeout(timeout)
            stream.connect(address)
        except OSError as error:
            stream.close()
            failure = error
        else:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return stream
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, "no connection in time") from failure
    raise NewConnectionError(connection, str(failure)) from failure
