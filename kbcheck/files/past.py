"""What git remembers of files: their former paths, and what stood in them.

Nothing is known without git or without its history; then nobody is stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from kbcheck.files.git import GitError, run_git

#: How far back is looked: commits, and seconds that git may take.
_MOST_COMMITS = 5000
_MOST_LINE_COMMITS = 300
_PATIENCE = 4.0

_RENAME = re.compile(r"R\d+")


class Hunk(Struct, frozen=True):
    """Lines of a file that one commit replaced, without their line ends."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def renames(root: Path) -> list[tuple[str, str]]:
    """The old and the new path of every file that git takes for renamed, the oldest rename first; none without history.

    Paths are relative to `root`; what was renamed from or to another place is left out. One pass over the last 5,000
    commits of the checked out branch, then what is not committed yet. A clone without its old files knows the renames
    that changed nothing in the file.
    """
    committed: list[tuple[str, str]] = []
    for similarity in ("-M", "-M100%"):
        try:
            committed = _renames(root, "log", f"--max-count={_MOST_COMMITS}", "--format=", similarity)[::-1]
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
    """What changed in files: what is not committed yet, and the last commits that changed a line with `pattern`.

    The pattern is POSIX, extended. The newest commit comes first. Nothing when git cannot tell.
    """
    changed = ("-M", "-U0", "-p", "--no-ext-diff", "--no-textconv", "--no-color")
    commits = (f"--max-count={_MOST_LINE_COMMITS}", "--format=", f"-G{pattern}", "--extended-regexp")
    return [
        *_hunks(root, paths, "diff", *changed, "HEAD"),
        *_hunks(root, paths, "log", *changed, *commits),
    ]


def _hunks(root: Path, paths: Sequence[str], command: str, *options: str) -> list[Hunk]:
    try:
        output = run_git(root, "--literal-pathspecs", command, *options, "--", *paths, patience=_PATIENCE)
    except GitError:
        return []
    found: list[Hunk] = []
    for part in re.split(r"^@@ .*\n", output.decode("utf-8", "replace"), flags=re.MULTILINE)[1:]:
        lines = part.partition("\ndiff --git ")[0].split("\n")
        removed = tuple(line[1:] for line in lines if line.startswith("-"))
        found.append(Hunk(removed, tuple(line[1:] for line in lines if line.startswith("+"))))
    return found
