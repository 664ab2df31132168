"""Where a rule looks: a whole page, the section below a heading, the list below a label or a sentence, a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading, ListItem
from kbcheck.knowledge.extraction.markup import follows, lines
from kbcheck.knowledge.extraction.places import Piece, first_in, part, within
from kbcheck.knowledge.extraction.units import Scope, Unit
from kbcheck.knowledge.extraction.vocabulary import Locator, Pattern, Rule


def scopes(rule: Rule, around: Scope) -> Iterator[Scope]:
    """The parts of a scope that a rule names with `in` and `under`; all of it when it names none."""
    unit = around.unit
    if rule.in_ is not None and unit is not None:
        cell = cell_of(unit, rule.in_) or Piece("", Span(unit.section.end, unit.section.end))
        around = Scope(unit.document, cell.span, cell, unit)
    if rule.under is None:
        yield around
    elif rule.under.heading is not None:
        for span in _sections(rule.under.heading, rule.under.level, around):
            yield Scope(around.document, span, unit=unit)
    elif rule.under.after is not None:
        for span in _introduced(rule.under.after, around):
            yield Scope(around.document, span, unit=unit)
    elif rule.under.label is not None:
        for span, piece in _labelled(rule.under.label, around):
            yield Scope(around.document, span, piece, unit, labelled=True)


def cell_of(unit: Unit, where: Locator) -> Piece | None:
    """The cell of a row or a column that a locator names."""
    pattern = where.col or where.row
    for index, one in enumerate(unit.cells):
        found = pattern.search(one.label.text) if pattern else where.cell in (index, "first-filled")
        if found and (where.cell != "first-filled" or one.cell.text):
            return Piece(one.cell.text, one.cell.span)
    return None


def _sections(heading: Pattern, level: int | None, around: Scope) -> Iterator[Span]:
    """The sections whose heading matches; one inside another is a part of it."""
    titles = within(around.document.headings, around.span)
    wanted = {one.span for one in titles if level in (None, one.level) and heading.search(one.text)}
    end = -1
    for title, span in sections(around.document, around.span) if wanted else ():
        if title.span in wanted and span.start >= end:
            end = span.end
            yield span


def sections(document: Document, span: Span) -> Iterator[tuple[Heading, Span]]:
    """Every heading in a part of a page, and what follows it up to the next one of its level or a higher one."""
    headings = within(document.headings, span)
    ends = [span.end] * len(headings)
    open_: list[int] = []
    for index, heading in enumerate(headings):
        while open_ and headings[open_[-1]].level >= heading.level:
            ends[open_.pop()] = max(document.text.rfind("\n", 0, heading.span.start) + 1, span.start)
        open_.append(index)
    for heading, end in zip(headings, ends, strict=True):
        yield heading, Span(heading.span.end, max(end, heading.span.end))


def _introduced(sentence: Pattern, around: Scope) -> Iterator[Span]:
    """The list or the table below each line that matches; two such lines above one list introduce it once."""
    end = -1
    for line in lines(around.document, around.span, sentence):
        if line.span.start >= end:
            block = _block_after(around.document, Span(line.span.end, around.span.end))
            if block is not None:
                end = block.end
                yield block


def _labelled(label: Pattern, around: Scope) -> Iterator[tuple[Span, Piece | None]]:
    """What stands under each label that matches: the deeper items below it, the rest of its line, or the list behind it.

    Seen: `* **Label**` and a nested list, `* Label : a, b`, `**Label**:` and a list, `**Label :** a, b`.
    """
    document, span = around.document, around.span
    items = within(document.items, span)
    indices = {item.span.start: index for index, item in enumerate(items)}
    end = -1
    for line in lines(document, span, label, as_label=True):
        if line.span.start < end:
            continue
        index = indices.get(line.span.start)
        text = line if index is None else Piece(items[index].text, items[index].span)
        below = _below(items, index) if index is not None else None
        rest = part(document, text, text.text.find(":") + 1 or len(text.text), len(text.text))
        if below is None and not rest.text and index is None:
            below = _block_after(document, Span(line.span.end, span.end))
        if below is not None:
            end = below.end
            yield below, None
        elif rest.text:
            yield rest.span, rest


def _below(items: Sequence[ListItem], index: int) -> Span | None:
    """The items below one that are deeper than it."""
    last = index
    while last + 1 < len(items) and items[last + 1].depth > items[index].depth:
        last += 1
    return Span(items[index + 1].span.start, items[last].span.end) if last > index else None


def _block_after(document: Document, span: Span) -> Span | None:
    """The first list or table in a part of a page, before its first heading."""
    heading = first_in(document.headings, span)
    span = Span(span.start, heading.span.start) if heading else span
    table, item = first_in(document.tables, span), first_in(document.items, span)
    if table is not None and (item is None or table.span.start < item.span.start):
        return table.span
    last = item
    for following in within(document.items, Span(item.span.end, span.end)) if item else ():
        if last is None or item is None or not follows(document, last.span, following.span):
            break
        if following.depth <= item.depth and (following.number is None) != (item.number is None):
            break  # another list
        last = following
    return Span(item.span.start, last.span.end) if item and last else None
