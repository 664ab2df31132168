"""The headings that divide pages into sections, and the levels that these skip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading

#: Characters before the text of a heading: up to three spaces, six marks and a space (CommonMark 4.2), and room for more.
LONGEST_MARK = 16


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
        return sum(len(outline(page)) > 1 for page in self._pages)


def outline(document: Document) -> tuple[Heading, ...]:
    """The headings that divide the page: those in HTML, in quotes and in lists serve the layout."""
    return tuple(heading for heading in document.headings if _divides(document.text, heading.span))


def skips(document: Document) -> Mapping[Skip, tuple[Heading, ...]]:
    """The headings that stand more than one level below the one before them."""
    found: dict[Skip, list[Heading]] = {}
    for above, heading in pairwise(outline(document)):
        if heading.level > above.level + 1:
            found.setdefault(Skip(above.level, heading.level), []).append(heading)
    return {skip: tuple(headings) for skip, headings in found.items()}


def _divides(text: str, span: Span) -> bool:
    before = text[max(0, span.start - LONGEST_MARK) : span.start].rpartition("\n")[2]
    is_html = text[span.end : span.end + LONGEST_MARK].lstrip().startswith("</")
    return not before.strip("# \t") and not is_html
