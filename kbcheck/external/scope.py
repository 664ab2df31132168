"""Which addresses of a knowledge base are looked at in a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from kbcheck.config import Settings
from kbcheck.diagnostics import Lines
from kbcheck.documents.facts import Link
from kbcheck.errors import UsageError
from kbcheck.external.hosts import matches_address, matches_host, without_port
from kbcheck.external.schedule import Job
from kbcheck.files import GitError, changed_lines, touch
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.paths import is_below
from kbcheck.knowledge.verdicts import Address, address_of

# Names for documentation and tests (RFC 2606, RFC 6761): nobody is meant to follow such a link.
_MADE_UP = re.compile(r"(?:^|\.)(?:example(?:\.com|\.net|\.org)?|test|invalid|localhost)$")
# Names that mean something on a network of one's own only, and never will elsewhere (RFC 6762 with its appendix G, RFC 8375).
_OWN_NETWORK = re.compile(r"\.(?:local|internal|intranet|private|corp|home|lan|home\.arpa)$")

Extent = Literal["all", "changed"]


class Shard(Struct, frozen=True):
    """A part of the hosts, the same in every run: number `index` (from 1) of `count`."""

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def has(self, host: str) -> bool:
        """Whether a host is in this part."""
        from hashlib import sha256  # 4 ms of OpenSSL

        return int.from_bytes(sha256(host.encode()).digest()[:8]) % self.count == self.index - 1


class Progress(Struct, frozen=True):
    """How far a run has got. `hosts` are those with addresses that have no verdict yet; `outcomes` counts verdicts by outcome,
    those remembered included.
    """

    done: int
    total: int
    hosts: int
    outcomes: Mapping[str, int]
    language: str


class Scope(Struct, frozen=True):
    """What a run looks at: addresses on changed lines (since the revision `since`) or all, in `budget` seconds.

    `paths`, from the root, are the files and folders whose links count; all when empty.
    """

    extent: Extent = "all"
    since: str | None = None
    shard: Shard | None = None
    budget: float | None = None
    paths: tuple[str, ...] = ()


def addresses(base: KnowledgeBase, scope: Scope) -> dict[str, Job]:
    """The pages to look at, by address, in order, with the fragments that links name.

    Raises `UsageError` when changed lines are asked for and git cannot tell them.
    """
    found: dict[str, Job] = {}
    hosts: dict[str, str] = {}  # one string for each host, of thousands
    for link in _links(base, scope):
        address = address_of(link.target)
        if address is None or _is_left_out(address, base.settings):
            continue
        if scope.shard is not None and not scope.shard.has(address.host):
            continue
        host = hosts.setdefault(address.host, address.host)
        job = found.setdefault(address.page, Job(address.page, host))
        if address.fragment and base.settings.external.anchors:
            job.fragments |= {address.fragment}
    return found


def _links(base: KnowledgeBase, scope: Scope) -> Iterator[Link]:
    changed = _changed(base.settings, scope) if scope.extent == "changed" else None
    chosen = frozenset(scope.paths)
    for document in base.external_links.documents:
        if chosen and not is_below(document.path, chosen):
            continue
        ranges = changed.get(document.path, ()) if changed is not None else ()
        if changed is not None and not ranges:
            continue
        lines = Lines(document.text)
        for link, _ in base.external_links.of(document):
            if changed is None or _stands_in(link, lines, ranges):
                yield link


def _changed(settings: Settings, scope: Scope) -> Mapping[str, Sequence[range]]:
    try:
        return changed_lines(settings.root, scope.since)
    except GitError as error:
        raise UsageError("which lines were changed is not known: {reason}; use --external=all", reason=error) from None


def _stands_in(link: Link, lines: Lines, ranges: Sequence[range]) -> bool:
    first = lines.position(link.span.start).line
    last = lines.position(max(link.span.start, link.span.end - 1)).line
    return touch(ranges, first, last)


def _is_left_out(address: Address, settings: Settings) -> bool:
    """Whether an address is not to be looked at: the settings say so, it is made up, or it is on the base's own site.

    A page of the own site is there when it is published, and that may be after this run.
    """
    if _MADE_UP.search(without_port(address.host)):
        return True
    if any(matches_address(pattern, address.page, address.host) for pattern in settings.external.skip):
        return True
    own = address_of(settings.site) if settings.site else None
    return own is not None and (address.page.rstrip("/") + "/").startswith(own.page.rstrip("/") + "/")


def is_intranet(host: str, settings: Settings) -> bool:
    """Whether a host is one that the settings call the intranet's, or has a name that only a network of one's own knows."""
    name = without_port(host)
    if name and not name.startswith("[") and ("." not in name or _OWN_NETWORK.search(name)):
        return True
    return any(matches_host(pattern, host) for pattern in settings.external.intranet)
