"""Stretches of a text, in any order, which may overlap: is a character in one of them?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property

from kbcheck.diagnostics import Span


class Ranges:
    """The union of some spans, which are read when the first question is asked: most texts have nothing to ask about."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = spans

    @cached_property
    def _reaches(self) -> tuple[list[int], list[int]]:
        """Where each span starts, in order, and the furthest end up to it."""
        starts: list[int] = []
        reach: list[int] = []
        for span in sorted(self._spans, key=lambda span: span.start):
            starts.append(span.start)
            reach.append(max(span.end, reach[-1]) if reach else span.end)
        return starts, reach

    def covers(self, offset: int) -> bool:
        """Whether a character is in one of them."""
        starts, reach = self._reaches
        before = bisect_right(starts, offset) - 1
        return before >= 0 and offset < reach[before]

    def meets(self, span: Span) -> bool:
        """Whether one of them has a character in common with this one."""
        starts, reach = self._reaches
        before = bisect_left(starts, span.end) - 1
        return before >= 0 and span.start < reach[before]
