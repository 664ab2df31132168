"""The heading that a dead fragment was probably meant to name: on its page, or on the page where it went."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname
from typing import TYPE_CHECKING

from msgspec import Struct

from kbcheck.knowledge.places import MOST_SHARING, AnchorIndex, Place, name_gist
from kbcheck.knowledge.wording import agreement, gist, has_words, likeness, same_numbers, words
from kbcheck.platforms.slugs import letters

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase

# How alike two anchors are, from 0 to 1: so much that one comes first, and is sure when no other is close; enough to be
# offered; so little that it does not count; enough for a heading that git says took the place of the other one.
_SURE = 0.9
_CLOSE = 0.7
_FAR = 0.6
_RELATED = 0.3

_ENDING = re.compile(r"\.(?:md|html)/?$")
_COPY = re.compile(r"(.+)-(\d{1,2})$")  # the third heading of one name is `name-2`


class Wanted(Struct, frozen=True):
    """What a link says of the heading that it means: its text, its fragment (decoded), and the page that it names.

    `source` is the page that the link stands in.
    """

    text: str
    fragment: str
    page: str
    source: str


def places_for(wanted: Wanted, base: KnowledgeBase) -> Iterator[Place]:
    """The places that a link may mean when the page that it names has no such anchor, best first; some may come twice.

    A heading that is nearly the same comes before one of the same name on another page, that one before what is only like it,
    and the page without the fragment last.
    """
    index = base.places.index(wanted.page)
    alike, renamed = _alike(wanted, index), list(_renamed(wanted, index, base))
    is_other_page = base.index_page(wanted.page) != wanted.source
    yield from _same(wanted, index)
    yield from (place for place, score in alike if score >= _SURE)
    if is_other_page and _names_page(wanted, base):
        yield Place(wanted.page)
    yield from (place for place in renamed if place.sure)
    yield from base.moved_sections.of(wanted.page, wanted.fragment)
    yield from renamed
    yield from _named_by_text(wanted, index, base)
    yield from _longer(wanted.fragment, wanted, index)
    yield from _elsewhere(wanted, base)
    yield from (place for place, _ in alike)
    yield from _longer(wanted.text, wanted, index)
    yield from _shorter(wanted, index)
    if is_other_page:
        yield Place(wanted.page)


def _same(wanted: Wanted, index: AnchorIndex) -> Iterator[Place]:
    """The same heading, as another platform writes it; what is left of `##x`, `#x/`, `#x.md`; of several, the last one."""
    for spelling in (wanted.fragment, _ENDING.sub("", wanted.fragment)):
        same = index.by_letters.get(letters(spelling), ())
        # An id that begins with a `#` is there, by a mistake that the next editor repairs.
        sure = len(same) == 1 and not same[0].startswith("#")
        yield from (Place(wanted.page, anchor, sure) for anchor in same)
    copy = _COPY.match(wanted.fragment)
    if copy:
        earlier = (f"{copy[1]}-{number}" for number in range(int(copy[2]) - 1, 0, -1))
        same = [anchor for name in (*earlier, copy[1]) for anchor in index.by_letters.get(letters(name), ())]
        yield from (Place(wanted.page, anchor) for anchor in same[:1])


def _names_page(wanted: Wanted, base: KnowledgeBase) -> bool:
    """Whether the fragment says no more than the page's own name: `goals.md#goals`."""
    key = gist(wanted.fragment)
    return bool(key) and base.index_page(wanted.page) in base.places.titled.get(key, ())


def _renamed(wanted: Wanted, index: AnchorIndex, base: KnowledgeBase) -> Iterator[Place]:
    """What git says that the heading is called now; sure where old and new words say so too."""
    if letters(wanted.fragment):
        for heading in base.history.later_headings(base.index_page(wanted.page), wanted.fragment):
            for anchor in index.by_letters.get(heading, ())[:1]:
                sure = any(_similarity(text, anchor) >= _RELATED for text in (wanted.fragment, wanted.text))
                yield Place(wanted.page, anchor, sure)


def _named_by_text(wanted: Wanted, index: AnchorIndex, base: KnowledgeBase) -> Iterator[Place]:
    """The heading that the link is called like; the title of another page is that page, which comes last."""
    said, own = letters(wanted.text), base.index_page(wanted.page)
    anchors = index.by_letters.get(said, ()) if said else ()
    if own == wanted.source or own not in base.places.titled.get(gist(wanted.text), ()):
        yield from (Place(wanted.page, each, likeness(wanted.fragment, each, _CLOSE) > 0) for each in anchors[:1])


def _alike(wanted: Wanted, index: AnchorIndex) -> list[tuple[Place, float]]:
    """The two anchors most like the fragment, and how much; the link's text decides between two that are nearly so."""
    scores = {
        anchor: (_similarity(wanted.fragment, anchor), _similarity(wanted.text, anchor))
        for anchor in index.likely(wanted.fragment, wanted.text)
    }
    best = sorted(scores, key=lambda anchor: (-scores[anchor][0] - scores[anchor][1] / 4, anchor))[:2]
    is_alone = sum(scores[anchor][0] >= _CLOSE for anchor in best) == 1
    found = []
    for anchor in best:
        if max(scores[anchor]) >= _CLOSE:
            is_misspelt = likeness(wanted.fragment, anchor, _SURE) > 0 and same_numbers(wanted.fragment, anchor)
            sure = is_alone and is_misspelt and anchor == best[0]
            found.append((Place(wanted.page, anchor, sure), scores[anchor][0]))
    return found


def _similarity(text: str, anchor: str) -> float:
    return max(likeness(text, anchor, _FAR), agreement(text, anchor))


def _longer(text: str, wanted: Wanted, index: AnchorIndex) -> Iterator[Place]:
    """The only anchor that has all words of a text."""
    found = [anchor for anchor in index.likely(text) if has_words(anchor, text)] if words(text) else []
    yield from (Place(wanted.page, anchor) for anchor in found if len(found) == 1)


def _shorter(wanted: Wanted, index: AnchorIndex) -> Iterator[Place]:
    """The only anchor that has nothing but words of the fragment."""
    likely = index.likely(wanted.fragment) if words(wanted.fragment) else []
    found = [anchor for anchor in likely if words(anchor) and has_words(wanted.fragment, anchor)]
    yield from (Place(wanted.page, anchor) for anchor in found if len(found) == 1)


def _elsewhere(wanted: Wanted, base: KnowledgeBase) -> Iterator[Place]:
    """Another page that has this heading: of the same name, in the same folder, or the only one; then the page called so."""
    own = base.index_page(wanted.page)
    here = (own, wanted.source)
    key = gist(wanted.fragment)
    known = base.places.holders.get(key, ())[:MOST_SHARING] if key else ()
    holders = [place for place in known if place.path not in here]
    same_name = [place for place in holders if name_gist(place.path) == name_gist(own)]
    same_folder = [place for place in holders if dirname(place.path) == dirname(own)]
    found = next((group for group in (same_name, same_folder, holders) if len(group) == 1), [])
    for name in filter(None, (key, gist(wanted.text))):
        pages = [path for path in base.places.titled.get(name, ()) if path not in here]
        found += map(Place, pages) if len(pages) == 1 else []
    yield from found
