"""The anchor that a dead fragment was probably meant to name: on its page, and on the page where its heading went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
_SURE = 0.9
_MOST_COMPARED = 20
#: Characters: longer anchors are cut before they are compared, which is slow.
_LONGEST = 100

_WORDS = re.compile(r"[^\W_]+")


class AnchorGuess(Struct, frozen=True):
    """An anchor, and whether it is one beyond reasonable doubt."""

    id: str
    sure: bool


def anchors_for(text: str, fragment: str, page: str, base: KnowledgeBase) -> Iterator[AnchorGuess]:
    """The anchors of a page that a link of this text and fragment may mean, best first; some may come twice."""
    anchors = base.anchors(page) or {}
    by_letters = _by_letters(anchors)
    wanted, said = letters(fragment), letters(text)
    # The same heading, as another platform writes it; what is left of `##x`, `#x/`, `#x.md`.
    for spelling in (wanted, letters(re.sub(r"\.(?:md|html)/?$", "", fragment))):
        yield from (AnchorGuess(anchor, sure=len(by_letters[spelling]) == 1) for anchor in by_letters.get(spelling, ()))
    if wanted:
        for heading in base.history.later_headings(base.index_page(page), fragment):
            yield from (AnchorGuess(anchor, sure=True) for anchor in by_letters.get(heading, ())[:1])
    for anchor in by_letters.get(said, ())[:1] if said else ():
        yield AnchorGuess(anchor, sure=_likeness(fragment, anchor) >= _CLOSE)
    alike = _alike(fragment, text, anchors)
    yield from (guess for guess in alike if guess.sure)
    yield from _containing(fragment, anchors)
    yield from alike


def other_pages(text: str, fragment: str, page: str, base: KnowledgeBase) -> Iterator[tuple[str, AnchorGuess]]:
    """Other pages that have this anchor: of the same name, in the same folder, or the only one; then the page called so."""
    key = letters(fragment)
    if not key:
        return
    holders = [(path, anchor) for path, anchor in base.holders.get(key, ()) if path != base.index_page(page)]
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


def _by_letters(anchors: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for anchor in anchors:
        found.setdefault(letters(anchor), []).append(anchor)
    return found


def _alike(fragment: str, text: str, anchors: Iterable[str]) -> list[AnchorGuess]:
    """The anchors most like the fragment; the link's text decides between two that are nearly so."""
    found = []
    scored = sorted(
        ((_likeness(fragment, anchor), _likeness(text, anchor), anchor) for anchor in _likely(fragment, text, anchors)),
        key=lambda each: (-each[0] - each[1] / 4, each[2]),
    )
    for place, (likeness, of_text, anchor) in enumerate(scored[:2]):
        if max(likeness, of_text) >= _CLOSE:
            alone = len(scored) == 1 or scored[1][0] < _CLOSE
            sure = place == 0 and alone and likeness >= _SURE and _same_digits(fragment, anchor)
            found.append(AnchorGuess(anchor, sure))
    return found


def _likely(fragment: str, text: str, anchors: Iterable[str]) -> list[str]:
    """The anchors that share most words or beginnings of words: comparing all of a long page is slow."""
    wanted = _beginnings(fragment) | _beginnings(text)
    return sorted(anchors, key=lambda anchor: -len(wanted & _beginnings(anchor)))[:_MOST_COMPARED]


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORDS.findall(text[:_LONGEST]))


@lru_cache(maxsize=10_000)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(word[:4] for word in _words(text))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, letters(one)[:_LONGEST], letters(other)[:_LONGEST], autojunk=False).ratio()


def _same_digits(one: str, other: str) -> bool:
    """Whether two names have the same numbers: 2023 and 2024 are two years, not one spelt in two ways."""
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _containing(fragment: str, anchors: Iterable[str]) -> Iterator[AnchorGuess]:
    """The only anchor that has all words of the fragment, or only words of it."""
    words = _words(fragment)
    for found in (
        [anchor for anchor in anchors if words and words <= _words(anchor)],
        [anchor for anchor in anchors if _words(anchor) and _words(anchor) <= words],
    ):
        if len(found) == 1:
            yield AnchorGuess(found[0], sure=False)


def name_letters(path: str) -> str:
    """The letters of what a page is called: its name without ending, that of its folder for an index page."""
    folder, _, name = path.rpartition("/")
    stem = splitext(name)[0]
    return letters(basename(folder) if stem.casefold() in ("readme", "index", "_index") else stem)
