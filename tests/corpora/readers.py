"""What kbcheck read from a base beside what careful readers listed there: how much of each is in the other.

Readers gave every role, phase and deliverable a file, a line and a name with other spellings, and listed relations between
them. They did not list every place that names one, nor tasks: what they listed at another place is not judged here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from kbcheck.diagnostics import Lines
from kbcheck.knowledge.model import PHASE_PRECEDES, Entity, Key, Model
from kbcheck.knowledge.names import name_key, read_name

#: A row of a file of labels.
Row = Mapping[str, Any]
#: `listed` at that place; true all the same, as a test says; listed at another place; or nothing that readers saw.
Judgement = Literal["listed", "true", "elsewhere", "false"]

_DESCRIBED_BY = "described-by-page"
_BEST: Sequence[Judgement] = ("listed", "true", "elsewhere", "false")


class Score(Struct, frozen=True):
    """How many are right of those judged, how many are found of those listed.

    `on_line` are those found on the very line, `beyond` those that were read and are not judged.
    """

    right: int = 0
    judged: int = 0
    found: int = 0
    listed: int = 0
    on_line: int = 0
    beyond: int = 0

    @property
    def precision(self) -> float:
        """The share of what was read that is right."""
        return self.right / self.judged if self.judged else 1.0

    @property
    def recall(self) -> float:
        """The share of what is listed that was read."""
        return self.found / self.listed if self.listed else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))


class Comparison(Struct, frozen=True):
    """A score, and in words what is false and what is missed."""

    score: Score
    false: tuple[str, ...]
    missed: tuple[Row, ...]


class _Statement(Struct, frozen=True):
    """A relation that was read: the object of `described-by-page` is a path."""

    subject: Key
    relation: str
    object: Key | str
    path: str
    line: int

    def __str__(self) -> str:
        other = self.object.id if isinstance(self.object, Key) else self.object
        return f"{self.subject.id} {self.relation} {other} in {self.path}:{self.line}"


class Reading(Struct, frozen=True, dict=True):
    """One base: its model and the texts of its pages, the rows of labels, and where readers listed the same elsewhere.

    `others` are the rows of other bases for files that are copies of theirs. `is_true` says of an entity that it is one
    though no reader listed it.
    """

    model: Model
    texts: Mapping[str, str]
    entities: Sequence[Row]
    relations: Sequence[Row]
    others: Mapping[str, Sequence[Row]]
    is_true: Callable[[Entity], bool]

    # Entities: the same kind in the same file, the names equal by their keys

    def compare_entities(self) -> Comparison:
        """Entities count once for each file; every row needs a place of its own."""
        pairs = self._pairs()
        judged = Counter(self._judgements.values())
        right = judged["listed"] + judged["true"]
        false = [place for place, judgement in self._judgements.items() if judgement == "false"]
        first = {(one.path, one.key): one for one in reversed(self._mentions)}
        score = Score(
            right,
            right + len(false),
            len(pairs),
            len(self.entities),
            sum(self.entities[index]["line"] == self._line(one) for index, one in pairs.items()),
            judged["elsewhere"],
        )
        missed = tuple(row for index, row in enumerate(self.entities) if index not in pairs)
        return Comparison(score, tuple(self._place(first[place]) for place in false), missed)

    def _pairs(self) -> dict[int, Entity]:
        """For each row that was found, by its number, the mention that it is; those on the very line come first."""
        free = dict(enumerate(self._mentions))
        pairs: dict[int, Entity] = {}
        for exact in (True, False):
            for index, row in enumerate(self.entities):
                if index in pairs:
                    continue
                fits = (number for number, one in free.items() if self._is(one, row))
                number = next((one for one in fits if not exact or self._line(free[one]) == row["line"]), None)
                if number is not None:
                    pairs[index] = free.pop(number)
        return pairs

    @cached_property
    def _mentions(self) -> list[Entity]:
        return [one for one in self.model.mentions if one.kind != "task"]

    @cached_property
    def _judgements(self) -> Mapping[tuple[str, Key], Judgement]:
        """For an entity in a file, the best that can be said of its places there."""
        judgements: dict[tuple[str, Key], Judgement] = {}
        for one in self._mentions:
            place = one.path, one.key
            judgements[place] = min(judgements.get(place, "false"), self._judged(one), key=_BEST.index)
        return judgements

    def _judged(self, one: Entity) -> Judgement:
        if any(self._is(one, row) for row in self.entities):
            return "listed"
        if self.is_true(one):
            return "true"
        known = (row for row in (*self.entities, *self.others.get(one.path, ())) if row["kind"] == one.kind)
        return "elsewhere" if any(keys_of(row) & _names(one) for row in known) else "false"

    def _is(self, one: Entity, row: Row) -> bool:
        return (one.kind, one.path) == (row["kind"], row["file"]) and bool(_names(one) & keys_of(row))

    @cached_property
    def _lines(self) -> Mapping[str, Lines]:
        return {path: Lines(text) for path, text in self.texts.items()}

    def _line(self, one: Entity) -> int:
        return self._lines[one.path].position(one.span.start).line

    def _place(self, one: Entity) -> str:
        return f"{one.kind} {one.name!r} in {one.path}:{self._line(one)}"

    # Relations: the same subject, relation and object in the same file; which page describes what may be said anywhere

    def compare_relations(self, is_true: Callable[[str, int], bool]) -> Comparison:
        """Relations count once for each file; `is_true` says of a line that what it says is true though not listed."""
        statements = self._statements()
        right = {one for one in statements if self._is_said(one) or is_true(one.path, one.line)}
        judged = right | {one for one in statements if not self._is_beyond(one)}
        missed = tuple(row for row in self.relations if not any(self._says(row, one) for one in statements))
        found = len(self.relations) - len(missed)
        score = Score(len(right), len(judged), found, len(self.relations), beyond=len(statements) - len(judged))
        return Comparison(score, tuple(str(one) for one in statements if one in judged - right), missed)

    def _statements(self) -> list[_Statement]:
        found: dict[tuple[Key, str, Key | str, str], _Statement] = {}
        for one in self.model.relations:
            line = self._lines[one.path].position(one.span.start).line
            statement = _Statement(one.subject, one.relation, one.object, one.path, line)
            found.setdefault((one.subject, one.relation, one.object, one.path), statement)
        pages = [
            _Statement(entity.key, _DESCRIBED_BY, page, entity.path, self._line(entity))
            for entity in self.model.entities
            if entity.kind != "task"
            for page in self.model.pages_of(entity.key)
        ]
        return [*found.values(), *pages]

    def _is_said(self, one: _Statement) -> bool:
        """Listed as a relation, or said by the list of entities: phases have their numbers there, pages their form."""
        if any(self._says(row, one) for row in self.relations):
            return True
        if isinstance(one.object, str):
            own = [row for row in self._rows_in(one.object, one.subject.kind) if row["form"] == "page"]
            return bool(self._named(one.subject, own))
        phases = [row for row in self._rows_in(one.path, "phase") if row.get("order")]
        before = {row["order"] for row in self._named(one.subject, phases)}
        after = {row["order"] for row in self._named(one.object, phases)}
        return one.relation == PHASE_PRECEDES and any(order + 1 in after for order in before)

    def _says(self, row: Row, one: _Statement) -> bool:
        if not row["relation"].endswith(one.relation) or not self._is_named(one.subject, row["subject"]):
            return False
        if isinstance(one.object, str):
            return (one.object, f"{one.subject.kind}-{one.relation}") == (row["object"], row["relation"])
        return one.path == row["file"] and self._is_named(one.object, row["object"])

    def _is_beyond(self, one: _Statement) -> bool:
        """Whether it is about something that readers did not list at that place, true as it may be."""
        ends = [self._judgements.get((one.path, end)) for end in (one.subject, one.object) if isinstance(end, Key)]
        return one.relation != _DESCRIBED_BY and "false" not in ends and bool({"true", "elsewhere"} & set(ends))

    def _rows_in(self, path: str, kind: str) -> list[Row]:
        return [row for row in self.entities if (row["file"], row["kind"]) == (path, kind)]

    def _named(self, key: Key, rows: Collection[Row]) -> list[Row]:
        names = self._names_of(key)
        return [row for row in rows if keys_of(row) & names]

    def _is_named(self, key: Key, name: str) -> bool:
        """Whether an entity has a name, or one that readers list as another spelling of it."""
        own = {spelling for row in self.entities if row["name"] == name for spelling in keys_of(row)}
        return bool(self._names_of(key) & (own | _keys([name])))

    def _names_of(self, key: Key) -> frozenset[str]:
        return frozenset(name for one in self.model.mentions_of(key) for name in _names(one))


def keys_of(row: Row) -> frozenset[str]:
    """The keys of the names that a reader gave an entity; a number before the name is none of it."""
    return _keys([row["name"], *row.get("aliases", ())])


def _names(one: Entity) -> frozenset[str]:
    return _keys([one.name, *one.aliases, one.id.replace("-", " ")])


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key for name in names for key in (name_key(name), name_key(read_name(name).text)))
