"""The shipped schemas themselves: valid, explained in both languages, true to their examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kbcheck.schema.faults import KINDS
from kbcheck.schema.resources import schema_names, schema_text, schemas_folder
from kbcheck.schema.validate import Schema, validate
from kbcheck.schema.yaml import read_yaml

# The report is written by the program and read by machines: its schema has another author and other needs.
NAMES = sorted(schema_names() - {"report"})


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from parts(part)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_named(name: str) -> None:
    schema = json.loads(schema_text(name))
    assert schema["$id"] == f"urn:kbcheck:schema:{name}"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Schema(schema)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_schema_are_valid(name: str) -> None:
    examples = json.loads(schema_text(name))["examples"]
    assert examples
    for example in examples:
        assert validate(read_yaml(json.dumps(example)), name) == []  # JSON is YAML


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_explained_in_both_languages(name: str) -> None:
    schema = json.loads(schema_text(name))
    described = [schema, *(part for part in schema.get("$defs", {}).values() if "properties" in part)]
    fields = [field for part in described for field in part.get("properties", {}).values() if field is not True]
    fields = [field for field in fields if ("then" not in field and "$ref" not in field) or "description" in field]
    for field in (schema, *fields):
        assert field["description"].endswith(".")
        assert field["x-description-fr"].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_special_kinds_have_sentences(name: str) -> None:
    for part in parts(json.loads(schema_text(name))):
        assert set(part.get("x-kinds", {}).values()) <= KINDS.keys()


@pytest.mark.parametrize("name", ["role", "phase", "deliverable", "task", "gate"])
def test_a_described_page_may_carry_what_the_platforms_read(name: str) -> None:
    (example,) = json.loads(schema_text(name))["examples"]
    page = {**example, "description": "x", "icon": "star", "hidden": False, "layout": {"title": {"visible": True}}}
    assert validate(read_yaml(json.dumps(page)), name) == []
    assert [one.kind for one in validate(read_yaml(json.dumps({**page, "zzz": 1})), name)] == ["unknown-key"]


def test_a_translated_rule_page_has_messages_only() -> None:

    schema = Schema({"$ref": "urn:kbcheck:schema:rule#/$defs/translation"})
    assert schema.validate(read_yaml("messages: {default: pas de titre}")) == []
    assert [one.kind for one in schema.validate(read_yaml("code: KB101"))] == ["missing-key", "unknown-key"]


def test_front_matter_of_real_pages_is_not_blamed() -> None:
    corpora = Path(__file__).parents[2].parent / "shared" / "corpora"
    if not corpora.is_dir():
        pytest.skip("../shared/corpora is not there")
    for page in sorted(corpora.rglob("*.md")):
        text = page.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        if text.startswith("---\n") and "\n---\n" in text[3:]:
            end = text.index("\n---\n", 3)
            assert validate(read_yaml(text[4:end], offset=4), "page") == [], page


def test_the_folder_holds_nothing_else() -> None:
    assert all(path.name.endswith(".schema.json") for path in schemas_folder().iterdir() if path.name != "published")
