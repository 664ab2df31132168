"""Events from pyromark (pulldown-cmark), the fast parser of the extra `kbcheck[fast]`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

import pyromark
from pyromark import Options

from kbcheck.documents.events import Event, LinkValue

_OPTIONS = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS | Options.ENABLE_FOOTNOTES
_MARKDOWN = pyromark.Markdown(options=_OPTIONS)
_STEP = 128
_AUTOLINKS = ("Autolink", "Email")
# Tags that carry nothing we keep, by their pulldown-cmark names; the others are read in `_opening`.
_SIMPLE = {
    "Paragraph": "paragraph",
    "Item": "item",
    "TableCell": "cell",
    "TableRow": "row",
    "TableHead": "row",
    "Table": "table",
    "BlockQuote": "quote",
    "HtmlBlock": "html",
    "CodeBlock": "code-block",
}
_CLOSED = {
    kind: "/" + kind
    for kind in ("heading", "paragraph", "link", "image", "list", "item", "table", "row", "cell", "quote")
}


def events(text: str) -> Iterator[Event]:
    """The events of a Markdown text. Ranges are code points of `text`."""
    at = _code_points(text)
    for label, definition in _MARKDOWN.reference_definitions(text).items():
        span = definition["span"]
        yield "definition", at(span["start"]), at(span["end"]), LinkValue("definition", definition["dest"], label)
    opened: list[Event] = []  # events whose closing event repeats their range and value
    in_raw_block = False  # code and HTML: their lines are no text
    event: Any
    for event, where in _MARKDOWN.events_with_range(text, merge_text=True):
        if type(event) is str:
            if event != "Rule":
                yield _BREAK
            continue
        name, value = event.popitem()  # its only pair
        if name == "Text":
            if not in_raw_block:
                yield "text", 0, 0, value
        elif name == "Start":
            kind, content = _opening(value)
            # Offsets are worked out for what is shown to the reader of the events only: most tags are emphasis.
            opening = (kind, at(where["start"]), at(where["end"]), content) if kind else _NOTHING
            if kind in ("link", "image") and value[kind.capitalize()]["link_type"] == "Collapsed":
                opening = (kind, opening[1], opening[2] + 2, content)  # pulldown-cmark leaves out the `[]` of `[a][]`
            opened.append(opening)
            if kind:
                in_raw_block = kind in _RAW
                yield opening
        elif name == "End":
            kind, start, end, content = opened.pop()
            if kind:
                in_raw_block = False
                if kind in _CLOSED:
                    yield _CLOSED[kind], start, end, content
        elif name == "Code":
            yield "code", at(where["start"]), at(where["end"]), value
        elif name == "InlineHtml":
            yield "html", at(where["start"]), at(where["end"]), None
        elif name == "TaskListMarker":
            yield "task", at(where["start"]), at(where["end"]), value


_RAW = ("code-block", "html")
_BREAK: Event = ("break", 0, 0, None)
_NOTHING: Event = ("", 0, 0, None)


def _opening(tag: Any) -> tuple[str, Any]:
    """Kind and value of the event that a pulldown-cmark tag opens; the kind is "" for those that say nothing here."""
    if type(tag) is str:
        return _SIMPLE.get(tag, ""), tag == "TableHead" if tag in ("TableHead", "TableRow") else None
    ((name, content),) = tag.items()
    if name == "Link":
        return "link", _link_value(content)
    if name == "Image":
        return "image", _link_value(content)
    if name == "Heading":
        return "heading", int(content["level"][1])
    if name == "List":
        return "list", content
    if name == "CodeBlock":
        return "code-block", content["Fenced"] if type(content) is dict else ""
    return _SIMPLE.get(name, ""), None


def _link_value(content: dict[str, str]) -> LinkValue:
    """What a link event says; the label of `[label][]` and `[label]` is the text itself."""
    link_type = content["link_type"]
    if link_type == "Inline":
        return LinkValue("inline", content["dest_url"], None)
    if link_type in _AUTOLINKS:
        prefix = "mailto:" if link_type == "Email" else ""
        return LinkValue("autolink", prefix + content["dest_url"], None)
    return LinkValue("reference", content["dest_url"], content["id"])


def _code_points(text: str) -> Callable[[int], int]:
    """A function from byte offsets of the UTF-8 form to code points of `text` (pulldown-cmark counts bytes)."""
    if text.isascii():
        return lambda offset: offset
    content = text.encode()
    starts = [0]  # the byte offset of every 128th character: from there on, counting is cheap
    for first in range(_STEP, len(text), _STEP):
        starts.append(starts[-1] + len(text[first - _STEP : first].encode()))

    def at(offset: int) -> int:
        step = bisect_right(starts, offset) - 1
        return step * _STEP + len(content[starts[step] : offset].decode())

    return at
