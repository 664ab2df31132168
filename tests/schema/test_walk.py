"""What a document refers to, as the schemas say it."""

from __future__ import annotations

import json

import pytest

from kbcheck.schema.resources import entity_kinds, schema_text
from kbcheck.schema.validate import Schema, shipped_schema
from kbcheck.schema.walk import SAME_KIND, referred_kinds, subschemas
from kbcheck.schema.yaml import read_yaml


def referred(text: str, schema: str) -> list[tuple[str, str]]:
    document = read_yaml(text)
    found = shipped_schema(schema).references(document)
    assert [text[one.span.start : one.span.end] for one in found] == [one.id for one in found]
    return [(one.id, "/".join(one.kinds)) for one in found]


def test_the_kinds_are_those_of_the_schemas() -> None:
    assert entity_kinds() == {"role", "phase", "deliverable", "task", "gate"}


@pytest.mark.parametrize("name", ["common", *sorted(entity_kinds())])
def test_every_reference_says_what_it_refers_to(name: str) -> None:
    references = {f"urn:kbcheck:schema:common#/$defs/{end}" for end in ("reference", "references", "one-or-more")}
    references.add("urn:kbcheck:schema:common#/$defs/single-reference")
    for path, part in subschemas(json.loads(schema_text(name))):
        kinds = referred_kinds(part)
        assert bool(kinds) == (part.get("$ref") in references), path
        assert set(kinds) <= entity_kinds() | {SAME_KIND}


def test_each_place_is_found_once_with_its_kinds() -> None:
    text = "kind: phase\nnext: [a, 'b']\ngate: {name: G, decided-by: c, inputs: [d]}\nreplaced-by: e\nresponsible: f\n"
    assert referred(text, "phase") == [
        ("a", "phase"),
        ("b", "phase"),
        ("c", "role"),
        ("d", "deliverable"),
        ("e", "phase"),
        ("f", "role"),
    ]
    assert referred("kind: phase\ngate: g\n", "phase") == [("g", "gate")]
    text = "kind: role\nparticipates-in: [a, {id: b, effort: 1 jour}]\nresponsible-for: [c]\n"
    assert referred(text, "role") == [("a", "phase/task"), ("b", "phase/task"), ("c", "deliverable/task")]


@pytest.mark.parametrize(
    "text", ["", "kind: phase\nnext:\nresponsible: 3\ngate: [1, {}]\n", "- a", "kind: [phase]\nreplaced-by: []"]
)
def test_what_is_no_text_refers_to_nothing(text: str) -> None:
    assert referred(text, "phase") == []


def test_references_are_found_however_deep() -> None:
    schema = Schema(
        {
            "$ref": "#/$defs/node",
            "$defs": {
                "node": {
                    "prefixItems": [{}],
                    "items": {"$ref": "#/$defs/node"},
                    "patternProperties": {"^in": {"$ref": "#/$defs/node"}},
                    "additionalProperties": {"x-refers-to": ["role", "skill"]},
                }
            },
        }
    )
    document = read_yaml("inner: [x, {in: {a: b}, c: [d]}]\ne: f\n")
    assert [one.id for one in schema.references(document)] == ["b", "d", "f"]
