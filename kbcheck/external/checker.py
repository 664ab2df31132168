"""linkchecker's HTTP checker, in this process: one address looked at, and what came back.

The checker, its robots.txt and its parsing of pages are linkchecker's; the queue, the logger and the waiting for hosts of its
program are not used. Importing this module takes 0.3 s.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import requests
from linkcheck import LinkCheckerError
from linkcheck.cache.robots_txt import RobotsTxt
from linkcheck.checker.const import ExcSyntaxList
from linkcheck.checker.httpurl import HttpUrl
from linkcheck.checker.mailtourl import MailtoUrl
from linkcheck.containers import LFUCache
from msgspec import Struct

from kbcheck.external.fragments import present
from kbcheck.external.guard import ForbiddenAddressError, LookupFailedError, NoSuchHostError

# robots.txt files that are remembered.
_ROBOTS = 2000
# Parsing takes one core and fifty times the memory of a page, however many threads there are.
_PARSING = threading.Lock()


class Answer(Struct, frozen=True):
    """What an attempt at an address brought: a response, or the `failure` that it ended with.

    `hops` are the redirects: the status of each and the address it led to. `fragments` says of each fragment looked for
    whether the page has it; those of which nothing can be said are left out.
    """

    page: str
    status: int | None = None
    hops: tuple[tuple[int, str], ...] = ()
    headers: Any = None  # a mapping that ignores case
    failure: Exception | None = None
    is_disallowed: bool = False  # by robots.txt
    fragments: dict[str, bool] = {}


class _Page(HttpUrl):  # type: ignore[misc]  # linkchecker has no types
    """An address as linkchecker checks it, with what it found kept as it is rather than as sentences."""

    def reset(self) -> None:
        super().reset()
        self.failure: Exception | None = None
        self.is_disallowed = False
        self.hops: list[tuple[int, str]] = []

    def build_url(self) -> None:
        """Takes the address as `Address.page` writes it: linkchecker would make `/` of `%2F`, another page."""
        self.url = self.base_url
        self.urlparts = self.build_url_parts(self.url)

    def local_check(self) -> None:
        try:
            self.check_connection()
        except Exception as error:  # noqa: BLE001 - judged by its class, in one place
            self.failure = error

    def allows_robots(self, url: str) -> bool:
        # Rules that are elsewhere and cannot be had are none; if it is the host itself, its page will say so.
        with suppress(ForbiddenAddressError, NoSuchHostError, LookupFailedError):
            self.is_disallowed = not super().allows_robots(url)
        return not self.is_disallowed

    def get_redirects(self, request: requests.PreparedRequest) -> Any:
        status = self.url_connection.status_code
        for response in super().get_redirects(request):
            self.hops.append((status, response.url))
            status = response.status_code
            yield response

    def build_request(self) -> Any:
        request = super().build_request()
        if self.aggregate.etag:
            request.headers["If-None-Match"] = self.aggregate.etag
        return request

    def _add_ssl_info(self) -> None:
        """Nothing: linkchecker opens another connection for it when the first one is closed."""


class _Session(requests.Session):
    """Takes no credentials from a `.netrc`: only those that the settings name are sent."""

    def __init__(self, adapter: requests.adapters.HTTPAdapter, redirects: int) -> None:
        super().__init__()
        self.trust_env = False  # the adapter reads the proxies
        self.max_redirects = redirects
        self.adapters.clear()
        for scheme in ("http://", "https://"):
            self.mount(scheme, adapter)


class _Aggregate:
    """What linkchecker's checker asks of its surroundings."""

    def __init__(self, robots: Any, session: Any, config: dict[str, Any], etag: str | None = None) -> None:
        self.config = config
        self.robots_txt = robots
        self.plugin_manager = _NoPlugins
        self.etag = etag
        self._session = session

    def get_request_session(self) -> Any:
        return self._session

    def wait_for_host(self, host: str) -> None:
        """Nothing: the adapter waits, for each request, robots.txt and redirects included."""

    def set_maxrated_for_host(self, host: str) -> None:
        """Nothing: a server cannot lift its own limit here."""

    def add_downloaded_bytes(self, number: int) -> None:
        """Nothing."""


class _NoPlugins:
    @staticmethod
    def run_connection_plugins(page: HttpUrl) -> None:
        """Nothing."""


class _Config(dict[str, Any]):
    """The settings of linkchecker that its HTTP checker reads."""

    def get_user_password(self, url: str) -> tuple[None, None]:
        return None, None


class Checker:
    """Looks at addresses. Methods may be called from any thread."""

    def __init__(
        self, adapter: requests.adapters.HTTPAdapter, *, user_agent: str, redirects: int, seconds: float, size: int
    ) -> None:
        """`seconds` is the time of one request, `size` the bytes of a page that are read at most."""
        self._adapter = adapter
        self._redirects = redirects
        self._robots = RobotsTxt(user_agent)
        self._robots.cache = LFUCache(size=_ROBOTS)
        self._config = _config(user_agent, redirects, seconds, size)

    def look_at(self, address: str, fragments: frozenset[str] = frozenset(), etag: str | None = None) -> Answer:
        """One attempt. Raises nothing but `StoppedError`."""
        # A session for each address: cookies last as long as its redirects do.
        session = _Session(self._adapter, self._redirects)
        aggregate = _Aggregate(self._robots, session, self._config, etag)
        page = _Page(address, 1, aggregate, extern=(1, 0))
        if page.has_result and not page.valid:
            return Answer(address, failure=LinkCheckerError(page.result))
        try:
            page.check()
            return self._answer(address, page, fragments)
        finally:
            page.close_connection()

    def _answer(self, address: str, page: _Page, fragments: frozenset[str]) -> Answer:
        response = page.url_connection
        if page.failure is not None or response is None:
            return Answer(address, None, tuple(page.hops), None, page.failure, page.is_disallowed)
        found = _fragments(page, fragments) if response.status_code == requests.codes.ok else {}
        return Answer(address, response.status_code, tuple(page.hops), response.headers, None, False, found)


def is_mail_address(address: str) -> bool:
    """Whether linkchecker finds nothing wrong with the syntax of a `mailto:` address."""
    try:
        mail = MailtoUrl(address, 1, _Aggregate(None, None, _config("", 0, 0, 0)), extern=(1, 0))
    except tuple(ExcSyntaxList):
        return False
    return bool(mail.valid)


def _fragments(page: _Page, fragments: frozenset[str]) -> dict[str, bool]:
    """Which fragments a page has, as far as that can be known."""
    if not fragments or not page.is_html():
        return {}
    try:
        content = page.get_raw_content()
    except (requests.RequestException, LinkCheckerError, OSError):
        return {}
    with _PARSING:
        return present(fragments, content, page.content_encoding)


def _config(user_agent: str, redirects: int, seconds: float, size: int) -> _Config:
    """Not linkchecker's `Configuration`: that one makes folders in the user's home."""
    return _Config(
        useragent=user_agent,
        maxhttpredirects=redirects,
        timeout=seconds,
        sslverify=True,
        robotstxt=True,
        maxfilesizedownload=size,
        maxfilesizeparse=size,
        recursionlevel=0,
        checkextern=True,
        enabledplugins=[],
        externlinks=[],
        internlinks=[],
        ignoreerrors=[],
        ignorewarnings=[],
        ignorewarningsforurls=[],
        trace=False,
    )
