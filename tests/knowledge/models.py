"""Models made by hand, and what the base says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kbcheck.config import kind_settings
from kbcheck.diagnostics import Span
from kbcheck.documents.build import read_document
from kbcheck.files import Source
from kbcheck.knowledge.coverage import Coverage
from kbcheck.knowledge.habits import Habits
from kbcheck.knowledge.model import (
    Entity,
    Found,
    Key,
    Matrix,
    Model,
    Relation,
)
from kbcheck.knowledge.references import References
from kbcheck.knowledge.schemas import PageSchemas

PHASE, ROLE, TASK = Key("phase", "mvp"), Key("role", "po"), Key("task", "budget")


def declared(kind: str, own_id: str, **fields: object) -> Entity:
    path = f"{own_id}.md"
    return Entity(kind, own_id, own_id, path, Span(0, 0), "front-matter", attributes=fields, target=path)


def named(kind: str, own_id: str, path: str = "table.md", **fields: Any) -> Entity:
    return Entity(kind, own_id, own_id, path, Span(0, 0), fields.pop("form", "table-row"), rule="rule", **fields)


def relation(subject: Key, name: str, object_: Key, part: str = "", path: str = "table.md") -> Relation:
    return Relation(subject, name, object_, path, Span(0, 0), part)


def model(
    entities: Iterable[Entity] = (), relations: Iterable[Relation] = (), matrices: tuple[Matrix, ...] = ()
) -> Model:
    return Model(Found(tuple(entities), tuple(relations), matrices=matrices))


def coverage(
    entities: Iterable[Entity] = (),
    relations: Iterable[Relation] = (),
    settings: Mapping[str, Any] | None = None,
    pages: Mapping[str, str] | None = None,
) -> Coverage:
    found = model(entities, relations)
    documents = [read_document(Source(path, text)) for path, text in (pages or {}).items()]
    references = References(documents, PageSchemas({}, {}), found)
    return Coverage(found, kind_settings(settings or {}), references)


def habits(
    entities: Iterable[Entity] = (),
    relations: Iterable[Relation] = (),
    settings: Mapping[str, Any] | None = None,
) -> Habits:
    return Habits(model(entities, relations), coverage(entities, relations, settings))
