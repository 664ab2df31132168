"""Numbers: those before the names of a list, and the orders that front matter gives to the phases of a life cycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from kbcheck.config import KindSettings
from kbcheck.knowledge.model import FRONT_MATTER, Entity, EntityList, Model, by_path

# In a list that nobody has declared, fewer numbers than these are an extract.
_LEAST = 3


class Misnumbered(Struct, frozen=True):
    """A number that does not follow the one before. `reason`: `repeat`, `gap`, `start`, `order` or `unnumbered`.

    `wanted` are the numbers that are left out, or the one that should come first; `before` is the entity that has the same
    number, or that this one should follow.
    """

    reason: str
    place: Entity
    number: int | None = None
    wanted: str = ""
    before: Entity | None = None


class Numbering:
    """The numbers of a base, for the kinds whose order is consecutive."""

    def __init__(self, model: Model, kinds: Mapping[str, KindSettings]) -> None:
        self._model = model
        self._kinds = {kind: settings for kind, settings in kinds.items() if settings.order == "consecutive"}

    def wrong(self, path: str) -> tuple[Misnumbered, ...]:
        """The numbers in a page that do not follow each other."""
        return self._wrong.get(path, ())

    @cached_property
    def _wrong(self) -> Mapping[str, tuple[Misnumbered, ...]]:
        lists = [one for one in self._model.lists if one.kind in self._kinds]
        in_lists = (wrong for one in lists for wrong in _in_list(one, self._kinds[one.kind].start))
        return by_path((*in_lists, *self._declared()), lambda wrong: wrong.place.path)

    def _declared(self) -> Iterator[Misnumbered]:
        """The orders in front matter, with those that other places add: a base may be on its way to front matter."""
        for (kind, cycle), entities in declared_orders(self._model, self._kinds).items():
            best = [self._model.entity(one.key) for one in entities]
            numbered = sorted(((one.order, one) for one in best if one.order is not None), key=lambda pair: pair[0])
            others = {one.order for one in self._model.of_kind(kind) if one.life_cycle in ("", cycle)} - {None}
            yield from _faults(numbered, self._kinds[kind].start, {order for order in others if order is not None})
            yield from (Misnumbered("unnumbered", one) for one in best if one.order is None)


def declared_orders(model: Model, kinds: Mapping[str, KindSettings]) -> Mapping[tuple[str, str], list[Entity]]:
    """The entities of each kind and life cycle that front matter declares, by their orders, those without one last.

    Only where two of them have one; what is out of use has none.
    """
    groups: dict[tuple[str, str], list[Entity]] = {}
    for one in model.mentions:
        if one.form == FRONT_MATTER and one.kind in kinds and one.attributes.get("status") != "deprecated":
            groups.setdefault((one.kind, one.life_cycle), []).append(one)
    return {
        group: sorted(found, key=lambda one: (one.order is None, one.order or 0))
        for group, found in groups.items()
        if sum(one.order is not None for one in found) > 1
    }


def _in_list(found: EntityList, start: int | None) -> Iterator[Misnumbered]:
    """What is wrong with the numbers of one list. In Markdown, `1.` before each item numbers them all. Where they begin anew,
    another life cycle does: "1, 2, 3, 1, 2".
    """
    numbered = [(number, one) for number, one in zip(found.numbers, found.entities, strict=True) if number is not None]
    bare = [one for number, one in zip(found.numbers, found.entities, strict=True) if number is None]
    if len(numbered) < 2 or len({number for number, _ in numbered}) == 1:
        return
    wrong = [one for run in _runs(numbered, start) for one in _faults(run, start, found.passed_over)]
    if found.guessed and (bare or len(numbered) < _LEAST):
        return  # an intruder among the phases, or an extract of them
    yield from wrong
    if bare and not wrong:
        yield Misnumbered("unnumbered", bare[0])


def _runs(numbered: list[tuple[int, Entity]], start: int | None) -> Iterator[list[tuple[int, Entity]]]:
    """The numbers up to each that is the first one once more."""
    firsts = (0, 1) if start is None else (start,)
    run: list[tuple[int, Entity]] = []
    for number, one in numbered:
        if len(run) > 1 and number in firsts and number <= run[0][0]:
            yield run
            run = []
        run.append((number, one))
    yield run


def _faults(numbered: list[tuple[int, Entity]], start: int | None, others: AbstractSet[int]) -> Iterator[Misnumbered]:
    """One kind of fault, the one that explains the others: a repeat leaves a gap behind. `others` are numbers said elsewhere."""
    by_number: dict[int, Entity] = {}
    repeats = []
    for number, one in numbered:
        before = by_number.setdefault(number, one)
        if before.key != one.key:
            repeats.append(Misnumbered("repeat", one, number, before=before))
    if repeats:
        yield from repeats
        return
    gaps = list(_gaps(by_number, others))
    first = min(by_number.keys() | others)
    if gaps:
        yield from gaps
    elif first not in ((0, 1) if start is None else (start,)):
        yield Misnumbered("start", by_number.get(first, numbered[0][1]), first, "1" if start is None else str(start))
    else:
        yield from _descents(numbered)


def _gaps(by_number: Mapping[int, Entity], others: AbstractSet[int]) -> Iterator[Misnumbered]:
    for before, after in pairwise(sorted(by_number.keys() | others)):
        if after > before + 1 and after in by_number:
            wanted = str(before + 1) if after == before + 2 else f"{before + 1}–{after - 1}"
            yield Misnumbered("gap", by_number[after], after, wanted, by_number.get(before))


def _descents(numbered: list[tuple[int, Entity]]) -> Iterator[Misnumbered]:
    for (before, one), (after, other) in pairwise(numbered):
        if after < before:
            yield Misnumbered("order", other, after, str(before), one)
            return
