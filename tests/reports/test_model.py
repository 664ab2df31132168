"""The model of a base as a matrix and as a picture."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    EntityList,
    Found,
    Key,
    Model,
    Relation,
)
from kbcheck.reports.model_matrix import render_matrix
from kbcheck.reports.model_mermaid import render_mermaid
from kbcheck.reports.terminal import width_of
from kbcheck.texts import texts_in

EN, FR = texts_in("en"), texts_in("fr")


def entity(kind: str, own_id: str, name: str, order: int | None = None) -> Entity:
    return Entity(kind, own_id, name, "page.md", Span(0, 0), "front-matter", order=order, attributes={"kind": kind})


def relation(subject: str, name: str, object_: str) -> Relation:
    kinds = ("phase", "deliverable") if name == PHASE_HAS_DELIVERABLE else ("role", "deliverable")
    return Relation(Key(kinds[0], subject), name, Key(kinds[1], object_), "page.md", Span(0, 0))


ENTITIES = (
    entity("phase", "arret", "Arrêt", 3),
    entity("phase", "idee", "Idée", 1),
    entity("phase", "mvp", "MVP", 2),
    entity("deliverable", "vision", "Vision produit"),
    entity("deliverable", "note", "Note de cadrage"),
    entity("deliverable", "budget", "Budget"),
    entity("role", "po", 'Responsable "produit"'),
)
RELATIONS = (
    relation("idee", PHASE_HAS_DELIVERABLE, "vision"),
    relation("idee", PHASE_HAS_DELIVERABLE, "note"),
    relation("mvp", PHASE_HAS_DELIVERABLE, "note"),
    relation("po", ROLE_RESPONSIBLE_FOR, "vision"),
)
MODEL = Model(Found(ENTITIES, RELATIONS))


def test_the_matrix_shows_every_phase_in_order_and_its_holes():
    assert render_matrix(MODEL, EN, width=80) == (
        "Phase       Deliverable      Responsible\n"
        "──────────  ───────────────  ─────────────────────\n"
        '1. Idée     Vision produit   Responsable "produit"\n'
        "            Note de cadrage  —\n"
        "2. MVP      Note de cadrage  —\n"
        "3. Arrêt    —                —\n"
        "\n"
        "(no phase)  Budget           —\n"
        "\n"
        "1 of 3 phases without deliverables, 2 of 3 deliverables without a responsible\n"
        "role\n"
    )


def test_the_matrix_speaks_french():
    lines = render_matrix(MODEL, FR, width=80).splitlines()
    assert lines[0] == "Phase         Livrable         Responsable"
    assert lines[-1] == "phases sans livrable\xa0: 1 sur 3\xa0; livrables sans rôle responsable\xa0: 2 sur 3"


@pytest.mark.parametrize("width", [30, 44, 80])
def test_the_matrix_fits_the_terminal_and_cuts_no_name(width):
    names = ["Déclaration de conformité au référentiel d’accessibilité", "計画書 " * 9, "e\u0301" * 50]
    entities = (*ENTITIES, *(entity("deliverable", name, name) for name in names))
    text = render_matrix(Model(Found(entities, RELATIONS)), EN, width=max(width, 40))
    assert max(map(width_of, text.splitlines())) <= max(width, 40)
    for name in names:
        assert name.replace(" ", "") in re.sub(r"[ \n—]", "", text)


def test_each_life_cycle_is_a_part_of_the_matrix():
    text = render_matrix(two_life_cycles(relation("avant", PHASE_HAS_DELIVERABLE, "budget")), EN, width=80)
    assert text.splitlines()[6:9] == ["", "1. Avant  Budget           —", "2. Après  —                —"]
    assert "2 of 5 phases without deliverables" in text


def test_a_life_cycle_without_any_deliverable_has_no_holes():
    text = render_matrix(two_life_cycles(), EN, width=80)
    assert "Avant" not in text
    assert "1 of 3 phases without deliverables" in text
    assert text.endswith("\nnot shown: 2 phases of life cycles without any deliverable\n")


def test_where_no_phase_has_a_deliverable_all_are_shown():
    text = render_matrix(Model(Found(ENTITIES[:3])), EN, width=80)
    assert "3 of 3 phases without deliverables" in text


def two_life_cycles(*relations: Relation) -> Model:
    other = [
        replace(entity("phase", own_id, name, order), form="heading", attributes={})
        for order, own_id, name in ((1, "avant", "Avant"), (2, "apres", "Après"))
    ]
    lists = (EntityList("steps", "phase", tuple(other), (1, 2), "page.md", Span(0, 0)),)
    return Model(Found((*ENTITIES, *other), (*RELATIONS, *relations), lists))


def test_a_base_without_a_model_says_so():
    assert render_matrix(Model(Found()), EN, width=80) == "No phase or deliverable was found.\n"


def test_the_picture_has_phases_in_their_order_and_quotes_names():
    assert render_mermaid(MODEL) == (
        "flowchart LR\n"
        '  p1(["1#46; Idée"])\n'
        '  p2(["2#46; MVP"])\n'
        '  p3(["3#46; Arrêt"])\n'
        '  d4["Vision produit"]\n'
        '  d5["Note de cadrage"]\n'
        '  r6[/"Responsable #34;produit#34;"/]\n'
        "  p1 --> d4\n"
        "  p1 --> d5\n"
        "  p2 --> d5\n"
        "  r6 -.- d4\n"
        "  p1 ==> p2\n"
        "  p2 ==> p3\n"
    )


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("# <b> `x` & a_b_ $$y$$", "#35; #60;b#62; #96;x#96; #38; a#95;b#95; #36;#36;y#36;#36;"),
        ("- rien", "#45; rien"),
        ("1) un", "1#41; un"),
        ("24/7", "24/7"),
        ("a\\nb\nc", "a#92;nb#92;nc"),
        ("end", "end"),
    ],
)
def test_no_name_is_markup_in_the_picture(name, drawn):
    picture = render_mermaid(Model(Found((entity("phase", "x", name),))))
    assert picture == f'flowchart LR\n  p1(["{drawn}"])\n'
