"""Where a section or a page that is gone stands today: its lines, as git remembers them, looked for in the pages there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kbcheck.documents.facts import Document
from kbcheck.knowledge.paths import distance
from kbcheck.knowledge.places import Place

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase

# Characters: a shorter piece of text may stand anywhere.
_TELLING = 25
_MOST_PIECES = 8
#: Characters of the pages that are looked at for one section, the nearest pages first.
_MOST_TEXT = 3_000_000

# What a move changes in a line: the targets of its links.
_CHANGED_BY_MOVE = re.compile(r"\]\([^()]*\)|[\[\]]")


class MovedSections:
    """Each section is looked for once: many links can lead to it."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._known: dict[tuple[str, str], tuple[Place, ...]] = {}

    def of(self, page: str, fragment: str) -> tuple[Place, ...]:
        """The heading below which most of the lines stand that were below another one: on that page or on one near it.

        Without a fragment, the lines of the whole page. None or one.
        """
        key = self._base.index_page(page), fragment
        if key not in self._known:
            self._known[key] = tuple(_found(*key, self._base))
        return self._known[key]


def _found(page: str, fragment: str, base: KnowledgeBase) -> Iterator[Place]:
    pieces = _pieces(base.history.former_lines(page, fragment))
    first: dict[str, int] = {}
    votes: Counter[str] = Counter()
    for document in _near(page, base) if pieces else ():
        found = [offset for offset in map(document.text.find, pieces) if offset >= 0]
        if found:
            votes[document.path] = len(found)
            first[document.path] = min(found)
    for path, count in votes.most_common(1):
        if 2 * count >= len(pieces):
            yield base.places.above(path, first[path])


def _pieces(lines: tuple[str, ...]) -> list[str]:
    """The longest stretches of text, one of each line, which would be the same in another place."""
    longest = (max(_CHANGED_BY_MOVE.split(line[:1000]), key=len).strip() for line in lines)
    telling = {piece for piece in longest if len(piece) >= _TELLING and not piece.startswith("#")}
    return sorted(telling, key=lambda piece: (-len(piece), piece))[:_MOST_PIECES]


def _near(page: str, base: KnowledgeBase) -> Iterator[Document]:
    """The pages, those of the nearest folders first, until there is enough text."""
    length = 0
    for document in sorted(base.pages, key=lambda one: (one.path != page, distance(page, one.path), one.path)):
        length += len(document.text)
        if length > _MOST_TEXT:
            return
        yield document
