"""Events from markdown-it-py, the reference parser: always installed, about seven times slower than pyromark."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from kbcheck.documents.events import Event, LinkValue
from kbcheck.documents.markdown_it_positions import MARKS, Pieces, block_parser, inline_parser

_BLOCKS = block_parser()
_INLINE = inline_parser()
# What is beyond these is no prose, and would take markdown-it-py gigabytes of memory: it makes objects of some 300 bytes.
_MOST_LINES_AND_CELLS = 300_000  # of a page
_MOST_MARKS = 200_000  # of a paragraph
_LINE_END = re.compile(r"\r\n?")
_PAIR = re.compile(r"\r\n")
_TASK = re.compile(r"\[([ xX])\](?:[ \t\n]+|$)")
# The tokens that open and close what has two events; the others are read where they come.
_OPENING = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "table_open": "table",
    "tr_open": "row",
    "th_open": "cell",
    "td_open": "cell",
    "blockquote_open": "quote",
}
_CLOSING = {opening.replace("_open", "_close"): "/" + kind for opening, kind in _OPENING.items()}
_LEAVES = {"fence": "code-block", "code_block": "code-block", "html_block": "html", "unparsed": "unparsed"}


def events(text: str) -> Iterator[Event]:
    """The events of a Markdown text. Ranges are code points of `text`."""
    if "\r" not in text:
        return _events(text)
    at = _with_carriage_returns(text)
    return ((kind, at(start), at(end), value) for kind, start, end, value in _events(_LINE_END.sub("\n", text)))


def _events(text: str) -> Iterator[Event]:
    if text.count("\n") + text.count("|") > _MOST_LINES_AND_CELLS:
        yield "unparsed", 0, len(text), None
        return
    environment: dict[str, Any] = {}  # the references and footnotes, which blocks define and their content uses
    tokens: list[Token] = []
    _BLOCKS.block.parse(text, _BLOCKS, environment, tokens)
    footnotes = environment.get("footnotes", {"refs": {}})["refs"]
    environment["footnote labels"] = {label.removeprefix(":").casefold() for label in footnotes}
    yield from _definitions(text, tokens)
    opened: list[Event] = []  # events whose closing event repeats their value
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "inline":
            yield from _content(token, environment, opens_item=_opens_item(tokens, index))
        elif token.hidden:  # a paragraph of a tight list
            continue
        elif kind in _OPENING:
            start, end = token.map or (0, 0)
            opened.append((_OPENING[kind], start, end, _value(token, tokens[index - 1])))
            yield opened[-1]
        elif kind in _CLOSING:
            _, start, end, value = opened.pop()
            yield _CLOSING[kind], start, end, value
        elif kind in _LEAVES:
            start, end = token.map or (0, 0)
            yield _LEAVES[kind], start, end, unescapeAll(token.info).strip() if token.tag == "code" else None


def _definitions(text: str, tokens: list[Token]) -> Iterator[Event]:
    """The definitions of references, the first one of each label."""
    seen: set[str] = set()
    for token in tokens:
        if token.type == "definition" and token.meta["id"] not in seen:
            seen.add(token.meta["id"])
            start, end = token.map or (0, 0)
            value = LinkValue("definition", token.meta["url"], _collapsed(token.meta["label"]))
            yield "definition", start, start + len(text[start:end].rstrip()), value


def _opens_item(tokens: list[Token], index: int) -> bool:
    """Whether an inline token is the first text of a list item, where the box of a task stands."""
    block = tokens[index - 1]
    return tokens[index - 2].type == "list_item_open" and not block.markup.startswith("#") if index > 1 else False


def _value(token: Token, previous: Token) -> Any:
    """The value of the events of a block."""
    if token.type == "heading_open":
        return int(token.tag[1:])
    if token.type == "ordered_list_open":
        return token.attrs.get("start", 1)
    if token.type == "tr_open":
        return previous.type == "thead_open"
    return None


def _content(token: Token, environment: dict[str, Any], *, opens_item: bool) -> Iterator[Event]:
    """The events of an inline token: the content of a paragraph, a heading or a cell."""
    content, pieces = token.content, token.meta["pieces"]
    start = 0
    if opens_item and (box := _TASK.match(content)):
        yield "task", pieces.at(0), pieces.at(0) + 3, box[1] != " "
        start = box.end()
        content = content[start:]
    marks = sum(1 for _ in MARKS.finditer(content))
    if not marks:
        if content:
            yield "text", 0, 0, content
        return
    if marks > _MOST_MARKS:
        yield "unparsed", pieces.at(0), pieces.at(len(token.content) - 1) + 1, None
        return
    children: list[Token] = []
    _INLINE.inline.parse(content, _INLINE, environment, children)
    yield from _inline_events(children, token.content, start, pieces)


def _inline_events(tokens: list[Token], content: str, base: int, pieces: Pieces) -> Iterator[Event]:
    """The events of inline tokens, whose ranges count from `base` in `content`."""
    opened: list[Event] = []
    for token in tokens:
        kind = token.type
        if kind in ("text", "text_special"):
            if token.content:
                yield "text", 0, 0, token.content
        elif kind in ("softbreak", "hardbreak"):
            yield "break", 0, 0, None
        elif token.map:
            first, last = base + token.map[0], base + token.map[1]
            start, end = pieces.at(first), pieces.at(last - 1) + 1
            if kind == "link_open":
                opened.append(("/link", start, end, _link_value(token, content[first:last], str(token.attrs["href"]))))
                yield "link", *opened[-1][1:]
            elif kind == "image":
                value = _link_value(token, content[first + 1 : last], str(token.attrs["src"]))
                yield "image", start, end, value
                yield from _inline_events(token.children or [], content, first + len("!["), pieces)
                yield "/image", start, end, value
            elif kind == "code_inline":
                yield "code", start, end, token.content
            elif kind == "html_inline":
                yield "html", start, end, None
        elif kind == "link_close":
            yield opened.pop()


def _link_value(token: Token, source: str, target: str) -> LinkValue:
    """What the events of a link say, whose whole construct is `source` (an image without its exclamation mark)."""
    if token.markup == "autolink":
        return LinkValue("autolink", target, None)
    if source.endswith(")"):
        return LinkValue("inline", target, None)
    # No label holds a bracket that is not escaped: the last pair stands between `[text][label]`, `[label][]` or nowhere.
    text, found, label = source[1:-1].rpartition("][")
    return LinkValue("reference", target, _collapsed(label or text if found else label))


def _collapsed(label: str) -> str:
    return " ".join(label.split())


def _with_carriage_returns(text: str) -> Callable[[int], int]:
    """A function to offsets of `text` from those of the same text with each line end a line feed."""
    # markdown-it-py reads line feeds only; a pair that became one character shifts all that follows.
    shifted = [pair.start() - count for count, pair in enumerate(_PAIR.finditer(text))]
    return lambda offset: offset + bisect_left(shifted, offset)
