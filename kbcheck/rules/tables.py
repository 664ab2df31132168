"""Markdown tables that do not show what was written: read from the source, since a parser drops what does not fit.

The rules are those of GitHub Flavored Markdown (section 4.10): the line below the header has as many cells as the header;
of a row that has more, the rest is ignored; every line up to the first empty one is a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from kbcheck.diagnostics import Edit, Finding, Fix, Span
from kbcheck.documents.facts import Document, Table
from kbcheck.documents.ranges import Ranges
from kbcheck.rules.prose import not_prose, paragraph

# Where the line below a header starts: `|---|`, `--- |`. Possessive (`*+`): a line is read once.
_SEPARATOR = re.compile(r"^[ \t>]*+(\|?)[ \t]*+:?+-++:?+[ \t]*+\|", re.MULTILINE)
_SEPARATOR_ONLY = re.compile(r"[ \t>|:-]*+\s*+")
_QUOTE = re.compile(r"[ \t>]*")
_PIPE = re.compile(r"\\.|\|")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_BOLD = re.compile(r"(?:\*\*|__|<strong>|<b>).+(?:\*\*|__|</strong>|</b>)", re.DOTALL)
# What stands right below a table and is no text: attributes (kramdown), tags, footnotes, captions.
_NO_TEXT = re.compile(r"[ \t>]*(?:[{<\[:]|\r?$)")
_LONGEST_REPAIRED = 2000  # characters of a row
_LONGEST_SHOWN = 40  # characters of what is lost


class _Row(Struct, frozen=True):
    """A line of a table and where its pipes are; `dividers` are those between two cells."""

    span: Span
    pipes: tuple[int, ...]
    dividers: tuple[int, ...]

    @property
    def width(self) -> int:
        return len(self.dividers) + 1


def unmade_tables(document: Document) -> Iterator[Finding]:
    """Lines that were meant to divide the header of a table from its rows, where no table is shown."""
    hidden, tables = not_prose(document), Ranges(table.span for table in document.tables)
    for found in _SEPARATOR.finditer(document.text):
        if hidden.covers(found.end() - 1) or tables.covers(found.end() - 1):
            continue
        separator = _row(document.text, found.start())
        header = _row(document.text, document.text.rfind("\n", 0, max(found.start() - 1, 0)) + 1)
        is_first = found.start() == 0 or not document.text[header.span.start : header.span.end].strip(" \t>\r")
        if is_first and found[1]:
            yield Finding(separator.span)
        elif not is_first and header.pipes and header.width != separator.width and _is_separator(document, separator):
            yield Finding(header.span, {"header": header.width, "columns": separator.width}, message="columns")


def _is_separator(document: Document, row: _Row) -> bool:
    """Whether the whole line is one, in a paragraph of Markdown: within HTML no table was to be expected."""
    text, around = document.text, paragraph(document.text, row.span.start)
    is_html = text[around.start : row.span.start].lstrip().startswith("<")
    return not is_html and _SEPARATOR_ONLY.fullmatch(text, row.span.start, row.span.end) is not None


def unfit_rows(document: Document, table: Table) -> Iterator[Finding]:
    """Rows of a Markdown table with cells that are not shown, and text that is shown as a row."""
    text, width = document.text, len(table.header)
    start = table.span.start
    rows: list[_Row] = []
    while start < table.span.end:
        rows.append(_row(text, start))
        start = rows[-1].span.end + 1
    for index, row in enumerate(rows[2:], start=2):
        lost = text[row.dividers[width - 1] + 1 : row.span.end].strip(" \t\r|") if row.width > width else ""
        if lost:
            values = {
                "cells": row.width,
                "columns": width,
                "lost": lost if len(lost) <= _LONGEST_SHOWN else f"{lost[:_LONGEST_SHOWN]}…",
            }
            yield Finding(row.span, values, message="lost-cells", fixes=tuple(_escaped(document, row, width)))
        elif not row.pipes and not _NO_TEXT.match(text, row.span.start, row.span.end):
            is_end = not any(after.pipes for after in rows[index:])
            fix = Fix("empty-line", (Edit(document.path, Span(row.span.start, row.span.start), "\n"),), safe=True)
            is_quoted = text[row.span.start] == ">"
            yield Finding(row.span, message="text-row", fixes=(fix,) if is_end and not is_quoted else ())
            break


def _escaped(document: Document, row: _Row, width: int) -> Iterator[Fix]:
    """The pipes in code escaped, where nothing else makes the row too long."""
    if row.span.end - row.span.start > _LONGEST_REPAIRED:
        return
    line = document.text[row.span.start : row.span.end]
    code = Ranges(Span(*match.span()) for match in _CODE.finditer(line))
    inside = [pipe for pipe in row.dividers if code.covers(pipe - row.span.start)]
    if inside and row.width - len(inside) == width:
        edits = tuple(Edit(document.path, Span(pipe, pipe), "\\") for pipe in inside)
        yield Fix("escape", edits, safe=True)


def misplaced_header(document: Document, table: Table) -> Iterator[Finding]:
    """An empty header row above a row of bold cells, which is the header that was meant."""
    first = table.rows[0] if table.rows else ()
    is_blank = bool(table.header) and all(cell.span.start == cell.span.end for cell in table.header)
    if not is_blank or not all(_BOLD.fullmatch(document.text, cell.span.start, cell.span.end) for cell in first):
        return
    header = _row(document.text, table.span.start)
    row = _row(document.text, _row(document.text, header.span.end + 1).span.end + 1)
    edits = (
        Edit(document.path, header.span, document.text[row.span.start : row.span.end]),
        Edit(document.path, Span(row.span.start - 1, row.span.end), ""),
    )
    # Not safe: an extraction rule of the settings may look for the header in the first row of the body.
    yield Finding(header.span, {"row": first[0].text}, message="empty-header", fixes=(Fix("move", edits),))


def _row(text: str, start: int) -> _Row:
    """The line that starts there, without its line end."""
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    content = _QUOTE.match(text, start, end)
    begin = content.end() if content else start
    pipes = tuple(match.start() for match in _PIPE.finditer(text, begin, end) if match[0] == "|")
    last = start + len(text[start:end].rstrip()) - 1
    return _Row(Span(start, end), pipes, tuple(pipe for pipe in pipes if begin < pipe < last))
