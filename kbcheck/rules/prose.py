"""Where a page's own words are, and where they are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.documents.ranges import Ranges

# An empty line, with the end of the line before it.
_EMPTY_LINE = re.compile(r"\n[ \t>\r]*+\n")
#: An element of Vue or of React, which may show anything.
COMPONENT = re.compile(r"<[A-Z]\w*[\s/>]")
_IMPORT = re.compile(r"^import\s[^\n]{0,400}?['\"];?[ \t\r]*$", re.MULTILINE)
# How far a paragraph is followed from a place in it, in characters: a hostile page has no empty line at all.
_FAR = 2000


class LinePattern:
    """A pattern for the beginnings of lines. It is looked for behind line feeds, many times faster than `^`, which is tried everywhere.

    A match begins with the line feed, unless it is on the first line: ask for the place of a group.
    """

    def __init__(self, pattern: str) -> None:
        self._first = re.compile(pattern)
        self._behind = re.compile(f"\n(?:{pattern})")

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The matches in a text, in order."""
        first = self._first.match(text)
        behind = self._behind.finditer(text, first.end() if first else 0)
        return chain((first,), behind) if first else behind


def not_prose(document: Document) -> Ranges:
    """Code, comments, front matter, tags, the targets of links: nothing in them was written to be read."""
    return Ranges(_not_prose(document))


def _not_prose(document: Document) -> Iterator[Span]:
    yield from document.code
    yield from (comment.span for comment in document.comments)
    yield from (link.target_span for link in document.links if "reference" not in link.syntax)
    yield from (tag.span for tag in document.tags)
    yield from _template_comments(document)
    yield from _code_of_mdx(document.text)
    if document.front_matter:
        yield document.front_matter.span


def _template_comments(document: Document) -> Iterator[Span]:
    """From each `{% comment %}` to its end (Liquid, "Template")."""
    opening: Span | None = None
    for tag in document.tags:
        if tag.name == "comment":
            opening = opening or tag.span
        elif tag.name == "endcomment" and opening:
            yield Span(opening.start, tag.span.end)
            opening = None


def _code_of_mdx(text: str) -> Iterator[Span]:
    """The comments of JSX, and the lines that import components (mdxjs.com, "What is MDX?")."""
    start = text.find("{/*")
    end = text.find("*/}", start) if start >= 0 else -1
    while end >= 0:
        yield Span(start, end + 3)
        start = text.find("{/*", end)
        end = text.find("*/}", start) if start >= 0 else -1
    if "import" in text:
        yield from (Span(*match.span()) for match in _IMPORT.finditer(text))


def paragraph(text: str, offset: int) -> Span:
    """The lines around an offset up to the nearest empty ones, or a part of them that is long enough."""
    start = max(0, offset - _FAR)
    for empty in _EMPTY_LINE.finditer(text, start, offset):
        start = empty.end()
    following = _EMPTY_LINE.search(text, offset, offset + _FAR)
    return Span(start, following.start() if following else min(len(text), offset + _FAR))
