"""The anchor that a dead fragment was probably meant to name: on its page, and on the page where its heading went."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from posixpath import basename, dirname, splitext
from typing import TYPE_CHECKING

from msgspec import Struct

from kbcheck.knowledge.history import letters

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase

#: How alike two anchors must be to be offered, from 0 to 1; one anchor so much more alike than all others is sure.
_CLOSE = 0.7
_FAR = 0.6
_SURE = 0.9
_MOST_COMPARED = 20
_MOST_SHARING = 200
_NEIGHBOURS = 5
#: Characters: longer anchors are cut before they are compared, which is slow.
_LONGEST = 100

_ENDING = re.compile(r"\.(?:md|html)/?$")
_WORDS = re.compile(r"[^\W_]+")


class AnchorGuess(Struct, frozen=True):
    """An anchor, and whether it is one beyond reasonable doubt."""

    id: str
    sure: bool


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
            shared.update(self._by_beginning.get(beginning, ())[:_MOST_SHARING])
        for text in texts:
            place = bisect_left(self._in_order, text.casefold())
            shared.update(self._in_order[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS])
        return sorted(shared, key=lambda anchor: (-shared[anchor], anchor))[:_MOST_COMPARED]


def anchors_for(text: str, fragment: str, page: str, base: KnowledgeBase) -> Iterator[AnchorGuess]:
    """The anchors of a page that a link of this text and fragment may mean, best first; some may come twice."""
    index = base.anchor_index(page)
    wanted, said = letters(fragment), letters(text)
    # The same heading, as another platform writes it; what is left of `##x`, `#x/`, `#x.md`.
    for spelling in (wanted, letters(_ENDING.sub("", fragment))):
        same = index.by_letters.get(spelling, ())
        yield from (AnchorGuess(anchor, sure=len(same) == 1) for anchor in same)
    if wanted:
        for heading in base.history.later_headings(base.index_page(page), fragment):
            yield from (AnchorGuess(anchor, sure=True) for anchor in index.by_letters.get(heading, ())[:1])
    for anchor in index.by_letters.get(said, ())[:1] if said else ():
        yield AnchorGuess(anchor, sure=_likeness(fragment, anchor) >= _CLOSE)
    alike = _alike(fragment, text, index)
    yield from (guess for guess in alike if guess.sure)
    yield from _containing(fragment, index)
    yield from alike


def other_pages(text: str, fragment: str, page: str, base: KnowledgeBase) -> Iterator[tuple[str, AnchorGuess]]:
    """Other pages that have this anchor: of the same name, in the same folder, or the only one; then the page called so."""
    key = letters(fragment)
    if not key:
        return
    holders = [
        (path, anchor) for path, anchor in base.holders.get(key, ())[:_MOST_SHARING] if path != base.index_page(page)
    ]
    same_name = [(path, anchor) for path, anchor in holders if basename(path) == basename(page)]
    same_folder = [(path, anchor) for path, anchor in holders if dirname(path) == dirname(page)]
    for group in (same_name, same_folder, holders):
        if len(group) == 1:
            path, anchor = group[0]
            yield path, AnchorGuess(anchor, sure=False)
            return
    for name in (key, letters(text)):
        pages = base.titled.get(name, ()) if name else ()
        if len(pages) == 1 and pages[0] != base.index_page(page):
            yield pages[0], AnchorGuess("", sure=False)
            return


def _alike(fragment: str, text: str, index: AnchorIndex) -> list[AnchorGuess]:
    """The anchors most like the fragment; the link's text decides between two that are nearly so."""
    found = []
    scored = sorted(
        ((_likeness(fragment, anchor), _likeness(text, anchor), anchor) for anchor in index.likely(fragment, text)),
        key=lambda each: (-each[0] - each[1] / 4, each[2]),
    )
    for place, (likeness, of_text, anchor) in enumerate(scored[:2]):
        if max(likeness, of_text) >= _CLOSE:
            alone = len(scored) == 1 or scored[1][0] < _CLOSE
            sure = place == 0 and alone and likeness >= _SURE and _same_digits(fragment, anchor)
            found.append(AnchorGuess(anchor, sure))
    return found


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORDS.findall(text[:_LONGEST]))


@lru_cache(maxsize=10_000)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(word[:3] for word in _words(text))


def _likeness(one: str, other: str) -> float:
    """How alike the letters of two texts are, from 0 to 1; 0 when they are so little alike that it does not matter."""
    matcher = SequenceMatcher(None, letters(one)[:_LONGEST], letters(other)[:_LONGEST], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _FAR and matcher.quick_ratio() >= _FAR else 0.0


def _same_digits(one: str, other: str) -> bool:
    """Whether two names have the same numbers: 2023 and 2024 are two years, not one spelt in two ways."""
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _containing(fragment: str, index: AnchorIndex) -> Iterator[AnchorGuess]:
    """The only anchor that has all words of the fragment, or only words of it."""
    words = _words(fragment)
    likely = index.likely(fragment) if words else []
    for found in (
        [anchor for anchor in likely if words <= _words(anchor)],
        [anchor for anchor in likely if _words(anchor) <= words],
    ):
        if len(found) == 1:
            yield AnchorGuess(found[0], sure=False)


def name_letters(path: str) -> str:
    """The letters of what a page is called: its name without ending, that of its folder for an index page."""
    folder, _, name = path.rpartition("/")
    stem = splitext(name)[0]
    return letters(basename(folder) if stem.casefold() in ("readme", "index", "_index") else stem)
