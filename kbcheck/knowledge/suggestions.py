"""What a dead link was probably meant to say, best first. Every suggestion resolves: it is tried before it is offered.

What people do to dead links, in the histories of nine public knowledge bases: they follow the file that was moved, correct the depth, the
ending or the case, or take the anchor that is nearest to the old one or to the link's text. Where two of these lead to
two places, kbcheck hesitates: it offers both, and none of them is safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, relpath, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.paths import encoded
from kbcheck.knowledge.suggested_anchors import anchors_for, other_pages
from kbcheck.knowledge.suggested_files import Guess, files_for, files_for_marker
from kbcheck.platforms.site import Site

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase
    from kbcheck.knowledge.resolver import Resolution

_MOST_OFFERED = 5
_INDEX_NAMES = ("README.md", "index.md", "_index.md")


class Suggestion(Struct, frozen=True):
    """A target that resolves. `safe`: it is what the link was meant to say, beyond reasonable doubt."""

    target: str
    safe: bool


class _Candidate(Struct, frozen=True):
    """A place that the link may be meant to lead to; `fragment` is that of an anchor, decoded."""

    path: str
    fragment: str
    sure: bool


def suggestions(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[Suggestion]:
    """The targets that `link` may have been meant to have, best first, each once."""
    if not base.offers_repairs or resolution.branch is not None or resolution.status in ("ok", "external", "template"):
        return
    offered: list[tuple[_Candidate, str]] = []
    for candidate in _candidates(link, resolution, document, base):
        target = _target(candidate, link, document, base)
        if target is not None and all(target != known for _, known in offered):
            offered.append((candidate, target))
        if len(offered) == _MOST_OFFERED:
            break
    certain = sum(candidate.sure for candidate, _ in offered) == 1
    for number, (candidate, target) in enumerate(offered):
        yield Suggestion(target, safe=candidate.sure and certain and number == 0)


def _candidates(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[_Candidate]:
    fragment = resolution.fragment or ""
    if resolution.actual is not None and resolution.status == "anchor-case":
        yield _Candidate(resolution.path or document.path, resolution.actual, sure=True)
    elif resolution.actual is not None:
        yield from _with_fragment(Guess(resolution.actual, sure=True), fragment, link, base)
    elif resolution.status == "missing-anchor" and resolution.path is not None:
        for anchor in anchors_for(link.text, fragment, resolution.path, base):
            yield _Candidate(resolution.path, anchor.id, anchor.sure)
        for path, anchor in other_pages(link.text, fragment, resolution.path, base):
            yield _Candidate(path, anchor.id, anchor.sure)
    elif resolution.status in ("missing-file", "missing-index", "outside-root") and resolution.path:
        for guess in files_for(link, resolution.path, document, base):
            yield from _with_fragment(guess, fragment, link, base)
        if not fragment and not set("./") & set(link.target):  # an anchor that lacks its `#`
            for anchor in anchors_for("", link.target, document.path, base):
                if anchor.sure:
                    yield _Candidate(document.path, anchor.id, sure=False)
    elif resolution.status == "broken-marker":
        for guess, wanted in files_for_marker(link, document, base):
            yield from _with_fragment(guess, wanted, link, base)


def _with_fragment(guess: Guess, fragment: str, link: Link, base: KnowledgeBase) -> Iterator[_Candidate]:
    """The page with the anchor, with the nearest one where it is not there, then without."""
    anchors = base.anchors(guess.path)
    if not fragment or anchors is None or fragment in anchors:
        yield _Candidate(guess.path, fragment, guess.sure)
        return
    for anchor in anchors_for(link.text, fragment, guess.path, base):
        yield _Candidate(guess.path, anchor.id, guess.sure and anchor.sure)
    yield _Candidate(guess.path, "", sure=False)


# How a target is written


def _target(candidate: _Candidate, link: Link, document: Document, base: KnowledgeBase) -> str | None:
    """A target that leads to the candidate, written as much as possible as the link was; None when none of them does."""
    fragment = _encoded(candidate.fragment, link) if candidate.fragment else ""
    mark = f"#{fragment}" if fragment else ""
    for path in _spellings(candidate.path, link, document, base):
        target = path + mark
        if target and target != link.target and _leads_to(candidate, target, link, document, base):
            return target
    return None


def _spellings(path: str, link: Link, document: Document, base: KnowledgeBase) -> Iterator[str]:
    """The ways to write a path: as in the link, the page itself as nothing, without an ending or from the root if it was so."""
    written = link.target.partition("#")[0].partition("?")[0]
    yield written  # where the anchor alone is wrong
    if base.index_page(path) == document.path:
        yield ""
    plain = [path]
    folder, _, name = path.rpartition("/")
    if written and not splitext(written.rstrip("/"))[1]:
        shorter = folder if name in _INDEX_NAMES else splitext(path)[0]
        plain.insert(0, shorter + "/" if written.endswith("/") and shorter else shorter)
    for each in plain:
        if written.startswith("/") and (not base.platform.folder or each.startswith(base.platform.folder + "/")):
            below = base.platform.below(each) if isinstance(base.platform, Site) else None
            yield "/" + _encoded((below or each.removeprefix(base.platform.folder)).lstrip("/"), link)
        else:
            end = "/" if each.endswith("/") else ""
            yield _encoded(relpath(each or ".", dirname(document.path) or ".") + end, link)


def _encoded(text: str, link: Link) -> str:
    """As the link is written: percent-encoded where it was, and where Markdown or a tag wants no such character."""
    in_markdown = link.syntax in ("inline", "image", "definition")
    return encoded(text, in_markdown=in_markdown, like=link.target)


def _leads_to(candidate: _Candidate, target: str, link: Link, document: Document, base: KnowledgeBase) -> bool:
    found = base.resolve(replace(link, target=target), document)
    if found.status != "ok" or found.path is None or base.index_page(found.path) != base.index_page(candidate.path):
        return False
    return (found.fragment or "") == unquote(candidate.fragment)
