"""The schema of the settings for editors: the one that is shipped, in the words that editors and SchemaStore know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from kbcheck.config import FILE_NAMES
from kbcheck.schema.published import PUBLISHED, SCHEMA_ADDRESS, published_text
from kbcheck.schema.resources import schema_text, schemas_folder
from kbcheck.schema.validate import validate
from kbcheck.schema.yaml import read_yaml

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(published_text())
# Of draft-07 (https://json-schema.org/draft-07/json-schema-validation), those that Ajv knows in strict mode.
KEYWORDS = frozenset(
    (
        "$schema",
        "$id",
        "$ref",
        "title",
        "description",
        "default",
        "examples",
        "type",
        "enum",
        "const",
        "properties",
        "additionalProperties",
        "propertyNames",
        "required",
        "dependencies",
        "minProperties",
        "maxProperties",
        "items",
        "minItems",
        "uniqueItems",
        "pattern",
        "minLength",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "definitions",
    )
)

GOOD = [
    "{}",
    "platform: gitbook\nlanguage: fr\nrepository: [a/b, git.example.org/c/d]\nsite: https://example.org/x",
    "rules: {missing-anchor: {severity: warning, x: 1}, KB301: off, folder: ./kb}",
    "rules: ./kb",
    "model: {phase: {needs: {deliverable: 1.., responsible: 0..1}, order: consecutive, start: 0}}",
    "extract: [{id: a, kind: role, from: roles/*.md, take: pages}]",
    "extract: [{id: a, kind: role, from: a.md, take: items, under: {heading: Rôles, level: 2}}]",
    "extract: [{id: a, kind: role, from: a.md, take: matches, where: {match: 'x'}}]",
    "external: {skip: ['*.example.org'], budget: 120, hosts: {a.org: {user: KBCHECK_U, password: KBCHECK_P}}}",
]
BAD = [
    "platfrom: gitbook",
    "platform: word",
    "language: de",
    "site: example.org",
    "repository: owner",
    "rules: [a]",
    "rules: {missing-anchor: fatal}",
    "per-file-ignores: {a: 1}",
    "model: {Phase: {}}",
    "model: {phase: {needs: {deliverable: many}}}",
    "model: {phase: {need: {}}}",
    "extract: [{kind: role, take: pages, frm: x}]",
    "extract: [{id: a, kind: role, from: a.md, take: matches}]",
    "extract: [{id: a, kind: role, from: a.md, take: matches, where: {row: x}}]",
    "extract: [{id: a, kind: role, from: a.md, take: items, under: {heading: x, label: y}}]",
    "extract: [{id: a, kind: role, from: a.md, take: items, under: {label: y, level: 2}}]",
    "external: {timeout: 0}",
    "external: {hosts: {a.org: {user: KBCHECK_U}}}",
    "external: {hosts: {a.org: {user: SECRET}}}",
]


def schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    if isinstance(part, list):
        for each in part:
            yield from schemas(each)
    if not isinstance(part, dict):
        return
    yield part
    for keyword, value in part.items():
        if keyword in ("properties", "definitions"):
            for each in value.values():
                yield from schemas(each)
        elif keyword not in ("examples", "default", "enum", "const", "dependencies"):
            yield from schemas(value)


def errors(text: str) -> list[str]:
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(read_yaml(text).value or {})]


def test_the_file_is_what_the_sources_say() -> None:
    """`python -m kbcheck.schema.published` writes it."""
    assert (schemas_folder() / PUBLISHED).read_text(encoding="utf-8") == published_text()


def test_it_is_a_schema_of_draft_07_without_words_of_our_own() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert SCHEMA["$id"] == SCHEMA_ADDRESS
    for schema in schemas(SCHEMA):
        assert schema.keys() <= KEYWORDS
        assert "$ref" not in schema or schema.keys() == {"$ref"}  # draft-07 reads nothing beside it
        assert schema.get("$ref", "#").startswith("#")
        assert schema.get("format", "regex") == "regex"


def test_every_setting_is_described_and_its_examples_are_valid() -> None:
    for key, setting in SCHEMA["properties"].items():
        assert setting["description"], key
        for example in setting["examples"]:
            assert errors(json.dumps({key: example})) == [], key


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_it_says_what_kbcheck_says(text: str) -> None:
    refused = validate(read_yaml(text), "config")
    assert bool(errors(text)) is bool(refused) is (text in BAD)


def test_settings_of_real_bases_are_accepted() -> None:
    files = [*(ROOT / "tests" / "corpora").glob("*.yaml"), *(ROOT / "examples").glob("*/.kbcheck.yaml")]
    settings = [path for path in files if path.name != "structure-findings.yaml"]
    assert settings
    for path in settings:
        assert errors(path.read_text(encoding="utf-8")) == [], path


def test_the_sources_say_the_same_of_every_key() -> None:
    source = json.loads(schema_text("config"))["properties"]
    assert {key: part["description"] for key, part in source.items()} == {
        key: part["description"] for key, part in SCHEMA["properties"].items()
    }


@pytest.mark.parametrize("page", ["getting-started.md", "getting-started.fr.md"])
def test_the_entry_for_the_catalogue_of_schemastore_is_true(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    entry = json.loads(text.partition("```json\n")[2].partition("```")[0])
    assert entry.keys() == {"name", "description", "fileMatch", "url"}
    assert entry["fileMatch"] == list(FILE_NAMES)
    assert entry["url"] == SCHEMA_ADDRESS
