"""The headings and titles of all pages, ready for the search of one that is like another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from posixpath import basename, dirname, splitext
from typing import Protocol

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading
from kbcheck.knowledge.wording import gist, words
from kbcheck.platforms.slugs import letters

_MOST_COMPARED = 20
#: Of the places that have a heading in common, so many are looked at.
MOST_SHARING = 200
_NEIGHBOURS = 5

#: The names of the pages that are shown for their folders, on whatever platform.
INDEX_NAMES = ("README.md", "index.md", "_index.md")
_INDEX_STEMS = frozenset(splitext(name)[0].casefold() for name in INDEX_NAMES)


class Place(Struct, frozen=True):
    """A page or a file, an anchor on it ("" for none), and whether a link means it beyond reasonable doubt."""

    path: str
    fragment: str = ""
    sure: bool = False


class AnchorIndex:
    """The anchors of one page by their letters and by the beginnings of their words: no search looks at all of them."""

    def __init__(self, anchors: Iterable[str]) -> None:
        self.by_letters: dict[str, list[str]] = {}
        self._by_beginning: dict[str, list[str]] = {}
        self._in_order = sorted(anchors)
        for anchor in self._in_order:
            self.by_letters.setdefault(letters(anchor), []).append(anchor)
            for beginning in _beginnings(anchor):
                self._by_beginning.setdefault(beginning, []).append(anchor)

    def likely(self, *texts: str) -> list[str]:
        """The anchors that share most beginnings of words with the texts, and those that stand near them in order.

        A beginning that very many anchors have says nothing: only some of these are looked at.
        """
        shared: Counter[str] = Counter()
        for beginning in sorted(frozenset().union(*map(_beginnings, texts))):
            shared.update(self._by_beginning.get(beginning, ())[:MOST_SHARING])
        for text in texts:
            place = bisect_left(self._in_order, text.casefold())
            shared.update(self._in_order[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS])
        return sorted(shared, key=lambda anchor: (-shared[anchor], anchor))[:_MOST_COMPARED]


@lru_cache(maxsize=10_000)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(word[:3] for word in words(text))


class Pages(Protocol):
    """What is asked of the knowledge base."""

    documents: Mapping[str, Document]

    @property
    def pages(self) -> tuple[Document, ...]:
        """The Markdown documents, by path."""

    def anchors(self, path: str) -> Mapping[str, Span] | None:
        """The anchors of a page; None where nothing can be said."""


class Places:
    """Where headings are, and what pages are called, in a whole base."""

    def __init__(self, base: Pages) -> None:
        self._base = base
        self._indexes: dict[str, AnchorIndex] = {}

    def index(self, path: str) -> AnchorIndex:
        """The anchors of one page."""
        if path not in self._indexes:
            self._indexes[path] = AnchorIndex(self._base.anchors(path) or ())
        return self._indexes[path]

    @cached_property
    def holders(self) -> Mapping[str, tuple[Place, ...]]:
        """For the gist of every anchor, where it is; a page's title is the page itself."""
        found: dict[str, list[Place]] = {}
        for document in self._base.pages:
            title = _title(document)
            for anchor, span in (self._base.anchors(document.path) or {}).items():
                is_title = title is not None and span == title.span
                found.setdefault(gist(anchor), []).append(Place(document.path, "" if is_title else anchor))
        return {key: tuple(places) for key, places in found.items()}

    @cached_property
    def titled(self) -> Mapping[str, tuple[str, ...]]:
        """For the gist of every page's title and name, the pages that are called so."""
        found: dict[str, list[str]] = {}
        for document in self._base.pages:
            title = _title(document)
            for key in {name_gist(document.path), *((gist(title.text),) if title else ())}:
                found.setdefault(key, []).append(document.path)
        return {key: tuple(pages) for key, pages in found.items()}

    def above(self, path: str, offset: int) -> Place:
        """The last heading of a page above an offset in its text; the page itself for its title, and where there is none."""
        document = self._base.documents[path]
        number = bisect_right(document.headings, offset, key=lambda heading: heading.span.start) - 1
        heading = document.headings[number] if number >= 0 else None
        if heading is None or heading == _title(document):
            return Place(path)
        anchors = self._base.anchors(path) or {}
        return Place(path, next((anchor for anchor, span in anchors.items() if span == heading.span), ""))


def _title(document: Document) -> Heading | None:
    """The heading that a page begins with, when it is of the first level."""
    return next((heading for heading in document.headings[:1] if heading.level == 1), None)


def is_index(path: str) -> bool:
    """Whether a page is shown for its folder on one platform or another."""
    return splitext(basename(path))[0].casefold() in _INDEX_STEMS


def name_gist(path: str) -> str:
    """The gist of what a page is called: its name without ending, that of its folder for an index page."""
    return gist(basename(dirname(path)) if is_index(path) else splitext(basename(path))[0])
