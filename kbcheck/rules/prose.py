"""Where a page's own words are, and where they are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading
from kbcheck.documents.ranges import Ranges

#: Characters before the text of a heading: up to three spaces, six marks and a space (CommonMark 4.2), and room for more.
LONGEST_MARK = 16

# An empty line, with the end of the line before it.
_EMPTY_LINE = re.compile(r"\n[ \t>\r]*+\n")
# How far a paragraph is followed from a place in it, in characters: a hostile page has no empty line at all.
_FAR = 2000


def not_prose(document: Document) -> Ranges:
    """Code, comments, front matter, tags, the targets of links: nothing in them was written to be read."""
    return Ranges(_not_prose(document))


def _not_prose(document: Document) -> Iterator[Span]:
    yield from document.code
    yield from (comment.span for comment in document.comments)
    yield from (link.target_span for link in document.links if "reference" not in link.syntax)
    yield from (tag.span for tag in document.tags)
    if document.front_matter:
        yield document.front_matter.span


def paragraph(text: str, offset: int) -> Span:
    """The lines around an offset up to the nearest empty ones, or a part of them that is long enough."""
    start = max(0, offset - _FAR)
    for empty in _EMPTY_LINE.finditer(text, start, offset):
        start = empty.end()
    following = _EMPTY_LINE.search(text, offset, offset + _FAR)
    return Span(start, following.start() if following else min(len(text), offset + _FAR))


def outline(document: Document) -> tuple[Heading, ...]:
    """The headings that divide the page: those in HTML, in quotes and in lists serve the layout."""
    return tuple(heading for heading in document.headings if _divides(document.text, heading.span))


def _divides(text: str, span: Span) -> bool:
    before = text[max(0, span.start - LONGEST_MARK) : span.start].rpartition("\n")[2]
    is_html = text[span.end : span.end + LONGEST_MARK].lstrip().startswith("</")
    return not before.strip("# \t") and not is_html
