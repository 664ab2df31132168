"""From the errors of jsonschema to the faults worth telling: one for each value, in words that can be translated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from kbcheck.schema.yaml import YamlPath

_FOUND = frozenset(("field", "found"))
_EXPECTED = _FOUND | {"expected"}

#: Every kind of violation and the values that fill its sentence. The pages in `rules/schema/` have the sentences.
KINDS: dict[str, frozenset[str]] = {
    "empty": frozenset(("field",)),
    "type-string": _FOUND,
    "type-integer": _FOUND,
    "type-number": _FOUND,
    "type-boolean": _FOUND,
    "type-array": _FOUND,
    "type-object": _FOUND,
    "type-string-number": _FOUND,
    "type-string-array": _FOUND,
    "type-string-object": _FOUND,
    "type-boolean-object": _FOUND,
    "type": _EXPECTED,
    "root-type": frozenset(("found",)),
    "missing-key": frozenset(("field",)),
    "missing-replacement": frozenset(("field",)),
    "unknown-key": frozenset(("field", "allowed")),
    "misspelt-key": frozenset(("field", "allowed", "suggestion")),
    "forbidden-key": frozenset(("field",)),
    "bad-key": frozenset(("field", "expected")),
    "enum": _FOUND | {"allowed"},
    "misspelt-value": _FOUND | {"allowed", "suggestion"},
    "const": _EXPECTED,
    "pattern": _EXPECTED,
    "identifier": _FOUND,
    "reference": _FOUND,
    "single-reference": _FOUND,
    "placeholder": _FOUND,
    "web-address": _FOUND,
    "repository-name": _FOUND,
    "regular-expression": _FOUND,
    "need": _FOUND,
    "format-date": _FOUND,
    "format": _EXPECTED,
    "min-length": _EXPECTED,
    "max-length": _EXPECTED,
    "minimum": _EXPECTED,
    "maximum": _EXPECTED,
    "min-items": _EXPECTED,
    "max-items": _EXPECTED,
    "duplicate": _FOUND,
    "other": frozenset(("field", "detail")),
}

# What one value can be told at once: the lowest rank.
_FIRST, _USUAL, _LAST = range(3)

_KEYWORD_KINDS = {
    "const": "const",
    "format": "format",
    "pattern": "pattern",
    "uniqueItems": "duplicate",
    "minLength": "min-length",
    "maxLength": "max-length",
    "minItems": "min-items",
    "maxItems": "max-items",
    "minProperties": "min-items",
    "maxProperties": "max-items",
    "minimum": "minimum",
    "exclusiveMinimum": "minimum",
    "maximum": "maximum",
    "exclusiveMaximum": "maximum",
}
_SIZES = frozenset(("min-length", "max-length", "min-items", "max-items"))

# The order in which the name of a kind lists the types that are accepted.
_TYPES = ("boolean", "string", "integer", "number", "array", "object")


class Fault(Struct, frozen=True):
    """A violation that has no place yet: `key` is a key of the mapping at `path` that is wrong or missing.

    `choices` are the words among which the one that was meant may be. Of several faults of one value the one of the
    lowest `rank` is told.
    """

    kind: str
    path: YamlPath
    key: str | None = None
    values: Mapping[str, object] = {}
    choices: tuple[str, ...] = ()
    rank: int = _USUAL


def helpful_errors(error: Any) -> Iterator[Any]:
    """Of a choice (`anyOf`, `oneOf`), the errors of the branch that was most likely meant; else the error itself."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        yield error
        return
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        # The branch `false` has no path of its own.
        branch = inner.relative_schema_path[0] if inner.relative_schema_path else id(inner)
        branches.setdefault(branch, []).append(inner)
    if all(any(_is_own(inner, "type") for inner in branch) for branch in branches.values()):
        yield error  # it is worded by the types of all branches
        return
    for inner in min(branches.values(), key=_strangeness):
        yield from helpful_errors(inner)


def _is_own(error: Any, *keywords: str | None) -> bool:
    """Whether an error of a branch is about the value itself, by one of these keywords."""
    return error.validator in keywords and not error.relative_path


def _strangeness(branch: list[Any]) -> tuple[bool, bool, bool, int]:
    """How unlike a branch a value is: `false` is like nothing; then by its type, then by a fixed value."""
    return (
        any(_is_own(error, None) for error in branch),
        any(_is_own(error, "type") for error in branch),
        any(_is_own(error, "enum", "const") for error in branch),
        len(branch),
    )


def special_kind(error: Any) -> str | None:
    """The kind that the schema itself gives to the failure of this keyword (`x-kinds`)."""
    special = error.schema.get("x-kinds", {}) if isinstance(error.schema, dict) else {}
    kind = special.get(error.validator) if isinstance(special, dict) else None
    return kind if isinstance(kind, str) and kind in KINDS else None


def missing_keys(error: Any) -> Iterator[Fault]:
    """The faults of `required` and `dependentRequired`: jsonschema names the key in its sentence only."""
    wanted, found = error.validator_value, error.instance
    if isinstance(wanted, dict):
        wanted = [key for given, needed in wanted.items() if given in found for key in needed]
    for key in wanted:
        if key not in found:
            yield Fault(special_kind(error) or "missing-key", tuple(error.absolute_path), key)


def unknown_keys(error: Any, known: frozenset[str]) -> Iterator[Fault]:
    """The faults of `additionalProperties: false` and its like; `known` are the keys that the schema names."""
    path = tuple(error.absolute_path)
    unknown = [key for key in error.instance if key not in known]
    if not unknown:  # keys of a condition that does not hold: by its name none of them is to blame
        yield Fault("other", path, None, {"detail": error.message}, rank=_LAST)
    allowed = ", ".join(sorted(known))
    choices = tuple(sorted(known - error.instance.keys()))
    for key in unknown:
        yield Fault("unknown-key", (*path, key), key, {"allowed": allowed}, choices)


def value_fault(error: Any) -> Fault:
    """The fault of one value that a keyword refuses."""
    keyword, wanted, found = error.validator, error.validator_value, error.instance
    path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:  # the instance is a key of the mapping at `path`
        return Fault("bad-key", (*path, str(found)), str(found), {"expected": str(wanted)})
    if keyword is None:  # the schema `false`
        return Fault("forbidden-key", path)
    if found is None or (keyword == "minLength" and found == ""):
        return Fault("empty", path, rank=_FIRST)
    values: dict[str, object] = {"found": shown(found), "expected": shown(wanted)}
    special = special_kind(error)
    if special:
        return Fault(special, path, None, values, rank=_FIRST if keyword == "type" else _USUAL)
    types = _accepted_types(error)
    if types:
        kind = "type-" + "-".join(types)
        values["expected"] = ", ".join(types)
        return Fault(kind if kind in KINDS else "type", path, None, values, rank=_FIRST)
    if keyword == "enum":
        # `false` is how tools for YAML 1.1 write the word `off`: it is never offered.
        choices = tuple(str(choice) for choice in wanted if choice is not False)
        return Fault("enum", path, None, {**values, "allowed": ", ".join(choices)}, choices)
    return _keyword_fault(error, path, values)


def _keyword_fault(error: Any, path: YamlPath, values: dict[str, object]) -> Fault:
    kind = _KEYWORD_KINDS.get(error.validator, "other")
    if kind in _SIZES:
        values["found"] = len(error.instance)
    elif kind in ("format", "pattern"):
        values["expected"] = error.validator_value
    if kind == "format" and error.validator_value == "date":
        kind = "format-date"
    return Fault(kind, path, None, {**values, "detail": cut(error.message, 200)})


def _accepted_types(error: Any) -> list[str]:
    """The JSON types that `type`, or all branches of a choice, would have accepted (an empty value aside)."""
    named: set[str] = set()
    for source in error.context if error.validator in ("anyOf", "oneOf") else [error]:
        if source.validator == "type" and (source is error or not source.relative_path):
            wanted = source.validator_value
            named.update([wanted] if isinstance(wanted, str) else wanted)
    return [name for name in _TYPES if name in named]


def telling_faults(faults: Iterable[Fault]) -> list[Fault]:
    """One fault for each value and each key: a wrong type makes the rest noise."""
    told: dict[tuple[YamlPath, str | None], Fault] = {}
    for fault in faults:
        place = (fault.path, fault.key)
        if place not in told or fault.rank < told[place].rank:
            told[place] = fault
    better = [fault for fault in told.values() if fault.rank < _LAST]
    return better or list(told.values())


def cut(text: str, length: int = 60) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def shown(value: Any) -> str:
    """A value as YAML would have it on one line, cut short: text in double quotes."""
    if isinstance(value, str):
        return json.dumps(cut(value), ensure_ascii=False)
    if isinstance(value, list):
        inside = ["…" if isinstance(element, (list, dict)) else shown(element) for element in value[:3]]
        return f"[{', '.join([*inside, '…'] if len(value) > 3 else inside)}]"
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    return json.dumps(value)
