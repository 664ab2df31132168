"""What a base usually says of its entities, on models made by hand."""

from __future__ import annotations

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    Entity,
    Key,
    Nameless,
)
from tests.knowledge.models import PHASE, declared, habits, named, relation


def test_a_place_is_compared_with_what_stands_beside_it() -> None:
    """The phases of the table have deliverables; those of the navigation are another set, one of which is the same."""
    in_table = [named("phase", one) for one in ("mvp", "arret")]
    elsewhere = [named("phase", one, "nav.md") for one in ("cadrer", "concevoir")]
    relations = [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))]
    found = habits([*in_table, *elsewhere, named("phase", "mvp", "nav.md")], relations)
    assert found.is_usual(in_table[1], "deliverable")
    # The navigation says of no phase what its deliverables are.
    assert not found.is_usual(elsewhere[0], "deliverable")


def test_most_of_those_beside_it() -> None:
    def usual(with_page: int, without: int, *, guessed: bool = False) -> bool:
        entities = [named("role", f"a{n}", target="page.md", guessed=guessed) for n in range(with_page)]
        entities += [named("role", f"b{n}", guessed=guessed) for n in range(without)]
        return habits(entities).is_usual(entities[-1], "page", most=True)

    assert usual(2, 1)
    assert not usual(1, 2)
    assert usual(1, 1)
    assert not usual(1, 1, guessed=True)
    assert usual(2, 1, guessed=True)


def test_a_declared_page_is_compared_with_its_life_cycle() -> None:
    entities = [declared("phase", "mvp"), declared("phase", "arret"), declared("phase", "essai", lifecycle="pilote")]
    found = habits(entities, [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))])
    assert found.is_usual(entities[1], "deliverable")
    assert not found.is_usual(entities[2], "deliverable")


def test_needs_that_a_base_never_states() -> None:
    found = habits([declared("phase", "mvp"), declared("role", "po")])
    assert [(one.first.id, one.need, one.count) for one in found.unstated("mvp.md")] == [
        ("mvp", "deliverable", 1),
        ("mvp", "responsible", 1),
    ]
    assert [one.need for one in found.unstated("po.md")] == ["use"]


def test_a_reason_to_have_none_states_the_need() -> None:
    found = habits([declared("phase", "mvp", **{"no-deliverables": "closed"})])
    assert [one.need for one in found.unstated("mvp.md")] == ["responsible"]


def test_of_two_needs_that_say_the_same_one_is_told() -> None:
    found = habits([declared("task", "t"), declared("phase", "p"), declared("deliverable", "d")])
    assert [one.need for one in found.unstated("t.md")] == ["responsible"]
    assert [one.need for one in found.unstated("p.md")] == ["deliverable", "responsible"]
    assert [one.need for one in found.unstated("d.md")] == ["responsible"]


def test_what_was_guessed_lacks_only_what_the_base_could_say() -> None:
    phases = [named("phase", f"p{number}", guessed=True) for number in range(3)]
    assert habits(phases).unstated("table.md") == ()
    with_role = [*phases, declared("role", "po"), named("deliverable", "note", guessed=True)]
    assert habits(with_role).unstated("table.md") == ()  # numbered headings may be anything
    handed_over = [relation(phases[0].key, PHASE_HAS_DELIVERABLE, with_role[-1].key)]
    assert [one.need for one in habits(with_role, handed_over).unstated("table.md")] == ["responsible"]
    assert habits(with_role[1:], handed_over).unstated("table.md") == ()


def test_a_list_without_is_said_of_its_first() -> None:
    first, second, third = named("role", "a"), named("role", "b"), named("role", "c", target="c.md")
    found = habits([first, second, third])
    assert found.lacking(first, "page") == (first.key, second.key)
    assert found.lacking(second, "page") == ()
    guess = named("role", "a", guessed=True)
    assert habits([guess, second]).lacking(guess, "page") == ()


def test_a_placeholder_is_missed_by_the_entity_of_its_row() -> None:
    def row(own_id: str, start: int) -> Entity:
        return Entity("phase", own_id, own_id, "table.md", Span(start, start + 3), "table-row", rule="rule")

    def placeholder(start: int) -> Nameless:
        return Nameless("deliverable", "table.md", Span(start, start + 7), "à venir", "rule")

    relations = [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))]
    found = habits([row("mvp", 10), row("arret", 50)], relations)
    assert not found.is_missed(placeholder(30))  # the phase has another deliverable
    assert found.is_missed(placeholder(70))
    assert not found.is_missed(placeholder(5))
    wanted = {"phase": {"needs": {"deliverable": "0.."}}}
    assert not habits([row("mvp", 10), row("arret", 50)], relations, wanted).is_missed(placeholder(70))
