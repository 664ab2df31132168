"""The matrix that the rows of a table make with its headers: who has which part in what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kbcheck.diagnostics import Span
from kbcheck.knowledge.extraction.entities import Entities, Named
from kbcheck.knowledge.extraction.relations import part, parts_of, said
from kbcheck.knowledge.extraction.said import Fact, Said
from kbcheck.knowledge.extraction.takes import units
from kbcheck.knowledge.extraction.vocabulary import Rule
from kbcheck.knowledge.model import Entity, Matrix, MatrixCell


def matrix(rule: Rule, columns: Rule, rows: Sequence[Named], entities: Entities) -> Iterator[Fact]:
    """The roles in the headers, what the cells say of them, and the whole. `columns` is the nested rule for the headers."""
    roles: dict[Span, Entity] = {}
    cells: list[tuple[MatrixCell, ...]] = []
    relations: list[Said] = []
    for one in rows:
        row: list[MatrixCell] = []
        for unit in units(columns, one.unit.inside):
            header = entities.read(columns, unit, one.entity)
            if not isinstance(header, Named):
                continue
            role = roles.setdefault(unit.piece.span, header.entity)
            cell = unit.cells[0].cell
            words = tuple(parts_of(columns, cell.text))
            row.append(MatrixCell(cell.text, cell.span, tuple(map(part, words))))
            relations += (said(word, one.entity, role, cell.span) for word in words)
        cells.append(tuple(row))
    yield from roles.values()
    yield from relations
    if rows:
        first = rows[0]
        span = first.unit.group or first.unit.section
        tasks = tuple(one.entity for one in rows)
        yield Matrix(rule.id, first.entity.path, span, tasks, tuple(roles.values()), tuple(cells), rule.guessed)
