"""What a dead link was probably meant to say. Every suggestion resolves: it is tried before it is offered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from posixpath import basename, dirname, relpath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.documents.facts import Document, Link
from kbcheck.platforms.slugs import gitbook_slug, github_slug

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase
    from kbcheck.knowledge.resolver import Resolution

_CLOSE = 0.8
_MOST_COMPARED = 20
# `./`, `../` and `/` at the beginning of a target; not the dot of a hidden folder.
_STEPS = re.compile(r"^(?:\.{0,2}/)+")
_WORDS = re.compile(r"[a-z0-9]+")


class Suggestion(Struct, frozen=True):
    """A target that resolves. `safe`: it is the same target spelt as it must be, not a guess."""

    target: str
    safe: bool


def suggestions(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[Suggestion]:
    """The targets that `link` may have been meant to have, best first, each once."""
    if resolution.branch is not None:
        return
    seen = {link.target}
    for suggestion in _candidates(link, resolution, document, base):
        if suggestion.target not in seen and _resolves(suggestion.target, link, document, base):
            seen.add(suggestion.target)
            yield suggestion


def _candidates(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[Suggestion]:
    if resolution.status == "missing-anchor":
        yield from _anchors(link, resolution, base)
    elif resolution.status == "anchor-case":
        yield Suggestion(f"{link.target.partition('#')[0]}#{resolution.actual}", safe=True)
    elif resolution.actual is not None:
        yield Suggestion(_target_to(resolution.actual, link, document), safe=True)
    elif resolution.status in ("missing-file", "missing-index", "outside-root") and resolution.path:
        yield from _files(link, resolution.path, document, base)


def _anchors(link: Link, resolution: Resolution, base: KnowledgeBase) -> Iterator[Suggestion]:
    """The same heading, its anchor written as another platform or with capitals; then the nearest anchor of the page."""
    anchors = base.anchors(resolution.path or "") or {}
    fragment = resolution.fragment or ""
    written = link.target.partition("#")[0]
    for slug in (gitbook_slug(fragment), github_slug(fragment), fragment.lower()):
        if slug in anchors:
            yield Suggestion(f"{written}#{slug}", safe=True)
    for anchor in _nearest(gitbook_slug(fragment), anchors):
        yield Suggestion(f"{written}#{anchor}", safe=False)


def _nearest(slug: str, anchors: Iterable[str]) -> list[str]:
    """The anchors most like `slug`. Only those that share most words with it are compared: comparing is slow."""
    words = _words(slug)
    shared = {anchor: len(words & _words(anchor)) for anchor in anchors}
    likely = sorted(shared, key=lambda anchor: -shared[anchor])[:_MOST_COMPARED]
    return get_close_matches(slug, likely, n=2, cutoff=_CLOSE)


@lru_cache(maxsize=10_000)
def _words(slug: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(slug))


def _files(link: Link, path: str, document: Document, base: KnowledgeBase) -> Iterator[Suggestion]:
    """The same path one folder up or down, with the extension, then the only file of that name."""
    folders = [dirname(document.path)]
    while folders[-1]:
        folders.append(dirname(folders[-1]))
    written = _STEPS.sub("", unquote(link.target.partition("#")[0]))
    spellings = [*(f"{folder}/{written}" if folder else written for folder in folders), _STEPS.sub("", path)]
    for spelling in spellings:
        for candidate in (spelling, f"{spelling}.md", f"{spelling}/README.md"):
            if base.paths.tree.is_file(candidate):
                yield Suggestion(_target_to(candidate, link, document), safe=False)
    same_name = base.paths.named(basename(path))
    if len(same_name) == 1:
        yield Suggestion(_target_to(same_name[0], link, document), safe=False)


def _target_to(path: str, link: Link, document: Document) -> str:
    """A relative target that leads from the document to `path`, with the fragment of the link, written as the link was."""
    _, mark, fragment = link.target.partition("#")
    target = relpath(path, dirname(document.path) or ".")
    in_markdown = link.syntax in ("inline", "image", "definition")
    if "%" in link.target or (in_markdown and " " in target):
        target = quote(target, safe="/.()'’")
    return target + mark + fragment


def _resolves(target: str, link: Link, document: Document, base: KnowledgeBase) -> bool:
    return base.resolve(replace(link, target=target), document).status == "ok"
