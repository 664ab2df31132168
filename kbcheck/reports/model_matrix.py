"""Phases × deliverables × responsible roles as a table for the terminal, the holes visible: `kbcheck model --matrix`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_RESPONSIBLE_FOR, Entity, Key, Model
from kbcheck.reports.model_words import MATRIX
from kbcheck.reports.terminal import escaped, padded, width_of, wrapped
from kbcheck.texts import Texts

#: Stands where something is missing.
HOLE = "—"
_GAP = "  "
_NARROWEST = 12

Row = tuple[str, str, str]


def render_matrix(model: Model, words: Texts, *, width: int) -> str:
    """The matrix in at most `width` columns, and a line that counts its holes; each life cycle is a part of its own."""
    groups = [rows for rows in rows_of_cycles(model, words) if rows]
    if not groups:
        return no_matrix(words) + "\n"
    titles = titles_of(words)
    rows = [titles, *(row for group in groups for row in group)]
    widths = _fitted([max(width_of(row[column]) for row in rows) for column in range(3)], width)
    lines = [*_lines(titles, widths), _GAP.join("─" * column for column in widths)]
    for number, group in enumerate(groups):
        lines += [""] if number else []
        lines += (line for row in group for line in _lines(row, widths))
    for text in holes(model, words):
        lines += ["", *wrapped(text, max(width, _NARROWEST))]
    return "\n".join(lines) + "\n"


def titles_of(words: Texts) -> Row:
    """The heads of the columns."""
    phase, deliverable, responsible = map(words.said, MATRIX)
    return phase, deliverable, responsible


def no_matrix(words: Texts) -> str:
    """What is said where there is nothing to show."""
    return words.said("No phase or deliverable was found.")


def rows_of_cycles(model: Model, words: Texts) -> Iterator[list[Row]]:
    """The rows of each life cycle, at the end those of the deliverables without a phase."""
    for phases in _judged(model):
        yield [row for phase in phases for row in _rows(model, phase)]
    placed = model.others(PHASE_HAS_DELIVERABLE, "object")
    homeless = [entity.key for entity in model.of_kind("deliverable") if entity.key not in placed]
    yield _named(model, words.said("(no phase)"), homeless)


def _judged(model: Model) -> list[tuple[Entity, ...]]:
    """The life cycles that have deliverables: where one has none at all, that is no hole. When none has, all of them."""
    delivered = model.others(PHASE_HAS_DELIVERABLE, "subject")
    cycles = model.sets("phase")
    return [phases for phases in cycles if any(phase.key in delivered for phase in phases)] or list(cycles)


def _rows(model: Model, phase: Entity) -> list[Row]:
    """One row a deliverable of a phase; a phase that has none is a row with holes."""
    title = escaped(phase.numbered_name)
    deliverables = model.others(PHASE_HAS_DELIVERABLE, "subject").get(phase.key, ())
    return _named(model, title, list(deliverables)) or [(title, HOLE, HOLE)]


def _named(model: Model, title: str, deliverables: list[Key]) -> list[Row]:
    """One row a deliverable, the title in the first of them."""
    rows = [(escaped(model.name(key)), _responsible(model, key)) for key in deliverables]
    return [("" if number else title, *row) for number, row in enumerate(rows)]


def _responsible(model: Model, key: Key) -> str:
    """The names of the roles responsible for a deliverable, or a hole."""
    roles = model.others(ROLE_RESPONSIBLE_FOR, "object").get(key, ())
    return escaped(", ".join(map(model.name, roles))) or HOLE


def holes(model: Model, words: Texts) -> Iterator[str]:
    """How many holes there are, and how many phases are not shown."""
    delivered = model.others(PHASE_HAS_DELIVERABLE, "subject")
    phases = [phase for cycle in _judged(model) for phase in cycle]
    deliverables = list(model.of_kind("deliverable"))
    yield words.said(
        "{phases} of {all_phases} phases without deliverables, "
        "{deliverables} of {all_deliverables} deliverables without a responsible role",
        phases=sum(phase.key not in delivered for phase in phases),
        all_phases=len(phases),
        deliverables=sum(_responsible(model, deliverable.key) == HOLE for deliverable in deliverables),
        all_deliverables=len(deliverables),
    )
    if left_out := len(list(model.of_kind("phase"))) - len(phases):
        yield words.said("not shown: {count} phases of life cycles without any deliverable", count=left_out)


def _fitted(widths: list[int], width: int) -> list[int]:
    """The column widths, the widest made narrower until the table fits."""
    room = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _lines(row: Row, widths: list[int]) -> Iterator[str]:
    """A row on as many lines as its longest cell needs; what is continued is indented."""
    columns = [list(_cell(text, width)) for text, width in zip(row, widths, strict=True)]
    for cells in zip_longest(*columns, fillvalue=""):
        yield _GAP.join(padded(text, width) for text, width in zip(cells, widths, strict=True)).rstrip()


def _cell(text: str, width: int) -> Iterator[str]:
    if width_of(text) <= width:
        yield text
        return
    first, *_ = wrapped(text, width)
    yield first
    rest = text[len(first) :].removeprefix(" ")
    yield from (f" {line}" for line in wrapped(rest, width - 1))
