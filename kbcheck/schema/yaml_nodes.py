"""A YAML text as a tree of nodes with their places: libyaml's events, put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.schema.yaml_errors import MAX_DEPTH, YamlError, syntax_error


class Scalar(Struct, frozen=True):
    """A scalar: its decoded text, whether it is plain (neither quoted nor a block), the span an edit would replace.

    `start` and `end` include the quotes; `begin` is where its anchor and tag begin.
    """

    text: str
    plain: bool
    tag: str | None
    begin: int
    start: int
    end: int
    span: Span


class Collection(Struct, frozen=True):
    """A mapping (its children are keys and values in turn) or a list."""

    children: list[Node]
    is_mapping: bool
    tag: str | None
    begin: int
    start: int
    end: int

    @property
    def span(self) -> Span:
        """From its first to its last character."""
        return Span(self.start, self.end)


class Alias(Struct, frozen=True):
    """A use of an anchor; without a target when there is no such anchor, or when the anchor is around the alias."""

    name: str
    target: Node | None
    start: int
    end: int

    @property
    def span(self) -> Span:
        """From its first to its last character."""
        return Span(self.start, self.end)


Node = Scalar | Collection | Alias

# The anchor and tag before a value: libyaml counts them as a part of it.
_PROPERTIES = re.compile(r"(?:(?:!<[^>\s]*>|[&!][^\s,\[\]{}]*)(?:\s|#[^\n\r]*)*)*")


def shifted(place: tuple[int, int], offset: int) -> Span:
    """The span of a place, moved by an offset."""
    return Span(place[0] + offset, place[1] + offset)


class StopReading(Exception):  # noqa: N818 - not an error of ours: it carries one out of a loop
    """Reading cannot go on."""

    def __init__(self, error: YamlError) -> None:
        super().__init__(error.message)
        self.error = error


class Composer:
    """Parser events to nodes: a loop, since recursion over nested input would overflow the stack."""

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset
        self.errors: list[YamlError] = []
        self._anchors: dict[str, Node | None] = {}  # None: the anchored value is still open
        self._open: list[tuple[Any, list[Node]]] = []  # start event and children
        self._root: Node | None = None

    def compose(self) -> Node | None:
        """The node of the document, None when it is empty; raises `StopReading`."""
        documents = 0
        for event in _events(self.text, self.offset):
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self._add(self._scalar(event), event)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._start(event)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self._end(event)
            elif kind == "AliasEvent":
                self._add(self._alias(event), event)
            elif kind == "DocumentStartEvent":
                documents += 1
                if documents == 2:
                    self._report("several-documents", event.start_mark.index, event.end_mark.index)
                    break
        return self._root

    def _report(self, kind: str, start: int, end: int, **values: str) -> None:
        self.errors.append(YamlError(kind, shifted((start, end), self.offset), values))

    def _start(self, event: Any) -> None:
        if len(self._open) == MAX_DEPTH:
            start = event.start_mark.index
            raise StopReading(YamlError("too-deep", shifted((start, start + 1), self.offset)))
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._open.append((event, []))

    def _end(self, event: Any) -> None:
        start_event, children = self._open.pop()
        start = self._start_of(start_event) + self.offset
        # The end event of a block stands where the next thing starts; a block has at least one child.
        end = event.end_mark.index + self.offset if start_event.flow_style else children[-1].end
        is_mapping = type(event).__name__ == "MappingEndEvent"
        self._add(
            Collection(children, is_mapping, start_event.tag, start_event.start_mark.index + self.offset, start, end),
            start_event,
        )

    def _add(self, node: Node, event: Any) -> None:
        if not isinstance(node, Alias) and event.anchor is not None:
            self._anchors[event.anchor] = node
        if self._open:
            self._open[-1][1].append(node)
        else:
            self._root = node

    def _alias(self, event: Any) -> Alias:
        name, start, end = event.anchor, event.start_mark.index, event.end_mark.index
        target = self._anchors.get(name)
        if target is None:
            self._report("alias-loop" if name in self._anchors else "unknown-alias", start, end, name=name)
        return Alias(name, target, start + self.offset, end + self.offset)

    def _scalar(self, event: Any) -> Scalar:
        start, end = self._start_of(event), event.end_mark.index
        source = self.text[start:end]
        if event.style in ("|", ">"):
            source = source.rstrip()
            end = start + len(source)
        quoted_line = event.style in ("'", '"') and "\n" not in source and "\r" not in source
        span = shifted((start + 1, end - 1) if quoted_line else (start, end), self.offset)
        begin = event.start_mark.index + self.offset
        return Scalar(event.value, not event.style, event.tag, begin, start + self.offset, end + self.offset, span)

    def _start_of(self, event: Any) -> int:
        start: int = event.start_mark.index
        if event.anchor is None and event.tag is None:
            return start
        after = _PROPERTIES.match(self.text, start)
        # An empty value after its anchor or tag: the event ends before what the expression may have skipped.
        is_empty = type(event).__name__ == "ScalarEvent" and not event.style and event.value == ""
        return event.end_mark.index if is_empty or after is None else after.end()


def _events(text: str, offset: int) -> Iterator[Any]:
    """The events of libyaml; raises `StopReading` where it gives up."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        raise StopReading(syntax_error(error, text, offset)) from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an escape beyond Unicode, in the pure Python parser
        raise StopReading(YamlError("syntax", Span(offset, offset), {"problem": str(error)})) from None
