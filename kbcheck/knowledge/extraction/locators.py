"""Where in a unit a text stands: its name, its number, its link, another attribute."""

from __future__ import annotations

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Link
from kbcheck.knowledge.extraction.markup import plain, strong
from kbcheck.knowledge.extraction.places import Piece, part, within
from kbcheck.knowledge.extraction.scopes import cell_of
from kbcheck.knowledge.extraction.tables import first_link
from kbcheck.knowledge.extraction.units import Unit
from kbcheck.knowledge.extraction.vocabulary import Locator


def located(where: Locator, unit: Unit) -> Piece | None:
    """The piece of a unit that a locator names; None when there is no such place, or the locator wants it left out."""
    piece = _place(where, unit)
    for narrowed in (_first, _matched, _after, _before):
        piece = narrowed(where, unit, piece) if piece is not None else None
    return piece


def _place(where: Locator, unit: Unit) -> Piece | None:
    if where.key is not None:
        value, span = unit.value(where.key)
        is_text = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        return Piece(str(value), span) if is_text and span else None
    if where.col is not None or where.cell is not None or (where.row is not None and unit.cells):
        return cell_of(unit, where)
    if where.row is not None:
        return _row_of_page(unit, where)
    return unit.piece


def _row_of_page(unit: Unit, where: Locator) -> Piece | None:
    """The second cell of the first row, on the page or in the section, whose first cell matches."""
    for table in within(unit.document.tables, unit.section):
        for row in (table.header, *table.rows):
            if len(row) > 1 and where.row is not None and where.row.search(row[0].text):
                return Piece(row[1].text, row[1].span)
    return None


def _first(where: Locator, unit: Unit, piece: Piece) -> Piece | None:
    """Its first bold text, link or line; where there is none, all of it unless the locator says what else."""
    if where.first == "line":
        start = len(piece.text) - len(piece.text.lstrip())
        end = piece.text.find("\n", start)
        return part(unit.document, piece, start, end if end >= 0 else len(piece.text))
    found: Piece | None = piece
    if where.first == "strong":
        found = next(strong(unit.document, piece.span), None)
    elif where.first == "link":
        link = first_link(unit.document, piece.span)
        found = Piece(link.text, link.span) if link else None
    return found or (None if where.else_ else piece)


def _matched(where: Locator, unit: Unit, piece: Piece) -> Piece | None:
    """What the group `name` holds, in the text or else in its source."""
    if where.match is None:
        return piece
    match = where.match.search(piece.text)
    if match is not None:
        return part(unit.document, piece, *match.span(_group(match.groupdict())))
    match = where.match.search(unit.document.text, piece.span.start, piece.span.end)
    if match is None:
        return None if where.else_ else piece
    group = _group(match.groupdict())
    return Piece(plain(match[group]), Span(*match.span(group)))


def _group(groups: dict[str, str | None]) -> str | int:
    return "name" if groups.get("name") is not None else 0


def _after(where: Locator, unit: Unit, piece: Piece) -> Piece | None:
    if where.after is None:
        return piece
    match = where.after.search(piece.text)
    return part(unit.document, piece, match.end(), len(piece.text)) if match else None


def _before(where: Locator, unit: Unit, piece: Piece) -> Piece | None:
    match = where.before.search(piece.text) if where.before is not None else None
    return part(unit.document, piece, 0, match.start()) if match else piece


def link_of(where: Locator | None, unit: Unit, name: Piece) -> Link | None:
    """The link to the page of a unit: the one that it is, the one that a locator names, or the first beside its name."""
    if where is not None:
        piece = located(where, unit)
        return _written(where, unit, piece) if piece else None
    if unit.link is not None:
        return unit.link
    return first_link(unit.document, name.span) or first_link(unit.document, _around(unit, name))


def _written(where: Locator, unit: Unit, piece: Piece) -> Link | None:
    """The link in a piece; in data, the text itself is a target."""
    if where.key is not None or unit.record is not None:
        return Link("inline", piece.text, piece.span, piece.span, "")
    return first_link(unit.document, piece.span)


def _around(unit: Unit, name: Piece) -> Span:
    """What a name stands in: its cell, or the text of the unit."""
    for one in unit.cells:
        if one.cell.span.start <= name.span.start < one.cell.span.end:
            return one.cell.span
    return unit.piece.span if not unit.cells else name.span
