"""Stretches of a text, in any order, which may overlap: is a character in one of them?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from kbcheck.diagnostics import Span


class Ranges:
    """The union of some spans."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._reach: list[int] = []  # of each span, the furthest end up to it
        for span in sorted(spans, key=lambda span: span.start):
            self._starts.append(span.start)
            self._reach.append(max(span.end, self._reach[-1]) if self._reach else span.end)

    def covers(self, offset: int) -> bool:
        """Whether a character is in one of them."""
        before = bisect_right(self._starts, offset) - 1
        return before >= 0 and offset < self._reach[before]
