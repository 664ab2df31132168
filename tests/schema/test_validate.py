"""Violations of a schema: their kind, their exact place, and what fills their sentence."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.errors import UsageError
from kbcheck.schema.faults import KINDS
from kbcheck.schema.resources import schema_messages
from kbcheck.schema.validate import Schema, Violation, validate
from kbcheck.schema.yaml import read_yaml
from kbcheck.texts import texts_in

ROLE = "kind: role\nid: designer\nname: Designer\n"
PHASE = "kind: phase\nid: construction\nname: Construction\n"
DELIVERABLE = "kind: deliverable\nid: plan\nname: Plan\nphase: construction\nresponsible: designer\n"


def faults(text: str, schema: str | Schema) -> list[tuple[str, str, object]]:
    """Kind, covered text and field of each violation."""
    violations = validate(read_yaml(text), schema)
    return [(one.kind, text[one.span.start : one.span.end], one.values.get("field")) for one in violations]


def only(text: str, schema: str | Schema) -> Violation:
    (violation,) = validate(read_yaml(text), schema)
    return violation


@pytest.mark.parametrize(("text", "schema"), [(ROLE, "role"), (PHASE, "phase"), (DELIVERABLE, "deliverable")])
def test_the_least_that_is_compulsory_is_enough(text: str, schema: str) -> None:
    assert validate(read_yaml(text), schema) == []


@pytest.mark.parametrize(
    ("text", "schema", "expected"),
    [
        (PHASE + "order: '3'\n", "phase", ("type-integer", "3", "order")),
        (PHASE + "order: true\n", "phase", ("type-integer", "true", "order")),
        (PHASE + "order: Étape 3\n", "phase", ("type-integer", "Étape 3", "order")),
        (PHASE + "order: -1\n", "phase", ("minimum", "-1", "order")),
        (PHASE + "optional: yes\n", "phase", ("type-boolean", "yes", "optional")),
        (PHASE + "participants: designer\n", "phase", ("type-array", "designer", "participants")),
        (PHASE + "participants: [designer, Le Dev]\n", "phase", ("reference", "Le Dev", "participants #2")),
        (PHASE + "responsible: [a, b]\n", "phase", ("single-reference", "[a, b]", "responsible")),
        (PHASE + "goal:\n", "phase", ("empty", "goal", "goal")),
        (PHASE + "goal: ''\n", "phase", ("empty", "goal", "goal")),
        (PHASE + "gate: {decided-by: a}\n", "phase", ("missing-key", "gate", "gate.name")),
        (PHASE + "gate: 3\n", "phase", ("type-string-object", "3", "gate")),
        (PHASE + "deliverables: []\n", "phase", ("min-items", "[]", "deliverables")),
        (PHASE + "topics: {privacy: 3}\n", "phase", ("type-string", "3", "topics.privacy")),
        (ROLE + "reviewed: 09/22/2016\n", "role", ("format-date", "09/22/2016", "reviewed")),
        (ROLE + "reviewed: 2024-02-30\n", "role", ("format-date", "2024-02-30", "reviewed")),
        (ROLE + "status: deprecated\n", "role", ("missing-replacement", "role", "replaced-by")),
        (ROLE + "hidden: 'true'\n", "role", ("type-boolean", "true", "hidden")),
        (ROLE + "skills: [a, b, a]\n", "role", ("duplicate", "a", "skills #3")),
        (ROLE + "participates-in:\n- id: a\n- effort: b\n", "role", ("missing-key", "effort", "participates-in #2.id")),
        (ROLE + "count: {}\n", "role", ("min-items", "{}", "count")),
        (ROLE + "colour: blue\n", "role", ("unknown-key", "colour", "colour")),
        (DELIVERABLE + "mandatory: 3\n", "deliverable", ("type-boolean-object", "3", "mandatory")),
        (DELIVERABLE.replace("construction", "{a: b}"), "deliverable", ("type-string-array", "{a: b}", "phase")),
        ("kind: role\nid: Le Dev\nname: Dev\n", "role", ("identifier", "Le Dev", "id")),
        ("kind: role\nid: dev\nname: à définir\n", "role", ("placeholder", "à définir", "name")),
        ("kind: role\nid: dev\n", "role", ("missing-key", "role", "name")),
        ("id: dev\nname: Dev\n", "role", ("missing-key", "id", "kind")),
        ("- a\n", "config", ("root-type", "- a", None)),
    ],
)
def test_a_fault_is_told_once_at_its_place(text: str, schema: str, expected: tuple[str, str, str | None]) -> None:
    assert faults(text, schema) == [expected]


def test_all_faults_are_told_in_the_order_of_the_text() -> None:
    text = "kind: deliverable\nid: A\nphase: []\nzzz: 1\nmandatory: {when: 3}\n"
    assert [kind for kind, _, _ in faults(text, "deliverable")] == [
        "missing-key",
        "identifier",
        "min-items",
        "unknown-key",
        "type-string",
    ]


def test_a_place_counts_from_the_start_of_the_file() -> None:
    page = "---\n" + PHASE + "order: é\n---\n"
    (violation,) = validate(read_yaml(page[4:-4], offset=4), "phase")
    assert page[violation.span.start : violation.span.end] == "é"


def test_the_nearest_key_and_the_nearest_value_are_suggested() -> None:
    for wrong, right in (("Order", "order"), ("entry_criteria", "entry-criteria"), ("responsable", "responsible")):
        violation = only(PHASE + f"{wrong}: [a]\n", "phase")
        assert (violation.kind, violation.values["suggestion"]) == ("misspelt-key", right)
    violation = only(ROLE + "status: actif\n", "role")
    assert (violation.kind, violation.values["suggestion"]) == ("misspelt-value", "active")
    assert violation.values["allowed"] == "draft, active, deprecated"
    assert only(ROLE + "status: zzz\n", "role").kind == "enum"


def test_a_key_that_is_there_is_not_suggested() -> None:
    assert only(PHASE + "goal: a\ngoals: b\n", "phase").values.get("suggestion") != "goal"


def test_a_misspelt_key_is_not_missing_as_well() -> None:
    assert faults(DELIVERABLE.replace("responsible", "responsable"), "deliverable") == [
        ("misspelt-key", "responsable", "responsable")
    ]


def test_one_wrong_value_does_not_make_its_neighbours_unknown() -> None:
    schema = Schema(
        {
            "allOf": [{"properties": {"a": {"type": "integer"}, "b": True}}],
            "anyOf": [{"properties": {"c": {"const": 1}}}, {"properties": {"c": {"const": 2}}, "required": ["d"]}],
            "unevaluatedProperties": False,
        }
    )
    assert [kind for kind, _, _ in faults("a: x\nb: 1\nc: 1\n", schema)] == ["type-integer"]
    assert faults("a: 1\nb: 1\nc: 1\ne: 1\n", schema) == [("unknown-key", "e", "e")]


def test_a_wrong_type_is_told_alone() -> None:
    schema = Schema({"properties": {"a": {"not": {"pattern": "^b"}, "type": "string"}}})
    assert faults("a: 3\n", schema) == [("type-string", "3", "a")]


def test_of_a_choice_the_branch_that_was_meant_is_told() -> None:
    text = "rules: {a: {severity: eror}, b: wrning, c: 3, d: off, e: false, f: {limit: 3}}\n"
    assert faults(text, "config") == [
        ("misspelt-value", "eror", "rules.a.severity"),
        ("misspelt-value", "wrning", "rules.b"),
        ("enum", "3", "rules.c"),
    ]


def test_a_value_is_shown_short() -> None:
    assert only(PHASE + f"order: {'x' * 500}\n", "phase").values["found"] == '"' + "x" * 59 + '…"'
    assert only(PHASE + "order: [1, [2], 3, 4]\n", "phase").values["found"] == "[1, …, 3, …]"


# --- schemas of a team -------------------------------------------------------------------------------------------------


def test_a_schema_of_a_team_may_build_on_ours() -> None:
    schema = Schema(
        {
            "$ref": "urn:kbcheck:schema:common",
            "properties": {"level": {"$ref": "#/$defs/level"}},
            "$defs": {"level": {"enum": ["junior", "senior"]}},
            "unevaluatedProperties": False,
        }
    )
    text = "kind: skill\nid: python\nname: Python\nlevel: seniour\nsumary: x\n"
    assert faults(text, schema) == [("misspelt-value", "seniour", "level"), ("misspelt-key", "sumary", "sumary")]


@pytest.mark.parametrize(
    "reference", ["https://example.org/role.json", "http://127.0.0.1:9/x", "file:///etc/passwd", "../role.json"]
)
def test_no_schema_is_fetched(reference: str) -> None:
    with pytest.raises(UsageError, match="no schema is fetched") as caught:
        Schema({"properties": {"a": {"$ref": reference}}})
    assert reference in str(caught.value)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "text"}, "no valid JSON Schema"),
        ({"$ref": "#/$defs/nowhere"}, "not there"),
        ({"$ref": "urn:kbcheck:schema:nothing"}, "not there"),
        ({"$ref": "#"}, "itself without end"),
    ],
)
def test_a_broken_schema_is_said_to_be_broken(schema: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Schema(schema).validate(read_yaml("a: 1"))


@pytest.mark.parametrize(
    ("schema", "text", "kind"),
    [
        ({"properties": {"a": False}}, "a: 1", "forbidden-key"),
        ({"propertyNames": {"pattern": "^b"}}, "a: 1", "bad-key"),
        ({"properties": {"a": {"const": 2}}}, "a: 1", "const"),
        ({"properties": {"a": {"type": ["integer", "array"]}}}, "a: x", "type"),
        ({"properties": {"a": {"type": ["string", "null"]}}}, "a: 1", "type-string"),
        ({"properties": {"a": {"minLength": 3}}}, "a: x", "min-length"),
        ({"properties": {"a": {"maxItems": 1}}}, "a: [1, 2]", "max-items"),
        ({"properties": {"a": {"exclusiveMaximum": 1}}}, "a: 1", "maximum"),
        ({"properties": {"a": {"pattern": "^b"}}}, "a: x", "pattern"),
        ({"properties": {"a": {"not": {"const": 1}}}}, "a: 1", "other"),
        ({"properties": {"a": {"contains": {"const": 1}}}}, "a: [2]", "other"),
        ({"properties": {"a": {"type": "integer"}}}, "a:", "empty"),
        ({"dependentRequired": {"a": ["b"]}}, "a: 1", "missing-key"),
        ({"patternProperties": {"^x-": True}, "additionalProperties": False}, "x-a: 1\na: 1", "unknown-key"),
    ],
)
def test_every_keyword_has_a_kind(schema: dict[str, Any], text: str, kind: str) -> None:
    violation = only(text, Schema(schema))
    assert violation.kind == kind
    assert violation.values.keys() == KINDS[kind]


def test_a_condition_that_does_not_hold_is_told_when_nothing_else_is_wrong() -> None:
    schema = Schema(
        {
            "if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
            "then": {"properties": {"b": True}},
            "properties": {"a": {"type": "integer"}},
            "unevaluatedProperties": False,
        }
    )
    assert faults("a: 1\nb: 2\n", schema) == []
    assert [kind for kind, _, _ in faults("a: 2\nb: 2\n", schema)] == ["other"]
    assert [kind for kind, _, _ in faults("a: x\nb: 2\n", schema)] == ["type-integer"]


# --- hostile and large ---------------------------------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text("ab-", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["kind", "id", "name", "phase", "gate", "rules", "messages", "status", "aliases", "mandatory", "states", "oops"]


@given(
    value=st.dictionaries(st.sampled_from(KEYS), plain),
    name=st.sampled_from(["role", "phase", "deliverable", "task", "gate", "config", "rule", "page"]),
)
def test_any_front_matter_gives_complete_violations(value: dict[str, Any], name: str) -> None:
    import yaml

    text = yaml.safe_dump(value)
    document = read_yaml(text)
    for violation in validate(document, name):
        assert violation.values.keys() == KINDS[violation.kind]
        assert 0 <= violation.span.start <= violation.span.end <= len(text)


def test_many_faults_are_told_without_suggestions() -> None:
    text = ROLE + "".join(f"statu{n}: x\n" for n in range(20_000))
    violations = validate(read_yaml(text), "role")
    assert len(violations) == 20_000
    assert {violation.kind for violation in violations} == {"unknown-key"}


def test_a_long_list_of_mappings_is_compared_in_linear_time() -> None:
    text = ROLE + "aliases:\n" + "".join(f"- {{n: {n}}}\n" for n in range(20_000))
    assert len(validate(read_yaml(text), "role")) == 20_000


def test_a_broken_document_has_no_violations_beside_its_error() -> None:
    assert validate(read_yaml("a: b: c"), "role") == []


# --- sentences -----------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_sentence_with_values_that_it_comes_with() -> None:
    messages = schema_messages("en")
    assert KINDS.keys() <= messages.keys()
    for kind, values in KINDS.items():
        assert set(re.findall(r"\{([a-z]+)\}", messages[kind])) <= values, kind


def test_a_sentence_is_filled_in_the_language_of_the_reader() -> None:
    violation = only(ROLE + "statsu: x\n", "role")
    said = {language: texts_in(language).said(violation) for language in ("en", "fr")}
    assert all("statsu" in sentence and "status" in sentence for sentence in said.values())
    assert "did you mean" in said["en"]
    assert "vouliez-vous" in said["fr"]


def test_reading_and_resources_import_no_validator() -> None:
    code = (
        "import sys, kbcheck.schema.validate, kbcheck.config as c, pathlib\n"
        "c.load_settings(pathlib.Path('/nowhere'), rule_names=())\n"
        "print(*sorted({'yaml', 'jsonschema', 'referencing', 'difflib'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == ""
