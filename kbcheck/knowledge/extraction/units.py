"""The values that extraction passes along: where a rule looks, and what it finds there one by one."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Cell, Document, Link
from kbcheck.knowledge.extraction.places import Piece
from kbcheck.knowledge.model import Label
from kbcheck.schema.values import value_at
from kbcheck.schema.yaml import YamlPath


class Labelled(Struct, frozen=True):
    """A cell and what names it: the header of its column for the cell of a row, the first cell of its row for that of a
    column.
    """

    label: Cell
    cell: Cell


class Unit(Struct, frozen=True):
    """One of what a rule takes: a row, an item, a heading, a page ... `piece` is its text, in which names are looked for.

    `section` is what belongs to it: nested rules look there. `number` is that of an ordered list. `cells` are those of a
    row or a column, `link` the link that it is or that its cards table names. `labels` are texts beside its name.
    `record` is where it stands in a YAML document. `inline` when it is a part of a line or of a cell. `group` is the table
    or the part of the page that it shares with the units that belong together with it.
    """

    document: Document
    piece: Piece
    form: str
    section: Span
    number: int | None = None
    cells: tuple[Labelled, ...] = ()
    link: Link | None = None
    target: str | None = None
    labels: tuple[Label, ...] = ()
    record: YamlPath | None = None
    inline: bool = False
    group: Span | None = None

    @property
    def inside(self) -> Scope:
        """Where nested rules look."""
        return Scope(self.document, self.section, unit=self)

    def value(self, key: str) -> tuple[Any, Span | None]:
        """The value of a key (`a.b`) in the record of the unit or the front matter of its page, and its place."""
        if self.record is not None:
            yaml, path = self.document.data, self.record
        else:
            yaml, path = self.document.yaml, ()
        if yaml is None:
            return None, None
        path = (*path, *key.split("."))
        return value_at(yaml.value, path), yaml.spans.get(path)


class Scope(Struct, frozen=True):
    """Where a rule looks: a part of a document; or a piece of it, one line or one cell; `unit` is the one around it.

    `labelled` when a label stands before the part: what follows it on its line is split, the items of a list are not.
    """

    document: Document
    span: Span
    piece: Piece | None = None
    unit: Unit | None = None
    labelled: bool = False
