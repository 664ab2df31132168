"""The structure of a knowledge base: entities (roles, phases, deliverables), their relations, and where each is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.knowledge.names import name_key

PHASE_HAS_DELIVERABLE = "phase-has-deliverable"


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
        return self.form != "front-matter"


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

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Each entity once, at the place that says most: its own page before a table that names it.

        An order that its own page does not say is that of the first place that does.
        """
        first: dict[tuple[str, str], Entity] = {}
        for entity in self.mentions:
            known = first.get((entity.kind, entity.id))
            better = known is None or (known.guessed and not entity.guessed)
            best, other = (entity, known or entity) if better else (known or entity, entity)
            first[entity.kind, entity.id] = best if best.order is not None else replace(best, order=other.order)
        return tuple(first.values())

    def of_kind(self, kind: str) -> Iterator[Entity]:
        """The entities of one kind."""
        return (entity for entity in self.entities if entity.kind == kind)

    def mentioned_in(self, path: str, kind: str) -> Iterator[Entity]:
        """The entities of one kind that a page names, at their place in that page."""
        return (entity for entity in self.mentions if entity.path == path and entity.kind == kind)

    def declared(self, kind: str, own_id: str) -> Mapping[str, object]:
        """The front matter of the page that declares an entity; empty when no page does."""
        found = (
            entity for entity in self.mentions if entity.kind == kind and entity.id == own_id and entity.attributes
        )
        return next((entity.attributes for entity in found), {})

    @cached_property
    def subjects(self) -> Mapping[str, frozenset[str]]:
        """For every relation, the ids that are its subject somewhere."""
        subjects: dict[str, set[str]] = {}
        for relation in self.relations:
            subjects.setdefault(relation.relation, set()).add(relation.subject)
        return {relation: frozenset(ids) for relation, ids in subjects.items()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of every id."""
        return {entity.id: entity.name for entity in reversed(self.entities)}


def entity_id(name: str) -> str:
    """The id of an entity that has none of its own: its key with hyphens."""
    return name_key(name).replace(" ", "-")
