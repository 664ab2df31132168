"""KB4: external links, as far as something is known of the addresses they lead to.

Nothing is fetched here: the knowledge base has the verdicts of `kbcheck.external`, or those of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from kbcheck.diagnostics import Edit, Finding, Fix
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.verdicts import GOOD, Address, Outcome, Verdict, address_of

Options = Mapping[str, Any]

# Reasons of a verdict that have a message of their own in the page of the rule; all others have the default one.
_DEAD = frozenset({"no-such-host", "for-days", "invalid", "mail"})
_UNREACHABLE = frozenset({"timeout", "refused", "broken", "lookup", "redirects", "tls", "proxy"})
_CERTIFICATES = frozenset({"expired", "self-signed", "wrong-host", "unknown-issuer"})
_UNVERIFIABLE = frozenset({"robots", "rate-limited", "intranet", "private"})


def dead_link(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """There is nothing at the address, for sure."""
    return _with_outcome("dead", _DEAD, document, base)


def unreachable(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The address did not answer, or not as it should; it may be back tomorrow."""
    return _with_outcome("unreachable", _UNREACHABLE, document, base)


def certificate_error(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Browsers warn of the certificate."""
    return _with_outcome("certificate", _CERTIFICATES, document, base)


def moved_permanently(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The server says that the page has another address, for good."""
    for link, address, verdict in base.external_links.verdicts(document):
        if verdict.outcome == "moved" and verdict.reason == "home":
            yield _finding(link, address, verdict, frozenset({"home"}))
        elif verdict.outcome == "moved" and verdict.reason != "https":
            yield _finding(link, address, verdict, frozenset(), _new_address(document, link, address, verdict))


def insecure_http(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The address begins with `http://`, and its server leads to the same one with `https://`."""
    for link, address, verdict in base.external_links.verdicts(document):
        if verdict.outcome == "moved" and verdict.reason == "https":
            yield _finding(link, address, verdict, frozenset(), _new_address(document, link, address, verdict))


def missing_remote_anchor(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The page is there, what the fragment names is not."""
    for link, address, verdict in base.external_links.verdicts(document):
        if verdict.outcome in GOOD and verdict.fragments.get(address.fragment) is False:
            yield _finding(link, address, verdict, frozenset())


def unverifiable(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """No program can tell; once for each host, at the first link that leads there."""
    for link, address, verdict in base.external_links.verdicts(document):
        path, first, count = base.external_links.unverifiable.get(address.host, ("", None, 0))
        if verdict.outcome == "unverifiable" and (document.path, link) == (path, first):
            yield _finding(link, address, verdict, _UNVERIFIABLE, count=count)


def _with_outcome(
    outcome: Outcome, own_messages: frozenset[str], document: Document, base: KnowledgeBase
) -> Iterator[Finding]:
    for link, address, verdict in base.external_links.verdicts(document):
        if verdict.outcome == outcome:
            yield _finding(link, address, verdict, own_messages)


def _finding(
    link: Link,
    address: Address,
    verdict: Verdict,
    own_messages: frozenset[str],
    fixes: tuple[Fix, ...] = (),
    count: int = 1,
) -> Finding:
    values = {
        "target": link.target,
        "host": address.host,
        "status": verdict.status or "",
        "location": verdict.location or "",
        "fragment": address.fragment,
        "days": verdict.failed_days,
        "since": _day(verdict.since),
        "count": count,
    }
    message = verdict.reason if verdict.reason in own_messages else "default"
    return Finding(link.target_span, values, message, target=link.target, fixes=fixes)


def _new_address(document: Document, link: Link, address: Address, verdict: Verdict) -> tuple[Fix, ...]:
    """The repair that writes the new address, with the fragment of the old one.

    It is safe within a site. Whoever buys a name that has expired can send its visitors anywhere, and for good.
    """
    new = address_of(verdict.location) if verdict.location else None
    if verdict.location is None or new is None:
        return ()
    _, mark, fragment = link.target.partition("#")
    target = verdict.location.partition("#")[0] + mark + fragment
    # The server decides where the link leads, and it is a stranger: nothing that would end the link or begin another.
    if link.syntax not in _WRITTEN_IN_PLACE or not _HARMLESS.issuperset(target):
        return ()
    is_safe = new.host.removeprefix("www.") == address.host.removeprefix("www.")
    return (Fix(f"{link.target} → {target}", (Edit(document.path, link.target_span, target),), is_safe, target),)


_WRITTEN_IN_PLACE = frozenset(
    {"inline", "definition", "image", "autolink", "bare-url", "html", "html-image", "template"}
)
_HARMLESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@&+,=%")


def _day(time: float | None) -> str:
    return datetime.fromtimestamp(time, UTC).date().isoformat() if time is not None else ""
