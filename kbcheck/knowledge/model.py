"""The structure of a knowledge base: entities (roles, phases, deliverables), their relations, and where each is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Literal, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.knowledge.names import name_key

PHASE_HAS_DELIVERABLE = "phase-has-deliverable"
PHASE_PRECEDES = "phase-precedes"
ROLE_RESPONSIBLE_FOR = "role-responsible-for"
ROLE_PARTICIPATES_IN = "role-participates-in"

#: The form of an entity that a page declares.
FRONT_MATTER = "front-matter"

#: The side of a relation that an entity is on.
Side = Literal["subject", "object"]


class Key(NamedTuple):
    """What names one entity in the whole base."""

    kind: str
    id: str


class Label(Struct, frozen=True):
    """A text beside the name of an entity: the label of its card that is not shown."""

    text: str
    span: Span


class Entity(Struct, frozen=True):
    """One place that names a role, a phase, a deliverable, or another kind that the base declares.

    `span` is that of the name in the file `path`. `form` says how it stands there: `front-matter`, or the form of an
    extraction rule (`table-row`, `card`, `heading` ...). `rule` is the id of that rule; `guessed` when the rule is one of
    kbcheck's own, so that nobody has said it. `target` is the file that the place links to, or is itself the page of:
    a path from the root; `elsewhere` is the target, as written, of a link there that leads to no page of the base.
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
    rule: str | None = None
    guessed: bool = False
    target: str | None = None
    labels: tuple[Label, ...] = ()
    elsewhere: str | None = None

    @property
    def key(self) -> Key:
        """What it has in common with the other places that name it."""
        return Key(self.kind, self.id)

    @property
    def numbered_name(self) -> str:
        """Its name, behind its number where it has one."""
        return self.name if self.order is None else f"{self.order}. {self.name}"

    @property
    def life_cycle(self) -> str:
        """The set of phases that its page names; empty where it names none."""
        return str(self.attributes.get("lifecycle") or "")


class Relation(Struct, frozen=True):
    """`subject relation object`; the span is where it is said.

    `part` is the word that says it: the field of front matter (`accountable`, `approved-by`) or the name that the extraction
    rule gives it, without `has-`.
    """

    subject: Key
    relation: str
    object: Key
    path: str
    span: Span
    part: str = ""


class EntityList(Struct, frozen=True):
    """The entities that one extraction rule found in one place (a table, a section, a folder), in their order there.

    `numbers` are those written before their names, None where there is none; `passed_over` those of the items or headings
    beside them that the rule does not take. `same_as` is the id of the rule whose entities
    these are once more, where the team says so. The span is the place, in the file of the first entity.
    """

    rule: str
    kind: str
    entities: tuple[Entity, ...]
    numbers: tuple[int | None, ...]
    path: str
    span: Span
    same_as: str | None = None
    guessed: bool = False
    passed_over: frozenset[int] = frozenset()


class MatrixCell(Struct, frozen=True):
    """Where a row of a matrix meets the column of a role: its text, and the parts that it says the role has."""

    text: str
    span: Span
    parts: tuple[str, ...] = ()


class Matrix(Struct, frozen=True):
    """A table of tasks (rows) and roles (columns). `cells` has a row for each task, with a cell for each role."""

    rule: str
    path: str
    span: Span
    tasks: tuple[Entity, ...]
    roles: tuple[Entity, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    guessed: bool = False


class Nameless(Struct, frozen=True):
    """A place where an extraction rule expects a name and finds none: `text` is the placeholder there, or nothing."""

    kind: str
    path: str
    span: Span
    text: str = ""
    rule: str = ""


_T = TypeVar("_T")


class Found(Struct, frozen=True):
    """All that extraction reads from a base; `idle` are the ids of the rules that match nothing and should."""

    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    lists: tuple[EntityList, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    nameless: tuple[Nameless, ...] = ()
    idle: tuple[str, ...] = ()


class Model:
    """All entities and relations of a base, in the order of its pages."""

    def __init__(self, found: Found) -> None:
        self.mentions = found.entities
        self.relations = found.relations
        self.lists = found.lists
        self.matrices = found.matrices
        self.nameless = found.nameless
        self.idle = found.idle

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Each entity once, at the place that says most: its own page before a table that names it.

        An order that its own page does not say is that of the first place that does.
        """
        return tuple(self._best.values())

    def entity(self, key: Key) -> Entity:
        """The entity of that key, at the place that says most; KeyError when there is none."""
        return self._best[key]

    def __contains__(self, key: Key) -> bool:
        return key in self._best

    @cached_property
    def _best(self) -> Mapping[Key, Entity]:
        first: dict[Key, Entity] = {}
        for entity in self.mentions:
            known = first.get(entity.key)
            better = known is None or _worth(entity) > _worth(known)
            best, other = (entity, known or entity) if better else (known or entity, entity)
            first[entity.key] = best if best.order is not None else replace(best, order=other.order)
        return first

    def ends(self, entity: Entity) -> tuple[int, int]:
        """The smallest and the largest order among the entities of its kind that belong to one set with it."""
        orders = [one.order for one in self._sets[entity.key] if one.order is not None]
        return min(orders), max(orders)

    def sets(self, kind: str) -> tuple[tuple[Entity, ...], ...]:
        """The entities of a kind, those together that belong together, in their order: the life cycles of phases.

        Together are those of one `lifecycle` in front matter, and those of one list in the text; lists that share an entity
        are one set.
        """
        return tuple({id(found): found for key, found in self._sets.items() if key.kind == kind}.values())

    @cached_property
    def _sets(self) -> Mapping[Key, tuple[Entity, ...]]:
        together = _Together()
        for entity in self.entities:
            declared = self.declared(entity.key)
            together.join(
                entity.key, Key(entity.kind, f"lifecycle:{declared.get('lifecycle')}") if declared else entity.key
            )
        for found in self.lists:
            for one in found.entities:
                together.join(found.entities[0].key, one.key)
        members: dict[Key, list[Entity]] = {}
        for entity in self.entities:
            members.setdefault(together.first(entity.key), []).append(entity)
        sets = {first: tuple(sorted(found, key=_in_order)) for first, found in members.items()}
        return {entity.key: sets[together.first(entity.key)] for entity in self.entities}

    def of_kind(self, kind: str) -> Iterator[Entity]:
        """The entities of one kind."""
        return (entity for entity in self.entities if entity.kind == kind)

    def in_order(self, kind: str) -> list[Entity]:
        """The entities of one kind by their numbers, those without one last."""
        return sorted(self.of_kind(kind), key=_in_order)

    def name(self, key: Key) -> str:
        """The name of an entity; a key that nothing declares is called by its id."""
        return self._best[key].name if key in self._best else key.id

    def mentioned_in(self, path: str, kind: str | None = None) -> Iterator[Entity]:
        """The entities that a page names, of one kind or of all, at their place in that page."""
        return (entity for entity in self._by_page.get(path, ()) if kind in (None, entity.kind))

    @cached_property
    def _by_page(self) -> Mapping[str, tuple[Entity, ...]]:
        return by_path(self.mentions)

    def lists_in(self, path: str) -> tuple[EntityList, ...]:
        """The lists of a page; one that several pages make is in the first of them."""
        return self._lists_by_page.get(path, ())

    @cached_property
    def _lists_by_page(self) -> Mapping[str, tuple[EntityList, ...]]:
        return by_path(self.lists)

    def nameless_in(self, path: str) -> tuple[Nameless, ...]:
        """The places of a page that lack a name."""
        return self._nameless_by_page.get(path, ())

    @cached_property
    def _nameless_by_page(self) -> Mapping[str, tuple[Nameless, ...]]:
        return by_path(self.nameless)

    def matrices_in(self, path: str) -> tuple[Matrix, ...]:
        """The responsibility matrices of a page."""
        return self._matrices_by_page.get(path, ())

    @cached_property
    def _matrices_by_page(self) -> Mapping[str, tuple[Matrix, ...]]:
        return by_path(self.matrices)

    def relations_in(self, path: str) -> tuple[Relation, ...]:
        """The relations that a page states."""
        return self._relations_by_page.get(path, ())

    @cached_property
    def _relations_by_page(self) -> Mapping[str, tuple[Relation, ...]]:
        return by_path(self.relations)

    def mentions_of(self, key: Key) -> tuple[Entity, ...]:
        """All places that name an entity, in the order of the pages."""
        return self._by_key.get(key, ())

    @cached_property
    def _by_key(self) -> Mapping[Key, tuple[Entity, ...]]:
        named: dict[Key, list[Entity]] = {}
        for entity in self.mentions:
            named.setdefault(entity.key, []).append(entity)
        return {key: tuple(entities) for key, entities in named.items()}

    @cached_property
    def in_text(self) -> frozenset[Key]:
        """The entities that stand in the text, outside front matter."""
        return frozenset(entity.key for entity in self.mentions if entity.form != FRONT_MATTER)

    def declared(self, key: Key) -> Mapping[str, object]:
        """The front matter of the page that declares an entity; empty when no page does."""
        return next((entity.attributes for entity in self.mentions_of(key) if entity.form == FRONT_MATTER), {})

    def is_deprecated(self, key: Key) -> bool:
        """Whether the page of an entity says that it is out of use, or what replaces it."""
        fields = self.declared(key)
        return fields.get("status") == "deprecated" or bool(fields.get("replaced-by"))

    def pages_of(self, key: Key) -> tuple[str, ...]:
        """The pages that describe an entity: its own, and those that its places link to."""
        return tuple(dict.fromkeys(one.target for one in self.mentions_of(key) if one.target is not None))

    def others(self, relation: str, side: Side) -> Mapping[Key, tuple[Key, ...]]:
        """For every entity on this side of a relation, those on its other side, each once, as the pages say them."""
        return self._others.get((relation, side), {})

    @cached_property
    def _others(self) -> Mapping[tuple[str, Side], Mapping[Key, tuple[Key, ...]]]:
        others: dict[tuple[str, Side], dict[Key, dict[Key, None]]] = {}
        for one in self.relations:
            others.setdefault((one.relation, "subject"), {}).setdefault(one.subject, {})[one.object] = None
            others.setdefault((one.relation, "object"), {}).setdefault(one.object, {})[one.subject] = None
        return {key: {own: tuple(found) for own, found in ends.items()} for key, ends in others.items()}

    def relations_of(self, key: Key) -> tuple[Relation, ...]:
        """The relations that an entity is an end of."""
        return self._relations_of.get(key, ())

    @cached_property
    def _relations_of(self) -> Mapping[Key, tuple[Relation, ...]]:
        ends: dict[Key, list[Relation]] = {}
        for one in self.relations:
            ends.setdefault(one.subject, []).append(one)
            ends.setdefault(one.object, []).append(one)
        return {key: tuple(found) for key, found in ends.items()}


class _Together:
    """Which keys belong together (union-find): every set has one key that stands for it."""

    def __init__(self) -> None:
        self._towards: dict[Key, Key] = {}

    def first(self, key: Key) -> Key:
        """The key that stands for the set of this one."""
        while (above := self._towards.get(key, key)) != key:
            self._towards[key] = self._towards.get(above, above)
            key = above
        return key

    def join(self, one: Key, other: Key) -> None:
        """Makes one set of two."""
        self._towards[self.first(other)] = self.first(one)


def _in_order(entity: Entity) -> tuple[bool, int]:
    return entity.order is None, entity.order or 0


def by_path(found: Iterable[_T], path_of: Callable[[_T], str] = attrgetter("path")) -> Mapping[str, tuple[_T, ...]]:
    """What was found, by the file that it is in, in the same order."""
    paths: dict[str, list[_T]] = {}
    for one in found:
        paths.setdefault(path_of(one), []).append(one)
    return {path: tuple(ones) for path, ones in paths.items()}


def _worth(entity: Entity) -> int:
    """How much a place says of its entity: a page that declares it, then what the team has named, then a guess."""
    return 2 if entity.form == FRONT_MATTER else int(not entity.guessed)


def entity_id(name: str) -> str:
    """The id of an entity that has none of its own: its key with hyphens."""
    return name_key(name).replace(" ", "-")
