"""HTML inside Markdown: tags with their attributes and comments, each at its exact place.

A tokenizer, not a tree: pages mix HTML and Markdown freely, so the builder of a Document sees the tags of a page in
order, whether they stand in one HTML block or between Markdown events. The syntax is that of CommonMark (section 6.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from msgspec import Struct

# Possessive and bounded, so that a page full of unclosed quotes costs no more than its length.
_TAG = re.compile(
    r"""<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)
        (?P<attributes>(?:[^<>"']++|"[^"]{0,10000}+"|'[^']{0,10000}+'){0,200}+)>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`]++)))?""")


class Attribute(Struct, frozen=True):
    """An attribute: its lower-case name, its decoded value ("" without one), the offsets of the value as written."""

    name: str
    value: str
    start: int
    end: int


class Tag(Struct, frozen=True):
    """An opening (`closing` false), closing or self-closing tag; `name` is lower-case."""

    name: str
    closing: bool
    start: int
    end: int
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> Attribute | None:
        """The first attribute of that name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


class Markup(Struct, frozen=True):
    """A comment, when `comment` is its text, or the text between two tags, when `text` is."""

    start: int
    end: int
    text: str | None = None
    comment: str | None = None


def scan(source: str, start: int, end: int) -> Iterator[Tag | Markup]:
    """The tags, comments and stretches of text of `source[start:end]`, in order. Entities of texts are decoded."""
    position = start
    while position < end:
        bracket = source.find("<", position, end)
        if bracket < 0:
            break
        found = _comment(source, bracket, end) if source.startswith("<!--", bracket) else _tag(source, bracket, end)
        if found is None:  # a lone "<" is text
            yield Markup(position, bracket + 1, text=unescape(source[position : bracket + 1]))
            position = bracket + 1
            continue
        if bracket > position:
            yield Markup(position, bracket, text=unescape(source[position:bracket]))
        yield found
        position = found.end
    if position < end:
        yield Markup(position, end, text=unescape(source[position:end]))


def _comment(source: str, start: int, end: int) -> Markup:
    """The comment that opens at `start`; one that is never closed runs to the end, as in a browser."""
    close = source.find("-->", start + 4, end)
    if close < 0:
        return Markup(start, end, comment=source[start + 4 : end])
    return Markup(start, close + 3, comment=source[start + 4 : close])


def _tag(source: str, start: int, end: int) -> Tag | None:
    match = _TAG.match(source, start, end)
    if match is None:
        return None
    attributes = tuple(_attributes(source, *match.span("attributes"))) if match["attributes"] else ()
    return Tag(match["name"].lower(), bool(match["closing"]), start, match.end(), attributes)


def _attributes(source: str, start: int, end: int) -> Iterator[Attribute]:
    for match in _ATTRIBUTE.finditer(source, start, end):
        group = match.lastindex or 1
        if group == 1:
            yield Attribute(match[1].lower(), "", match.end(), match.end())
        else:
            yield Attribute(match[1].lower(), unescape(match[group]), *match.span(group))
