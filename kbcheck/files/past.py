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
    commits of the checked out branch. A clone without its old files knows the renames that changed nothing in the file.
    """
    for similarity in ("-M", "-M100%"):
        try:
            output = run_git(
                root,
                "log",
                f"--max-count={_MOST_COMMITS}",
                *(similarity, "--diff-filter=R", "--name-status", "-z", "--format=", "--relative"),
                patience=_PATIENCE,
            )
        except GitError:
            continue
        words = iter([os.fsdecode(word).strip("\n") for word in output.split(b"\0")])
        found = [(next(words, ""), next(words, "")) for word in words if _RENAME.fullmatch(word)]
        return found[::-1]
    return []


def hunks(root: Path, paths: Sequence[str], pattern: str) -> list[Hunk]:
    """What changed in files, in the last commits that added or removed a line with `pattern` (POSIX, extended).

    The newest commit comes first. Nothing when git cannot tell.
    """
    options = (f"--max-count={_MOST_LINE_COMMITS}", "-M", "-U0", "-p", "--no-ext-diff", "--no-textconv", "--no-color")
    try:
        output = run_git(
            root,
            "--literal-pathspecs",
            "log",
            *options,
            "--format=",
            f"-G{pattern}",
            "--extended-regexp",
            "--",
            *paths,
            patience=_PATIENCE,
        )
    except GitError:
        return []
    found: list[Hunk] = []
    for part in re.split(r"^@@ .*\n", output.decode("utf-8", "replace"), flags=re.MULTILINE)[1:]:
        lines = part.partition("\ndiff --git ")[0].split("\n")
        removed = tuple(line[1:] for line in lines if line.startswith("-"))
        found.append(Hunk(removed, tuple(line[1:] for line in lines if line.startswith("+"))))
    return found
