"""Existing paths, and the near misses: the same name in another case or another Unicode form."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from posixpath import basename

from kbcheck.files import Tree


def is_below(path: str, chosen: frozenset[str]) -> bool:
    """Whether a path, or a folder it is in, is among the chosen ones."""
    while path and path not in chosen:
        path = path.rpartition("/")[0]
    return path in chosen


class Paths:
    """The files and folders of the repository, by exact name and by what a person takes for the same name."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def exists(self, path: str) -> bool:
        """Whether a file or a folder has exactly this path (relative to the root)."""
        return self.tree.is_file(path) or self.tree.is_folder(path)

    def same_characters(self, path: str) -> str | None:
        """The existing path that differs in its Unicode form only (macOS writes names decomposed)."""
        return self._by_form.get(unicodedata.normalize("NFC", path))

    def same_letters(self, path: str) -> str | None:
        """The existing path that differs in case (and perhaps Unicode form) only, when there is but one."""
        found = self._by_letters.get(_letters(path), [])
        return found[0] if len(found) == 1 else None

    def named(self, name: str) -> tuple[str, ...]:
        """The files of that name, in whatever folder."""
        return tuple(self._by_name.get(name, ()))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        paths: dict[str, list[str]] = {}
        for path in sorted(self.tree.files):
            paths.setdefault(basename(path), []).append(path)
        return paths

    @cached_property
    def _by_form(self) -> dict[str, str]:
        return {unicodedata.normalize("NFC", path): path for path in (*self.tree.folders, *self.tree.files)}

    @cached_property
    def _by_letters(self) -> dict[str, list[str]]:
        paths: dict[str, list[str]] = {}
        for path in (*self.tree.folders, *self.tree.files):
            paths.setdefault(_letters(path), []).append(path)
        return paths


def _letters(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
