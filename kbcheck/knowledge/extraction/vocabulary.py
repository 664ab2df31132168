"""The extraction rules of `extract:` as values: which files, where in them, what is repeated, which of it, where its name is.

What each word means is said in `schemas/extraction.schema.json`; what comes here has passed it. The same words describe the
rules of kbcheck itself (`builtin.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

from msgspec import Struct

from kbcheck.documents.build import DATA_SUFFIXES

Take = Literal[
    "rows", "columns", "cards", "items", "headings", "pages", "refs", "strong", "headers", "matches", "records"
]
Pattern = re.Pattern[str]


class Section(Struct, frozen=True):
    """A part of a page: one of the three says which."""

    heading: Pattern | None = None
    level: int | None = None
    after: Pattern | None = None
    label: Pattern | None = None


class Where(Struct, frozen=True):
    """What must hold of a unit, or of what it stands in."""

    columns: tuple[Pattern, ...] = ()
    header: Literal["auto", "first-row", "first-body-row", "none"] = "auto"
    row: Pattern | None = None
    match: Pattern | None = None
    not_: Pattern | None = None
    level: int | None = None
    ordered: bool | None = None
    depth: int | Literal["any"] | None = None
    nav: bool = False
    link: Pattern | None = None
    h1: Pattern | None = None
    key: str | None = None
    path: str | None = None
    block: Literal["quote", "tab", "hint"] | None = None
    at_least: int = 1


class Locator(Struct, frozen=True):
    """Where in a unit a text stands: first a place (`col`, `row`, `cell` or `key`), then a part of what stands there."""

    col: Pattern | None = None
    row: Pattern | None = None
    cell: int | Literal["first-filled"] | None = None
    key: str | None = None
    first: Literal["strong", "link", "line"] | None = None
    match: Pattern | None = None
    after: Pattern | None = None
    before: Pattern | None = None
    else_: Literal["skip", "title"] | None = None


class Rule(Struct, frozen=True):
    """One extraction rule. A nested rule (`each`) has the id of the rule around it."""

    id: str
    kind: str
    take: tuple[Take, ...]
    from_: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    under: Section | None = None
    where: Where = Where()
    name: Locator | None = None
    order: Literal["number", "position"] | Locator | None = None
    link: Locator | None = None
    aliases: tuple[Locator, ...] = ()
    fields: Mapping[str, Locator] = {}
    numbered: bool = True
    lifecycle: str | None = None
    in_: Locator | None = None
    split: tuple[str, ...] = ()
    relation: str | None = None
    cell_relation: Mapping[str, Pattern] = {}
    each: tuple[Rule, ...] = ()
    same_as: str | None = None
    report_empty: bool = False
    optional: bool = False
    guessed: bool = False


def read_rules(rules: Iterable[Mapping[str, Any]], *, guessed: bool = False) -> tuple[Rule, ...]:
    """The rules in values that the schema accepts; `guessed` for those that nobody has written for this base."""
    return tuple(_rule(rule, str(rule["id"]), guessed=guessed) for rule in rules)


def data_patterns(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The patterns of the YAML and JSON files that rules name: one that fits any file means pages only."""
    return tuple(pattern for rule in rules for pattern in rule.from_ if pattern.lower().endswith(DATA_SUFFIXES))


def _rule(said: Mapping[str, Any], own_id: str, *, guessed: bool) -> Rule:
    order = said.get("order")
    return Rule(
        own_id,
        said["kind"],
        _tuple(said["take"]),  # type: ignore[arg-type]  # the schema has seen to it
        _tuple(said.get("from", ())),
        _tuple(said.get("except", ())),
        _section(said["under"]) if "under" in said else None,
        _where(said.get("where", {})),
        _locator(said.get("name")),
        _locator(order) if isinstance(order, dict) else order,
        _locator(said.get("link")),
        tuple(_place(alias) for alias in said.get("aliases", ())),
        {field: _place(place) for field, place in said.get("fields", {}).items()},
        said.get("numbered", True),
        said.get("lifecycle"),
        _locator(said.get("in")),
        _tuple(said.get("split", ())),
        said.get("relation"),
        {relation: _pattern(pattern) for relation, pattern in said.get("cell-relation", {}).items()},
        tuple(_rule(nested, own_id, guessed=guessed) for nested in said.get("each", ())),
        said.get("same-as"),
        said.get("report-empty", False),
        said.get("optional", False),
        guessed,
    )


def _section(said: str | Mapping[str, Any]) -> Section:
    if isinstance(said, str):
        return Section(_pattern(said))
    patterns = {name: _pattern(value) for name, value in said.items() if name != "level"}
    return Section(**patterns, level=said.get("level"))


def _where(said: Mapping[str, Any]) -> Where:
    fields: dict[str, Any] = {
        {"not": "not_", "at-least": "at_least"}.get(name, name): value for name, value in said.items()
    }
    fields["columns"] = tuple(_pattern(column) for column in fields.get("columns", ()))
    return Where(**_compiled(fields, ("row", "match", "not_", "link", "h1")))


def _locator(said: Mapping[str, Any] | None) -> Locator | None:
    return None if said is None else _place(said)


def _place(said: Mapping[str, Any]) -> Locator:
    fields = {name if name != "else" else "else_": value for name, value in said.items()}
    return Locator(**_compiled(fields, ("col", "row", "match", "after", "before")))


def _compiled(fields: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return fields | {name: _pattern(fields[name]) for name in names if name in fields}


@cache
def _pattern(text: str) -> Pattern:
    """Headers and headings are found whatever their case; `^` and `$` are the ends of lines."""
    return re.compile(text, re.IGNORECASE | re.MULTILINE)


def _tuple(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
