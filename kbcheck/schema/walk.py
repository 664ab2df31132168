"""Walking a JSON Schema: its references to other schemas, what applies to one value, the ids that a document refers to.

A schema says with `x-refers-to` that a text, or each text of a list, is the id of an entity: `x-refers-to: phase`, or a
list of kinds; `same-kind` is that of the document itself. With `x-link: true` it says that a text is the target of a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.schema.yaml import YamlDocument, YamlPath

#: The kind of an `x-refers-to` that stands for the kind of the document itself.
SAME_KIND = "same-kind"

# Under these words stand names, and schemas under the names; under those, no schemas at all.
_NAMED = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))
_VALUES = frozenset(("const", "enum", "default", "examples"))


class Reference(Struct, frozen=True):
    """An id that a document refers to: `kinds` are those of the entities that may be meant, the span is that of the id."""

    id: str
    kinds: tuple[str, ...]
    path: YamlPath
    span: Span


def with_references(schema: Any, refer: Callable[[str, YamlPath], str], path: YamlPath = ()) -> Any:
    """The schema with what `refer` makes of each `$ref`, given as written and with its path.

    `$schema` goes: at each one jsonschema would change over to its stock validator, without our `uniqueItems`.
    """
    if isinstance(schema, list):
        return [with_references(part, refer, (*path, index)) for index, part in enumerate(schema)]
    if not isinstance(schema, Mapping):
        return schema
    result: dict[str, Any] = {}
    for word, part in schema.items():
        at = (*path, word)
        if word in _VALUES:
            result[word] = part
        elif word in ("$ref", "$dynamicRef") and isinstance(part, str):
            result[word] = refer(part, at)
        elif word in _NAMED and isinstance(part, Mapping):
            result[word] = {name: with_references(each, refer, (*at, name)) for name, each in part.items()}
        elif word != "$schema":
            result[word] = with_references(part, refer, at)
    return result


def subschemas(schema: Any, path: YamlPath = ()) -> Iterator[tuple[YamlPath, dict[str, Any]]]:
    """Every mapping of a schema that is a schema, with its path; lists and names are looked through."""
    if isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from subschemas(part, (*path, index))
    elif isinstance(schema, dict):
        yield path, schema
        for word, part in schema.items():
            if word in _NAMED and isinstance(part, dict):
                for name, each in part.items():
                    yield from subschemas(each, (*path, word, name))
            elif word not in _VALUES:
                yield from subschemas(part, (*path, word))


def applied_parts(schema: Mapping[str, Any], lookup: Callable[[str], Any]) -> Iterator[Any]:
    """The schemas that apply to the same value as this one; `lookup` finds what an absolute `$ref` leads to."""
    yield from (schema[word] for word in ("if", "then", "else") if word in schema)
    yield from (branch for word in ("allOf", "anyOf", "oneOf") for branch in schema.get(word, ()))
    yield from schema.get("dependentSchemas", {}).values()
    yield from (lookup(schema[word]) for word in ("$ref", "$dynamicRef") if word in schema)


def references(schema: Any, lookup: Callable[[str], Any], document: YamlDocument) -> list[Reference]:
    """The ids that a document refers to, in the order of its text."""
    own_kind = document.value.get("kind") if isinstance(document.value, dict) else None
    found: dict[YamlPath, Reference] = {}
    for part, value, path in _applied(schema, lookup, document.value):
        named = (own_kind if kind == SAME_KIND else kind for kind in referred_kinds(part))
        kinds = tuple(kind for kind in named if isinstance(kind, str))
        if kinds:
            for at, text in _texts(value, path):
                found.setdefault(at, Reference(text, kinds, at, document.spans[at]))
    return sorted(found.values(), key=lambda reference: (reference.span, str(reference.path)))


def link_targets(schema: Any, lookup: Callable[[str], Any], document: YamlDocument) -> list[tuple[str, Span]]:
    """The targets of the links that a document holds (`x-link`), each with its place, in the order of its text."""
    found = {
        document.spans[at]: text
        for part, value, path in _applied(schema, lookup, document.value)
        if part.get("x-link")
        for at, text in _texts(value, path)
    }
    return [(text, span) for span, text in sorted(found.items())]


def _applied(schema: Any, lookup: Callable[[str], Any], value: Any) -> Iterator[tuple[dict[str, Any], Any, YamlPath]]:
    """Every schema that applies to a value or to what is in it, with that value and its path."""
    seen: set[tuple[int, YamlPath]] = set()
    waiting: list[tuple[Any, Any, YamlPath]] = [(schema, value, ())]
    while waiting:
        part, inner, path = waiting.pop()
        if not isinstance(part, dict) or (id(part), path) in seen:
            continue
        seen.add((id(part), path))
        yield part, inner, path
        waiting += ((applied, inner, path) for applied in applied_parts(part, lookup))
        waiting += _inner_parts(part, inner, path)


def referred_kinds(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    """What `x-refers-to` says in a schema: one kind or several; none without it."""
    kinds = schema.get("x-refers-to", ())
    return tuple(kinds) if isinstance(kinds, (list, tuple)) else (kinds,)


def _texts(value: Any, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    """A text, or each text of a list, with its path."""
    elements = (
        [((*path, index), each) for index, each in enumerate(value)] if isinstance(value, list) else [(path, value)]
    )
    yield from ((at, text) for at, text in elements if isinstance(text, str) and text)


def _inner_parts(schema: Mapping[str, Any], value: Any, path: YamlPath) -> Iterator[tuple[Any, Any, YamlPath]]:
    """The schemas of what is in a value, each with what it applies to."""
    if isinstance(value, list):
        first = schema.get("prefixItems", ())
        for index, each in enumerate(value):
            yield first[index] if index < len(first) else schema.get("items"), each, (*path, index)
    elif isinstance(value, dict):
        named = schema.get("properties", {})
        patterns = [(re.compile(pattern), part) for pattern, part in schema.get("patternProperties", {}).items()]
        for key, each in value.items():
            parts = [named[key]] if key in named else []
            parts += (part for pattern, part in patterns if pattern.search(key))
            yield from ((part, each, (*path, key)) for part in parts or [schema.get("additionalProperties")])
