"""What has become of paths and headings that are gone: what git remembers of them.

Git is asked only when something is missing, once for all renames and once for each page whose headings or links are
looked for. Without a repository nothing is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from posixpath import basename, dirname

from kbcheck.files import Hunk, Past, has_repository, hunks, past_of_files, uncommitted_hunks
from kbcheck.platforms.slugs import letters

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)[\s#]*$")
_MARKUP = re.compile(r"\{:?\s*#[^{}]*\}|<[^<>]*>|\]\([^()]*\)|[*_`\[\]]")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\(<?([^()<>\s]{1,500})>?[^()]{0,200}\)")
_MOST_PAGES = 40  # whose lines are looked up in one run: each asks git once
_MOST_STEPS = 30  # renames of one file

# Commits in which headings changed, and in which GitBook marked links as dead: git looks for lines that match.
_HEADINGS = "^ {0,3}#{1,6} "
_MARKERS = "broken-reference|/broken/"


class History:
    """The memory of one repository, from `root` down; paths are relative to it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._asked = 0
        self._known: dict[str, list[str]] = {}
        self._hunks: dict[tuple[str, str], list[Hunk]] = {}

    # Renamed files and folders

    def later_paths(self, path: str) -> Iterator[str]:
        """What a path, or the folder it was in, has been renamed to, the last rename of it first followed to its end."""
        folder, rest = path, ""
        while folder:
            for later in self._followed(folder):
                yield f"{later}/{rest}" if rest else later
            rest = f"{basename(folder)}/{rest}" if rest else basename(folder)
            folder = dirname(folder)

    def _followed(self, path: str) -> list[str]:
        """The names that a path had after this one, the last one first."""
        if path not in self._known:
            self._known[path] = self._follow(path)
        return self._known[path]

    def _follow(self, path: str) -> list[str]:
        found: list[str] = []
        when = -1
        while len(found) < _MOST_STEPS:
            later = [(time, new) for time, new in self._renames.get(path, ()) if time > when and new not in found]
            if not later:
                break
            when, path = later[-1]
            found.append(path)
        return found[::-1]

    def former_paths(self, path: str) -> tuple[str, ...]:
        """The names that a file had before, the last one first."""
        found: list[str] = []
        waiting = [path]
        while waiting and len(found) < _MOST_STEPS:
            for old in reversed(self._former.get(waiting.pop(), ())):
                if old not in found:
                    found.append(old)
                    waiting.append(old)
        return tuple(found)

    def was_deleted(self, path: str) -> bool:
        """Whether a file was at this path and is gone, under this name and, as far as git sees, any other."""
        return path in self._past.deleted

    @cached_property
    def _past(self) -> Past:
        return past_of_files(self._root) if has_repository(self._root) else Past()

    @cached_property
    def _renames(self) -> dict[str, list[tuple[int, str]]]:
        """For each old path of a file or a folder, when (a running number) and to what it was renamed."""
        found: dict[str, list[tuple[int, str]]] = {}
        for time, (old, new) in enumerate(self._past.renames):
            known = found.setdefault(old, [])
            known.append((time, new))
            folder, later = old, new
            while basename(folder) == basename(later) and dirname(folder) and dirname(later):
                folder, later = dirname(folder), dirname(later)
                found.setdefault(folder, []).append((time, later))
        return found

    @cached_property
    def _former(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for old, new in self._past.renames:
            found.setdefault(new, []).append(old)
        return found

    # Lines of pages

    def later_headings(self, page: str, fragment: str) -> Iterator[str]:
        """The headings (as `letters`) that took the place of the one that `fragment` names, the last one first."""
        wanted, found = letters(fragment), []
        pairs = [pair for hunk in reversed(self._of(page, _HEADINGS)) for pair in _renamed_headings(hunk)]
        for old, new in pairs:
            if old == wanted and new not in found:
                found.append(new)
                wanted = new
        yield from reversed(found)

    def former_lines(self, page: str, fragment: str) -> tuple[str, ...]:
        """The lines that stood below the heading that `fragment` names when it was last taken away; without one, the whole page."""
        wanted = letters(fragment)
        for hunk in self._of(page, _HEADINGS):
            if not wanted:
                return hunk.removed
            kept = set(_headings(hunk.added))
            for number, line in enumerate(hunk.removed):
                if _heading(line) == wanted and wanted not in kept:
                    return tuple(_section(hunk.removed[number:]))
        return ()

    def former_targets(self, page: str, text: str) -> Iterator[str]:
        """The targets that the link of this text had before GitBook marked it as dead, the last one first."""
        wanted = letters(text)
        for hunk in self._of(page, _MARKERS):
            for line in hunk.removed:
                for match in _LINK.finditer(line):
                    if letters(match[1]) == wanted and not re.search(_MARKERS, match[2]):
                        yield match[2]

    def _of(self, page: str, pattern: str) -> list[Hunk]:
        key = page, pattern
        if key not in self._hunks:
            known = self._asked < _MOST_PAGES and has_repository(self._root)
            self._asked += 1
            committed = hunks(self._root, (page, *self.former_paths(page)), pattern) if known else []
            self._hunks[key] = [*self._uncommitted.get(page, ()), *committed]
        return self._hunks[key]

    @cached_property
    def _uncommitted(self) -> dict[str, list[Hunk]]:
        return uncommitted_hunks(self._root) if has_repository(self._root) else {}


def _renamed_headings(hunk: Hunk) -> Iterator[tuple[str, str]]:
    """The old and the new heading, where one hunk has as many of them before as after."""
    old, new = list(_headings(hunk.removed)), list(_headings(hunk.added))
    if len(old) == len(new):
        yield from ((one, other) for one, other in zip(old, new, strict=True) if one != other)


def _headings(lines: tuple[str, ...]) -> Iterator[str]:
    yield from (heading for heading in map(_heading, lines) if heading is not None)


def _heading(line: str) -> str | None:
    """The letters of a heading; None for another line."""
    match = _HEADING.match(line[:500])
    return letters(_MARKUP.sub("", match[2])) if match else None


def _section(lines: tuple[str, ...]) -> Iterator[str]:
    """What follows a heading, the first of the lines, up to the next one that is as high."""
    first = _HEADING.match(lines[0][:500])
    for line in lines[1:]:
        match = _HEADING.match(line[:500])
        if match and first and len(match[1]) <= len(first[1]):
            return
        yield line
