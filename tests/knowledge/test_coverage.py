"""What covers an entity, on models made by hand."""

from __future__ import annotations

import pytest

from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Key,
    Relation,
)
from tests.knowledge.models import PHASE, ROLE, TASK, coverage, declared, named, relation


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
