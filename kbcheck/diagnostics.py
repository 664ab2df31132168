"""The value types that leave kbcheck: where something is wrong, what, and how it can be repaired.

Everything is frozen: a rule yields a `Finding`, the engine makes a `Diagnostic` of it, nothing is filled in later.
Places are character offsets (`Span`) until something is shown; only then does `Lines` turn them into line and column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]

#: Most severe first.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

# A line ends with LF, CR LF or CR, as in CommonMark (section 2.1); U+2028 and the like do not end one.
_LINE_END = re.compile(r"\n|\r\n?")


class Span(Struct, frozen=True, order=True, gc=False):
    """A stretch of a file's text: two offsets in Unicode code points, the end excluded."""

    start: int
    end: int


class Position(Struct, frozen=True, order=True, gc=False):
    """A place as people count: line and column from 1, columns in Unicode code points."""

    line: int
    column: int


class Lines:
    """The lines of one text: from offsets to positions and to the text of a line."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def __len__(self) -> int:
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """The position of a character offset; an offset past the end is the end of the text."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The character offset of a position, the inverse of `position`."""
        return self._starts[position.line - 1] + position.column - 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its line end."""
        end = self._starts[number] if number < len(self) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


class Places:
    """Positions in several files, by their texts; the lines of a file are counted once, and only when one is asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """A file that `texts` does not have is taken for empty: each of its positions is 1:1."""
        self._texts = texts
        self._lines: dict[str, Lines] = {}

    def position(self, path: str, offset: int) -> Position:
        """The line and column of a character offset in the file `path`."""
        if path not in self._lines:
            self._lines[path] = Lines(self._texts.get(path, ""))
        return self._lines[path].position(offset)


class Edit(Struct, frozen=True):
    """Replace the text of `span` in the file `path` (relative to the root, with `/`) by `text`."""

    path: str
    span: Span
    text: str


class Fix(Struct, frozen=True):
    """A repair: edits that are applied together or not at all.

    `safe` means that the repair cannot change what the author meant. `replacement` is the new target, for link rules.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False
    replacement: str | None = None


class Related(Struct, frozen=True):
    """Another place that explains a diagnostic: the other of two duplicates, the use of a definition."""

    path: str
    span: Span
    message: str


class EntityName(Struct, frozen=True):
    """The entity that a structural diagnostic is about."""

    kind: str
    name: str


class Finding(Struct, frozen=True):
    """What a rule yields about the document it was given.

    `message` names one of the messages of the rule's page; `values` fill its `{placeholders}`.
    """

    span: Span
    values: Mapping[str, object] = {}
    message: str = "default"
    target: str | None = None
    entity: EntityName | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()


class Diagnostic(Struct, frozen=True):
    """One fault, complete: what is shown to people and written to reports.

    One that is not `definite` may be gone tomorrow without anybody's doing: an outage somewhere else.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    path: str
    span: Span
    target: str | None = None
    entity: EntityName | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    definite: bool = True

    @property
    def is_about_file(self) -> bool:
        """Whether it is about the file as a whole, and about no place in it."""
        return self.span.start == self.span.end == 0
