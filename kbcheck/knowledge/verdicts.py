"""What is known of an address outside the knowledge base: verdicts, recorded before the rules run.

Rules read them here; `kbcheck.external` makes, keeps and reads them. Nothing here knows the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from msgspec import Struct

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

# Characters that an address may hold as they are; `%` because what is escaped already stays so.
_SAFE = "!#$%&'()*+,/:;=?@[]~|"
_DEFAULT_PORTS = {"http": 80, "https": 443}


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
    checked: float = 0.0
    failures: int = 0
    failed_days: int = 0
    since: float | None = None
    etag: str | None = None


class Address(Struct, frozen=True):
    """An address to look at: `page` is what is asked for, and the key of its verdict; `fragment` is decoded.

    A host is in lower case, with its port unless that is the usual one; an e-mail address has none. Names and passwords
    in an address are no part of it: they are nobody's to record.
    """

    page: str
    host: str
    fragment: str = ""


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
    except ValueError:  # a port that is no number, an IPv6 address that is none
        return Address(target.partition("#")[0], "")
    name = (parts.hostname or "").rstrip(".")
    host = f"[{name}]" if ":" in name else name
    host = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    page = urlunsplit(
        (
            scheme,
            host,
            quote(parts.path, _SAFE, errors="replace") or "/",
            quote(parts.query, _SAFE, errors="replace"),
            "",
        )
    )
    return Address(page, host, unquote(parts.fragment))
