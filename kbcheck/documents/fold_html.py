"""Folds the HTML of a page into its facts: links, ids, tables, `<summary>`, headings, code.

Tags arrive in the order of the page, from HTML blocks and from between Markdown events alike. As in a browser, a tag that
is left open ends where the next one of its name begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Anchor, Comment, Link, Summary
from kbcheck.documents.html import Attribute, Markup, Tag, scan
from kbcheck.documents.html_tables import HtmlTable
from kbcheck.documents.page import Page, cell_text, one_line

_MUTE = frozenset({"script", "style"})
_BREAKS = frozenset({"br", "p", "li", "div", "ul", "ol", "tr"})
_SOURCES = frozenset({"img", "video", "audio", "source", "iframe", "embed"})
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_CODE = frozenset({"code", "pre"})
# In a `srcset`: the width or density that an image is meant for.
_DESCRIPTOR = re.compile(r"[0-9.]+[wx]")


class HtmlFold:
    """The state of the HTML of one page: what is open, by the name of its tag."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._mute: str | None = None  # the element whose text is not shown
        self._table: HtmlTable | None = None
        self._open: dict[str, tuple[Tag, int]] = {}  # with the height of the pile when it opened

    def read(self, start: int, end: int) -> None:
        """Folds one inline tag or one HTML block."""
        self._page.covered.append(Span(start, end))
        for piece in scan(self._page.text, start, end):
            if isinstance(piece, Tag):
                self._on_tag(piece)
            elif piece.comment is not None:
                self._page.comments.append(Comment(piece.comment, Span(piece.start, piece.end)))
            elif self._mute is None:
                self._on_text(piece)

    def close(self) -> None:
        """The page ends: so does what is still open."""
        end = len(self._page.text)
        if "a" in self._open:
            self._end_link(end)
        if self._table:
            self._page.tables.append(self._table.table(end))

    def _on_text(self, piece: Markup) -> None:
        text = piece.text or ""
        self._page.pile.append(text)
        if not self._page.has_body and text.strip() and not self._open.keys() & _LEVELS.keys():
            self._page.has_body = True

    def _on_tag(self, tag: Tag) -> None:
        name = tag.name
        if name in _MUTE:
            self._mute = None if tag.closing else name
        if self._mute:
            return
        if name in _BREAKS:
            self._page.pile.append("\n")
        if self._table or name == "table":
            self._on_table_tag(tag)
        if tag.closing:
            self._on_closing(tag)
            return
        if tag.attributes:
            self._on_attributes(tag)
        if name == "summary" or name in _CODE or name in _LEVELS:
            self._open[name] = tag, len(self._page.pile)

    # Attributes

    def _on_attributes(self, tag: Tag) -> None:
        own_id = tag.get("id") or (tag.get("name") if tag.name == "a" else None)
        if own_id and own_id.value:
            self._add_anchor(tag, own_id)
        if tag.name == "a" and tag.get("href"):
            if "a" in self._open:
                self._end_link(tag.start)
            self._open["a"] = tag, len(self._page.pile)
        source = tag.get("src") if tag.name in _SOURCES else None
        if source and source.value:
            self._add_image(tag, source)
        candidates = tag.get("srcset") if tag.name in ("img", "source") else None
        for candidate in _candidates(candidates) if candidates else ():
            self._add_image(tag, candidate)

    def _add_anchor(self, tag: Tag, own_id: Attribute) -> None:
        self._page.anchors.append(Anchor(own_id.value, Span(own_id.start, own_id.end)))
        in_heading = self._page.open_heading is not None or self._open.keys() & _LEVELS.keys() or tag.name in _LEVELS
        if in_heading and self._page.heading_id is None:
            self._page.heading_id = own_id.value

    def _add_image(self, tag: Tag, source: Attribute) -> None:
        description = tag.get("alt")
        shown_as = "img" if source.name == "srcset" else tag.name  # in a <source>, it is the image of a <picture>
        self._page.links.append(
            Link(
                "html-image",
                self._page.shown(source.value),
                Span(source.start, source.end),
                Span(tag.start, tag.end),
                description.value if description else "",
                tag=shown_as,
            )
        )
        self._page.has_body = True

    # Closing tags

    def _on_closing(self, closing: Tag) -> None:
        if closing.name == "a":
            if "a" in self._open:
                self._end_link(closing.end)
            return
        opened = self._open.pop(closing.name, None)
        if opened is None:
            return
        tag, height = opened
        span = self._page.stripped(tag.end, closing.start)
        if closing.name == "summary":
            self._page.summaries.append(Summary(one_line(self._page.taken(height)), span))
        elif closing.name in _LEVELS:
            self._page.add_heading(_LEVELS[closing.name], self._page.taken(height), span)
        elif not self._page.in_code(tag.start):
            code = self._page.code
            while code and code[-1].start > tag.start:
                code.pop()  # a Markdown code span inside is part of it
            code.append(Span(tag.start, closing.end))

    def _end_link(self, end: int) -> None:
        tag, height = self._open.pop("a")
        href = tag.get("href")
        if href is not None:
            target, text = self._page.shown(href.value), one_line(self._page.taken(height))
            self._page.links.append(
                Link("html", target, Span(href.start, href.end), Span(tag.start, end), text, tag="a")
            )
            self._page.covered.append(Span(tag.start, end))

    # Tables

    def _on_table_tag(self, tag: Tag) -> None:
        if self._table is None:
            if not tag.closing:
                self._table = HtmlTable(tag)
                self._page.has_body = True
            return
        text = self._page.taken(self._table.height) if self._table.ends_cell(tag) else ""
        self._table.on_tag(tag, cell_text(text), len(self._page.pile), self._page.stripped)
        if self._table.closed:
            self._page.tables.append(self._table.table(tag.end))
            self._table = None


def _candidates(srcset: Attribute) -> Iterator[Attribute]:
    """The images that a `srcset` offers (HTML, "srcset attributes"). GitBook leaves the spaces of file names in them.

    None where an entity or an embedded image (`data:`) hides their places.
    """
    if len(srcset.value) != srcset.end - srcset.start or "data:" in srcset.value:
        return
    position = srcset.start
    for candidate in srcset.value.split(","):
        begin = position + len(candidate) - len(candidate.lstrip())
        position += len(candidate) + 1
        words = candidate.rsplit(None, 1)
        has_descriptor = len(words) == 2 and _DESCRIPTOR.fullmatch(words[1])
        target = words[0].lstrip() if has_descriptor else candidate.strip()
        if target:
            yield Attribute("srcset", target, begin, begin + len(target))
