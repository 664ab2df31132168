"""Models made by hand: an entity is a name, a list the names in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

import pytest

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import Entity, EntityList, entity_id
from kbcheck.knowledge.names import read_name

MakeEntity = Callable[..., Entity]
MakeList = Callable[..., EntityList]


@pytest.fixture
def entity() -> MakeEntity:
    """An entity in a place of its own; every field can be given."""
    places = count()

    def make(name: str, kind: str = "phase", path: str = "page.md", **fields: object) -> Entity:
        start = 100 * next(places)
        read = read_name(name)
        defaults: dict[str, object] = {"form": "table-row", "aliases": read.aliases, "order": read.order}
        span = Span(start, start + len(read.text))
        return Entity(kind, entity_id(read.text), read.text, path, span, **{**defaults, **fields})  # type: ignore[arg-type]

    return make


@pytest.fixture
def found(entity: MakeEntity) -> MakeList:
    """A list of the names in one place, with the numbers before them."""

    def make(names: Iterable[str], kind: str = "phase", path: str = "page.md", **fields: object) -> EntityList:
        names = list(names)
        given = {name: fields.pop(name) for name in ("form",) if name in fields}
        entities = tuple(entity(name, kind, path, **given) for name in names)
        numbers = tuple(read_name(name).order for name in names)
        span = Span(entities[0].span.start, entities[-1].span.end)
        rule = str(fields.pop("rule", path))
        return EntityList(rule, kind, entities, numbers, path, span, **fields)  # type: ignore[arg-type]

    return make
