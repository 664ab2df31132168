"""HTML tables, read tag by tag into the same `Table` that Markdown tables give.

GitBook writes HTML as soon as a column has a width, and its cards are tables (`data-view="cards"`).
"""

from __future__ import annotations

from collections.abc import Callable

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Cell, Table
from kbcheck.documents.html import Tag

_CELLS = frozenset({"td", "th"})
# Tags that end an open cell even without its own closing tag (HTML, "optional tags").
_ENDS_CELL = frozenset({"td", "th", "tr", "thead", "tbody", "tfoot", "table"})


class HtmlTable:
    """A table whose closing tag has not come yet. Tables inside its cells count as text of the cell."""

    def __init__(self, tag: Tag) -> None:
        self._start = tag.start
        self._attributes = _named(tag)
        self._header: tuple[Cell, ...] = ()
        self._rows: list[tuple[Cell, ...]] = []
        self._row: list[tuple[Cell, bool]] = []
        self._cell: Tag | None = None
        self._in_head = False
        self._depth = 1
        self.height = 0  # of the pile of text when the open cell opened
        self.closed = False

    def ends_cell(self, tag: Tag) -> bool:
        """Whether this tag ends the cell that is open."""
        return self._cell is not None and self._depth == 1 and tag.name in _ENDS_CELL and self._is_outer(tag)

    def _is_outer(self, tag: Tag) -> bool:
        return not (tag.name == "table" and not tag.closing)

    def on_tag(self, tag: Tag, text: str, height: int, stripped: Callable[[int, int], Span]) -> None:
        """The next tag. `text` is that of the open cell if the tag ends it, `height` that of the pile now."""
        if self.ends_cell(tag) and self._cell is not None:
            span = stripped(self._cell.end, tag.start)
            self._row.append((Cell(text, span, _named(self._cell)), self._cell.name == "th"))
            self._cell = None
        if tag.name == "table":
            self._depth += -1 if tag.closing else 1
            self.closed = self._depth == 0
        if self._depth > 1 or tag.name not in _ENDS_CELL:
            return
        if tag.name in ("tr", "table", "thead", "tbody", "tfoot"):
            self._end_row()
            self._in_head = (tag.name == "thead" and not tag.closing) or (self._in_head and tag.name == "tr")
        elif not tag.closing:
            self._cell = tag
            self.height = height

    def _end_row(self) -> None:
        if not self._row:
            return
        cells = tuple(cell for cell, _ in self._row)
        is_header = self._in_head or (not self._rows and all(header for _, header in self._row))
        if is_header and not self._header:
            self._header = cells
        else:
            self._rows.append(cells)
        self._row = []

    def table(self, end: int) -> Table:
        """The table as far as it was read; `end` is the offset behind it."""
        self._end_row()
        return Table("html", self._header, tuple(self._rows), Span(self._start, end), self._attributes)


def _named(tag: Tag) -> tuple[str, ...]:
    return tuple(
        f"{attribute.name}={attribute.value}" if attribute.value else attribute.name for attribute in tag.attributes
    )
