"""The reference of the settings, in Markdown, from `schemas/config.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kbcheck.schema.resources import schema_text
from kbcheck.schema.yaml_writing import write_yaml
from tests.docs.tables import table

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "one-of": "One of {values}.",
        "default": "Default: {value}.",
        "example": "Example:",
        "key": "key",
        "what": "what it says",
        "values": "values",
        "usual": "default",
        "boolean": "`true`, `false`",
        "string": "a text",
        "number": "a number",
        "integer": "a whole number",
        "array": "a list",
        "object": "a mapping",
        "or": " or ",
        "from": "from {limit}",
        "above": "above {limit}",
        "up-to": "up to {limit}",
    },
    "fr": {
        "one-of": "Une de ces valeurs\N{NO-BREAK SPACE}: {values}.",
        "default": "Par défaut\N{NO-BREAK SPACE}: {value}.",
        "example": "Exemple\N{NO-BREAK SPACE}:",
        "key": "clé",
        "what": "ce qu’elle dit",
        "values": "valeurs",
        "usual": "par défaut",
        "boolean": "`true`, `false`",
        "string": "un texte",
        "number": "un nombre",
        "integer": "un nombre entier",
        "array": "une liste",
        "object": "un dictionnaire",
        "or": " ou ",
        "from": "à partir de {limit}",
        "above": "plus de {limit}",
        "up-to": "jusqu’à {limit}",
    },
}


def settings_reference(language: str) -> str:
    """Every key of `.kbcheck.yaml`, in the order of the schema."""
    schema = json.loads(schema_text("config"))
    sections = (_setting(name, field, schema, language) for name, field in schema["properties"].items())
    return "\n".join(sections)


def _setting(name: str, field: dict[str, Any], schema: dict[str, Any], language: str) -> str:
    words = _WORDS[language]
    paragraphs = [f"## {name}", _described(field, language)]
    said = []
    if "enum" in field:
        said.append(words["one-of"].format(values=_list(field["enum"])))
    default = field.get("default")
    if default and not isinstance(default, dict):
        said.append(words["default"].format(value=_code(default)))
    if said:
        paragraphs.append(" ".join(said))
    if default and isinstance(default, dict):
        paragraphs += [words["default"].format(value="").rstrip(" ."), _block({name: default})]
    inside = _inside(field, schema)
    if inside:
        paragraphs.append(_fields(inside, schema, language).rstrip("\n"))
    for key, part in inside.items():
        deeper = _inside(part, schema)
        if deeper:
            paragraphs += [f"`{name}: {{{key}: …}}`", _fields(deeper, schema, language).rstrip("\n")]
    if field.get("examples"):
        # A key has one value, so one example; the longest shows most.
        paragraphs += [words["example"], _block({name: max(field["examples"], key=lambda one: len(str(one)))})]
    return "\n\n".join(paragraphs) + "\n"


def _block(value: dict[str, Any]) -> str:
    written = write_yaml(value)
    return f"```yaml\n{written[1:-2]}\n```" if written.startswith("{") else f"```yaml\n{written}```"


def _inside(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The keys of a mapping that the schema names; those of its values, when its own keys are free (a kind, a host)."""
    own = field.get("properties")
    free = field.get("additionalProperties")
    if own is None and isinstance(free, dict):
        own = _resolved(free, schema).get("properties")
    return {key: part for key, part in (own or {}).items() if _described(part, "en")}


def _resolved(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The field itself, or what its `$ref` inside the schema leads to, with its own description over that."""
    reference = field.get("$ref", "")
    target: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]] if reference.startswith("#/") else {}
    return {**target, **field}


def _described(field: dict[str, Any], language: str) -> str:
    return str(field.get("x-description-fr" if language == "fr" else "description", ""))


def _fields(fields: dict[str, Any], schema: dict[str, Any], language: str) -> str:
    words = _WORDS[language]
    head = (words["key"], words["what"], words["values"], words["usual"])
    return table(head, (_field_row(key, _resolved(part, schema), language) for key, part in fields.items()))


def _field_row(key: str, field: dict[str, Any], language: str) -> tuple[str, ...]:
    default = _code(field["default"]) if field.get("default") not in (None, [], {}) else ""
    return f"`{key}`", _described(field, language), _values(field, language), default


def _values(field: dict[str, Any], language: str) -> str:
    """What may stand there, in words."""
    words = _WORDS[language]
    if "enum" in field:
        return _list(field["enum"])
    if "anyOf" in field:
        kinds = dict.fromkeys(_values(one, language) for one in field["anyOf"])
        return words["or"].join(kinds)
    limits = [words[word].format(limit=field[key]) for key, word in _LIMITS if key in field]
    return ", ".join([words.get(field.get("type", ""), ""), *limits])


_LIMITS = (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "up-to"))


def _list(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values if value is not False)


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else json.dumps(value)
    return f"`{text}`"
