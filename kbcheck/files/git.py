"""What git knows about a folder: its files, its remotes, its default branch.

Git may be absent, and a folder may be in no repository: then there is nothing to know, and nobody is stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from kbcheck.errors import SayableError, reason

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


class GitError(SayableError):
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


class Change(Struct, frozen=True):
    """What was changed below a root since a commit. Paths are relative to it, with `/`.

    `lines` are the lines (from 1) that were added or changed, by path; a file that only moved has none. `before` has for each
    file that was changed, added or moved the path that it had, None for a new one; `gone` are the paths that hold no file any
    more. `contents` has the bytes of the regular files at their former paths.
    """

    lines: Mapping[str, tuple[range, ...]]
    before: Mapping[str, str | None]
    gone: frozenset[str]
    contents: Mapping[str, bytes]


def change_since(root: Path, since: str | None = None) -> Change:
    """What was changed on disk, also in files that git does not track yet, since where it left the revision `since`.

    That is their common ancestor, which is the last commit for `HEAD`; without a revision, as for `changed_lines`. In a
    repository without a commit everything is new. Raises GitError, also when a shallow clone has no common ancestor.
    """
    commit = _commit_before(root, since)
    entries = list(_entries(_diff(root, commit, "--raw", "-z", "--no-abbrev", "--find-renames")))
    untracked = _untracked(root)
    before: dict[str, str | None] = dict.fromkeys(untracked)
    before |= {entry.path: entry.former_path for entry in entries if entry.status != "D"}
    former = {entry.former_path: entry for entry in entries if entry.former_path is not None}
    contents = _contents(root, [entry.blob for entry in former.values() if entry.is_regular])
    return Change(
        _lines(root, commit, "--find-renames", "--diff-filter=AMR") | untracked,
        before,
        frozenset(former) - before.keys(),
        {path: contents[entry.blob] for path, entry in former.items() if entry.blob in contents},
    )


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
    output = _git(root, "cat-file", "--batch", stdin=b"\n".join(names) + b"\n")
    found: dict[bytes, bytes] = {}
    at = 0
    for name in names:
        end = output.index(b"\n", at)
        header, at = output[at:end].split(b" "), end + 1
        if header[1] == b"blob":  # else `missing`, in a clone without contents
            found[name] = output[at : at + int(header[2])]
            at += int(header[2]) + 1
    return found


def changed_lines(root: Path, since: str | None = None) -> dict[str, tuple[range, ...]]:
    """The lines (from 1) that were added or changed in the files below `root`, by path relative to it, with `/`.

    Files on disk, also those that git does not track yet, are compared with where they left the revision `since` (their
    common ancestor); without one, where they left the default branch, and when that is unknown or checked out, the last
    commit. Deleted files are left out. Raises GitError, also when a shallow clone has no common ancestor.
    """
    return _lines(root, _commit_before(root, since), "--no-renames", "--diff-filter=AM") | _untracked(root)


def _commit_before(root: Path, since: str | None) -> str:
    if not has_repository(root):
        raise GitError("this is no git repository")
    return _ancestor(root, since)


def _lines(root: Path, commit: str, *options: str) -> dict[str, tuple[range, ...]]:
    output = _diff(root, commit, "--unified=0", *options, "--src-prefix=a/", "--dst-prefix=b/")
    return dict(_hunks(output))


def _diff(root: Path, commit: str, *options: str) -> bytes:
    """The files on disk that git tracks, compared with a commit."""
    common = ("--relative", "--no-color", "--no-ext-diff", "--no-textconv")
    return _git(root, "-c", "core.quotePath=false", "diff", *common, *options, commit, "--")


def _untracked(root: Path) -> dict[str, tuple[range, ...]]:
    """The files that git neither tracks nor ignores, all lines of them."""
    output = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    return {os.fsdecode(name): (range(1, _NO_END),) for name in output.split(b"\0") if name}


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
    if since == "HEAD" and not _has_commit(root):
        return _EMPTY_TREE
    # `--end-of-options`: what stands there cannot be taken for an option.
    commit = os.fsdecode(_git(root, "rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}")).strip()
    try:
        return os.fsdecode(_git(root, "merge-base", "HEAD", commit)).strip()
    except GitError:
        raise GitError(
            "“{since}” and the checked out commit have no common ancestor here; fetch the history", since=since
        ) from None


# Git knows this tree without having it, to compare with nothing at all.
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def _has_commit(root: Path) -> bool:
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    except GitError:
        return False
    return True


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
            output = _git(
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
        output = _git(
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


def move(root: Path, old: str, new: str) -> bool:
    """`git mv`, for what git tracks: the file or folder, and its place in the index. Whether git did it.

    The folder that `new` is in must exist. Raises GitError when git tracks it and could not move it.
    """
    if not has_repository(root) or not _git(root, "--literal-pathspecs", "ls-files", "-z", "--", old):
        return False
    _git(root, "mv", "--", f"./{old}", f"./{new}")
    return True


def _git(root: Path, *arguments: str, stdin: bytes = b"", patience: float | None = None) -> bytes:
    """What git prints when it reads `stdin`. Raises GitError, also when it takes longer than `patience` (seconds)."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    # A clone that lacks old files would fetch them: nothing here uses the network.
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", *_OPTIONS, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours
            command, cwd=root, env=environment, input=stdin, capture_output=True, check=False, timeout=patience
        )
    except subprocess.TimeoutExpired as error:
        raise GitError("git took longer than {patience:.0f} seconds", patience=patience) from error
    except OSError as error:
        raise GitError(
            "git could not be started: {reason} ({filename})", reason=reason(error), filename=error.filename
        ) from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        if message:
            raise GitError("git says “{message}”", message=message)
        raise GitError("git ended with exit code {code}", code=done.returncode)
    return done.stdout
