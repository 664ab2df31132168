"""What covers an entity: for each need of its kind (`model:` of the settings), the others that the base says it has.

A cover that leads to nothing counts: it is said, and `unresolved-reference` or `undefined-name` tells what is wrong with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from posixpath import dirname
from typing import TypeVar

from msgspec import Struct

from kbcheck.config import NAMED_NEEDS, KindSettings, Need
from kbcheck.knowledge.extraction import fields_saying
from kbcheck.knowledge.matrices import open_places
from kbcheck.knowledge.model import (
    FRONT_MATTER,
    PHASE_HAS_DELIVERABLE,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Key,
    Matrix,
    Model,
    Nameless,
    Relation,
)
from kbcheck.knowledge.names import name_key
from kbcheck.knowledge.references import References

#: What covers an entity: another one, or, for the need `page`, the path of a page.
Cover = Key | str

#: What a need is when the settings say nothing of it.
USUAL = Need()

# The relations that state a need; a need that is not here is a kind, and any relation with one of it states it.
_RELATIONS: Mapping[str, tuple[str, ...]] = {
    "deliverable": (PHASE_HAS_DELIVERABLE,),
    "phase": (PHASE_HAS_DELIVERABLE,),
    "accountable": (ROLE_RESPONSIBLE_FOR,),
    "responsible": (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN),
    "participant": (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN),
    "use": (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN),
}
# A heading has its text below it: a page of its own is not needed. Of pages, one rule finds one in each file.
_HEADING, _PAGE = "heading", "page"
# Who is asked or told does nothing (the C and the I of RACI).
_IDLE_PARTS = frozenset(("consulted", "informed"))
# One role answers for these as a whole; of all others, those who do it are responsible too.
_ANSWERED_FOR = frozenset(("phase", "deliverable"))
# The needs that a role covers.
_ROLE_NEEDS = ("responsible", "accountable", "participant")
# Of a guess, one other that is covered is no habit yet.
_LEAST_GUESSED = 2

# Of fewer guessed entities nothing is said about the base.
_LEAST_GUESSES = 3
# What says more than the first: who has no participant has no responsible role either.
_BROADER = {"accountable": "responsible", "responsible": "participant"}
# What would cover an entity: without any of these in a base, it cannot say so.
_COVERING_KINDS: Mapping[str, tuple[str, ...]] = {
    "deliverable": ("deliverable",),
    "phase": ("phase",),
    "responsible": ("role",),
    "accountable": ("role",),
    "participant": ("role",),
    "use": ("phase", "deliverable", "task"),
}

# Entities that are named in one place, or of one life cycle: what most of them have, the others lack.
_Set = tuple[str, ...]

_T = TypeVar("_T", Relation, Matrix)


class Unstated(Struct, frozen=True):
    """A need that is stated of no entity of a kind: the first of these, and how many there are."""

    first: Entity
    need: str
    count: int


class Coverage:
    """The covers of all entities of a base, the bounds that the settings want, and what its places usually say."""

    def __init__(self, model: Model, kinds: Mapping[str, KindSettings], references: References) -> None:
        self._model = model
        self._kinds = kinds
        self._references = references
        self._covered: dict[tuple[_Set, str], int] = {}
        self._lacking_in: dict[tuple[_Set, str], tuple[Key, ...]] = {}
        self._stated: dict[tuple[str, str], bool] = {}
        covers = (self._pages, self._uses, self._accountable, self._responsible, self._participants)
        self._named: Mapping[str, Callable[[Key], Iterator[Cover]]] = dict(zip(NAMED_NEEDS, covers, strict=True))

    # What is wanted

    def need(self, kind: str, name: str) -> Need:
        """How many must cover an entity of that kind; one or more where the settings do not say."""
        return self.needs(kind).get(name, USUAL)

    def needs(self, kind: str) -> Mapping[str, Need]:
        """The needs of a kind that the settings state, or that ship."""
        settings = self._kinds.get(kind)
        return settings.needs if settings else {}

    def asks(self, kind: str, name: str) -> bool:
        """Whether anything is asked at all: `0..` is how a team says that it wants nothing."""
        return self.need(kind, name) != Need(0)

    def is_judged(self, entity: Entity) -> bool:
        """Whether an entity needs anything: one that is out of use does not."""
        settings = self._kinds.get(entity.kind)
        former = {name_key(name) for name in settings.deprecated} if settings else set()
        return not self.is_deprecated(entity.key) and name_key(entity.name) not in former

    def is_deprecated(self, key: Key) -> bool:
        """Whether the page of an entity says that it is out of use, or what replaces it."""
        fields = self._model.declared(key)
        return fields.get("status") == "deprecated" or bool(fields.get("replaced-by"))

    @cached_property
    def _judged(self) -> Mapping[str, tuple[Entity, ...]]:
        found: dict[str, list[Entity]] = {}
        for entity in self._model.entities:
            if self.is_judged(entity):
                found.setdefault(entity.kind, []).append(entity)
        return {kind: tuple(entities) for kind, entities in found.items()}

    # What is there

    def covers(self, key: Key, need: str) -> tuple[Cover, ...]:
        """What covers an entity for a need, each once."""
        found = self._named[need](key) if need in self._named else self._of_kind(key, need)
        return tuple(dict.fromkeys(found))

    def _accountable(self, key: Key) -> Iterator[Cover]:
        yield from self._model.others(ROLE_RESPONSIBLE_FOR, "object").get(key, ())

    def _responsible(self, key: Key) -> Iterator[Cover]:
        yield from self._accountable(key)
        for one in self._model.relations_of(key) if key.kind not in _ANSWERED_FOR else ():
            if one.relation == ROLE_PARTICIPATES_IN and one.object == key and one.part not in _IDLE_PARTS:
                yield one.subject

    def _participants(self, key: Key) -> Iterator[Cover]:
        yield from self._accountable(key)
        yield from self._model.others(ROLE_PARTICIPATES_IN, "object").get(key, ())

    def _pages(self, key: Key) -> Iterator[Cover]:
        yield from self._model.pages_of(key)
        yield from (one.path for one in self._model.mentions_of(key) if one.form == _HEADING)

    def _uses(self, key: Key) -> Iterator[Cover]:
        for one in self._model.relations_of(key):
            yield one.object if one.subject == key else one.subject
        if key.kind != "role":  # one role that names another gives it nothing to do
            yield from self._references.between.get(key, ())

    def _of_kind(self, key: Key, kind: str) -> Iterator[Cover]:
        relation = PHASE_HAS_DELIVERABLE if {key.kind, kind} == {"phase", "deliverable"} else None
        for one in self._model.relations_of(key):
            other = one.object if one.subject == key else one.subject
            if other.kind == kind and relation in (None, one.relation):
                yield other
        if relation is None:  # what a phase takes as an input is not what it hands over
            yield from (other for other in self._references.between.get(key, ()) if other.kind == kind)
            if isinstance(self._model.declared(key).get(kind), Mapping):
                yield f"{key.id}/{kind}"  # written out in the page of the entity: `gate: {name: …}`

    # What the base usually says

    def is_stated(self, kind: str, need: str) -> bool:
        """Whether the base says it of any entity of that kind."""
        if (kind, need) not in self._stated:
            self._stated[kind, need] = any(self.covers(one.key, need) for one in self._model.of_kind(kind))
        return self._stated[kind, need]

    def unstated(self, path: str) -> tuple[Unstated, ...]:
        """The needs that the base states of no entity of a kind, told in the file that names the first of these."""
        return tuple(one for one in self._unstated if one.first.path == path)

    @cached_property
    def _unstated(self) -> tuple[Unstated, ...]:
        missed = {kind: self._missed(kind) for kind in self._kinds}
        found: list[Unstated] = []
        for kind, needs in missed.items():
            for need, lacking in needs.items():
                # That no phase has a deliverable says as well that no deliverable has a phase.
                is_other_side = kind == "deliverable" and need == "phase" and "deliverable" in missed["phase"]
                if not is_other_side and _BROADER.get(need) not in needs and self._is_sure(need, lacking):
                    found.append(Unstated(lacking[0], need, len(lacking)))
        return tuple(found)

    def _missed(self, kind: str) -> Mapping[str, tuple[Entity, ...]]:
        """For each need that the base states of no entity of a kind, those that need it and do not say why they have none."""
        judged = self._judged.get(kind, ())
        needs = (need for need in self.needs(kind) if self.asks(kind, need) and self.need(kind, need).most != 0)
        missed = {need: judged for need in needs if not self.is_stated(kind, need)}
        waived = {need: {one.key for one in judged if self._is_waived(one.key, need)} for need in missed}
        lacking = {need: tuple(one for one in judged if one.key not in waived[need]) for need in missed}
        return {need: entities for need, entities in lacking.items() if entities}

    def _is_waived(self, key: Key, need: str) -> bool:
        """Whether the page of an entity gives a reason to have none: `no-deliverables: the service has ended`."""
        return bool(self._model.declared(key).get(f"no-{need}s"))

    def _is_sure(self, need: str, lacking: tuple[Entity, ...]) -> bool:
        """Whether a base could say it: a base of roles alone has nothing to use them; of a guess, some others must do it."""
        kinds = _COVERING_KINDS.get(need, ())
        can_cover = not kinds or any(self._judged.get(kind) for kind in kinds)
        if not lacking[0].guessed:
            return can_cover or need != "use"
        return can_cover and len(lacking) >= _LEAST_GUESSES

    def is_usual(self, entity: Entity, need: str, *, most: bool = False) -> bool:
        """Whether others that are named beside an entity, or in its life cycle, have what it lacks; with `most`, most do.

        In the text it must be said there: what one page says of them is not missing in the others that name them.
        """
        for own in self._sets_of.get(entity.key, ()):
            covered, others = self._count(own, need), len(self._sets[own]) - 1
            is_here = most or own[0] == FRONT_MATTER or own[-1] in self.places(entity.kind, need)
            least = _LEAST_GUESSED if most and entity.guessed else 1
            if is_here and covered >= least and (not most or 2 * covered > others):
                return True
        return False

    def is_missed(self, place: Nameless) -> bool:
        """Whether what should have its name at a place is missed by the entity around it: a rule on needs says so there."""
        needs = _ROLE_NEEDS if place.kind == "role" else (place.kind,)
        return any(self._misses(around, need) for around in self._around(place) for need in needs)

    def _misses(self, entity: Entity, need: str) -> bool:
        is_asked = need in self.needs(entity.kind) and self.asks(entity.kind, need) and self.is_judged(entity)
        return is_asked and not self.covers(entity.key, need) and self.is_usual(entity, need)

    def _around(self, place: Nameless) -> Iterator[Entity]:
        """The entities of the row or section in which a nested rule looked: of each kind, the last one before the place."""
        for kind, entities in self._starts.get((place.path, place.rule), {}).items():
            number = bisect_left(entities, place.span.start, key=_start) if kind != place.kind else 0
            yield from entities[number - 1 : number] if number else ()

    @cached_property
    def _starts(self) -> Mapping[tuple[str, str], Mapping[str, list[Entity]]]:
        """For a file and a rule, the entities that it finds there, by kind and in the order of the text."""
        found: dict[tuple[str, str], dict[str, list[Entity]]] = {}
        for entity in sorted(self._model.mentions, key=_start):
            found.setdefault((entity.path, entity.rule or ""), {}).setdefault(entity.kind, []).append(entity)
        return found

    def lacking(self, entity: Entity, need: str) -> tuple[Key, ...]:
        """Those named in one place and nowhere else that nothing covers, when this is the first of them; else none.

        Only where the team has said what is named there: of a guess this would be too much.
        """
        sets = self._sets_of.get(entity.key, ())
        if len(sets) != 1 or entity.form in (FRONT_MATTER, _PAGE) or entity.guessed:
            return ()
        lacking = self._lacking(sets[0], need)
        return lacking if lacking[:1] == (entity.key,) else ()

    def _lacking(self, own: _Set, need: str) -> tuple[Key, ...]:
        if (own, need) not in self._lacking_in:
            alone = (key for key in self._sets[own] if len(self._sets_of[key]) == 1)
            self._lacking_in[own, need] = tuple(key for key in alone if not self.covers(key, need))
        return self._lacking_in[own, need]

    def places(self, kind: str, need: str) -> frozenset[str]:
        """The files that say of entities of that kind what covers them; `need` may also be the name of a relation."""
        return self._places.get((kind, need), frozenset())

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for one in self._model.relations:
            for kind, other in ((one.subject.kind, one.object.kind), (one.object.kind, one.subject.kind)):
                names = [name for name, relations in _RELATIONS.items() if one.relation in relations]
                for name in (*names, other, one.relation):
                    found.setdefault((kind, name), set()).add(one.path)
        return {key: frozenset(paths) for key, paths in found.items()}

    def _count(self, own: _Set, need: str) -> int:
        if (own, need) not in self._covered:
            self._covered[own, need] = sum(bool(self.covers(key, need)) for key in self._sets[own])
        return self._covered[own, need]

    @cached_property
    def _sets_of(self) -> Mapping[Key, tuple[_Set, ...]]:
        sets: dict[Key, dict[_Set, None]] = {}
        for entity in self._model.mentions:
            sets.setdefault(entity.key, {})[_set(entity)] = None
        return {key: tuple(own) for key, own in sets.items()}

    @cached_property
    def _sets(self) -> Mapping[_Set, tuple[Key, ...]]:
        members: dict[_Set, dict[Key, None]] = {}
        for entity in self._model.mentions:
            members.setdefault(_set(entity), {})[entity.key] = None
            # A page that names no life cycle is compared with all of its kind, also those that are known from a table.
            members.setdefault((FRONT_MATTER, entity.kind, ""), {})[entity.key] = None
        return {own: tuple(keys) for own, keys in members.items()}

    def matrices(self, path: str) -> tuple[Matrix, ...]:
        """The responsibility matrices of a file."""
        return self._matrices_in.get(path, ())

    @cached_property
    def _matrices_in(self) -> Mapping[str, tuple[Matrix, ...]]:
        return _by_path(self._model.matrices)

    @cached_property
    def empty_rows(self) -> frozenset[Key]:
        """The tasks of which a matrix has a row that says nothing."""
        places = (place for matrix in self._model.matrices for place in open_places(matrix))
        return frozenset(place.entity.key for place in places if place.reason == "row")

    @cached_property
    def outside_matrices(self) -> tuple[int, int]:
        """How many roles with a page the matrices of the base name, and how many there are."""
        described = [role.key for role in self._model.of_kind("role") if self.covers(role.key, "page")]
        named = {role.key for matrix in self._model.matrices for role in matrix.roles}
        return sum(key in named for key in described), len(described)

    # Where it is said, or would be

    def outdated(self, path: str) -> Iterator[tuple[Relation, Key]]:
        """The relations that a file states with an entity that is out of use, which is the other value."""
        for one in self._relations_in.get(path, ()):
            out_of_use = [key for key in (one.subject, one.object) if self.is_deprecated(key)]
            if len(out_of_use) == 1:  # what is out of use itself may keep what it had
                yield one, out_of_use[0]

    @cached_property
    def _relations_in(self) -> Mapping[str, tuple[Relation, ...]]:
        return _by_path(self._model.relations)

    def reviewed_later(self, deliverable: Entity, days: int) -> tuple[Entity, date] | None:
        """The phase of a deliverable that was last reviewed so many days after it, and when; the latest of several."""
        own = self._reviewed(deliverable.key)
        phases = self._model.others(PHASE_HAS_DELIVERABLE, "object").get(deliverable.key, ())
        dates = {key: reviewed for key in phases if (reviewed := self._reviewed(key))}
        latest = max(dates, key=lambda key: dates[key], default=None)
        if own is None or latest is None or dates[latest] - own <= timedelta(days):
            return None
        return self._model.entity(latest), dates[latest]

    def _reviewed(self, key: Key) -> date | None:
        written = self._model.declared(key).get("reviewed")
        try:
            return date.fromisoformat(written) if isinstance(written, str) else None
        except ValueError:
            return None  # `schema-violation` tells

    def fields(self, kind: str, need: str) -> frozenset[str]:
        """The fields in the front matter of such an entity that would state a need."""
        relations = _RELATIONS.get(need, ())
        return frozenset((need,)).union(*(fields_saying(kind, relations, side) for side in ("subject", "object")))


def _start(entity: Entity) -> int:
    return entity.span.start


def _by_path(found: Iterable[_T]) -> Mapping[str, tuple[_T, ...]]:
    by_path: dict[str, list[_T]] = {}
    for one in found:
        by_path.setdefault(one.path, []).append(one)
    return {path: tuple(ones) for path, ones in by_path.items()}


def _set(entity: Entity) -> _Set:
    """What an entity is compared with: its life cycle, else the page or the folder in which one rule has found it."""
    if entity.form == FRONT_MATTER:
        return FRONT_MATTER, entity.kind, str(entity.attributes.get("lifecycle") or "")
    place = dirname(entity.path) if entity.form == _PAGE else entity.path
    rule = entity.rule if entity.kind != "task" else ""  # a list of further tasks stands beside the matrix
    return rule or "", entity.kind, str(entity.attributes.get("lifecycle") or ""), place
