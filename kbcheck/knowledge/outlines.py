"""The headings that divide pages into sections, and the levels that these skip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from kbcheck.documents.facts import Document, Heading


class Skip(Struct, frozen=True):
    """From which level a heading goes to which deeper one, with a level between them that is left out."""

    above: int
    level: int


class Outlines:
    """The outlines of the pages of a base, compared."""

    def __init__(self, pages: Iterable[Document]) -> None:
        self._pages = tuple(pages)

    @cached_property
    def skipping(self) -> Mapping[Skip, tuple[str, ...]]:
        """For each skip, the paths of the pages that have it, in order."""
        found: dict[Skip, list[str]] = {}
        for page in self._pages:
            for skip in skips(page):
                found.setdefault(skip, []).append(page.path)
        return {skip: tuple(paths) for skip, paths in found.items()}

    @cached_property
    def count(self) -> int:
        """How many pages could skip a level: those with two headings or more."""
        return sum(len(page.outline) > 1 for page in self._pages)


def skips(document: Document) -> Mapping[Skip, tuple[Heading, ...]]:
    """The headings that stand more than one level below the one before them."""
    found: dict[Skip, list[Heading]] = {}
    for above, heading in pairwise(document.outline):
        if heading.level > above.level + 1:
            found.setdefault(Skip(above.level, heading.level), []).append(heading)
    return {skip: tuple(headings) for skip, headings in found.items()}
