"""What a responsibility matrix leaves open."""

from __future__ import annotations

import pytest

from kbcheck.diagnostics import Span
from kbcheck.knowledge.matrices import open_places
from kbcheck.knowledge.model import Matrix, MatrixCell
from tests.knowledge.models import named


def cells(*rows: str) -> tuple[tuple[MatrixCell, ...], ...]:
    """A cell for each letter; `.` is an empty one, `?` has words that no relation explains."""
    texts = {".": "", "?": "voir avec l'équipe", "-": " – "}
    return tuple(
        tuple(MatrixCell(texts.get(one, one), Span(0, 0), (one,) if one.isalpha() else ()) for one in row)
        for row in rows
    )


def matrix(*rows: str, guessed: bool = False) -> Matrix:
    tasks = tuple(named("task", f"t{number}") for number in range(len(rows)))
    roles = tuple(named("role", f"r{number}") for number in range(len(rows[0])))
    return Matrix("raci", "table.md", Span(0, 0), tasks, roles, cells(*rows), guessed)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["AR", "RA"], []),
        (["AR.", "RA."], [("column", "r2")]),
        (["AR", "-."], [("row", "t1")]),
        (["AR", "RA", "A?"], [("cell", "t2")]),
        (["A?", "??"], [("legend", "t0")]),
        (["..", ".."], []),
        (["??", "??"], []),
    ],
)
def test_what_a_matrix_leaves_open(rows: list[str], expected: list[tuple[str, str]]) -> None:
    assert [(place.reason, place.entity.id) for place in open_places(matrix(*rows))] == expected


def test_the_legend_of_a_guessed_matrix_is_not_judged() -> None:
    assert not list(open_places(matrix("A?", "??", guessed=True)))
