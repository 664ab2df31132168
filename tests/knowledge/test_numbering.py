"""Numbers of lists and of front matter."""

from __future__ import annotations

import pytest

from kbcheck.config import KINDS, KindSettings
from kbcheck.knowledge.model import FRONT_MATTER, Entity, EntityList, Found, Model
from kbcheck.knowledge.numbering import Numbering


def wrong(
    *lists: EntityList, mentions: tuple[Entity, ...] = (), start: int | None = None
) -> list[tuple[str, str, str]]:
    """The reason, the name and the wanted numbers of all that is wrong."""
    mentions = (*mentions, *(one for found in lists for one in found.entities))
    answers = Numbering(
        Model(Found(mentions, (), lists)), {**KINDS, "phase": KindSettings(order="consecutive", start=start)}
    )
    paths = dict.fromkeys(one.path for one in mentions)
    return [(one.reason, one.place.name, one.wanted) for path in paths for one in answers.wrong(path)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["1. A", "2. B", "3. C"], []),
        (["0. A", "1. B"], []),
        (["1. A", "2. B", "4. C"], [("gap", "C", "3")]),
        (["1. A", "5. B"], [("gap", "B", "2–4")]),
        (["1. A", "2. B", "2. C", "4. D"], [("repeat", "C", "")]),
        (["2. A", "3. B"], [("start", "A", "1")]),
        (["1. A", "3. B", "2. C"], [("order", "C", "3")]),
        (["1. A", "B", "2. C"], [("unnumbered", "B", "")]),
        (["1. A", "1. B", "1. C"], []),  # Markdown counts them itself
        (["1. A", "2. B", "1. C", "2. D"], []),  # two life cycles
        (["1. A", "2. B", "1. C", "3. D"], [("gap", "D", "2")]),
        (["1. A", "1. B", "2. C"], [("repeat", "B", "")]),
        (["A", "B"], []),
        (["3. A", "B"], []),
    ],
)
def test_the_numbers_of_a_list(found, names, expected):
    assert wrong(found(names)) == expected


def test_a_list_nobody_declared_may_be_an_extract_or_have_an_intruder(found):
    assert wrong(found(["1. A", "3. B"], guessed=True)) == []
    assert wrong(found(["1. A", "2. B", "4. C", "D"], guessed=True)) == []
    assert wrong(found(["1. A", "2. B", "4. C"], guessed=True)) == [("gap", "C", "3")]


def test_the_start_of_the_settings(found):
    assert wrong(found(["0. A", "1. B"]), start=1) == [("start", "A", "1")]
    assert wrong(found(["2. A", "3. B"]), start=2) == []


def test_kinds_whose_numbers_mean_nothing(found):
    assert wrong(found(["1. A", "3. B"], "role")) == []


def test_orders_of_front_matter(entity):
    def declared(name: str, order: int | None, **attributes: str) -> Entity:
        found: Entity = entity(name, path=f"{name}.md", form=FRONT_MATTER, order=order, attributes=attributes)
        return found

    pages = (declared("A", 1), declared("B", 2), declared("D", 4))
    assert wrong(mentions=pages) == [("gap", "D", "3")]
    assert wrong(mentions=(*pages, entity("3. C", path="table.md"))) == []  # not every phase has a page yet
    assert wrong(mentions=(*pages[:2], declared("E", 2, lifecycle="other"))) == []
    assert wrong(mentions=(*pages[:2], declared("F", None))) == [("unnumbered", "F", "")]
    assert wrong(mentions=(*pages[:2], declared("F", None, status="deprecated"))) == []
    assert wrong(mentions=(declared("Z", 7),)) == []
    assert wrong(mentions=(declared("A", 1), declared("Z", 10**18))) == [("gap", "Z", f"2–{10**18 - 1}")]
