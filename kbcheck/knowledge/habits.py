"""What a base usually says of its entities: the needs that it states of some, and where; the others lack it.

Entities are compared with those that are named in the same place, or that are of the same life cycle.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from posixpath import dirname

from msgspec import Struct

from kbcheck.knowledge.coverage import RELATIONS, Coverage
from kbcheck.knowledge.matrices import open_places
from kbcheck.knowledge.model import FRONT_MATTER, Entity, Key, Model, Nameless

# Of pages, one rule finds one in each file.
_PAGE = "page"
# The needs that a role covers.
_ROLE_NEEDS = ("responsible", "accountable", "participant")
# Of a guess, one other that is covered is no habit yet; of fewer guessed entities nothing is said about the base.
_LEAST_GUESSED, _LEAST_GUESSES = 2, 3
# Of a guess only these needs are missed, and only in a base that states this of any entity: numbered headings are no life
# cycle before they say what is handed over, and lists of people no roles before they have something to do.
_GUESSABLE: Mapping[str, tuple[str, str]] = {"responsible": ("phase", "deliverable"), "page": ("role", "use")}
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


class Unstated(Struct, frozen=True):
    """A need that is stated of no entity of a kind: the first of these, and how many there are."""

    first: Entity
    need: str
    count: int


class Habits:
    """The needs that a base states of its entities."""

    def __init__(self, model: Model, coverage: Coverage) -> None:
        self._model = model
        self._coverage = coverage
        self._covered: dict[tuple[_Set, str], int] = {}
        self._lacking_in: dict[tuple[_Set, str], tuple[Key, ...]] = {}
        self._stated: dict[tuple[str, str], bool] = {}

    # Of a kind

    def is_stated(self, kind: str, need: str) -> bool:
        """Whether the base says it of any entity of that kind."""
        if (kind, need) not in self._stated:
            self._stated[kind, need] = any(self._coverage.covers(one.key, need) for one in self._model.of_kind(kind))
        return self._stated[kind, need]

    def unstated(self, path: str) -> tuple[Unstated, ...]:
        """The needs that the base states of no entity of a kind, told in the file that names the first of these."""
        return tuple(one for one in self._unstated if one.first.path == path)

    @cached_property
    def _unstated(self) -> tuple[Unstated, ...]:
        missed = {kind: self._missed(kind) for kind in self._coverage.kinds}
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
        needs = (
            need
            for need in self._coverage.needs(kind)
            if self._coverage.asks(kind, need) and self._coverage.need(kind, need).most != 0
        )
        missed = {need: judged for need in needs if not self.is_stated(kind, need)}
        waived = {need: {one.key for one in judged if self._is_waived(one.key, need)} for need in missed}
        lacking = {need: tuple(one for one in judged if one.key not in waived[need]) for need in missed}
        return {need: entities for need, entities in lacking.items() if entities}

    def _is_waived(self, key: Key, need: str) -> bool:
        """Whether the page of an entity gives a reason to have none: `no-deliverables: the service has ended`."""
        return bool(self._model.declared(key).get(f"no-{need}s")) or self._coverage.is_elsewhere(key, need)

    @cached_property
    def _judged(self) -> Mapping[str, tuple[Entity, ...]]:
        found: dict[str, list[Entity]] = {}
        for entity in self._model.entities:
            if self._coverage.is_judged(entity):
                found.setdefault(entity.kind, []).append(entity)
        return {kind: tuple(entities) for kind, entities in found.items()}

    def _is_sure(self, need: str, lacking: tuple[Entity, ...]) -> bool:
        """Whether a base could say it: a base of roles alone has nothing to use them; a guess must look like a life cycle."""
        kinds = _COVERING_KINDS.get(need, ())
        can_cover = not kinds or any(self._judged.get(kind) for kind in kinds)
        if not lacking[0].guessed:
            return can_cover or need != "use"
        is_life_cycle = need in _GUESSABLE and self.is_stated(*_GUESSABLE[need])
        return can_cover and is_life_cycle and len(lacking) >= _LEAST_GUESSES

    @cached_property
    def empty_rows(self) -> frozenset[Key]:
        """The tasks of which a matrix has a row that says nothing."""
        places = (place for matrix in self._model.matrices for place in open_places(matrix))
        return frozenset(place.entity.key for place in places if place.reason == "row")

    # Of one entity

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
        is_asked = (
            need in self._coverage.needs(entity.kind)
            and self._coverage.asks(entity.kind, need)
            and self._coverage.is_judged(entity)
        )
        return is_asked and not self._coverage.covers(entity.key, need) and self.is_usual(entity, need)

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
            lacking = (
                key
                for key in alone
                if not self._coverage.covers(key, need) and not self._coverage.is_elsewhere(key, need)
            )
            self._lacking_in[own, need] = tuple(lacking)
        return self._lacking_in[own, need]

    def places(self, kind: str, need: str) -> frozenset[str]:
        """The files that say of entities of that kind what covers them; `need` may also be the name of a relation."""
        return self._places.get((kind, need), frozenset())

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for one in self._model.relations:
            for kind, other in ((one.subject.kind, one.object.kind), (one.object.kind, one.subject.kind)):
                names = [name for name, relations in RELATIONS.items() if one.relation in relations]
                for name in (*names, other, one.relation):
                    found.setdefault((kind, name), set()).add(one.path)
        return {key: frozenset(paths) for key, paths in found.items()}

    def _count(self, own: _Set, need: str) -> int:
        if (own, need) not in self._covered:
            self._covered[own, need] = sum(bool(self._coverage.covers(key, need)) for key in self._sets[own])
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


def _start(entity: Entity) -> int:
    return entity.span.start


def _set(entity: Entity) -> _Set:
    """What an entity is compared with: its life cycle, else the page or the folder in which one rule has found it."""
    if entity.form == FRONT_MATTER:
        return FRONT_MATTER, entity.kind, entity.life_cycle
    place = dirname(entity.path) if entity.form == _PAGE else entity.path
    rule = entity.rule if entity.kind != "task" else ""  # a list of further tasks stands beside the matrix
    return rule or "", entity.kind, entity.life_cycle, place
