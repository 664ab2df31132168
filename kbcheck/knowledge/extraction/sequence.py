"""The list that the entities of one place make: their orders, and which phase comes before which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from msgspec.structs import replace

from kbcheck.config import KindSettings
from kbcheck.diagnostics import Span
from kbcheck.knowledge.extraction.entities import Named
from kbcheck.knowledge.extraction.places import within
from kbcheck.knowledge.extraction.said import Fact, Said
from kbcheck.knowledge.extraction.units import Unit
from kbcheck.knowledge.extraction.vocabulary import Rule
from kbcheck.knowledge.model import PHASE_PRECEDES, EntityList

_NUMBER = re.compile(r"\W{0,3}(?:[^\W\d]{1,20}\s{1,3})?(?:n°\s?)?(\d{1,3})(?!\w)")


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
    others = _passed_over(found)
    yield EntityList(
        rule.id, rule.kind, entities, numbers, first.document.path, span, rule.same_as, rule.guessed, others
    )
    if rule.kind == "phase":
        in_order = sorted(entities, key=lambda one: one.order or 0)
        for before, after in pairwise(in_order):
            yield Said(before.id, PHASE_PRECEDES, after.id, after.path, after.span, "", "phase", "phase")


def _passed_over(found: Sequence[Named]) -> frozenset[int]:
    """The numbers of the items or headings beside the entities that their rule does not take: a number is not missing where the
    item that has it is merely written otherwise. Those before the first one count as long as they lead up to it.
    """
    first, last = found[0], found[-1]
    spans = frozenset(one.unit.piece.span for one in found)
    beside = list(_beside(first.unit))
    start = next((index for index, (span, _) in enumerate(beside) if span == first.unit.piece.span), 0)
    number = first.number
    while start and number is not None and beside[start - 1][1] == number - 1:
        start, number = start - 1, number - 1
    between = takewhile(lambda one: one[0] <= last.unit.piece.span, beside[start:])
    return frozenset(number for span, number in between if number is not None and span not in spans)


def _beside(unit: Unit) -> Iterator[tuple[Span, int | None]]:
    """The items of the same depth, or the headings of the same level, with their numbers, in the part of the page looked at."""
    place, at = unit.group or unit.section, unit.piece.span
    if unit.form == "list-item":
        items = list(within(unit.document.items, place))
        depth = next((one.depth for one in items if one.span == at), None)
        yield from ((one.span, _number(one.text, one.number)) for one in items if one.depth == depth)
    elif unit.form == "heading":
        headings = list(within(unit.document.headings, place))
        level = next((one.level for one in headings if one.span == at), None)
        yield from ((one.span, _number(one.text, None)) for one in headings if one.level == level)


def _number(text: str, otherwise: int | None) -> int | None:
    """The number that a text begins with, perhaps behind a word (`Phase 2 Build`)."""
    digits = _NUMBER.match(text)
    return int(digits[1]) if digits else otherwise
