"""What git remembers of files: their former paths, and what stood in them.

Nothing is known without git or without its history; then nobody is stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from kbcheck.files.changes import PLAIN_PATHS, new_path
from kbcheck.files.git import GitError, run_git

#: How far back is looked: commits, and seconds that git may take.
_MOST_COMMITS = 5000
_MOST_LINE_COMMITS = 300
_PATIENCE = 4.0

_RENAME = re.compile(r"R\d+")
_PAGES = ("*.md", "*.mdx", "*.markdown")


class Hunk(Struct, frozen=True):
    """Lines of a file that one commit replaced, without their line ends."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def renames(root: Path) -> list[tuple[str, str]]:
    """The old and the new path of every file that git takes for renamed, the oldest rename first; none without history.

    Paths are relative to `root`; what was renamed from or to another place is left out. One pass over the last 5,000
    commits of the checked out branch, then what is not committed yet. A clone without some old files knows the renames of
    pages, which are small; one without any knows those that changed nothing in the file.
    """
    committed: list[tuple[str, str]] = []
    for similarity, paths in (("-M", ()), ("-M", _PAGES), ("-M100%", ())):
        try:
            limits = (f"--max-count={_MOST_COMMITS}", "--format=")
            committed = _renames(root, "log", *limits, similarity, "--", *paths)[::-1]
        except GitError:
            continue
        break
    try:
        return [*committed, *_renames(root, "diff", "-M", "HEAD")]
    except GitError:  # without a commit
        return committed


def _renames(root: Path, command: str, *options: str) -> list[tuple[str, str]]:
    """The renames that a command of git shows, in its order. Raises GitError."""
    form = ("--diff-filter=R", "--name-status", "-z", "--relative")
    output = run_git(root, command, *form, *options, patience=_PATIENCE)
    words = iter([os.fsdecode(word).strip("\n") for word in output.split(b"\0")])
    return [(next(words, ""), next(words, "")) for word in words if _RENAME.fullmatch(word)]


def hunks(root: Path, paths: Sequence[str], pattern: str) -> list[Hunk]:
    """What changed in files, in the last commits that added or removed a line with `pattern` (POSIX, extended).

    The newest commit comes first. Nothing when git cannot tell.
    """
    options = (f"--max-count={_MOST_LINE_COMMITS}", "--format=", f"-G{pattern}", "--extended-regexp")
    return _hunks(_changes(root, "log", *options, "--", *paths))


def uncommitted_hunks(root: Path) -> dict[str, list[Hunk]]:
    """What is changed in tracked files since the last commit, by their paths of today; nothing when git cannot tell."""
    files = re.split(
        r"^diff --git .*\n", _changes(root, "diff", *PLAIN_PATHS, "--relative", "HEAD"), flags=re.MULTILINE
    )
    found = ((_PATH.search(file), file) for file in files[1:])
    return {new_path(os.fsencode(path[1])) or "": _hunks(file) for path, file in found if path}


_PATH = re.compile(r"^\+\+\+ (.*)$", re.MULTILINE)


def _changes(root: Path, command: str, *options: str) -> str:
    """What a command of git shows as changed lines, without context."""
    form = ("-M", "-U0", "-p", "--no-ext-diff", "--no-textconv", "--no-color")
    try:
        output = run_git(root, "--literal-pathspecs", command, *form, *options, patience=_PATIENCE)
    except GitError:
        return ""
    return output.decode("utf-8", "surrogateescape")


def _hunks(changes: str) -> list[Hunk]:
    found: list[Hunk] = []
    readable = changes.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    for part in re.split(r"^@@ .*\n", readable, flags=re.MULTILINE)[1:]:
        lines = part.partition("\ndiff --git ")[0].split("\n")
        removed = tuple(line[1:] for line in lines if line.startswith("-"))
        found.append(Hunk(removed, tuple(line[1:] for line in lines if line.startswith("+"))))
    return found
