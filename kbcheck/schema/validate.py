"""A YAML document against a JSON Schema (draft 2020-12): what is wrong, exactly where, in values that fill a sentence.

The sentences stand in the pages of the schema rules (`rules/schema/`), one for each kind of `faults.KINDS`. No schema is
ever fetched: a schema refers to itself (`#/$defs/NAME`) or to the shipped ones (`urn:kbcheck:schema:NAME`); those of a
team are read by `files`, what a schema refers to by `walk`.

A schema may carry `x-kinds`, from a keyword to the kind that says its failure better: `{"pattern": "identifier"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from math import isfinite
from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.errors import UsageError
from kbcheck.schema.faults import (
    KINDS,
    Fault,
    cut,
    helpful_errors,
    missing_keys,
    shown,
    telling_faults,
    unknown_keys,
    value_fault,
)
from kbcheck.schema.resources import schema_messages, schema_names, schema_text
from kbcheck.schema.values import value_at
from kbcheck.schema.walk import Reference, applied_parts, link_targets, references, with_references
from kbcheck.schema.yaml import YamlDocument, YamlPath
from kbcheck.texts import Sayable, Texts

#: The shipped schemas are `urn:kbcheck:schema:NAME`: an identifier that nobody has to own or to fetch.
URN = "urn:kbcheck:schema:"

# Looking for a near name costs: a document with more faults than this is told without suggestions.
_MAX_SUGGESTIONS = 50

# How much of two words must be the same: at 0.6, the default of difflib, `couleur` is near `cover`.
_NEAR = 0.7

_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


class Violation(Struct, Sayable, frozen=True):
    """One fault: its `kind` (a key of `KINDS`), the span to show, the path of the value, what fills the sentence.

    The span is that of the value; of the key, when the key itself is wrong or has no value; for a missing key, of the
    value of `kind` at the top, else of the key of the mapping that lacks it, else of that mapping's first key. `path` is
    that of the mapping when a key is missing.
    """

    kind: str
    span: Span
    path: YamlPath
    values: Mapping[str, object]

    def spoken(self, texts: Texts) -> str:
        """The sentence for a fault that ends a run, from the page of the rule that words those of pages."""
        message = schema_messages(texts.language).get(self.kind, f"{self.kind}: {self.values}")
        return _PLACEHOLDER.sub(lambda match: str(self.values.get(match[1], match[0])), message)


def validate(document: YamlDocument, schema: str | Schema) -> list[Violation]:
    """What is wrong with a document, in the order of the text; `schema` is a `Schema` or the name of a shipped one.

    An empty document counts as an empty mapping. What YAML itself could not read is in `document.errors`, not here.
    Raises `LookupError` for a schema that is not shipped.
    """
    if document.value is None and document.errors:
        return []
    return (shipped_schema(schema) if isinstance(schema, str) else schema).validate(document)


@cache
def shipped_schema(name: str) -> Schema:
    """The shipped schema of that name; raises `LookupError` when there is none."""
    return Schema(json.loads(schema_text(name)), checked=True)


class Schema:
    """A schema, ready to be used many times; raises `UsageError` when it is no valid schema or refers outside."""

    def __init__(self, schema: Mapping[str, Any], *, registry: Any = None, checked: bool = False) -> None:
        """`registry` is where to look for what the schema refers to: without one, only the shipped schemas.

        `checked`: it is known to be a valid schema, as the shipped ones are, which takes long to find out.
        """
        # jsonschema takes a tenth of a second to import: only what is validated pays for it.
        from jsonschema import Draft202012Validator, FormatChecker
        from jsonschema.exceptions import SchemaError
        from jsonschema.validators import extend
        from referencing.jsonschema import DRAFT202012

        try:
            if not checked:
                Draft202012Validator.check_schema(dict(schema))
        except SchemaError as error:
            raise UsageError("this is no valid JSON Schema: {reason}", reason=cut(error.message, 200)) from None
        base = str(schema.get("$id") or f"{URN}_")
        absolute = with_references(schema, lambda reference, _: _absolute_reference(reference, base))
        self._schema: dict[str, Any] = {**absolute, "$id": base}
        registry = _registry() if registry is None else registry
        self._resolver = registry.resolver_with_root(DRAFT202012.create_resource(self._schema))
        self._targets: dict[str, Any] = {}  # what the references lead to, as far as it has been looked up
        own_keywords = {"uniqueItems": _unique_items, "multipleOf": _multiple_of}
        validator = extend(Draft202012Validator, own_keywords)  # type: ignore[no-untyped-call]
        self._validator = validator(
            self._schema, registry=registry, format_checker=FormatChecker(formats=("date", "regex"))
        )

    def validate(self, document: YamlDocument) -> list[Violation]:
        """What is wrong with a document, in the order of the text."""
        value = {} if document.value is None else document.value
        if not isinstance(value, dict) and self._schema.get("type") == "object":
            return [Violation("root-type", document.spans[()], (), {"found": shown(value)})]
        faults = telling_faults(self._faults(value))
        near = len(faults) <= _MAX_SUGGESTIONS
        found = [(fault, _violation(fault, document, near=near)) for fault in faults]
        misspelt = {(*one.path[:-1], one.values["suggestion"]) for _, one in found if one.kind == "misspelt-key"}
        # A key that is there, misspelt, is not missing as well.
        violations = [one for fault, one in found if not (_is_missing(fault) and (*fault.path, fault.key) in misspelt)]
        return sorted(violations, key=lambda violation: (violation.span, violation.kind, str(violation.path)))

    def references(self, document: YamlDocument) -> list[Reference]:
        """The ids of other entities that a document refers to (`x-refers-to`), in the order of the text."""
        return references(self._schema, self._lookup, document)

    def link_targets(self, document: YamlDocument) -> list[tuple[str, Span]]:
        """The targets of the links that a document holds (`x-link`), each with its place."""
        return link_targets(self._schema, self._lookup, document)

    def _lookup(self, reference: str) -> Any:
        if reference not in self._targets:
            self._targets[reference] = self._resolver.lookup(reference).contents
        return self._targets[reference]

    def _faults(self, value: Any) -> Iterator[Fault]:
        from referencing.exceptions import Unresolvable

        try:
            for error in self._validator.iter_errors(value):
                for helpful in helpful_errors(error):
                    yield from self._faults_of(helpful)
        except Unresolvable as error:
            raise UsageError("the schema refers to `{reference}`, which is not there", reference=error.ref) from None
        except RecursionError:
            raise UsageError("the schema refers to itself without end") from None

    def _faults_of(self, error: Any) -> Iterator[Fault]:
        """The faults that an error stands for: one for each key where it is about several."""
        if error.validator == "additionalProperties":
            yield from unknown_keys(error, _named(error.schema, error.instance))
        elif error.validator == "unevaluatedProperties":
            yield from unknown_keys(error, frozenset(self._known_keys(error.schema, error.instance)))
        elif error.validator in ("required", "dependentRequired"):
            yield from missing_keys(error)
        else:
            yield value_fault(error)

    def _known_keys(self, schema: Any, instance: dict[str, Any]) -> Iterator[str]:
        """The keys that a schema names, itself and through all that applies to the same mapping.

        jsonschema forgets the keys of a branch that fails: one wrong value would make all its neighbours unknown.
        """
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            part = waiting.pop()
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            yield from _named(part, instance)
            waiting += applied_parts(part, self._lookup)


def _named(schema: Mapping[str, Any], instance: dict[str, Any]) -> frozenset[str]:
    """The keys that a schema names by itself: its properties, and the keys of the instance that fit its patterns."""
    patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", ())]
    fitting = (key for key in instance if any(pattern.search(key) for pattern in patterns))
    return frozenset((*schema.get("properties", ()), *fitting))


@cache
def _registry() -> Any:
    """Where jsonschema looks for what a schema refers to: the shipped schemas and nothing else."""
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    schemas = {f"{URN}{name}": json.loads(schema_text(name)) for name in sorted(schema_names())}
    for urn, schema in schemas.items():
        schemas[urn] = with_references(schema, partial(_in_shipped, urn))
    resources = ((urn, DRAFT202012.create_resource(schema)) for urn, schema in schemas.items())
    return Registry().with_resources(resources).crawl()


@cache
def open_registry() -> Any:
    """The shipped schemas for a team's own to add to: they do not refuse the fields that they do not name."""
    from referencing.jsonschema import DRAFT202012

    registry = _registry()
    for urn in list(registry):
        schema = {word: part for word, part in registry.contents(urn).items() if word != "unevaluatedProperties"}
        registry = registry.with_resource(urn, DRAFT202012.create_resource(schema))
    return registry.crawl()


def _in_shipped(urn: str, reference: str, _path: YamlPath) -> str:
    return _absolute_reference(reference, urn)


def _absolute_reference(reference: str, base: str) -> str:
    if reference.startswith("#"):
        return base + reference
    if reference.startswith(("urn:kbcheck:", base + "#")):
        return reference
    raise UsageError(
        "the schema refers to `{reference}`, and no schema is fetched: refer to `#/$defs/NAME` or to `{prefix}NAME` ({names})",
        reference=cut(reference),
        prefix=URN,
        names=", ".join(sorted(schema_names())),
    )


def _unique_items(_validator: Any, wanted: bool, instance: Any, _schema: Any) -> Iterator[Any]:
    """`uniqueItems` in linear time, with the place of each repetition; the stock one compares all pairs."""
    from jsonschema.exceptions import ValidationError

    if not wanted or not isinstance(instance, list):
        return
    seen: set[str] = set()
    for index, element in enumerate(instance):
        mark = json.dumps(element, sort_keys=True)
        if mark in seen:
            yield ValidationError("repeated", path=(index,), instance=element)
        seen.add(mark)


def _multiple_of(validator: Any, divisor: float, instance: Any, schema: Any) -> Iterator[Any]:
    """`multipleOf` for YAML, which has numbers that JSON has not: infinity is a multiple of nothing."""
    from jsonschema import Draft202012Validator, ValidationError

    if isinstance(instance, float) and not isfinite(instance):
        yield ValidationError(f"{instance} is not a multiple of {divisor}")
    else:
        yield from Draft202012Validator.VALIDATORS["multipleOf"](validator, divisor, instance, schema)


def _is_missing(fault: Fault) -> bool:
    return fault.kind.startswith("missing-")


def _violation(fault: Fault, document: YamlDocument, *, near: bool) -> Violation:
    """The fault with its place, and with what was probably meant."""
    kind, values = fault.kind, dict(fault.values)
    values["field"] = _field((*fault.path, str(fault.key)) if _is_missing(fault) else fault.path)
    if fault.choices and near:
        meant = nearest(fault.key if fault.key is not None else value_at(document.value, fault.path), fault.choices)
        if meant is not None:
            values["suggestion"] = meant
            kind = {"unknown-key": "misspelt-key", "enum": "misspelt-value"}[kind]
    span = document.spans[fault.path]
    if _is_missing(fault):
        span = _clickable(document, fault.path)
    elif fault.key is not None or kind in ("empty", "forbidden-key"):
        span = document.keys.get(fault.path, span)
    return Violation(kind, span, fault.path, {name: values.get(name, "") for name in sorted(KINDS[kind])})


def _clickable(document: YamlDocument, path: YamlPath) -> Span:
    """Where to show that the mapping at `path` lacks a key."""
    if path == () and ("kind",) in document.spans:
        return document.spans["kind",]
    if path in document.keys:
        return document.keys[path]
    first = next(iter(value_at(document.value, path) or ()), None)
    return document.spans[path] if first is None else document.keys[*path, first]


def _field(path: YamlPath) -> str:
    """A path as people say it: `gate.inputs #2`, the list position from 1."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f" #{step + 1}"
        else:
            text += f".{step}" if text else step
    return cut(text)


def nearest(word: object, choices: tuple[str, ...]) -> str | None:
    """The choice that was probably meant, if any; case and the sign between words do not count."""
    from difflib import get_close_matches

    if not isinstance(word, str) or len(word) > 60:
        return None
    plain = {_plain(choice): choice for choice in choices}
    close = get_close_matches(_plain(word), plain, n=1, cutoff=_NEAR)
    return plain[close[0]] if close else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")
