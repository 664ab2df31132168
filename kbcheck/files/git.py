"""What git knows about a folder now: its files, its remotes, its default branch.

Git may be absent, and a folder may be in no repository: then there is nothing to know, and nobody is stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
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


class Listing(Struct, frozen=True):
    """Paths below a root: relative to it, with `/`, in git's order. `untracked` are those that git would track.

    Files that were deleted but are still tracked are among the others, and submodules.
    """

    tracked: tuple[str, ...]
    untracked: tuple[str, ...]


def listed_files(root: Path) -> Listing:
    """The files below `root` that git does not ignore. Raises GitError."""
    output = run_git(root, "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
    # Before each path stand a letter, `?` for what is not tracked, and a space (git-ls-files(1), “-t”).
    entries = [(entry[:1], os.fsdecode(entry[2:])) for entry in output.split(b"\0") if entry]
    return Listing(
        tuple(path for letter, path in entries if letter != b"?"),
        tuple(path for letter, path in entries if letter == b"?"),
    )


def is_tracked(root: Path, path: str) -> bool:
    """Whether a file, or one in a folder, at `path` (relative to `root`) is under version control; False without git."""
    if not has_repository(root):
        return False
    try:
        return bool(run_git(root, "ls-files", "-z", "--cached", "--", f"./{path}"))
    except GitError:
        return False


def remotes(root: Path) -> tuple[str, ...]:
    """`host/owner/name` of each remote repository, `origin` first; empty without git.

    User names, passwords, ports and the ending `.git` are left out; a remote that is a folder has no address.
    """
    if not has_repository(root):
        return ()
    try:
        output = run_git(root, "config", "-z", "--get-regexp", r"^remote\..*\.url$")
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
        output = run_git(root, "for-each-ref", "--format=%(HEAD)%09%(refname)%09%(symref)", *places)
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


def move(root: Path, old: str, new: str) -> bool:
    """`git mv`, for what git tracks: the file or folder, and its place in the index. Whether git did it.

    The folder that `new` is in must exist. Raises GitError when git tracks it and could not move it.
    """
    if not has_repository(root) or not run_git(root, "--literal-pathspecs", "ls-files", "-z", "--", old):
        return False
    run_git(root, "mv", "--", f"./{old}", f"./{new}")
    return True


def run_git(root: Path, *arguments: str, stdin: bytes = b"", patience: float | None = None) -> bytes:
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
        if "dubious ownership" in message:  # the files are somebody else's, as they often are in a container
            raise GitError(
                "git says “{message}”; `git config --global --add safe.directory FOLDER` lets it look", message=message
            )
        if message:
            raise GitError("git says “{message}”", message=message)
        raise GitError("git ended with exit code {code}", code=done.returncode)
    return done.stdout
