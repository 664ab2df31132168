"""What was changed on disk since a commit: which files, which lines, and what stood there before."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from kbcheck.files.git import GitError, default_branch, has_repository, listed_files, run_git


class Change(Struct, frozen=True):
    """What was changed below a root since a commit. Paths are relative to it, with `/`.

    `lines` are the lines (from 1) that were added or changed, by path; a file that only moved has none. `before` has for each
    file that was changed, added or moved the path that it had, None for a new one; `gone` are the paths that hold no file any
    more. `blobs` are the names that git has for the contents of the regular files at their former paths.
    """

    lines: Mapping[str, tuple[range, ...]]
    before: Mapping[str, str | None]
    gone: frozenset[str]
    blobs: Mapping[str, bytes]


def change_since(root: Path, since: str, untracked: Iterable[str]) -> Change:
    """What was changed on disk since where it left the revision `since`: their common ancestor, the last commit for `HEAD`.

    `untracked` are the files that git does not ignore and does not track: they are new. So is everything in a repository
    without a commit. Raises GitError, also when a shallow clone has no common ancestor.
    """
    raw, patch = _diff(root, _ancestor(root, since), renames=True)
    entries = list(_entries(raw))
    before: dict[str, str | None] = dict.fromkeys(untracked)
    before |= {entry.path: entry.former_path for entry in entries if entry.status != "D"}
    former = {entry.former_path: entry for entry in entries if entry.former_path is not None}
    return Change(
        dict(_hunks(patch)) | dict.fromkeys(untracked, _ALL_LINES),
        before,
        frozenset(former) - before.keys(),
        {path: entry.blob for path, entry in former.items() if entry.is_regular},
    )


def former_contents(root: Path, change: Change, paths: Iterable[str]) -> Mapping[str, bytes]:
    """What stood at these former paths, as far as git has it. Raises GitError."""
    blobs = {path: change.blobs[path] for path in paths if path in change.blobs}
    contents = _contents(root, blobs.values())
    return {path: contents[blob] for path, blob in blobs.items() if blob in contents}


def changed_lines(root: Path, since: str | None = None) -> dict[str, tuple[range, ...]]:
    """The lines (from 1) that were added or changed in the files below `root`, by path relative to it, with `/`.

    Files on disk, also those that git does not track yet, are compared with where they left the revision `since` (their
    common ancestor); without one, where they left the default branch, and when that is unknown or checked out, the last
    commit. Deleted files are left out. Raises GitError, also when a shallow clone has no common ancestor.
    """
    _, patch = _diff(root, _ancestor(root, since), renames=False)
    return dict(_hunks(patch)) | dict.fromkeys(listed_files(root).untracked, _ALL_LINES)


def touch(ranges: Iterable[range], first: int, last: int) -> bool:
    """Whether one of the lines from the first to the last is in the ranges."""
    return any(each.start <= last and first < each.stop for each in ranges)


_ALL_LINES = (range(1, 1 << 31),)


# Which commit


def _ancestor(root: Path, since: str | None) -> str:
    """The commit or tree that the files on disk are compared with. Raises GitError."""
    if not has_repository(root):
        raise GitError("this is no git repository")
    if since is None:
        return _left_default_branch(root) or "HEAD"
    if since == "HEAD":
        return since
    try:
        return os.fsdecode(run_git(root, "merge-base", "--end-of-options", "HEAD", since)).strip()
    except GitError:
        run_git(
            root, "rev-parse", "--git-dir"
        )  # says it when git is not there, or refuses to speak about this repository
        raise _without_ancestor(root, since) from None


def _left_default_branch(root: Path) -> str | None:
    """Where the checked out commit left the default branch, as the remote repository has it, else as this one has."""
    branch = default_branch(root)
    for name in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}") if branch else ():
        try:
            return os.fsdecode(run_git(root, "merge-base", "HEAD", name)).strip()
        except GitError:
            continue
    return None


def _without_ancestor(root: Path, since: str) -> GitError:
    """Why there is no common ancestor of the checked out commit and a revision."""
    for name in ("HEAD", since):
        try:
            run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except GitError:
            return GitError("this clone has no commit “{name}”; fetch it, or all of the history", name=name)
    return GitError("“{since}” and the checked out commit have no common ancestor here; fetch the history", since=since)


# What git says of the difference


def _diff(root: Path, commit: str, *, renames: bool) -> tuple[bytes, bytes]:
    """The files on disk that git tracks, compared with a commit: the list of files, and the changed lines without context.

    Both come from one call, and no settings of a person change their form.
    """
    found = "--find-renames" if renames else "--no-renames"
    form = ("--raw", "--patch", "-z", "--no-abbrev", "--unified=0", "--inter-hunk-context=0", "--irreversible-delete")
    plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--submodule=short", *PLAIN_PATHS)
    options = ("-c", "core.quotePath=false", "diff", "--relative", *form, *plain, found)
    try:
        output = run_git(root, *options, commit, "--")
    except GitError:
        run_git(root, "rev-parse", "--git-dir")  # says it when git refuses to speak about this repository
        if commit != "HEAD" or _has_commit(root):
            raise
        output = run_git(root, *options, _nothing(root), "--")
    # The list ends with an empty name (git-diff(1), “-z”).
    raw, _, patch = output.partition(b"\0\0")
    return raw, patch


def _has_commit(root: Path) -> bool:
    try:
        run_git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    except GitError:
        return False
    return True


def _nothing(root: Path) -> str:
    """The name of the empty tree, to compare with nothing at all: git knows it without having it."""
    return os.fsdecode(run_git(root, "hash-object", "-t", "tree", "--stdin")).strip()


class _Entry(Struct, frozen=True):
    """A file in `git diff --raw`: `status` is one letter, `blob` what stood at `former_path`, None for an added file."""

    status: str
    path: str
    former_path: str | None
    blob: bytes
    is_regular: bool


def _entries(raw: bytes) -> Iterator[_Entry]:
    """The files in the output of `git diff --raw -z`; its format is described in git-diff(1), “Raw output format”."""
    fields = iter(raw.split(b"\0"))
    for field in fields:
        if not field:
            continue
        mode, _, blob, _, status = field[1:].split(b" ")
        letter, path = chr(status[0]), os.fsdecode(next(fields))
        new_path = os.fsdecode(next(fields)) if letter in "RC" else path
        if letter == "U":  # in a merge; the file on disk has an entry of its own
            continue
        former = None if letter in "AC" else path
        yield _Entry(letter, new_path, former, blob, mode.startswith(b"100"))


def _contents(root: Path, blobs: Iterable[bytes]) -> dict[bytes, bytes]:
    """The contents of blobs by their names, in the format that git-cat-file(1) calls “Batch output”."""
    names = list(dict.fromkeys(blobs))
    if not names:
        return {}
    output = run_git(root, "cat-file", "--batch", stdin=b"\n".join(names) + b"\n")
    found: dict[bytes, bytes] = {}
    at = 0
    for name in names:
        end = output.index(b"\n", at)
        header, at = output[at:end].split(b" "), end + 1
        if header[1] == b"blob":  # else `missing`, in a clone without contents
            found[name] = output[at : at + int(header[2])]
            at += int(header[2]) + 1
    return found


#: Options by which `new_path` can read the paths in a diff.
PLAIN_PATHS = ("--src-prefix=a/", "--dst-prefix=b/")

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_QUOTED = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def _hunks(diff: bytes) -> Iterator[tuple[str, tuple[range, ...]]]:
    """The changed lines of each file in a diff without context (`git diff --unified=0`), deleted files left out."""
    path: str | None = None
    ranges: list[range] = []
    skipped = 0  # lines of a hunk, which may look like anything
    for line in diff.split(b"\n"):
        if skipped and line[:1] in (b"+", b"-"):
            skipped -= 1
        elif line.startswith(b"+++ "):
            if path is not None:
                yield path, tuple(ranges)
            path, ranges = new_path(line[4:]), []
        elif match := _HUNK.match(line):
            removed, start, added = (int(number) if number is not None else 1 for number in match.groups())
            skipped = removed + added
            if added:
                ranges.append(range(start, start + added))
    if path is not None:
        yield path, tuple(ranges)


def new_path(written: bytes) -> str | None:
    """The path behind `+++ `: git quotes one with special characters as C does, and ends one with spaces by a tab.

    None for a file that is gone, which is called `/dev/null`.
    """
    written = written.removesuffix(b"\t")
    if written.startswith(b'"'):
        written = _QUOTED.sub(_unquoted, written[1:-1])
    return os.fsdecode(written.removeprefix(b"b/")) if written.startswith(b"b/") else None


def _unquoted(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if escape.isdigit() else _ESCAPES.get(escape, escape)
