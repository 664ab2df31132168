"""The model of a base as people and programs read it."""

from __future__ import annotations

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_RESPONSIBLE_FOR, Entity, Model, Relation
from kbcheck.reports.model_matrix import render_matrix
from kbcheck.reports.model_mermaid import render_mermaid


def entity(kind: str, own_id: str, name: str, order: int | None = None) -> Entity:
    return Entity(kind, own_id, name, "page.md", Span(0, 0), "front-matter", order=order)


def relation(subject: str, name: str, object_: str) -> Relation:
    return Relation(subject, name, object_, "page.md", Span(0, 0))


MODEL = Model(
    [
        entity("phase", "arret", "Arrêt", 3),
        entity("phase", "idee", "Idée", 1),
        entity("phase", "mvp", "MVP", 2),
        entity("deliverable", "vision", "Vision produit"),
        entity("deliverable", "note", "Note de cadrage"),
        entity("deliverable", "budget", "Budget"),
        entity("role", "po", 'Responsable "produit"'),
    ],
    [
        relation("idee", PHASE_HAS_DELIVERABLE, "vision"),
        relation("idee", PHASE_HAS_DELIVERABLE, "note"),
        relation("mvp", PHASE_HAS_DELIVERABLE, "note"),
        relation("po", ROLE_RESPONSIBLE_FOR, "vision"),
    ],
)


def test_the_matrix_shows_every_phase_in_order_and_its_holes():
    assert render_matrix(MODEL, width=80) == (
        "Phase       Deliverable      Responsible\n"
        "──────────  ───────────────  ─────────────────────\n"
        '1. Idée     Vision produit   Responsable "produit"\n'
        "            Note de cadrage  —\n"
        "2. MVP      Note de cadrage  —\n"
        "3. Arrêt    —                —\n"
        "(no phase)  Budget           —\n"
        "\n"
        "1 of 3 phases without deliverables, 2 of 3 deliverables without a responsible role\n"
    )


def test_the_matrix_fits_the_terminal():
    lines = render_matrix(MODEL, width=44).splitlines()
    assert max(len(line) for line in lines[:-1]) <= 44
    assert any("…" in line for line in lines)


def test_a_base_without_a_model_says_so():
    assert render_matrix(Model([], []), width=80) == "No phase or deliverable was found.\n"


def test_the_picture_has_phases_in_their_order_and_quotes_names():
    assert render_mermaid(MODEL) == (
        "flowchart LR\n"
        '  p1(["3. Arrêt"])\n'
        '  p2(["1. Idée"])\n'
        '  p3(["2. MVP"])\n'
        '  d4["Vision produit"]\n'
        '  d5["Note de cadrage"]\n'
        '  r7(("Responsable #quot;produit#quot;"))\n'
        "  p2 ==> p3\n"
        "  p3 ==> p1\n"
        "  p2 --> d4\n"
        "  p2 --> d5\n"
        "  p3 --> d5\n"
        "  r7 -.- d4\n"
    )
