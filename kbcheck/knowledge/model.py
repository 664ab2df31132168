"""The structure of a knowledge base: entities (roles, phases, deliverables), their relations, and where each is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.knowledge.names import name_key

PHASE_HAS_DELIVERABLE = "phase-has-deliverable"
ROLE_RESPONSIBLE_FOR = "role-responsible-for"
ROLE_PARTICIPATES_IN = "role-participates-in"

#: The form of an entity that a page declares.
FRONT_MATTER = "front-matter"

#: The side of a relation that an entity is on.
Side = Literal["subject", "object"]


class Entity(Struct, frozen=True):
    """A role, a phase, a deliverable, or another kind that the base declares.

    `span` is that of the name in the file `path`. `form` says how it was found: `front-matter`, or `table` when it was
    guessed from the text.
    """

    kind: str
    id: str
    name: str
    path: str
    span: Span
    form: str
    aliases: tuple[str, ...] = ()
    order: int | None = None
    attributes: Mapping[str, object] = {}

    @property
    def guessed(self) -> bool:
        """Whether it was read from the text without anybody having said so."""
        return self.form != FRONT_MATTER


class Relation(Struct, frozen=True):
    """`subject relation object`, both named by the `id` of an entity; the span is where it is said."""

    subject: str
    relation: str
    object: str
    path: str
    span: Span


class Model:
    """All entities and relations of a base, in the order of its pages."""

    def __init__(self, entities: Iterable[Entity], relations: Iterable[Relation]) -> None:
        self.mentions = tuple(entities)
        self.relations = tuple(relations)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Each entity once, at the place that says most: its own page before a table that names it.

        An order that its own page does not say is that of the first place that does.
        """
        return tuple(self._best.values())

    def entity(self, kind: str, own_id: str) -> Entity:
        """The entity of that id, at the place that says most; KeyError when there is none."""
        return self._best[kind, own_id]

    @cached_property
    def _best(self) -> Mapping[tuple[str, str], Entity]:
        first: dict[tuple[str, str], Entity] = {}
        for entity in self.mentions:
            known = first.get((entity.kind, entity.id))
            better = known is None or (known.guessed and not entity.guessed)
            best, other = (entity, known or entity) if better else (known or entity, entity)
            first[entity.kind, entity.id] = best if best.order is not None else replace(best, order=other.order)
        return first

    def ends(self, entity: Entity) -> tuple[int, int]:
        """The smallest and the largest order in the life cycle of an entity that has an order itself."""
        return self._ends[entity.kind, self._life_cycle(entity)]

    @cached_property
    def _ends(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        orders: dict[tuple[str, str], list[int]] = {}
        for entity in self.entities:
            if entity.order is not None:
                orders.setdefault((entity.kind, self._life_cycle(entity)), []).append(entity.order)
        return {key: (min(found), max(found)) for key, found in orders.items()}

    def _life_cycle(self, entity: Entity) -> str:
        return str(self.declared(entity.kind, entity.id).get("lifecycle") or "")

    def of_kind(self, kind: str) -> Iterator[Entity]:
        """The entities of one kind."""
        return (entity for entity in self.entities if entity.kind == kind)

    def in_order(self, kind: str) -> list[Entity]:
        """The entities of one kind by their numbers, those without one last."""
        return sorted(self.of_kind(kind), key=lambda entity: (entity.order is None, entity.order or 0))

    def named(self, ids: Iterable[str]) -> list[str]:
        """The names of these ids; an id that nothing declares stands for itself."""
        return [self.names.get(own_id, own_id) for own_id in ids]

    def mentioned_in(self, path: str, kind: str) -> Iterator[Entity]:
        """The entities of one kind that a page names, at their place in that page."""
        return (entity for entity in self._by_page.get(path, ()) if entity.kind == kind)

    @cached_property
    def _by_page(self) -> Mapping[str, tuple[Entity, ...]]:
        pages: dict[str, list[Entity]] = {}
        for entity in self.mentions:
            pages.setdefault(entity.path, []).append(entity)
        return {path: tuple(entities) for path, entities in pages.items()}

    def mentions_of(self, kind: str, own_id: str) -> tuple[Entity, ...]:
        """All places that name an entity, in the order of the pages."""
        return self._by_id.get((kind, own_id), ())

    @cached_property
    def _by_id(self) -> Mapping[tuple[str, str], tuple[Entity, ...]]:
        named: dict[tuple[str, str], list[Entity]] = {}
        for entity in self.mentions:
            named.setdefault((entity.kind, entity.id), []).append(entity)
        return {key: tuple(entities) for key, entities in named.items()}

    @cached_property
    def in_text(self) -> frozenset[tuple[str, str]]:
        """The entities, each its kind and id, that stand in the text, outside front matter."""
        return frozenset((entity.kind, entity.id) for entity in self.mentions if entity.form != FRONT_MATTER)

    def declared(self, kind: str, own_id: str) -> Mapping[str, object]:
        """The front matter of the page that declares an entity; empty when no page does."""
        return next((entity.attributes for entity in self.mentions_of(kind, own_id) if entity.attributes), {})

    def others(self, relation: str, side: Side) -> Mapping[str, tuple[str, ...]]:
        """For every id on this side of a relation, the ids on its other side, each once, as the pages say them."""
        return self._others.get((relation, side), {})

    @cached_property
    def _others(self) -> Mapping[tuple[str, Side], Mapping[str, tuple[str, ...]]]:
        others: dict[tuple[str, Side], dict[str, dict[str, None]]] = {}
        for one in self.relations:
            others.setdefault((one.relation, "subject"), {}).setdefault(one.subject, {})[one.object] = None
            others.setdefault((one.relation, "object"), {}).setdefault(one.object, {})[one.subject] = None
        return {key: {own: tuple(ids) for own, ids in found.items()} for key, found in others.items()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of every id."""
        return {entity.id: entity.name for entity in reversed(self.entities)}


def entity_id(name: str) -> str:
    """The id of an entity that has none of its own: its key with hyphens."""
    return name_key(name).replace(" ", "-")
