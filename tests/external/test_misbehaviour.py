"""Servers that misbehave: each misbehaviour has its verdict."""

from __future__ import annotations

import gzip
from email.utils import formatdate
from time import monotonic, time
from typing import Any

import pytest

from tests.external.conftest import LookAt
from tests.external.server import (
    Behaviour,
    Host,
    Server,
    after,
    answer,
    endlessly,
    in_turn,
    raw,
    redirect,
    slowly,
)

PAGE = "<html><body><h1 id='start'>Page</h1><p id='end'>x</p></body></html>"
SCRIPTED = "<html><body><div id='app'></div><script src='app.js'></script></body></html>"
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = gzip.compress(b"<p>" + bytes(300_000_000))


def in_seconds(seconds: float) -> str:
    return formatdate(time() + seconds, usegmt=True)


def with_cookie() -> Behaviour:
    """Lets in who brings back the cookie that came with a redirect, as sites with a consent page do."""

    async def behave(request: Any, writer: Any) -> None:
        came_back = request.headers.get("cookie", "") == "seen=1"
        await (answer() if came_back else answer(302, b"", Location="/", Set_Cookie="seen=1"))(request, writer)

    return behave


def get_only() -> Behaviour:
    async def behave(request: Any, writer: Any) -> None:
        await answer(200 if request.method == "GET" else 405)(request, writer)

    return behave


# What the host answers at `/` (or with the routes given), the fragment asked for, and what it comes to.
CASES: dict[str, tuple[Behaviour | dict[str, Behaviour], str, str]] = {
    "answers": (answer(), "", "alive"),
    "answers without content": (answer(204, b""), "", "alive"),
    "is not modified": (answer(304, b""), "", "alive"),
    "says 404": (answer(404), "", "dead gone"),
    "says 410": (answer(410), "", "dead gone"),
    "wants a password": (answer(401), "", "unverifiable sign-in"),
    "wants money": (answer(402), "", "unverifiable sign-in"),
    "turns programs away with 403": (answer(403), "", "unverifiable forbidden"),
    "turns programs away with 999": (answer(999), "", "unverifiable forbidden"),
    "asks a riddle": (answer(403, Cf_Mitigated="challenge"), "", "unverifiable forbidden"),
    "asks a riddle with 200": (answer(200, Cf_Mitigated="challenge"), "", "unverifiable forbidden"),
    "asks a riddle with 503": (answer(503, Server="cloudflare"), "", "unverifiable forbidden"),
    "may not show it": (answer(451), "", "unverifiable legal"),
    "does not like the method": (answer(405), "", "unverifiable refused-request"),
    "refuses HEAD": (get_only(), "", "alive"),
    "is busy for a second": (in_turn(answer(429, Retry_After="1"), answer()), "", "alive"),
    "is busy until a date": (in_turn(answer(429, Retry_After=in_seconds(2)), answer()), "", "alive"),
    "is busy for an hour": (answer(429, Retry_After="3600"), "", "unverifiable rate-limited"),
    "is busy until tomorrow": (answer(429, Retry_After=in_seconds(86_400)), "", "unverifiable rate-limited"),
    "says nonsense for a date": (in_turn(answer(503, Retry_After="soon\x01"), answer()), "", "alive"),
    "recovers from 503": (in_turn(answer(503), answer()), "", "alive"),
    "recovers late": (in_turn(answer(502), answer(500), answer()), "", "alive"),
    "stays at 500": (answer(500), "", "unreachable server-error"),
    "closes without a word": (raw(b""), "", "unreachable broken"),
    "closes once": (in_turn(raw(b""), answer()), "", "alive"),
    "resets the connection": (raw(b"", reset=True), "", "unreachable broken"),
    "speaks another protocol": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "", "unreachable broken"),
    "does not answer": (after(60, answer()), "", "unreachable timeout"),
    "drips its headers": (slowly(b"X: y\r\n" * 100, 0.1, then=HEADERS), "", "unreachable timeout"),
    "drips its body": (slowly(b"x" * 600, 0.1, then=HEADERS + b"\r\n"), "", "alive"),
    "drips the body that is read": (slowly(b"x" * 600, 0.1, then=HEADERS + b"\r\n<h1 id=a>"), "b", "alive"),
    "has an endless body": (endlessly(HEADERS + b"\r\n", b"x" * 65_536), "", "alive"),
    "has an endless body that is read": (endlessly(HEADERS + b"\r\n<h1 id=a>", b"x" * 65_536), "b", "alive"),
    "has endless headers": (endlessly(HEADERS, b"X-A: " + b"x" * 1000 + b"\r\n"), "", "unreachable broken"),
    "sends a gzip bomb": (answer(200, BOMB, Content_Encoding="gzip"), "part", "alive"),
    "sends gzip that is none": (answer(200, b"nothing", Content_Encoding="gzip"), "part", "alive"),
    "sends half a page": (raw(HEADERS + b"Content-Length: 900\r\n\r\n<h1 id='a'>"), "", "alive"),
    "sends half a page that is read": (raw(HEADERS + b"Content-Length: 900\r\n\r\n<h1 id='a'>"), "b", "alive"),
    "sends more than it says": (raw(HEADERS + b"Content-Length: 3\r\n\r\n" + PAGE.encode()), "", "alive"),
    "has the fragment": (answer(200, PAGE), "end", "alive end"),
    "has no such fragment": (answer(200, PAGE), "middle", "alive -middle"),
    "has the fragment as GitHub writes it": (answer(200, "<h2 id='user-content-a'>A</h2>"), "a", "alive a"),
    "makes the fragment with a script": (answer(200, SCRIPTED), "middle", "alive"),
    "names the fragment in a script": (answer(200, PAGE + "<script>go('middle')</script>"), "middle", "alive"),
    "has the fragment, and a text to scroll to": (answer(200, PAGE), "end:~:text=x,y", "alive end"),
    "has a text to scroll to": (answer(200, PAGE), ":~:text=x", "alive"),
    "has the fragment in escapes": (answer(200, "<h2 id='été'>A</h2>"), "%C3%A9t%C3%A9", "alive été"),
    "has few anchors of its own": (answer(200, PAGE + "<h2>A</h2><h2>B</h2>"), "middle", "alive"),
    "has a fragment for the top": (answer(200, PAGE), "Top", "alive"),
    "has a fragment for lines and columns": (answer(200, PAGE), "L10C2-L12C4", "alive"),
    "has a fragment for a script": (answer(200, PAGE), "/route", "alive"),
    "has a fragment for a line": (answer(200, PAGE), "L10", "alive"),
    "sends a file": (answer(200, b"%PDF", Content_Type="application/pdf"), "page=3", "alive"),
    "needs a cookie": (with_cookie(), "", "alive"),
    "forbids programs": (
        {"/robots.txt": answer(200, "User-agent: *\nDisallow: /\n", Content_Type="text/plain"), "*": answer()},
        "",
        "unverifiable robots",
    ),
    "forbids another program": (
        {"/robots.txt": answer(200, "User-agent: other\nDisallow: /\n", Content_Type="text/plain"), "*": answer()},
        "",
        "alive",
    ),
    "has endless rules for programs": (
        {"/robots.txt": endlessly(HEADERS.replace(b"html", b"plain") + b"\r\n", b"x" * 65_536), "*": answer()},
        "",
        "alive",
    ),
    "has rules at a host that is not there": (
        {"/robots.txt": redirect("http://nowhere.test/robots.txt"), "*": answer()},
        "",
        "alive",
    ),
    "has rules at a private address": (
        {"/robots.txt": redirect("http://10.0.0.1/robots.txt"), "*": answer()},
        "",
        "alive",
    ),
    "has rules that lead in circles": ({"/robots.txt": redirect("/robots.txt"), "*": answer()}, "", "alive"),
    "moves for good": ({"/": redirect("/new"), "/new": answer()}, "", "moved"),
    "moves for good, twice": ({"/": redirect("/a", 308), "/a": redirect("/b"), "/b": answer()}, "", "moved"),
    "moves for now": ({"/": redirect("/new", 302), "/new": answer()}, "", "alive"),
    "moves to what is gone": ({"/": redirect("/new")}, "", "dead gone"),
    "moves to a sign-in page": ({"/": redirect("/login?next=x"), "/login": answer()}, "", "alive"),
    "sends in circles": (redirect("/"), "", "unreachable redirects"),
    "sends on and on": ({f"/{i or ''}": redirect(f"/{i + 1}") for i in range(30)}, "", "unreachable redirects"),
    "redirects nowhere": (answer(301, b""), "", "alive"),
    "redirects to a file": (redirect("file:///etc/passwd"), "", "dead invalid"),
    "redirects with an endless body": (
        {"/": endlessly(b"HTTP/1.1 302 Found\r\nLocation: /new\r\n\r\n", b"x" * 65_536), "/new": answer()},
        "",
        "alive",
    ),
    "redirects to a private address": (redirect("http://10.0.0.1/"), "", "unverifiable private"),
    "redirects to the cloud's own address": (redirect("http://169.254.169.254/latest"), "", "unverifiable private"),
    "redirects to a private name": (redirect("http://router.example/"), "", "unverifiable private"),
    "redirects to a disguised address": (redirect("http://0xa000001/"), "", "unverifiable private"),
    "redirects to no such host": (redirect("http://nowhere.test/"), "", "dead no-such-host"),
}


def said(verdict: Any) -> str:
    """A verdict in a few words: outcome, reason, fragments (those missing with a minus)."""
    fragments = [name if known else f"-{name}" for name, known in verdict.fragments.items() if known is not None]
    return " ".join(word for word in (verdict.outcome, verdict.reason, *fragments) if word)


@pytest.fixture(scope="module")
def known(server: Server) -> Host:
    return server.host({"/": answer()})


@pytest.mark.parametrize("case", CASES)
def test_a_misbehaviour_has_its_verdict(case: str, server: Server, known: Host, look_at: LookAt) -> None:
    behaviour, fragment, expected = CASES[case]
    host = server.host(behaviour if isinstance(behaviour, dict) else {"/": behaviour})
    address = f"http://{host.address}/#{fragment}"
    started = monotonic()
    # A host known by name shows that the DNS can be believed.
    ip, _, port = known.address.rpartition(":")
    verdicts = look_at(address, f"http://known.test:{port}/", names={"router.example": "192.168.1.1", "known.test": ip})
    verdict = verdicts[address.partition("#")[0]]
    assert said(verdict) == expected
    assert monotonic() - started < 9
    assert {request.method for request in host.requests} <= {"GET"}
