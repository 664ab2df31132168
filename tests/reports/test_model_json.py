"""The model of a base as programs read it: exactly what `schemas/model.schema.json` promises."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    PHASE_PRECEDES,
    Entity,
    Found,
    Model,
    Relation,
)
from kbcheck.reports.model_json import render_json

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/model.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

TEXTS = {"a.md": "---\nname: Idée\n---\n", "phases.md": "| Idée | Note |\n| MVP | |\n"}


def phase(name: str, order: int | None, **fields: object) -> Entity:
    values = {"path": "a.md", "span": Span(10, 14), "form": "front-matter", "attributes": {"kind": "phase"}}
    return Entity("phase", name.lower(), name, order=order, **{**values, **fields})  # type: ignore[arg-type]


IDEA = phase("Idée", 1, aliases=("Cadrage",), target="a.md")
MVP, END = phase("MVP", 2), phase("Fin", 4)
NOTE = Entity("deliverable", "note", "Note", "phases.md", Span(9, 13), "table-cell", rule="phase-table", guessed=True)
SAID = Relation(IDEA.key, PHASE_HAS_DELIVERABLE, NOTE.key, "phases.md", Span(9, 13), "deliverables")
MODEL = Model(Found((IDEA, MVP, END, NOTE), (SAID,)))


@pytest.fixture
def written():
    return json.loads(render_json(MODEL, TEXTS))


def test_it_is_what_the_schema_promises(written):
    VALIDATOR.validate(written)
    for name, key in (("entity", "entities"), ("relation", "relations")):
        described = SCHEMA["$defs"][name]
        assert set(described["required"]) == set(described["properties"]) == set(written[key][0])


def test_an_entity(written):
    assert written["entities"][3] == {
        "kind": "deliverable",
        "id": "note",
        "name": "Note",
        "aliases": [],
        "order": None,
        "path": "phases.md",
        "line": 1,
        "column": 10,
        "form": "table-cell",
        "guessed": True,
        "rule": "phase-table",
    }
    assert written["entities"][0]["aliases"] == ["Cadrage"]
    assert (written["entities"][0]["line"], written["entities"][0]["rule"]) == (2, None)


def test_relations_are_said_with_names_and_ids(written):
    assert written["relations"][0] == {
        "subject": "Idée",
        "relation": "phase-has-deliverable",
        "object": "Note",
        "path": "phases.md",
        "line": 1,
        "column": 10,
        "part": "deliverables",
        "subject_entity": {"kind": "phase", "id": "idée"},
        "object_entity": {"kind": "deliverable", "id": "note"},
    }


def test_phases_in_order_precede_each_other(written):
    assert pairs(written, PHASE_PRECEDES) == [("Idée", "MVP"), ("MVP", "Fin")]
    assert {one["part"] for one in written["relations"]} == {"deliverables", None}


def test_what_a_page_says_of_the_order_counts():
    said = Relation(IDEA.key, PHASE_PRECEDES, END.key, "a.md", Span(0, 0))
    written = json.loads(render_json(Model(Found((IDEA, MVP, END), (said,))), TEXTS))
    assert pairs(written, PHASE_PRECEDES) == [("Idée", "Fin"), ("MVP", "Fin")]


def test_a_page_describes_an_entity(written):
    assert pairs(written, "described-by") == [("Idée", "a.md")]


def pairs(written: dict[str, list[dict[str, str]]], relation: str) -> list[tuple[str, str]]:
    return [(one["subject"], one["object"]) for one in written["relations"] if one["relation"] == relation]


def test_names_do_no_harm():
    text = render_json(Model(Found((phase("\x1b[31m\udc80\u202e", 1),))), {})
    assert "\x1b" not in text
    assert "\u202e" not in text
    text.encode()
