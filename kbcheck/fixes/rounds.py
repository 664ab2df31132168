"""Check, choose, apply, and again until nothing changes; then write what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

from msgspec import Struct

from kbcheck.diagnostics import Diagnostic, Fix
from kbcheck.fixes.choosing import Chosen, choose
from kbcheck.fixes.contents import Contents, Obstacle
from kbcheck.fixes.writing import is_unchanged, write

#: A fix can uncover another (a link that works again leads to a page without that anchor); two that undo each other
#: must not go on for ever.
_ROUNDS = 10

_Key = tuple[str, str, str, str]


class Checked(Protocol):
    """What a run says: its diagnostics, in order, and the texts that their offsets are about."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every file, by path."""


C = TypeVar("C", bound=Checked)


class Refused(Struct, frozen=True):
    """A fix that was chosen and not applied, and why.

    `changed`: a file is not, or not any more, what was checked, or mixes encodings. `encoding`: its encoding lacks a
    character of the fix. `link`: it is a symbolic link. `unwritable`: the system does not let it be written.
    """

    chosen: Chosen
    reason: Obstacle | Literal["unwritable"]


class Repaired(Generic[C]):
    """What was fixed and what was not. `first` is what the run found before, `last` what it finds afterwards.

    The places of `done` are those of the round before which the fix was applied.
    """

    def __init__(
        self, contents: Contents, done: tuple[Chosen, ...], refused: tuple[Refused, ...], first: C, last: C
    ) -> None:
        self.contents = contents
        self.done = done
        self.refused = refused
        self.first = first
        self.last = last

    def written(self, root: Path) -> Repaired[C]:
        """The same after the changed files are written: without the fixes whose files could not be.

        A file that somebody has changed since it was read is left alone, and so are those that share a fix with it.
        """
        failed: dict[str, Literal["changed", "unwritable"]] = {}
        for group in _groups(self.done, self.contents.changed):
            stale = [path for path in group if not is_unchanged(root, path, self.contents.before[path])]
            failed |= dict.fromkeys(group if stale else (), "changed")
            for path in group if not stale else ():
                try:
                    write(root, path, self.contents.after[path])
                except OSError:
                    failed[path] = "unwritable"
        refused = [Refused(one, reason) for one in self.done if (reason := _first(one, failed))]
        done = tuple(one for one in self.done if not _first(one, failed))
        return Repaired(self.contents, done, (*self.refused, *refused), self.first, self.last)


def _first(
    chosen: Chosen, failed: Mapping[str, Literal["changed", "unwritable"]]
) -> Literal["changed", "unwritable"] | None:
    return next((failed[edit.path] for edit in chosen.fix.edits if edit.path in failed), None)


def best_fix(diagnostic: Diagnostic, *, unsafe: bool) -> Fix | None:
    """The first fix, if it is safe or `unsafe` ones are wanted; the second best is nothing to apply unseen."""
    first = next(iter(diagnostic.fixes), None)
    return first if first and (first.safe or unsafe) else None


def repair(
    root: Path, check: Callable[[Mapping[str, bytes]], C], pick: Callable[[Diagnostic, C], Fix | None]
) -> Repaired[C]:
    """Applies the fixes that `pick` takes, round after round, to what the files hold; writes nothing.

    `check` runs on the files on disk, those of the mapping with the bytes given there. A fix that was picked is not
    offered again when it could not be applied, and one that was not picked is not either.
    """
    contents = Contents(root)
    done: list[Chosen] = []
    refused: list[Refused] = []
    settled: set[_Key] = set()
    first = checked = check(contents.after)
    for _ in range(_ROUNDS):
        declined: set[_Key] = set()
        open_ones = [one for one in checked.diagnostics if one.fixes and _key(one) not in settled]
        chosen = list(choose(open_ones, _noting(pick, checked, declined)))
        obstacles = list(contents.apply((one.fix for one in chosen), checked.texts))
        applied = [one for one, obstacle in zip(chosen, obstacles, strict=True) if obstacle is None]
        refused += (Refused(one, obstacle) for one, obstacle in zip(chosen, obstacles, strict=True) if obstacle)
        settled |= declined | {
            _key(one.diagnostic) for one, obstacle in zip(chosen, obstacles, strict=True) if obstacle
        }
        if not applied:
            break
        done += applied
        checked = check(contents.checked)
    # What another fix has repaired, in the file that a link leads to, is no refusal any more.
    left = {_key(diagnostic) for diagnostic in checked.diagnostics}
    refused = [one for one in refused if _key(one.chosen.diagnostic) in left]
    return Repaired(contents, tuple(done), tuple(refused), first, checked)


def _noting(
    pick: Callable[[Diagnostic, C], Fix | None], checked: C, declined: set[_Key]
) -> Callable[[Diagnostic], Fix | None]:
    """`pick`, with a note of what it does not take."""

    def noted(diagnostic: Diagnostic) -> Fix | None:
        fix = pick(diagnostic, checked)
        if fix is None:
            declined.add(_key(diagnostic))
        return fix

    return noted


def _key(diagnostic: Diagnostic) -> _Key:
    """Names a finding from one round to the next, although offsets move."""
    return diagnostic.path, diagnostic.rule, diagnostic.message, diagnostic.target or ""


def _groups(done: Iterable[Chosen], paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The changed files, those together that a fix changes together."""
    group_of = {path: {path} for path in paths}
    for one in done:
        together = [group_of[edit.path] for edit in one.fix.edits if edit.path in group_of]
        for other in together[1:]:
            if other is not together[0]:
                together[0] |= other
                group_of |= dict.fromkeys(other, together[0])
    seen: set[int] = set()
    for group in group_of.values():
        if id(group) not in seen:
            seen.add(id(group))
            yield tuple(sorted(group))
