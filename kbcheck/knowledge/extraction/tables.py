"""Tables as extraction sees them: Markdown or HTML, with headers in the first row or in the one below, cards of GitBook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Cell, Document, Link, Table
from kbcheck.knowledge.extraction.markup import strong
from kbcheck.knowledge.extraction.places import Piece, within
from kbcheck.knowledge.extraction.units import Labelled, Scope, Unit
from kbcheck.knowledge.extraction.vocabulary import Where
from kbcheck.knowledge.model import Label

_NO_CELL = Cell("", Span(0, 0))
_NO_LINKS = ("image", "image-reference", "html-image", "definition")


class Grid(Struct, frozen=True):
    """A table with its headers settled."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    table: Table


def grids(scope: Scope, where: Where) -> Iterator[Grid]:
    """The tables in a scope with the headers and the row that are asked for; cards only where headers are."""
    for table in within(scope.document.tables, scope.span):
        if table.span.end > scope.span.end or (is_cards(table) and not where.columns):
            continue
        grid = _grid(scope.document, table, where)
        if not _has_columns(grid.header, where):
            continue
        if where.row is None or any(where.row.search(_joined(row)) for row in grid.rows):
            yield grid


def is_cards(table: Table) -> bool:
    """Whether GitBook shows the table as tiles."""
    return "data-view=cards" in table.attributes


def _grid(document: Document, table: Table, where: Where) -> Grid:
    if where.header == "none":
        return Grid((), ((*((table.header,) if table.header else ()), *table.rows)), table)
    in_body = where.header == "first-body-row" or (
        where.header == "auto" and _has_header_in_body(document, table, where)
    )
    if in_body and table.rows:
        return Grid(table.rows[0], table.rows[1:], table)
    return Grid(table.header, table.rows, table)


def _has_columns(header: tuple[Cell, ...], where: Where) -> bool:
    return all(any(column.search(cell.text) for cell in header) for column in where.columns)


def _has_header_in_body(document: Document, table: Table, where: Where) -> bool:
    """Whether the headers are in the first row below the header row, which Markdown wants and authors leave empty.

    They are the headers that the rule asks for; without such a condition, they are in bold.
    """
    if any(cell.text for cell in table.header) or not table.rows:
        return False
    first = table.rows[0]
    if where.columns:
        return _has_columns(first, where) and not _has_columns(table.header, where)
    return not table.header or all(any(strong(document, cell.span)) for cell in first if cell.text)


def _joined(row: Iterable[Cell]) -> str:
    """A row in one line."""
    return " | ".join(cell.text.replace("\n", " ") for cell in row)


def rows(scope: Scope, where: Where) -> Iterator[Unit]:
    """The rows of the tables, but for empty ones. A row may be shorter than the header: what is missing is empty."""
    for grid in grids(scope, where):
        for row in grid.rows:
            if any(cell.text for cell in row):
                span = Span(row[0].span.start, row[-1].span.end)
                cells = tuple(
                    Labelled(label, _placed(cell, row))
                    for label, cell in zip_longest(grid.header, row, fillvalue=_NO_CELL)
                )
                piece = Piece(_joined(row), span)
                yield Unit(scope.document, piece, "table-row", span, cells=cells, group=grid.table.span)


def _placed(cell: Cell, row: tuple[Cell, ...]) -> Cell:
    """A cell that the row lacks stands at its end."""
    return Cell("", Span(row[-1].span.end, row[-1].span.end)) if cell is _NO_CELL else cell


def columns(scope: Scope, where: Where) -> Iterator[Unit]:
    """The columns of the tables but the first, which names the rows."""
    for grid in grids(scope, where):
        for index, header in enumerate(grid.header):
            if index == 0 or not header.text:
                continue
            cells = tuple(
                Labelled(row[0], row[index] if index < len(row) else _placed(_NO_CELL, row)) for row in grid.rows if row
            )
            piece = Piece(header.text, header.span)
            yield Unit(scope.document, piece, "table-column", header.span, cells=cells, group=grid.table.span)


def headers(scope: Scope, where: Where) -> Iterator[Unit]:
    """The headers above the other cells of the row around, each with the cell below it; with no row around, all."""
    if scope.unit is None:
        yield from columns(scope, where)
        return
    for one in scope.unit.cells[1:]:
        if one.label.text:
            piece = Piece(one.label.text, one.label.span)
            yield Unit(scope.document, piece, "table-header", one.label.span, cells=(one,))


def cards(scope: Scope) -> Iterator[Unit]:
    """The tiles of GitBook's cards. Its columns have no names: the attributes of their headers say what they hold.

    GitBook, "Cards": `data-card-target` is the page that a tile opens, `data-card-cover` its picture; a `content-ref`
    column shows the title of the page that it links to. Text in a hidden column is what an author typed all the same.
    """
    for table in within(scope.document.tables, scope.span):
        if is_cards(table) and table.span.end <= scope.span.end:
            for row in table.rows:
                yield _card(scope.document, table, row)


def _card(document: Document, table: Table, row: tuple[Cell, ...]) -> Unit:
    target: Link | None = None
    shown: list[Cell] = []
    hidden: list[Cell] = []
    for header, cell in zip(table.header, row, strict=False):
        names = {attribute.partition("=")[0] for attribute in header.attributes}
        leads = "data-card-target" in names or "data-type=content-ref" in header.attributes
        if leads:
            target = (target if "data-card-target" not in names else None) or first_link(document, cell.span) or target
        if "data-card-cover" in names or not cell.text or (leads and "data-hidden" in names):
            continue
        (hidden if "data-hidden" in names else shown).append(cell)
    span = Span(row[0].span.start, row[-1].span.end)
    return Unit(
        document,
        Piece(shown[0].text.split("\n", 1)[0], shown[0].span) if shown else Piece("", (hidden or row)[0].span),
        "card",
        span,
        cells=tuple(Labelled(header, cell) for header, cell in zip(table.header, row, strict=False)),
        link=target,
        labels=tuple(Label(cell.text, cell.span) for cell in hidden),
        group=table.span,
    )


def first_link(document: Document, span: Span) -> Link | None:
    """The first link, no image, in a part of a page."""
    for link in within(document.links, span):
        if link.span.end <= span.end and link.syntax not in _NO_LINKS:
            return link
    return None
