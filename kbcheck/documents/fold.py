"""Folds the event stream of a Markdown page into the facts of its `Document`, in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from kbcheck.diagnostics import Span
from kbcheck.documents.events import Event, LinkValue
from kbcheck.documents.facts import Cell, Link, LinkSyntax, ListItem, Problem, Table
from kbcheck.documents.fold_html import HtmlFold
from kbcheck.documents.page import Page, cell_text, one_line
from kbcheck.documents.targets import target_span

_ATX = re.compile(r"[ \t]*#{1,6}(?:[ \t]+|$)")
_ATX_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_ITEM_MARK = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]*(?:\[[ xX]\][ \t]+)?")
_SYNTAX: dict[tuple[str, str], LinkSyntax] = {
    ("link", "inline"): "inline",
    ("link", "reference"): "reference",
    ("link", "autolink"): "autolink",
    ("image", "inline"): "image",
    ("image", "reference"): "image-reference",
}


class Fold:
    """The state of the pass: what is open, innermost last, with the height of the page's pile when it opened."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._html = HtmlFold(page)
        self._open_links: list[int] = []
        self._open_items: list[_OpenItem] = []
        self._list_numbers: list[int | None] = []
        self._header: tuple[Cell, ...] = ()
        self._rows: list[tuple[Cell, ...]] = []
        self._cells: list[Cell] = []
        self._cell = 0
        self._row = 0

    def read(self, events: Iterable[Event]) -> None:
        """Folds all events of the page."""
        handlers: dict[str, Callable[[int, int, Any], None]] = {
            "code": self._on_code,
            "code-block": self._on_code_block,
            "html": self._on_html,
            "heading": self._on_heading,
            "/heading": self._end_heading,
            "paragraph": self._on_paragraph,
            "link": self._on_link,
            "/link": self._end_link,
            "image": self._on_link,
            "/image": self._end_image,
            "list": self._on_list,
            "/list": self._end_list,
            "item": self._on_item,
            "/item": self._end_item,
            "task": self._on_task,
            "/table": self._end_table,
            "row": self._on_row,
            "/row": self._end_row,
            "cell": self._on_cell,
            "/cell": self._end_cell,
            "definition": self._on_definition,
            "unparsed": self._on_unparsed,
        }
        page, pile = self._page, self._page.pile
        for kind, start, end, value in events:
            if kind == "text":
                pile.append(value)
                if not page.has_body and page.open_heading is None and value.strip():
                    page.has_body = True
            elif kind == "break":
                pile.append("\n")
            elif kind in handlers:
                handlers[kind](start, end, value)
        self._html.close()

    # Text, code, headings

    def _on_paragraph(self, start: int, end: int, value: object) -> None:
        self._page.pile.append("\n")

    def _on_html(self, start: int, end: int, value: object) -> None:
        self._html.read(start, end)

    def _on_code(self, start: int, end: int, value: str) -> None:
        self._page.pile.append(value)
        self._page.code.append(Span(start, end))
        self._page.covered.append(Span(start, end))
        self._page.has_body = self._page.has_body or self._page.open_heading is None

    def _on_code_block(self, start: int, end: int, value: object) -> None:
        # Parsers disagree on the white space around a block: whole lines are the same for both.
        start = self._page.text.rfind("\n", 0, start) + 1
        end = self._end_of_text(start, end)
        self._page.code.append(Span(start, end))
        self._page.covered.append(Span(start, end))
        self._page.has_body = True

    def _on_heading(self, start: int, end: int, level: int) -> None:
        self._page.open_heading = len(self._page.pile)
        self._page.heading_id = None

    def _end_heading(self, start: int, end: int, level: int) -> None:
        text = self._page.taken(self._page.open_heading or 0)
        self._page.open_heading = None
        self._page.add_heading(level, text, self._heading_span(start, end), has_exact_spaces=True)

    def _heading_span(self, start: int, end: int) -> Span:
        """The span of a heading's content: without the #s before and behind it, or the underline."""
        source = self._page.text[start:end]
        mark = _ATX.match(source)
        if mark:
            line = source.split("\n", 1)[0]
            content = _ATX_CLOSING.sub("", line[mark.end() :])
            return self._page.stripped(start + mark.end(), start + mark.end() + len(content))
        return self._page.stripped(start, start + source.rstrip().rfind("\n"))

    def _end_of_text(self, start: int, end: int) -> int:
        """The offset behind the last character of `text[start:end]` that is no white space."""
        return start + len(self._page.text[start:end].rstrip())

    def _on_unparsed(self, start: int, end: int, value: object) -> None:
        self._page.problems.append(Problem("unchecked-file", Span(start, end), "too-complex"))

    # Links and images

    def _on_link(self, start: int, end: int, value: LinkValue) -> None:
        self._open_links.append(len(self._page.pile))

    def _end_link(self, start: int, end: int, value: LinkValue) -> None:
        text = self._page.taken(self._open_links.pop())
        self._add_link(_SYNTAX["link", value.form], start, end, value, text)
        self._page.has_body = True  # even in a heading: a page of headings that are links is a menu

    def _end_image(self, start: int, end: int, value: LinkValue) -> None:
        height = self._open_links.pop()
        self._add_link(_SYNTAX["image", value.form], start, end, value, self._page.taken(height))
        del self._page.pile[height:]  # the description is no text of the heading or cell around the image
        self._page.has_body = self._page.has_body or self._page.open_heading is None

    def _on_definition(self, start: int, end: int, value: LinkValue) -> None:
        self._add_link("definition", start, end, value, "")

    def _add_link(self, syntax: LinkSyntax, start: int, end: int, value: LinkValue, text: str) -> None:
        end = self._end_of_text(start, end)
        target = self._page.shown(value.target)
        where = target_span(self._page.text, start, end, value)
        self._page.links.append(Link(syntax, target, where, Span(start, end), one_line(text), value.label))
        self._page.covered.append(Span(start, end))

    # Lists

    def _on_list(self, start: int, end: int, first: int | None) -> None:
        if self._open_items:
            self._open_items[-1].end_own_text(start, self._page)
        self._list_numbers.append(first)

    def _end_list(self, start: int, end: int, first: int | None) -> None:
        self._list_numbers.pop()

    def _on_item(self, start: int, end: int, value: object) -> None:
        number = self._list_numbers[-1]
        if number is not None:
            self._list_numbers[-1] = number + 1
        self._open_items.append(_OpenItem(len(self._page.pile), len(self._page.items), number))
        self._page.items.append(_NOT_YET)

    def _on_task(self, start: int, end: int, ticked: bool) -> None:
        if self._open_items:
            self._open_items[-1].checked = ticked

    def _end_item(self, start: int, end: int, value: object) -> None:
        opened = self._open_items.pop()
        opened.end_own_text(end, self._page)
        mark = _ITEM_MARK.match(self._page.text, start, opened.end)
        begin = mark.end() if mark else start
        span = self._page.stripped(begin, max(opened.end, begin))
        depth = len(self._list_numbers)
        self._page.items[opened.index] = ListItem(opened.text.strip(), span, depth, opened.number, opened.checked)

    # Tables

    def _on_row(self, start: int, end: int, header: bool) -> None:
        self._cells = []
        self._row = start

    def _end_row(self, start: int, end: int, header: bool) -> None:
        if header:
            self._header = tuple(self._cells)
        else:
            self._rows.append(tuple(self._cells))

    def _on_cell(self, start: int, end: int, value: object) -> None:
        self._cell = len(self._page.pile)

    def _end_cell(self, start: int, end: int, value: object) -> None:
        if start >= end:  # a cell that the row lacks; parsers disagree on whether it stands on this line or the next
            start = end = len(self._page.text[self._row : start].rstrip("\n")) + self._row
        self._cells.append(Cell(cell_text(self._page.taken(self._cell)), self._page.stripped(start, end)))

    def _end_table(self, start: int, end: int, value: object) -> None:
        span = Span(start, self._end_of_text(start, end))
        self._page.tables.append(Table("markdown", self._header, tuple(self._rows), span))
        self._rows = []
        self._page.has_body = True


class _OpenItem:
    """A list item whose end has not come yet; its own text ends where its first sub-list starts."""

    def __init__(self, height: int, index: int, number: int | None) -> None:
        self.index = index
        self.number = number
        self.checked: bool | None = None
        self.text = ""
        self.end = -1
        self._height = height

    def end_own_text(self, end: int, page: Page) -> None:
        """Its own text ends at `end`, unless it has ended before."""
        if self.end < 0:
            self.end = end
            self.text = page.taken(self._height)


#: Keeps the place of an item in the order of the page until it is whole.
_NOT_YET = ListItem("", Span(0, 0), 0)
