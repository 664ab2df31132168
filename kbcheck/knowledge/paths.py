"""Existing paths, and the near misses: the same name in another case or another Unicode form."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import takewhile
from posixpath import basename, dirname, splitext
from urllib.parse import quote

from kbcheck.files import Tree

_ENCODED_ACCENT = re.compile("%[89a-f]", re.IGNORECASE)  # the first byte of a character beyond ASCII, in UTF-8

# README in any markup, `index.html`, Hugo's `_index.md`.
_INDEX_STEMS = frozenset({"readme", "index", "_index"})


def is_below(path: str, chosen: frozenset[str]) -> bool:
    """Whether a path, or a folder it is in, is among the chosen ones."""
    return any(each in chosen for each in (*and_folders(path), ""))


def and_folders(path: str) -> Iterator[str]:
    """A path and the folders it is in, the nearest first, without the root."""
    while path:
        yield path
        path = path.rpartition("/")[0]


class Paths:
    """The files and folders of the repository, by exact name and by what a person takes for the same name."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def exists(self, path: str) -> bool:
        """Whether a file or a folder has exactly this path (relative to the root)."""
        return self.tree.is_file(path) or self.tree.is_folder(path)

    def is_bare_folder(self, path: str) -> bool:
        """Whether this is a folder without a page that anything may show for it, in whatever markup."""
        if not self.tree.is_folder(path):
            return False
        stems = (splitext(name)[0].casefold() for name in self.entries.get(path, ()))
        return not any(stem in _INDEX_STEMS for stem in stems)

    def same_characters(self, path: str) -> str | None:
        """The existing path that differs in its Unicode form only (macOS writes names decomposed)."""
        return self._by_form.get(unicodedata.normalize("NFC", path))

    def same_letters(self, path: str) -> str | None:
        """The existing path that differs in case (and perhaps Unicode form) only, when there is but one."""
        found = self._by_letters.get(_letters(path), [])
        return found[0] if len(found) == 1 else None

    def of_stem(self, name: str) -> tuple[str, ...]:
        """The files of that name in whatever folder: exactly, else whatever their case and ending are.

        An ending counts where it says what kind of file it is: `a.html` is `a.md`, and not `a.png`.
        """
        found = self._by_stem.get(_stem(name), ())
        exact = tuple(path for path in found if basename(path) == name)
        return exact or tuple(found)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        paths: dict[str, list[str]] = {}
        for path in sorted(self.tree.files):
            paths.setdefault(_stem(basename(path)), []).append(path)
        return paths

    @cached_property
    def entries(self) -> dict[str, tuple[str, ...]]:
        """The names of the files and folders in each folder."""
        found: dict[str, list[str]] = {}
        for path in sorted((*self.tree.files, *self.tree.folders)):
            if path:
                found.setdefault(dirname(path), []).append(basename(path))
        return {folder: tuple(names) for folder, names in found.items()}

    @cached_property
    def _by_form(self) -> dict[str, str]:
        return {unicodedata.normalize("NFC", path): path for path in (*self.tree.folders, *self.tree.files)}

    @cached_property
    def _by_letters(self) -> dict[str, list[str]]:
        paths: dict[str, list[str]] = {}
        for path in (*self.tree.folders, *self.tree.files):
            paths.setdefault(_letters(path), []).append(path)
        return paths


def _stem(name: str) -> str:
    stem, ending = splitext(name)
    page = ending.casefold() in ("", ".md", ".mdx", ".markdown", ".html", ".htm")
    return _letters(stem if page else name)


def _letters(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def distance(path: str, other: str) -> int:
    """How many steps lead from the folder of a file to that of another one, up and down."""
    here, there = (list(filter(None, dirname(each).split("/"))) for each in (path, other))
    return len(here) + len(there) - 2 * in_common(here, there)


def in_common(one: Iterable[str], other: Iterable[str]) -> int:
    """With how many equal parts two paths begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def encoded(path: str, *, in_markdown: bool = True, like: str = "") -> str:
    """A path or an anchor as a target says it: percent-encoded where it holds what a target of Markdown, or an attribute,
    cannot hold, and accents too where the target `like` has them so. Where `like` has a space (in angle brackets or
    quotes), spaces are left. Bytes of a name that are no UTF-8 are always encoded.
    """
    in_brackets = in_markdown and " " in like
    special = (
        '<>%"'
        + ("" if " " in like else " ")
        + ("()" if in_markdown and not in_brackets and not _is_balanced(path) else "")
    )
    accents = _ENCODED_ACCENT.search(like) is not None
    return "".join(
        percent_encoded(character, safe="")
        if character in special or "\ud800" <= character <= "\udfff" or (accents and not character.isascii())
        else character
        for character in path
    )


def percent_encoded(path: str, safe: str = "/") -> str:
    """`urllib.parse.quote` for names of files, which hold lone surrogates for bytes that are no UTF-8 (`os.fsdecode`)."""
    return quote(path.encode("utf-8", "surrogateescape" if os.name == "posix" else "surrogatepass"), safe=safe)


def _is_balanced(path: str) -> bool:
    """Whether each parenthesis has its other one (CommonMark 6.3)."""
    depth = 0
    for character in path:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0
