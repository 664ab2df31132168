"""Names of entities compared with each other: two entities of one name, one entity under two, names that nothing defines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kbcheck.config import KindSettings
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge.former_names import Renaming, renamings
from kbcheck.knowledge.likeness import is_acronym, variants
from kbcheck.knowledge.model import FRONT_MATTER, PHASE_PRECEDES, Entity, Key, Model, by_path
from kbcheck.knowledge.names import name_key
from kbcheck.schema.yaml import YamlPath

#: The forms of a list that names each of its entities once. A row can stand for a pair, a heading can come back in another
#: section, bold words can be repeated.
_ONCE = frozenset({"list-item", "card"})
# Who is meant by these is everybody: no role.
_EVERYBODY = frozenset(
    map(
        name_key,
        (
            *("Tous", "Tout le monde", "Toute l'équipe", "Équipe", "Équipe produit", "Équipe projet"),
            *("All", "Anyone", "Everybody", "Everyone", "Team", "The whole team", "Product team", "Project team"),
        ),
    )
)
_MANY = 3  # names that are told together
_MOST_WORDS = 12  # what is longer is a sentence
_FEWEST_ROLES = 2  # that a base defines, before a name that it does not define means something


class Duplicate(Struct, frozen=True):
    """An entity and an earlier one that has its name (`reason` "name"), or is itself once more (`listed`)."""

    reason: str
    name: str
    span: Span
    place: Entity
    first: Entity


class Variant(Struct, frozen=True):
    """A name that is another one in a rarer spelling."""

    place: Entity
    usual: Entity


class Undefined(Struct, frozen=True):
    """The first place of a name that nothing in the base defines, and the entity that was probably meant; `others` are the
    further ones of a page that speaks of roles of its own.
    """

    place: Entity
    meant: Entity | None
    others: tuple[Entity, ...] = ()


class Naming:
    """The names of a base."""

    def __init__(self, model: Model, kinds: Mapping[str, KindSettings], documents: Mapping[str, Document]) -> None:
        self._model = model
        self._kinds = kinds
        self._documents = documents

    # Two entities of one name

    def duplicates(self, path: str) -> tuple[Duplicate, ...]:
        """The entities of a page that have a name which an earlier one has, or stand in one list twice."""
        return self._duplicates.get(path, ())

    @cached_property
    def _duplicates(self) -> Mapping[str, tuple[Duplicate, ...]]:
        return by_path((*self._colliding(), *self._listed_twice()), lambda one: one.place.path)

    def _colliding(self) -> Iterator[Duplicate]:
        """Names and aliases of front matter, and acronyms in lists: other words in parentheses are no names."""
        owners: dict[tuple[str, str, str], Entity] = {}
        told: set[tuple[Key, Key]] = set()
        for entity in self._model.mentions:
            if entity.attributes.get("status") == "deprecated":
                continue
            for name, span in self._names(entity):
                owner = owners.setdefault((entity.kind, entity.life_cycle, name_key(name)), entity)
                is_said = FRONT_MATTER in (owner.form, entity.form) or is_acronym(name, owner.name, entity.name)
                if is_said and owner.key != entity.key and (owner.key, entity.key) not in told:
                    told |= {(owner.key, entity.key), (entity.key, owner.key)}
                    yield Duplicate("name", name, span, entity, owner)

    def _names(self, entity: Entity) -> Iterator[tuple[str, Span]]:
        if entity.form != FRONT_MATTER:
            acronyms = () if entity.guessed else entity.aliases
            yield from ((alias, entity.span) for alias in acronyms if alias.isupper() and 1 < len(alias) < 8)
            return
        yield entity.name, entity.span
        document = self._documents[entity.path]
        yaml = document.yaml
        for field in ("short-name", "aliases"):
            value = entity.attributes.get(field)
            for index, name in enumerate(value if isinstance(value, list) else [value]):
                place: YamlPath = (field, index) if isinstance(value, list) else (field,)
                if isinstance(name, str) and yaml:
                    yield name, yaml.spans[place]

    def _listed_twice(self) -> Iterator[Duplicate]:
        """The same entity twice in one list, or in two groups of cards of a page."""
        cards: dict[tuple[str, Key], Entity] = {}
        for found in self._model.lists:
            own: dict[tuple[str, Key], Entity] = {}
            for entity in found.entities:
                before = cards if entity.form == "card" else own
                first = before.setdefault((found.path, entity.key), entity)
                if entity.form in _ONCE and first.span != entity.span:
                    yield Duplicate("listed", entity.name, entity.span, entity, first)

    # One entity under two names

    @cached_property
    def doubtful(self) -> frozenset[Key]:
        """The entities that are probably another one, or none: what they lack is not worth a word."""
        rare = (one.place.key for ones in self._variants.values() for one in ones)
        return self._undefined_keys.union(rare)

    def variants(self, path: str) -> tuple[Variant, ...]:
        """The names in a page that are rarer spellings of names elsewhere."""
        return self._variants.get(path, ())

    @cached_property
    def _variants(self) -> Mapping[str, tuple[Variant, ...]]:
        pairs = (pair for kind in {entity.kind for entity in self._model.entities} for pair in self._alike(kind))
        # Of equals, the later one is the rare one.
        found = [Variant(*sorted((other, one), key=self._weight)) for one, other in pairs]
        return by_path(sorted(found, key=lambda one: one.place.span), lambda one: one.place.path)

    def _alike(self, kind: str) -> Iterator[tuple[Entity, Entity]]:
        """The pairs of entities of a kind with nearly the same name; those of one list are two on purpose."""
        owners: dict[str, Entity] = {}
        for entity in self._model.of_kind(kind):
            if not self.is_former(entity) and entity.key not in self._undefined_keys:
                owners.setdefault(name_key(entity.name), entity)
        told: set[tuple[Key, Key]] = set()
        for one, other in variants(owners):
            keys = owners[one].key, owners[other].key
            if keys not in told and keys[0] != keys[1] and not self._are_two(*keys):
                told.add(keys)
                yield owners[one], owners[other]

    def _are_two(self, one: Key, other: Key) -> bool:
        """Whether the base itself tells two entities apart: in one list, by a page or a life cycle of each."""
        model = self._model
        if self._places.get(one, frozenset()) & self._places.get(other, frozenset()):
            return True
        first, second = set(model.pages_of(one)), set(model.pages_of(other))
        return bool(first and second and not first & second) or bool(model.declared(one) and model.declared(other))

    @cached_property
    def _places(self) -> Mapping[Key, frozenset[int]]:
        """The lists and matrices that an entity is in."""
        places: dict[Key, set[int]] = {}
        lists: list[Iterable[Entity]] = [one.entities for one in self._model.lists]
        lists += [side for one in self._model.matrices for side in (one.tasks, one.roles)]
        for number, entities in enumerate(lists):
            for entity in entities:
                places.setdefault(entity.key, set()).add(number)
        return {key: frozenset(numbers) for key, numbers in places.items()}

    def _weight(self, entity: Entity) -> tuple[bool, bool, int]:
        """What makes a spelling the usual one: a page that declares it, a page of its own, the number of its places."""
        model = self._model
        return bool(model.declared(entity.key)), bool(model.pages_of(entity.key)), len(model.mentions_of(entity.key))

    # Names that nothing defines

    def undefined(self, path: str) -> tuple[Undefined, ...]:
        """The roles that a matrix, a cell or a part of another entity names first in this page, and nothing defines."""
        return self._undefined.get(path, ())

    @cached_property
    def _undefined(self) -> Mapping[str, tuple[Undefined, ...]]:
        found = by_path(self._lost(), lambda one: one.place.path)
        used = Counter(path for path, _ in {(one.path, one.key) for one in self._using()})
        return {path: _told_together(ones, used[path]) for path, ones in found.items()}

    @cached_property
    def _undefined_keys(self) -> frozenset[Key]:
        found = (one for ones in self._undefined.values() for one in ones)
        return frozenset(entity.key for one in found for entity in (one.place, *one.others))

    def _lost(self) -> Iterable[Undefined]:
        defined = {entity.key: entity for entity in self._defining()}
        if len(defined) < _FEWEST_ROLES:
            return ()
        names = {name_key(name): one for one in defined.values() for name in (one.name, *one.aliases)}
        used = [one for one in self._using() if name_key(one.name) not in self._everybody and not self.is_former(one)]
        # Names that are hardly ever those of the roles are not meant to be: two vocabularies.
        keys = {one.key: name_key(one.name) for one in used}
        known = {own for own, key in keys.items() if own in defined or key in names}
        meant = _meant([key for own, key in keys.items() if own not in known], names)
        like = {own: meant[key] for own, key in keys.items() if key in meant}
        longer = {own for own, key in keys.items() if _says_one_of(key, names)}
        is_spoken = 2 * len(known | like.keys() | longer) >= len(keys)
        found: dict[Key, Undefined] = {}
        for one in used:
            if one.key not in known and (not one.guessed or (is_spoken and one.key not in longer)):
                found.setdefault(one.key, Undefined(one, like.get(one.key)))
        return found.values()

    def _defining(self) -> Iterator[Entity]:
        """The places that say what roles there are: pages of their own, lists of roles."""
        yield from (
            one for one in self._model.mentions if one.kind == "role" and (one.form == FRONT_MATTER or one.target)
        )
        for found in self._model.lists:
            if found.kind == "role" and (found.path, found.entities[0].span) not in self._nested:
                yield from found.entities

    def _using(self) -> Iterator[Entity]:
        """The places in the text that say what a role does."""
        yield from (role for matrix in self._model.matrices for role in matrix.roles)
        for one in self._model.mentions:
            if one.kind == "role" and one.form != FRONT_MATTER and (one.path, one.span) in self._nested:
                yield one

    @cached_property
    def _nested(self) -> frozenset[tuple[str, Span]]:
        """The places of entities that are said of another one."""
        return frozenset((one.path, one.span) for one in self._model.relations if one.relation != PHASE_PRECEDES)

    @cached_property
    def _everybody(self) -> frozenset[str]:
        words = self._kinds["role"].wildcards if "role" in self._kinds else ()
        return _EVERYBODY | {name_key(word) for word in words}

    # Former names

    def is_former(self, entity: Entity) -> bool:
        """Whether the name is one that the team has given up: `deprecated-name` tells it."""
        return (entity.kind, name_key(entity.name)) in self._renamings

    @cached_property
    def _renamings(self) -> Mapping[tuple[str, str], Renaming]:
        return renamings(self._model, self._kinds)


def _meant(keys: list[str], names: Mapping[str, Entity]) -> Mapping[str, Entity]:
    """For the keys that are a name in another spelling, the entity of that name."""
    if not keys:
        return {}
    near = {key: name for pair in variants([*names, *keys]) for name, key in (pair, pair[::-1]) if name in names}
    return {key: names[name] for key, name in near.items() if key not in names}


def _told_together(ones: tuple[Undefined, ...], used: int) -> tuple[Undefined, ...]:
    """What is undefined in a page: as one, where most of the roles that it uses are."""
    if len(ones) < _MANY or 2 * len(ones) <= used:
        return tuple(ones)
    return (Undefined(ones[0].place, None, tuple(one.place for one in ones[1:])),)


def _says_one_of(key: str, names: Container[str]) -> bool:
    """Whether a name holds one that is known, among other words: "tech lead du programme", "PO et designer"."""
    words = key.split()[:_MOST_WORDS]
    parts = (" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return any(part in names for part in parts)
