"""Which fixes are applied together: those that do not touch the same characters, the first one of each that do."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from kbcheck.diagnostics import Diagnostic, Edit, Fix, Span


class Chosen(Struct, frozen=True):
    """A diagnostic and the one of its fixes that is applied."""

    diagnostic: Diagnostic
    fix: Fix


def choose(diagnostics: Iterable[Diagnostic], pick: Callable[[Diagnostic], Fix | None]) -> Iterator[Chosen]:
    """The fixes that `pick` takes, in the order of the diagnostics, without those that touch what one before changes.

    What is left out here has its turn in the next round, when its finding is still there.
    """
    taken = _Taken()
    for diagnostic in diagnostics:
        if any(taken.is_free(fix) for fix in diagnostic.fixes):
            fix = pick(diagnostic)
            if fix is not None and taken.take(fix):
                yield Chosen(diagnostic, fix)


class _Taken:
    """The stretches of each file that chosen fixes change, in order."""

    def __init__(self) -> None:
        self._edits: dict[str, list[tuple[Span, str]]] = {}

    def is_free(self, fix: Fix) -> bool:
        """Whether no edit of the fix meets another one, of this fix or of one that was taken."""
        own = sorted(fix.edits, key=lambda edit: (edit.path, edit.span))
        if any(one.path == after.path and _meet(one.span, after.span) for one, after in pairwise(own)):
            return False
        return all(self._is_free(edit) for edit in own)

    def _is_free(self, edit: Edit) -> bool:
        taken = self._edits.get(edit.path, [])
        place = bisect_left(taken, (edit.span, ""))
        for span, text in taken[max(0, place - 1) : place + 1]:
            # Whole lines can be added at one place by several fixes: entries of a list.
            if _meet(span, edit.span) and not (
                span == edit.span and _adds_lines(span, text) and _adds_lines(span, edit.text)
            ):
                return False
        return True

    def take(self, fix: Fix) -> bool:
        """Takes the stretches of a fix, unless one of them is taken."""
        if not self.is_free(fix):
            return False
        for edit in fix.edits:
            insort(self._edits.setdefault(edit.path, []), (edit.span, edit.text))
        return True


def _meet(one: Span, other: Span) -> bool:
    """Whether two stretches have a character in common, one lies inside the other, or both are the same place."""
    return one == other or (one.start < other.end and other.start < one.end)


def _adds_lines(span: Span, text: str) -> bool:
    return span.start == span.end and (text.startswith("\n") or text.endswith("\n"))
