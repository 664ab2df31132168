"""What git knows about a folder: its files, its remotes, its default branch.

Git may be absent, and a folder may be in no repository: then there is nothing to know, and nobody is stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

#: Set by git for its hooks: they name the repository that is committed to, which need not be the one of `root`.
_REPOSITORY_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
# A repository's own settings can name a program to run (core.fsmonitor), and a folder of the content can pose as a bare
# repository with such settings: neither is let in.
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")

_URL = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/@]*@)*(?P<host>\[[^\]/]*\]|[^/:@]+)(?::\d*)?/+(?P<path>.+)", re.IGNORECASE
)
# The short form of ssh, `git@host:owner/name`; one letter before the colon is a Windows drive.
_SHORT_URL = re.compile(r"(?:[^/@:]+@)?(?P<host>[^/@:\\]{2,}):(?P<path>[^\\]+)")
# The same hosts, reached through port 443 where a firewall closes 22.
_SSH_HOSTS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}


class GitError(Exception):
    """Git could not answer; the message is one sentence that says why."""


def has_repository(root: Path) -> bool:
    """Whether `root` or a folder above it is the work tree of a git repository."""
    return _repository(root) is not None


def path_in_repository(root: Path) -> str:
    """The path from the top of the git repository to `root`, with `/`; empty at the top, and outside a repository."""
    top = _repository(root)
    path = "" if top is None else os.path.relpath(os.path.realpath(root), top).replace(os.sep, "/")
    return "" if path == "." else path


def _repository(root: Path) -> str | None:
    """The nearest folder, `root` or one above it, that is the work tree of a git repository."""
    folder = os.path.realpath(root)
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def listed_files(root: Path) -> list[str]:
    """The paths below `root` that git tracks, or would track: relative to `root`, with `/`, in git's order.

    Files that were deleted but are still tracked are among them, and submodules. Raises GitError.
    """
    output = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def is_tracked(root: Path, path: str) -> bool:
    """Whether a file, or one in a folder, at `path` (relative to `root`) is under version control; False without git."""
    if not has_repository(root):
        return False
    try:
        return bool(_git(root, "ls-files", "-z", "--cached", "--", f"./{path}"))
    except GitError:
        return False


def remotes(root: Path) -> tuple[str, ...]:
    """`host/owner/name` of each remote repository, `origin` first; empty without git.

    User names, passwords, ports and the ending `.git` are left out; a remote that is a folder has no address.
    """
    if not has_repository(root):
        return ()
    try:
        output = _git(root, "config", "-z", "--get-regexp", r"^remote\..*\.url$")
    except GitError:  # git also fails when there is no remote
        return ()
    entries = [os.fsdecode(entry).partition("\n") for entry in output.split(b"\0") if entry]
    entries.sort(key=lambda entry: entry[0] != "remote.origin.url")
    return tuple(dict.fromkeys(address for _, _, url in entries for address in _addresses(url)))


def _addresses(url: str) -> Iterator[str]:
    """The address `host/owner/name` of a remote's URL, if it has one."""
    match = _URL.fullmatch(url) or (None if "://" in url else _SHORT_URL.fullmatch(url))
    if match is None:
        return
    path = match["path"].strip("/").removesuffix(".git")
    host = match["host"].lower()
    if path:
        yield f"{_SSH_HOSTS.get(host, host)}/{path}"


def default_branch(root: Path) -> str | None:
    """The branch that the repository is published from, as far as the clone can tell.

    It is the one that `origin` says; else `main` or `master`, the checked out one first; else the only branch there is
    here; else unknown (None).
    """
    if not has_repository(root):
        return None
    places = ("refs/heads", "refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")
    try:
        output = _git(root, "for-each-ref", "--format=%(HEAD)%09%(refname)%09%(symref)", *places)
    except GitError:
        return None
    branches = [line.split("\t") for line in os.fsdecode(output).splitlines()]
    for _, name, points_to in branches:
        if name == "refs/remotes/origin/HEAD":
            return points_to.removeprefix("refs/remotes/origin/")
    branches.sort(key=lambda branch: branch[0] != "*")
    names = [name.removeprefix("refs/remotes/origin/").removeprefix("refs/heads/") for _, name, _ in branches]
    usual = [name for name in names if name in ("main", "master")]
    if usual:
        return usual[0]
    return names[0] if len(names) == 1 else None


def changed_lines(root: Path, since: str | None = None) -> dict[str, tuple[range, ...]]:
    """The lines (from 1) that were added or changed in the files below `root`, by path relative to it, with `/`.

    Files on disk, also those that git does not track yet, are compared with where they left the revision `since` (their
    common ancestor); without one, where they left the default branch, and when that is unknown or checked out, the last
    commit. Deleted files are left out. Raises GitError, also when a shallow clone has no common ancestor.
    """
    if not has_repository(root):
        raise GitError("this is no git repository")
    base = _ancestor(root, since)
    output = _git(
        root, "-c", "core.quotePath=false", "diff", "--unified=0", "--relative", "--no-color", "--no-ext-diff",
        "--no-textconv", "--no-renames", "--diff-filter=AM", "--src-prefix=a/", "--dst-prefix=b/", base, "--",
    )  # fmt: skip
    changed = dict(_hunks(output))
    untracked = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    everything = (range(1, _NO_END),)
    return changed | {os.fsdecode(name): everything for name in untracked.split(b"\0") if name}


_NO_END = 1 << 31
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_QUOTED = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def _ancestor(root: Path, since: str | None) -> str:
    """The commit that the files on disk are compared with. Raises GitError."""
    if since is None:
        branch = default_branch(root)
        for name in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}") if branch else ():
            try:
                return os.fsdecode(_git(root, "merge-base", "HEAD", name)).strip()
            except GitError:
                continue
        return "HEAD"
    # `--end-of-options`: what stands there cannot be taken for an option.
    commit = os.fsdecode(_git(root, "rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}")).strip()
    try:
        return os.fsdecode(_git(root, "merge-base", "HEAD", commit)).strip()
    except GitError:
        raise GitError(
            f"“{since}” and the checked out commit have no common ancestor here; fetch the history"
        ) from None


def _hunks(diff: bytes) -> Iterator[tuple[str, tuple[range, ...]]]:
    """The changed lines of each file in a diff without context (`git diff --unified=0`)."""
    path: str | None = None
    ranges: list[range] = []
    skipped = 0  # lines of a hunk, which may look like anything
    for line in diff.split(b"\n"):
        if skipped and line[:1] in (b"+", b"-"):
            skipped -= 1
        elif line.startswith(b"+++ "):
            if path is not None:
                yield path, tuple(ranges)
            path, ranges = _new_path(line[4:]), []
        elif match := _HUNK.match(line):
            removed, start, added = (int(number) if number is not None else 1 for number in match.groups())
            skipped = removed + added
            if added:
                ranges.append(range(start, start + added))
    if path is not None:
        yield path, tuple(ranges)


def _new_path(written: bytes) -> str:
    """The path behind `+++ `: git quotes one with special characters as C does, and ends one with spaces by a tab."""
    written = written.removesuffix(b"\t")
    if written.startswith(b'"'):
        written = _QUOTED.sub(_unquoted, written[1:-1])
    return os.fsdecode(written.removeprefix(b"b/"))


def _unquoted(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if escape.isdigit() else _ESCAPES.get(escape, escape)


def _git(root: Path, *arguments: str) -> bytes:
    """What git prints. Raises GitError."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", *_OPTIONS, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours
            command, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise GitError(f"git could not be started: {error.strerror} ({error.filename})") from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise GitError(message or f"git ended with exit code {done.returncode}")
    return done.stdout
