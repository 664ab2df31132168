"""What covers an entity, on models made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from kbcheck.config import kind_settings
from kbcheck.diagnostics import Span
from kbcheck.documents.build import read_document
from kbcheck.files import Source
from kbcheck.knowledge.coverage import Coverage
from kbcheck.knowledge.matrices import open_places
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Found,
    Key,
    Matrix,
    MatrixCell,
    Model,
    Nameless,
    Relation,
)
from kbcheck.knowledge.references import References
from kbcheck.knowledge.schemas import PageSchemas

PHASE, ROLE, TASK = Key("phase", "mvp"), Key("role", "po"), Key("task", "budget")


def declared(kind: str, own_id: str, **fields: object) -> Entity:
    path = f"{own_id}.md"
    return Entity(kind, own_id, own_id, path, Span(0, 0), "front-matter", attributes=fields, target=path)


def named(kind: str, own_id: str, path: str = "table.md", **fields: Any) -> Entity:
    return Entity(kind, own_id, own_id, path, Span(0, 0), fields.pop("form", "table-row"), rule="rule", **fields)


def relation(subject: Key, name: str, object_: Key, part: str = "", path: str = "table.md") -> Relation:
    return Relation(subject, name, object_, path, Span(0, 0), part)


def coverage(
    entities: Iterable[Entity] = (),
    relations: Iterable[Relation] = (),
    settings: Mapping[str, Any] | None = None,
    pages: Mapping[str, str] | None = None,
    matrices: tuple[Matrix, ...] = (),
) -> Coverage:
    model = Model(Found(tuple(entities), tuple(relations), matrices=matrices))
    documents = [read_document(Source(path, text)) for path, text in (pages or {}).items()]
    references = References(documents, PageSchemas({}, {}), model)
    return Coverage(model, kind_settings(settings or {}), references)


@pytest.mark.parametrize(
    ("key", "need", "relations", "expected"),
    [
        (PHASE, "deliverable", [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))], 1),
        (Key("deliverable", "note"), "phase", [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))], 1),
        # Said twice is one cover.
        (PHASE, "responsible", [relation(ROLE, ROLE_RESPONSIBLE_FOR, PHASE)] * 2, 1),
        # One role answers for a phase; who takes part in it is not responsible for it.
        (PHASE, "responsible", [relation(ROLE, ROLE_PARTICIPATES_IN, PHASE, "participants")], 0),
        (PHASE, "participant", [relation(ROLE, ROLE_PARTICIPATES_IN, PHASE, "participants")], 1),
        (PHASE, "participant", [relation(ROLE, ROLE_RESPONSIBLE_FOR, PHASE)], 1),
        (TASK, "accountable", [relation(ROLE, ROLE_PARTICIPATES_IN, TASK, "responsible")], 0),
        (TASK, "responsible", [relation(ROLE, ROLE_PARTICIPATES_IN, TASK, "responsible")], 1),
        # Who answers for a task and is named for nothing else does it.
        (TASK, "responsible", [relation(ROLE, ROLE_RESPONSIBLE_FOR, TASK, "accountable")], 1),
        (TASK, "responsible", [relation(ROLE, ROLE_PARTICIPATES_IN, TASK, "consulted")], 0),
        (TASK, "responsible", [relation(ROLE, ROLE_PARTICIPATES_IN, TASK, "informed")], 0),
        (ROLE, "use", [relation(ROLE, ROLE_PARTICIPATES_IN, TASK, "informed")], 1),
        (Key("deliverable", "note"), "role", [relation(ROLE, ROLE_RESPONSIBLE_FOR, Key("deliverable", "note"))], 1),
        # Another relation with a deliverable is not that the phase hands it over.
        (PHASE, "deliverable", [relation(PHASE, "other", Key("deliverable", "note"))], 0),
    ],
)
def test_covers_of_a_relation(key: Key, need: str, relations: list[Relation], expected: int) -> None:
    assert len(coverage(relations=relations).covers(key, need)) == expected


def test_a_page_is_its_own_one_that_a_place_links_to_or_the_heading_with_its_text() -> None:
    found = coverage(
        [
            declared("role", "po"),
            named("role", "ux", target="ux.md"),
            named("role", "dev", form="heading"),
            named("role", "qa"),
        ]
    )
    pages = {own_id: found.covers(Key("role", own_id), "page") for own_id in ("po", "ux", "dev", "qa")}
    assert pages == {"po": ("po.md",), "ux": ("ux.md",), "dev": ("table.md",), "qa": ()}


def page(kind: str, own_id: str, fields: str = "") -> str:
    return f"---\nkind: {kind}\nid: {own_id}\nname: {own_id}\n{fields}---\n\n# {own_id}\n"


def test_another_kind_covers_by_any_typed_reference_from_either_side() -> None:
    pages = {
        "mvp.md": page("phase", "mvp"),
        "arret.md": page("phase", "arret"),
        "comite.md": page("gate", "comite", "after: mvp\ndecided-by: po\ninputs: [note]\n"),
        "bilan.md": page("phase", "bilan", "gate: nowhere\n"),
        "essai.md": page("phase", "essai", "gate: {name: Revue}\n"),
    }
    entities = [declared("phase", one) for one in ("mvp", "arret", "bilan")]
    entities += [declared("phase", "essai", gate={"name": "Revue"}), declared("gate", "comite")]
    found = coverage(entities, pages=pages)
    gate = Key("gate", "comite")
    assert found.covers(PHASE, "gate") == (gate,)
    assert found.covers(gate, "phase") == (PHASE,)
    assert found.covers(Key("phase", "arret"), "gate") == ()
    # What leads to nothing is told as such, and what is written out needs no page.
    assert len(found.covers(Key("phase", "bilan"), "gate")) == 1
    assert len(found.covers(Key("phase", "essai"), "gate")) == 1
    assert Key("deliverable", "note") in found.covers(gate, "deliverable")


def test_what_the_settings_want() -> None:
    found = coverage(settings={"phase": {"needs": {"deliverable": "0..", "gate": 1}}})
    assert not found.asks("phase", "deliverable")
    assert found.asks("phase", "responsible")
    assert (found.need("phase", "gate").least, found.need("phase", "gate").most) == (1, 1)
    assert (found.need("skill", "page").least, found.need("skill", "page").most) == (1, None)


def test_what_is_out_of_use_needs_nothing() -> None:
    entities = [declared("role", "po", status="deprecated"), declared("role", "ux"), named("role", "chefferie")]
    found = coverage(entities, settings={"role": {"deprecated": {"Chefferie": "PO"}}})
    assert [entity.id for entity in entities if found.is_judged(entity)] == ["ux"]


def test_a_place_is_compared_with_what_stands_beside_it() -> None:
    """The phases of the table have deliverables; those of the navigation are another set, one of which is the same."""
    in_table = [named("phase", one) for one in ("mvp", "arret")]
    elsewhere = [named("phase", one, "nav.md") for one in ("cadrer", "concevoir")]
    relations = [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))]
    found = coverage([*in_table, *elsewhere, named("phase", "mvp", "nav.md")], relations)
    assert found.is_usual(in_table[1], "deliverable")
    # The navigation says of no phase what its deliverables are.
    assert not found.is_usual(elsewhere[0], "deliverable")


def test_most_of_those_beside_it() -> None:
    def usual(with_page: int, without: int, *, guessed: bool = False) -> bool:
        entities = [named("role", f"a{n}", target="page.md", guessed=guessed) for n in range(with_page)]
        entities += [named("role", f"b{n}", guessed=guessed) for n in range(without)]
        return coverage(entities).is_usual(entities[-1], "page", most=True)

    assert usual(2, 1)
    assert not usual(1, 2)
    assert usual(1, 1)
    assert not usual(1, 1, guessed=True)
    assert usual(2, 1, guessed=True)


def test_a_declared_page_is_compared_with_its_life_cycle() -> None:
    entities = [declared("phase", "mvp"), declared("phase", "arret"), declared("phase", "essai", lifecycle="pilote")]
    found = coverage(entities, [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))])
    assert found.is_usual(entities[1], "deliverable")
    assert not found.is_usual(entities[2], "deliverable")


def test_needs_that_a_base_never_states() -> None:
    found = coverage([declared("phase", "mvp"), declared("role", "po")])
    assert [(one.first.id, one.need, one.count) for one in found.unstated("mvp.md")] == [
        ("mvp", "deliverable", 1),
        ("mvp", "responsible", 1),
    ]
    assert [one.need for one in found.unstated("po.md")] == ["use"]


def test_a_reason_to_have_none_states_the_need() -> None:
    found = coverage([declared("phase", "mvp", **{"no-deliverables": "closed"})])
    assert [one.need for one in found.unstated("mvp.md")] == ["responsible"]


def test_of_two_needs_that_say_the_same_one_is_told() -> None:
    found = coverage([declared("task", "t"), declared("phase", "p"), declared("deliverable", "d")])
    assert [one.need for one in found.unstated("t.md")] == ["responsible"]
    assert [one.need for one in found.unstated("p.md")] == ["deliverable", "responsible"]
    assert [one.need for one in found.unstated("d.md")] == ["responsible"]


def test_what_was_guessed_lacks_only_what_the_base_could_say() -> None:
    phases = [named("phase", f"p{number}", guessed=True) for number in range(3)]
    assert coverage(phases).unstated("table.md") == ()
    with_role = [*phases, declared("role", "po")]
    assert [one.need for one in coverage(with_role).unstated("table.md")] == ["responsible"]
    assert coverage(with_role[1:]).unstated("table.md") == ()


def test_a_list_without_is_said_of_its_first() -> None:
    first, second, third = named("role", "a"), named("role", "b"), named("role", "c", target="c.md")
    found = coverage([first, second, third])
    assert found.lacking(first, "page") == (first.key, second.key)
    assert found.lacking(second, "page") == ()
    guess = named("role", "a", guessed=True)
    assert coverage([guess, second]).lacking(guess, "page") == ()


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


def test_a_role_is_reviewed_later_than_its_deliverable() -> None:
    note = declared("deliverable", "note", reviewed="2024-01-31")
    phases = [declared("phase", "mvp", reviewed="2025-06-01"), declared("phase", "essai", reviewed="31/12/2025")]
    relations = [relation(one.key, PHASE_HAS_DELIVERABLE, note.key) for one in phases]
    found = coverage([note, *phases], relations)
    later = found.reviewed_later(note, 365)
    assert later is not None
    assert (later[0].id, later[1].isoformat()) == ("mvp", "2025-06-01")
    assert found.reviewed_later(note, 600) is None


def test_relations_with_what_is_out_of_use() -> None:
    entities = [declared("role", "po", status="deprecated"), declared("phase", "mvp"), declared("phase", "old")]
    entities[2] = declared("phase", "old", status="deprecated")
    relations = [relation(ROLE, ROLE_RESPONSIBLE_FOR, Key("phase", one), path=f"{one}.md") for one in ("mvp", "old")]
    found = coverage(entities, relations)
    assert [key for _, key in found.outdated("mvp.md")] == [ROLE]
    assert list(found.outdated("old.md")) == []


def test_a_placeholder_is_missed_by_the_entity_of_its_row() -> None:
    def row(own_id: str, start: int) -> Entity:
        return Entity("phase", own_id, own_id, "table.md", Span(start, start + 3), "table-row", rule="rule")

    def placeholder(start: int) -> Nameless:
        return Nameless("deliverable", "table.md", Span(start, start + 7), "à venir", "rule")

    relations = [relation(PHASE, PHASE_HAS_DELIVERABLE, Key("deliverable", "note"))]
    found = coverage([row("mvp", 10), row("arret", 50)], relations)
    assert not found.is_missed(placeholder(30))  # the phase has another deliverable
    assert found.is_missed(placeholder(70))
    assert not found.is_missed(placeholder(5))
    wanted = {"phase": {"needs": {"deliverable": "0.."}}}
    assert not coverage([row("mvp", 10), row("arret", 50)], relations, wanted).is_missed(placeholder(70))
