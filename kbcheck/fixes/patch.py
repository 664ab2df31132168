"""The changes as a patch: unified diff, as `git apply` and `patch` read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

_CONTEXT = 3  # lines
#: Lines; comparing more of them takes too long when lines were added, and they are shown as one change.
_MOST_COMPARED = 2000
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")  # as `git diff` counts them: CR ends no line
_NO_LINE_END = b"\\ No newline at end of file\n"

# Four line numbers, from 0, the ends excluded: old start, old end, new start, new end.
_Change = tuple[int, int, int, int]


def patch(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bytes:
    """The unified diff of all files of `after` that are not as in `before`, each in the encoding of its file."""
    pieces = []
    for path in sorted(after):
        old, new = _LINE.findall(before[path]), _LINE.findall(after[path])
        hunks = b"".join(_hunk(group, old, new) for group in _grouped(_changes(old, new)))
        if hunks:
            name = path.encode("utf-8", "surrogateescape") + (b"\t" if " " in path else b"")
            pieces.append(b"--- a/%b\n+++ b/%b\n%b" % (name, name, hunks))
    return b"".join(pieces)


def _changes(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[_Change]:
    """The stretches of lines that differ. Most fixes keep the number of lines: then line is compared with line."""
    start = _common(old, new)
    rest = min(len(old), len(new)) - start
    end = _common(old[::-1][:rest], new[::-1][:rest])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) == len(new):
        yield from (
            (start + number, start + number + 1, start + number, start + number + 1)
            for number, (one, other) in enumerate(zip(middle_old, middle_new, strict=True))
            if one != other
        )
    elif max(len(middle_old), len(middle_new)) > _MOST_COMPARED:
        yield start, start + len(middle_old), start, start + len(middle_new)
    else:
        for tag, *places in SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_opcodes():
            if tag != "equal":
                a, b, c, d = (start + place for place in places)
                yield a, b, c, d


def _common(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """How many lines are equal from the first one on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _grouped(changes: Iterator[_Change]) -> Iterator[list[_Change]]:
    """Changes whose lines of context would touch are one hunk."""
    group: list[_Change] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(group: list[_Change], old: Sequence[bytes], new: Sequence[bytes]) -> bytes:
    (first, _, first_new, _), (_, last, _, last_new) = group[0], group[-1]
    start, end = max(0, first - _CONTEXT), min(len(old), last + _CONTEXT)
    new_start, new_end = first_new - (first - start), last_new + (end - last)
    lines = [_line(b" ", line) for line in old[start:first]]
    for change, after in pairwise([*group, (end, end, new_end, new_end)]):
        lines += (_line(b"-", line) for line in old[change[0] : change[1]])
        lines += (_line(b"+", line) for line in new[change[2] : change[3]])
        lines += (_line(b" ", line) for line in old[change[1] : after[0]])
    head = f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n".encode()
    return head + b"".join(lines)


def _range(start: int, end: int) -> str:
    """As unified diffs count: from 1; of no line at all, the line before."""
    return f"{start + 1 if end > start else start},{end - start}"


def _line(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n" + _NO_LINE_END
