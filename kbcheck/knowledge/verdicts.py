"""What is known of an address outside the knowledge base: verdicts, recorded before the rules run.

Rules read them here; `kbcheck.external` makes, keeps and reads them. Nothing here knows the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from msgspec import Meta, Struct

Outcome = Literal[
    "alive",
    "moved",  # alive, at another address, for good
    "dead",  # a definite answer, or failures on separate days
    "unreachable",  # may be back tomorrow
    "certificate",  # browsers warn their users of it
    "unverifiable",  # nobody but a person with a browser can tell
]

#: Outcomes after which nothing can be said against the address.
GOOD = frozenset({"alive", "moved"})

#: Characters that an address may hold as they are; `%` because what is escaped already stays so.
SAFE = "!#$%&'()*+,/:;=?@[]~|"
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What follows it is for the browser: a text to scroll to (https://wicg.github.io/scroll-to-text-fragment/).
_DIRECTIVE = ":~:"

# Seconds since 1970, UTC, up to the year 2100: whatever else a file or a store says is no time.
_Moment = Annotated[float, Meta(ge=0, lt=4_102_444_800)]


class Verdict(Struct, frozen=True, omit_defaults=True):
    """What was found at an address (as `Address` writes it) the last time it was looked at.

    `reason` is a word for programs (`no-such-host`, `expired`), `location` the address that it has for good now, `fragments`
    says of each fragment looked for whether it is there (None: that cannot be known). Times are seconds since 1970, UTC.
    `failures` are those in a row, on `failed_days` different days, the first of them at `since`.
    """

    address: str
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    location: str | None = None
    fragments: Mapping[str, bool | None] = {}
    checked: _Moment = 0.0
    failures: int = 0
    failed_days: int = 0
    since: _Moment | None = None
    etag: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say of the address: the page is there, and no fragment of it is missing."""
        return self.outcome == "alive" and False not in self.fragments.values()


class Address(Struct, frozen=True):
    """An address to look at: `page` is what is asked for, and the key of its verdict; `fragment` is decoded.

    A host is in lower case and in ASCII (`xn--…`), with its port unless that is the usual one; an e-mail address has none.
    Names and passwords in an address are no part of it: they are nobody's to record.
    """

    page: str
    host: str
    fragment: str = ""


@lru_cache(maxsize=1024)  # each rule asks for the links of a page anew
def address_of(target: str) -> Address | None:
    """The address that a link target names, when it is one of the schemes that are looked at (http, https, mailto)."""
    target = target.strip()
    scheme = target.partition(":")[0].lower()
    if target.startswith("//"):
        return address_of("https:" + target)
    if scheme == "mailto":
        return Address("mailto:" + target[len("mailto:") :], "")
    if scheme not in _DEFAULT_PORTS:
        return None
    try:
        parts = urlsplit(target)
        port = parts.port
        host = _in_brackets(ascii_host((parts.hostname or "").rstrip(".")))
    except ValueError:  # a port that is no number, an IPv6 address that is none, a label that is too long
        return Address(target.partition("#")[0], "")
    host = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    path = quote(parts.path, SAFE, errors="replace") or "/"
    page = urlunsplit((scheme, host, path, quote(parts.query, SAFE, errors="replace"), ""))
    fragment = parts.fragment.partition(_DIRECTIVE)[0]
    return Address(target if target == page else page, host, unquote(fragment))  # one string for both, of thousands


def ascii_host(name: str) -> str:
    """The name of a host as the DNS has it (`xn--…`, UTS 46). Raises `UnicodeError`, a `ValueError`, when it can be none."""
    if name.isascii():
        return name
    import idna  # it has large tables

    return idna.encode(name, uts46=True).decode()


def _in_brackets(name: str) -> str:
    """The name of a host as addresses have it: one of IPv6 in brackets."""
    return f"[{name}]" if ":" in name else name
