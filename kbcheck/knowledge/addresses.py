"""Absolute addresses of the knowledge base's own repository: internal links in disguise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from msgspec import Struct

# GitHub: /OWNER/REPO/blob/BRANCH/path; GitLab: /GROUP/…/REPO/-/blob/BRANCH/path. `commits` and `blame` show a file as well.
_FILE_VIEW = re.compile(
    r"https?://(?P<host>[^/\s]+)/(?P<name>[^/\s?#]+/[^\s?#]+?)/(?:-/)?(?P<view>blob|tree|raw|edit|blame|commits)/"
    r"(?P<rest>[^?#\s]+)(?P<query>\?[^#\s]*)?(?:#(?P<fragment>\S*))?$"
)
_RAW_FILE = re.compile(
    r"https?://raw\.githubusercontent\.com/(?P<name>[^/\s]+/[^/\s]+)/(?:refs/heads/)?(?P<rest>[^?#\s]+)"
    r"(?P<query>\?[^#\s]*)?(?:#(?P<fragment>\S*))?$"
)
# What one of the two patterns above asks for: looked for first, since few addresses have it.
_TELLING = re.compile(r"//raw\.githubusercontent\.com/|/(?:blob|tree|raw|edit|blame|commits)/")
# A commit or a version tag shows the files of that moment, whatever has become of them since.
_FROZEN = re.compile(r"(?:[0-9a-f]{7,40}|v?\d+(?:\.\d+)+[\w.-]*)$")


class RepositoryAddress(Struct, frozen=True):
    """A file of a repository, by its address: `name` is `host/owner/repo` in lower case.

    A branch name can hold slashes, so the address alone does not tell where the path starts: `rest` is both. `view` is what
    is shown of the file: `blob` and `tree` the page, others its source, its history or an editor.
    """

    name: str
    view: str
    rest: str
    fragment: str | None

    @property
    def is_frozen(self) -> bool:
        """Whether the address names a commit or a version rather than a branch."""
        return bool(_FROZEN.match(self.rest.split("/", 1)[0]))

    def readings(self) -> Iterator[tuple[str, str]]:
        """The ways to part `rest` into branch and path: a branch has one word, or two (`feature/x`)."""
        parts = self.rest.removeprefix("refs/heads/").strip("/").split("/")
        for count in range(1, min(len(parts), 2) + 1):
            yield "/".join(parts[:count]), "/".join(parts[count:])


def repository_address(target: str) -> RepositoryAddress | None:
    """The file of a repository that an absolute address names, or None."""
    if not _TELLING.search(target) or any(map(str.isspace, target)):
        return None  # most addresses are none of these, and a target with spaces is slow to find out with the patterns
    match = _RAW_FILE.match(target)
    if match:
        return RepositoryAddress(
            "github.com/" + match["name"].lower(), "raw", unquote(match["rest"]), match["fragment"]
        )
    match = _FILE_VIEW.match(target)
    if match is None:
        return None
    host = match["host"].lower().removeprefix("www.")
    name = f"{host}/{match['name']}".lower()
    return RepositoryAddress(name, match["view"], unquote(match["rest"]), match["fragment"])


def repository_names(declared: Iterable[str]) -> frozenset[str]:
    """`owner/repo`, `host/owner/repo` and `https://host/owner/repo` as `host/owner/repo` in lower case."""
    names = set()
    for name in declared:
        plain = re.sub(r"^https?://", "", name.strip().lower()).strip("/").removesuffix(".git")
        has_host = "." in plain.split("/", 1)[0]
        names.add(plain if has_host else "github.com/" + plain)
    return frozenset(names)
