"""The schema of the settings as editors want it: one file, draft-07, without keywords of our own.

SchemaStore names draft-07 as what editors support best, and compiles each schema with Ajv in strict mode, where an unknown
keyword is an error (https://github.com/SchemaStore/schemastore/blob/master/CONTRIBUTING.md). The sources are
`config.schema.json` and `extraction.schema.json`; `python -m kbcheck.schema.published` writes the file.
"""

from __future__ import annotations

import json
from typing import Any

from kbcheck import REPOSITORY
from kbcheck.schema.resources import schema_text, schemas_folder

#: Where the file is, in the folder of the schemas, and the address that editors load it from.
PUBLISHED = "published/kbcheck.json"
SCHEMA_ADDRESS = f"{REPOSITORY}/raw/main/schemas/{PUBLISHED}"

_DRAFT = "http://json-schema.org/draft-07/schema#"
_OWN = "#/$defs/"
_SHIPPED = "urn:kbcheck:schema:"
# Keywords that have another name in draft-07.
_RENAMED = {"$defs": "definitions", "dependentRequired": "dependencies"}
# Keywords whose value is a mapping from names to schemas: a name is no keyword.
_NAMED = frozenset({"$defs", "properties"})
# Keywords whose value is no schema.
_PLAIN = frozenset({"examples", "default", "enum", "const", "dependentRequired"})


def published_text() -> str:
    """The published file."""
    schema = _converted(json.loads(schema_text("config")), "")
    extraction = _converted(json.loads(schema_text("extraction")), "extraction-")
    definitions = {f"extraction-{name}": part for name, part in extraction.pop("definitions").items()}
    for key in ("$schema", "$id"):
        del extraction[key]
    schema["definitions"] |= {"extraction": extraction, **definitions}
    head = {"$schema": _DRAFT, "$id": SCHEMA_ADDRESS}
    return (
        json.dumps(head | {key: part for key, part in schema.items() if key not in head}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _converted(schema: Any, prefix: str) -> Any:
    """A schema in draft-07; `prefix` goes before the names of its own definitions."""
    if isinstance(schema, list):
        return [_converted(part, prefix) for part in schema]
    if not isinstance(schema, dict):
        return schema
    converted: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword.startswith("x-"):
            continue
        name = str(_RENAMED.get(keyword, keyword))
        if keyword == "$ref":
            # Beside `$ref`, draft-07 reads no other keyword.
            reference = {"$ref": _reference(value, prefix)}
            converted |= reference if len(schema) == 1 else {"allOf": [reference]}
        elif keyword in _NAMED:
            converted[name] = {each: _converted(part, prefix) for each, part in value.items()}
        else:
            converted[name] = value if keyword in _PLAIN else _converted(value, prefix)
    return converted


def _reference(written: str, prefix: str) -> str:
    if written.startswith(_OWN):
        return f"#/definitions/{prefix}{written.removeprefix(_OWN)}"
    return f"#/definitions/{written.removeprefix(_SHIPPED)}"


if __name__ == "__main__":
    (schemas_folder() / PUBLISHED).write_text(published_text(), encoding="utf-8")
