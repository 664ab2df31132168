"""The schemas of a team's own: read beside each other, refused with the place of the fault."""

from __future__ import annotations

import json

import pytest

from kbcheck.schema.files import SchemaFiles, path_inside, referred_files
from kbcheck.schema.validate import Schema
from kbcheck.schema.yaml import read_yaml


def files(**texts: str) -> SchemaFiles:
    return SchemaFiles({f"{name}.yaml": read_yaml(text) for name, text in texts.items()}, {"role", "skill"})


def faults(text: str, **others: str) -> list[tuple[str, str]]:
    """The kind of each fault in a schema and the text it points at."""
    return [
        (fault.kind, text[fault.span.start : fault.span.end]) for fault in files(own=text, **others).faults("own.yaml")
    ]


def usable(own: SchemaFiles, path: str) -> Schema:
    schema = own.schema(path)
    assert schema is not None
    return schema


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("type: objet", [("default", "objet")]),
        ("properties: {a: {pattern: '('}}", [("default", "(")]),
        ("patternProperties: {'(': {}}", [("default", "{'(': {}}")]),
        ("- a", [("default", "- a")]),
        ("", [("default", "")]),
        ("a: [", [("syntax", "[")]),
        ("$ref: https://example.org/a", [("remote", "https://example.org/a")]),
        ("$ref: file:///etc/passwd", [("remote", "file:///etc/passwd")]),
        ("$dynamicRef: //example.org/a", [("remote", "//example.org/a")]),
        ("properties: {default: {$ref: 'http://a/'}}", [("remote", "http://a/")]),
        ("$ref: ../a.yaml", [("outside", "../a.yaml")]),
        ("$ref: /a.yaml", [("outside", "/a.yaml")]),
        ("$ref: gone.yaml", [("nowhere", "gone.yaml")]),
        ("$ref: '#/$defs/gone'", [("nowhere", "#/$defs/gone")]),
        ("$ref: '#/title'\ntitle: a", [("nowhere", "#/title")]),
        ("$ref: '#/allOf/x'\nallOf: [{}]", [("nowhere", "#/allOf/x")]),
        ("$ref: urn:kbcheck:schema:gone", [("nowhere", "urn:kbcheck:schema:gone")]),
        ("$ref: '#'", [("loop", "#")]),
        ("$ref: '#/$defs/a'\n$defs: {a: {anyOf: [{not: {$ref: '#'}}]}}", [("loop", "#/$defs/a")]),
        ("properties: {a: {x-refers-to: rolle}}", [("misspelt-kind", "rolle")]),
        ("properties: {a: {x-refers-to: [role, zzzz]}}", [("unknown-kind", "[role, zzzz]")]),
    ],
)
def test_a_fault_is_shown_where_it_is(text: str, found: list[tuple[str, str]]) -> None:
    assert faults(text) == found
    assert files(own=text).schema("own.yaml") is None


@pytest.mark.parametrize(
    "text",
    [
        "$ref: urn:kbcheck:schema:role",
        "properties: {$ref: {type: string}, enum: {}, inner: {$ref: '#'}}",
        "$id: https://example.org/a\nproperties: {a: {$ref: 'https://example.org/a#/$defs/b'}}\n$defs: {b: {}}",
        "properties: {a: {$ref: '#b'}}\n$defs: {b: {$anchor: b}}",
        "const: {$ref: 'https://example.org'}",
        "x-refers-to: same-kind\nx-kinds: 3",
    ],
)
def test_a_sound_schema_has_no_fault(text: str) -> None:
    assert faults(text) == []
    assert usable(files(own=text), "own.yaml").validate(read_yaml("")) is not None


def test_a_fault_is_said_of_its_file_only() -> None:
    own = files(a="$ref: b.yaml", b="$ref: c.yaml#/$defs/x", c="$defs: {x: {type: objet}}", d="type: object")
    assert [path for path in ("a.yaml", "b.yaml", "c.yaml", "d.yaml") if own.faults(path)] == ["c.yaml"]
    assert [path for path in ("a.yaml", "b.yaml", "c.yaml", "d.yaml") if own.schema(path)] == ["d.yaml"]


def test_files_refer_to_each_other_by_relative_paths() -> None:
    documents = {
        "a/é t.json": read_yaml(json.dumps({"properties": {"x": {"$ref": "../b/c.yaml#/$defs/d"}}})),
        "b/c.yaml": read_yaml("$defs: {d: {type: integer}, e: {$ref: '../a/%C3%A9%20t.json'}}"),
    }
    own = SchemaFiles(documents, ())
    assert [one.kind for one in usable(own, "a/é t.json").validate(read_yaml("x: a"))] == ["type-integer"]
    assert referred_files("b/c.yaml", documents["b/c.yaml"]) == ("a/é t.json",)
    assert referred_files("a/é t.json", documents["a/é t.json"]) == ("b/c.yaml",)


def test_only_schema_files_inside_the_root_are_asked_for() -> None:
    text = "allOf: [{$ref: ../x.yaml}, {$ref: page.md}, {$ref: 'https://a/b.yaml'}, {$ref: '#/a'}, {$ref: b.yml#/c}]"
    assert referred_files("a.yaml", read_yaml(text)) == ("b.yml",)


def test_a_shipped_schema_can_be_added_to() -> None:
    role = "kind: role\nid: po\nname: PO\n"
    own = files(own="$ref: urn:kbcheck:schema:role\nproperties: {grade: {type: integer}}\nunevaluatedProperties: false")
    schema = usable(own, "own.yaml")
    assert schema.validate(read_yaml(role + "grade: 3")) == []
    assert [one.kind for one in schema.validate(read_yaml(role + "gradee: a"))] == ["misspelt-key"]
    assert [one.kind for one in schema.validate(read_yaml("kind: phase\nid: po\nname: PO"))] == ["const"]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("anyOf: [false, {type: array}]", "a: 1", "type-array"),
        ("properties: {a: false}", "a: 1", "forbidden-key"),
        ("properties: {a: {multipleOf: 0.1}}", "a: .inf", "other"),
        ("properties: {a: {multipleOf: 0.1}}", "a: .nan", "other"),
        ("properties: {a: {minLength: 3, x-kinds: {minLength: enum}}}", "a: b", "enum"),
    ],
)
def test_odd_schemas_and_values_end_in_a_violation(text: str, value: str, kind: str) -> None:
    assert kind in {one.kind for one in usable(files(own=text), "own.yaml").validate(read_yaml(value))}


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("./a.yaml", "", "a.yaml"),
        ("b/../a.yaml", "", "a.yaml"),
        ("../a.yaml", "b", "a.yaml"),
        ("../../a.yaml", "b", None),
        ("/a.yaml", "b", None),
        ("..", "", None),
        (".", "", None),
        ("..a.yaml", "", "..a.yaml"),
    ],
)
def test_a_path_stays_inside(path: str, folder: str, inside: str | None) -> None:
    assert path_inside(path, folder) == inside
