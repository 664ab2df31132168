"""Lines that were meant as list items and are none: the mark is not one of CommonMark (5.2), or it is gone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kbcheck.diagnostics import Edit, Finding, Fix, Span
from kbcheck.documents.facts import Document
from kbcheck.documents.ranges import Ranges
from kbcheck.rules.prose import LinePattern, not_prose, paragraph

# All patterns are anchored at a line and possessive where they repeat: a line is read once.
_GLUED = r"[ \t]*+(-)(?=[^\W\d_]|[*\"«“(\[])"
_GLUED_LINE = LinePattern(_GLUED)
_GLUED_IN_PART = re.compile(rf"^{_GLUED}", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*+- \S", re.MULTILINE)
_NUMBER = LinePattern(r"[ \t]*+(?P<number>\d{1,2})(?P<mark>-[ \t]*|[°/][ \t]+|\.(?=[^\W\d_]))(?=[^\W\d_]|[*\"«“(\[])")
_BULLETS = "•▪‣●◦"
_BULLET = re.compile(rf"^[ \t]*+(?P<mark>[{_BULLETS}][ \t\xa0]*+)(?P<rest>\S[^\n]*+)", re.MULTILINE)
# A line that starts with a single space, the last one before an empty line.
_INDENTED = re.compile(r"\n (?P<line>[^\W\d_][^\n]*+)(?=\n[ \t]*+\r?(?:\n|\Z)|\Z)")
_REAL_BULLET = re.compile(r"^[ \t]*+([-*+])[ \t]++\S", re.MULTILINE)
_FEWEST_BEFORE = (
    3  # items of one line each before a line without a mark: where lines are wrapped, it may be a continuation
)
# The end of a sentence of an enumeration, and how many of them in a row are one.
_SEMICOLON = re.compile(r";[ \t]*\r?\n")
_FEWEST_SENTENCES = 4
_GLUED_IN_CELL = re.compile(r"(?:<br ?/?>|<p>)(-)(?=[^\W\d_]|<(?:strong|b|em|i|a)\b)")
_ITEM_IN_CELL = re.compile(r"(?:\A|<br ?/?>|<p>)- \S")
_FEWEST = 2  # items: one line is no list


def malformed_items(document: Document) -> Iterator[Finding]:
    """All of them, one kind after the other."""
    hidden = not_prose(document)
    yield from _glued(document, hidden)
    yield from _numbers(document, hidden)
    yield from _bullets(document, hidden)
    yield from _unmarked(document, hidden)
    yield from _glued_in_cells(document)


def _glued(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """`-Item`, in a paragraph that has another such line or a real item: a dash alone may be the end of a quotation."""
    around, is_list = Span(0, 0), False
    for found in _GLUED_LINE.finditer(document.text):
        if hidden.covers(found.start(1)):
            continue
        if not around.start <= found.start(1) < around.end:
            around = paragraph(document.text, found.start(1))
            glued = _GLUED_IN_PART.findall(document.text, around.start, around.end)
            is_list = len(glued) > 1 or _ITEM.search(document.text, around.start, around.end) is not None
        if is_list:
            yield _without_space(document, found.end(1))


def _without_space(document: Document, offset: int) -> Finding:
    edits = (Edit(document.path, Span(offset, offset), " "), *_without_break(document, offset))
    fix = Fix("space", edits, safe=True)
    return Finding(Span(offset - 1, offset), fixes=(fix,))


def _without_break(document: Document, offset: int) -> Iterator[Edit]:
    """Without the backslash that broke the line before: before an item there is nothing to break, and it is shown."""
    end = document.text.rfind("\n", 0, offset)
    end -= document.text.endswith("\r", 0, max(end, 0))
    if document.text.endswith("\\", 0, max(end, 0)) and not document.text.endswith("\\\\", 0, end):
        yield Edit(document.path, Span(end - 1, end), "")


def _usual_bullet(text: str) -> str:
    """The mark of most items of the page; a hyphen where there is none."""
    marks = Counter(_REAL_BULLET.findall(text))
    return max("-*+", key=lambda mark: marks[mark])


def _numbers(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """`1- `, `2- ` ... at the start of lines: a run that counts from 1 is a list for sure."""
    run: list[re.Match[str]] = []
    for found in _NUMBER.finditer(document.text):
        if hidden.covers(found.start("number")):
            continue
        if run and int(found["number"]) == len(run) + 1 and found["mark"].strip() == run[0]["mark"].strip():
            run.append(found)
            continue
        yield from _numbered(document, run)
        run = [found] if int(found["number"]) == 1 else []
    yield from _numbered(document, run)


def _numbered(document: Document, run: list[re.Match[str]]) -> Iterator[Finding]:
    if len(run) < _FEWEST:
        return
    edits = tuple(
        edit
        for found in run
        for edit in (
            Edit(document.path, Span(*found.span("mark")), ". "),
            *_without_break(document, found.start("mark")),
        )
    )
    span = Span(run[0].start("number"), run[0].end("mark"))
    values = {"mark": run[0]["number"] + run[0]["mark"].strip(), "count": len(run)}
    yield Finding(span, values, message="number", fixes=(Fix("numbers", edits, safe=True),))


def _bullets(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """Bullets of a word processor: one finding a page."""
    if not any(mark in document.text for mark in _BULLETS):
        return
    found = [match for match in _BULLET.finditer(document.text) if not hidden.covers(match.start("mark"))]
    if len(found) < _FEWEST:
        return
    bullet = _usual_bullet(document.text)
    edits = tuple(
        edit
        for match in found
        for edit in (
            Edit(document.path, Span(*match.span("mark")), f"{bullet} "),
            *_without_break(document, match.start("mark")),
        )
    )
    is_one_a_line = not any(match["mark"][0] in match["rest"] for match in found)
    fixes = (Fix("bullets", edits, safe=True),) if is_one_a_line else ()
    mark = Span(found[0].start("mark"), found[0].start("mark") + 1)
    yield Finding(mark, {"mark": found[0]["mark"][0], "count": len(found)}, message="bullet", fixes=fixes)


def _unmarked(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """Lines whose mark is gone."""
    for found in _INDENTED.finditer(document.text):
        if _follows_items(document.text, found.start()) and not hidden.covers(found.start("line")):
            yield Finding(Span(*found.span("line")), message="lost-mark")
    for run in _enumerations(document.text):
        if len(run) >= _FEWEST_SENTENCES and not hidden.covers(run[0].start):
            first = document.text[run[0].start : run[0].end].rstrip()
            span = Span(run[0].start, run[0].start + len(first))
            yield Finding(span, {"count": len(run)}, message="enumeration")


def _follows_items(text: str, end: int) -> bool:
    """Whether the lines before the line feed at `end` are items."""
    for _ in range(_FEWEST_BEFORE):
        start = text.rfind("\n", 0, end) + 1
        if not text.startswith("- ", start, end):
            return False
        end = max(0, start - 1)
    return True


def _enumerations(text: str) -> Iterator[list[Span]]:
    """The lines that start with a letter and end with a semicolon, those in a row together."""
    run: list[Span] = []
    for found in _SEMICOLON.finditer(text):
        line = Span(text.rfind("\n", 0, found.start()) + 1, found.end())
        if run and line.start != run[-1].end:
            yield run
            run = []
        if text[line.start].isalpha():
            run.append(line)
    yield run


def _glued_in_cells(document: Document) -> Iterator[Finding]:
    """`<br>-Item` in a cell that has real items, or what passes for them there: `<br>- Item`."""
    for table in document.tables:
        for cell in (cell for row in table.rows for cell in row):
            source = document.text[cell.span.start : cell.span.end]
            if _ITEM_IN_CELL.search(source):
                for found in _GLUED_IN_CELL.finditer(source):
                    yield _without_space(document, cell.span.start + found.end(1))
