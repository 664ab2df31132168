"""The list that the entities of one place make: their orders, and which phase comes before which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from kbcheck.config import KindSettings
from kbcheck.diagnostics import Span
from kbcheck.knowledge.extraction.entities import Named
from kbcheck.knowledge.extraction.said import Fact, Said
from kbcheck.knowledge.extraction.vocabulary import Rule
from kbcheck.knowledge.model import PHASE_PRECEDES, EntityList


def ordered(rule: Rule, found: list[Named], settings: KindSettings) -> list[Named]:
    """The entities with their orders: the numbers where all have one, else their positions."""
    if rule.order is None and settings.order == "any":
        return found
    all_numbered = all(one.number is not None for one in found)
    by_number = rule.order != "position" and (all_numbered or rule.order is not None)
    positions = {own_id: index for index, own_id in enumerate(dict.fromkeys(one.entity.id for one in found), start=1)}
    orders = [one.number if by_number else positions[one.entity.id] for one in found]
    return [replace(one, entity=replace(one.entity, order=order)) for one, order in zip(found, orders, strict=True)]


def runs(found: Sequence[Named]) -> list[list[Named]]:
    """The lists in what stands in one place: where the numbers fall back to the first one, another list begins.

    One that begins inside the section of an entity (steps 1 to 4 of phase 3) ends with that section, and the list around
    it goes on.
    """
    done: list[list[Named]] = []
    open_: list[list[Named]] = [[]]
    for one in found:
        while len(open_) > 1 and not _is_inside(one, open_[-2][-1]):
            done.append(open_.pop())
        if _falls_back(one, open_[-1]):
            if not _is_inside(one, open_[-1][-1]):
                done.append(open_.pop())
            open_.append([])
        open_[-1].append(one)
    return sorted(filter(None, (*done, *open_)), key=lambda run: run[0].unit.piece.span)


def _falls_back(one: Named, run: Sequence[Named]) -> bool:
    before, first = (run[-1].number, run[0].number) if run else (None, None)
    return before is not None and first is not None and one.number == first < before


def _is_inside(one: Named, other: Named) -> bool:
    """Whether a unit is a part of the section of another: a deeper heading, a deeper item."""
    return other.unit.section.start <= one.unit.piece.span.start < other.unit.section.end


def sequence(rule: Rule, found: Sequence[Named]) -> Iterator[Fact]:
    """The list of what was found in one place; of phases, also which one comes before which. Parts of a line are no list."""
    if not found or found[0].unit.inline:
        return
    entities = tuple(one.entity for one in found)
    first, last = found[0].unit, found[-1].unit
    span = first.group or Span(first.piece.span.start, max(last.piece.span.end, first.piece.span.end))
    numbers = tuple(one.number for one in found)
    yield EntityList(rule.id, rule.kind, entities, numbers, first.document.path, span, rule.same_as, rule.guessed)
    if rule.kind == "phase":
        in_order = sorted(entities, key=lambda one: one.order or 0)
        for before, after in pairwise(in_order):
            yield Said(before.id, PHASE_PRECEDES, after.id, after.path, after.span, "", "phase", "phase")
