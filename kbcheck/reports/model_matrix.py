"""Phases × deliverables × responsible roles as a table for the terminal, the holes visible: `kbcheck model --matrix`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_RESPONSIBLE_FOR, Model
from kbcheck.reports.terminal import CUT, cells, escaped

_HEADER = ("Phase", "Deliverable", "Responsible")
_HOLE = "—"
_NO_PHASE = "(no phase)"
_NOTHING = "No phase or deliverable was found."
_HOLES = (
    "{phases} of {all_phases} phases without deliverables, "
    "{deliverables} of {all_deliverables} deliverables without a responsible role"
)
_GAP = "  "
_NARROWEST = 12

Row = tuple[str, str, str]


def render_matrix(model: Model, *, width: int) -> str:
    """The matrix in at most `width` columns, and a line that counts its holes."""
    rows = list(_rows(model))
    if not rows:
        return _NOTHING + "\n"
    widths = _fitted([max(cells(row[column]).columns[-1] for row in (_HEADER, *rows)) for column in range(3)], width)
    lines = [_line(_HEADER, widths), _GAP.join("─" * column for column in widths)]
    lines += (_line(row, widths) for row in rows)
    return "\n".join((*lines, "", _holes(model))) + "\n"


def _rows(model: Model) -> Iterator[Row]:
    """One row a deliverable, the phase in the first row of its deliverables; what has none has a hole."""
    delivered = model.others(PHASE_HAS_DELIVERABLE, "subject")
    for phase in model.in_order("phase"):
        deliverables = delivered.get(phase.id, ())
        number = f"{phase.order}. " if phase.order is not None else ""
        title = escaped(f"{number}{phase.name}")
        if not deliverables:
            yield title, _HOLE, _HOLE
        for deliverable in deliverables:
            yield title, escaped(model.named((deliverable,))[0]), _responsible(model, deliverable)
            title = ""
    placed = model.others(PHASE_HAS_DELIVERABLE, "object")
    title = _NO_PHASE
    for entity in model.of_kind("deliverable"):
        if entity.id not in placed:
            yield title, escaped(entity.name), _responsible(model, entity.id)
            title = ""


def _responsible(model: Model, own_id: str) -> str:
    """The names of the roles responsible for a deliverable, or a hole."""
    roles = model.others(ROLE_RESPONSIBLE_FOR, "object").get(own_id, ())
    return escaped(", ".join(model.named(roles))) or _HOLE


def _holes(model: Model) -> str:
    delivered = model.others(PHASE_HAS_DELIVERABLE, "subject")
    phases, deliverables = list(model.of_kind("phase")), list(model.of_kind("deliverable"))
    return _HOLES.format(
        phases=sum(phase.id not in delivered for phase in phases),
        all_phases=len(phases),
        deliverables=sum(_responsible(model, deliverable.id) == _HOLE for deliverable in deliverables),
        all_deliverables=len(deliverables),
    )


def _fitted(widths: list[int], width: int) -> list[int]:
    """The column widths, the widest made narrower until the table fits."""
    room = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _line(row: Row, widths: list[int]) -> str:
    return _GAP.join(_padded(text, column) for text, column in zip(row, widths, strict=True)).rstrip()


def _padded(text: str, width: int) -> str:
    """The text in exactly `width` columns, cut with an ellipsis when it is longer."""
    columns = cells(text).columns
    if columns[-1] > width:
        text = text[: bisect_right(columns, width - 1) - 1] + CUT
        columns = cells(text).columns
    return text + " " * (width - columns[-1])
