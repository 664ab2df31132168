"""What a responsibility matrix leaves open: rows, columns and cells that say nothing, or nothing that its legend knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import Entity, Matrix, MatrixCell
from kbcheck.knowledge.names import name_key

# Of a legend that explains fewer cells than this, it is the legend that is wrong, and not the cells.
_EXPLAINED = 0.75


class OpenPlace(Struct, frozen=True):
    """A place of a matrix: an empty `row` or `column` of `entity`; a `cell` without a part; the `legend` that explains
    only some of the cells, at the first of the others. `text` is that of the cell, `count` the number of such cells.
    """

    reason: Literal["row", "column", "cell", "legend"]
    span: Span
    entity: Entity
    text: str = ""
    count: int = 0


def open_places(matrix: Matrix) -> Iterator[OpenPlace]:
    """What a matrix leaves open; nothing of a matrix that is all empty."""
    if not any(cell.parts for row in matrix.cells for cell in row):
        return
    for task, row in zip(matrix.tasks, matrix.cells, strict=False):
        if all(map(_is_empty, row)):
            yield OpenPlace("row", task.span, task)
    for index, role in enumerate(matrix.roles):
        column = [row[index] for row in matrix.cells if index < len(row)]
        if column and all(map(_is_empty, column)):
            yield OpenPlace("column", role.span, role)
    yield from _unexplained(matrix)


def _unexplained(matrix: Matrix) -> Iterator[OpenPlace]:
    """The cells with words of which the legend knows none."""
    rows = zip(matrix.tasks, matrix.cells, strict=False)
    filled = [(task, cell) for task, row in rows for cell in row if not _is_empty(cell)]
    unknown = [(task, cell) for task, cell in filled if not cell.parts and name_key(cell.text)]
    if len(unknown) <= (1 - _EXPLAINED) * len(filled):
        for task, cell in unknown:
            yield OpenPlace("cell", cell.span, task, _one_line(cell.text))
    elif not matrix.guessed:  # what was guessed may be no matrix at all
        task, cell = unknown[0]
        yield OpenPlace("legend", cell.span, task, _one_line(cell.text), len(unknown))


def _is_empty(cell: MatrixCell) -> bool:
    return not cell.text.strip(" \t\r\n\u00a0\u202f-–—")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:60]
