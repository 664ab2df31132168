"""Where a link leads, and why it does not get there.

One status a link: the most specific one, so that a fault is reported once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname
from typing import Literal, Protocol
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.addresses import RepositoryAddress, repository_address
from kbcheck.knowledge.paths import Paths, joined
from kbcheck.platforms.platform import Platform

Status = Literal[
    "ok",  # leads to an existing file, folder or anchor
    "external",  # leads out of the knowledge base: not checked here
    "template",  # made by a template language or a script: cannot be known
    "empty",  # there is no target
    "broken-marker",  # the platform's own mark of a dead link
    "outside-root",  # climbs out of the repository
    "missing-file",
    "missing-index",  # a folder without the page that the platform shows for it
    "missing-anchor",
    "anchor-case",  # there is such an anchor but for upper and lower case, which this platform ignores
    "case-mismatch",
    "unicode-form",
]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{")
# Line ranges in a file view, pages of a PDF, text fragments: made by the viewer, not by the page.
_VIEWER_FRAGMENT = re.compile(r"L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?$|page=\d+|:~:text=")


class Resolution(Struct, frozen=True):
    """Where a link leads. `path` is the existing file or folder, or the path that was looked for; `fragment` is decoded.

    `actual` is the existing path (or anchor) of a case or Unicode mismatch. `branch` is set for an address of the own
    repository: the branch it names.
    """

    status: Status
    path: str | None = None
    fragment: str | None = None
    actual: str | None = None
    branch: str | None = None


class Pages(Protocol):
    """What the resolver asks the knowledge base."""

    paths: Paths
    platform: Platform

    def platform_of(self, path: str) -> Platform:
        """The platform that shows this page to its readers."""

    def index_page(self, path: str) -> str:
        """The page that is shown for a folder, when `path` is one and has it; else `path`."""

    def anchors(self, path: str, platform: Platform | None = None) -> Mapping[str, Span] | None:
        """The anchors of a page as `platform` or its own readers' platform makes them; None for what is not a page."""

    def anchor_of_any_case(self, path: str, fragment: str, platform: Platform) -> str | None:
        """The anchor of a page that differs from `fragment` in upper and lower case only."""

    def is_redirected(self, path: str) -> bool:
        """Whether a redirect leads from this path to a page."""

    @property
    def default_branches(self) -> tuple[str, ...]:
        """The branches that readers are meant to see."""

    def is_own_repository(self, address: RepositoryAddress) -> bool:
        """Whether the address is one of this repository."""


def resolve(link: Link, document: Document, base: Pages) -> Resolution:
    """Where `link` of `document` leads."""
    target = link.target.strip()
    platform = base.platform_of(document.path)
    if _TEMPLATE.search(_written(link, document)) or (link.tag == "include" and not base.platform.has_includes):
        return Resolution("template")
    if not target:
        return Resolution("empty")
    if base.platform.is_broken_marker(target):  # whoever sees the page: it is the platform that wrote it
        return Resolution("broken-marker")
    if _SCHEME.match(target):
        address = repository_address(target)
        if address and base.is_own_repository(address):
            return _resolve_address(address, base)
        return Resolution("external")
    return _resolve_path(target, document, platform, base)


def _written(link: Link, document: Document) -> str:
    """What the page says where the target is meant: of a target made by a template tag, nothing else is left."""
    span = link.target_span if link.target.strip() else link.span
    return document.text[span.start : span.end]


def link_path(target: str, page: str, published_folder: str) -> str | None:
    """The path that a relative or root-relative target of a page asks for, relative to the root.

    None when the target leads elsewhere (another site, the page itself). The path may not exist, or climb out (`../x`).
    """
    written = target.strip().partition("#")[0].partition("?")[0]
    if not written or _SCHEME.match(written):
        return None
    folder = published_folder if written.startswith("/") else dirname(page)
    return joined(folder, unquote(written).strip("/") if written.startswith("/") else unquote(written))


def _resolve_path(target: str, document: Document, platform: Platform, base: Pages) -> Resolution:
    fragment = unquote(target.partition("#")[2])
    path = link_path(target, document.path, platform.folder)
    if path is None:
        return _with_fragment(document.path, fragment, base)
    if path == ".." or path.startswith("../"):
        outside = platform.is_outside_address(path)
        return Resolution("external" if outside else "outside-root", path)
    is_folder = base.paths.tree.is_folder(path) and not target.partition("#")[0].endswith("/")
    if is_folder and platform.is_folder_taken_for_file(path):
        return Resolution("missing-index", path, fragment or None)
    # A file name can hold a literal "%20": the target as it is written is a second reading.
    as_written = link_path(target.replace("%", "%25"), document.path, platform.folder)
    for spelling in dict.fromkeys((path, as_written)):
        # A file without extension is there under its own name, whatever else such a path can mean.
        exact = (spelling,) if spelling and base.paths.tree.is_file(spelling) else ()
        for meaning in (*exact, *platform.meanings(spelling or "")):
            if base.paths.exists(meaning):
                return _with_fragment(meaning, fragment, base)
    return _near_miss(path, fragment, platform, base)


def _near_miss(path: str, fragment: str, platform: Platform, base: Pages) -> Resolution:
    """Why no file is at `path`: wrong letters, no index page, or nothing there at all."""
    if base.is_redirected(path):
        return Resolution("ok", path)
    meanings = tuple(platform.meanings(path))
    for meaning in meanings:
        actual = base.paths.same_characters(meaning)
        if actual:
            return Resolution("unicode-form", meaning, fragment or None, actual)
        actual = base.paths.same_letters(meaning)
        if actual:
            return Resolution("case-mismatch", meaning, fragment or None, actual)
    if platform.is_directory_link(path) and base.paths.tree.is_folder(path):
        return Resolution("missing-index", path, fragment or None)
    return Resolution("missing-file", path, fragment or None)


def _with_fragment(path: str, fragment: str, base: Pages, viewer: Platform | None = None) -> Resolution:
    """An existing path, and whether the anchor is there too, as `viewer` or else the page's own platform shows it."""
    platform = viewer or base.platform_of(base.index_page(path))
    if not fragment or _VIEWER_FRAGMENT.match(fragment) or platform.generated_fragment(fragment):
        return Resolution("ok", path, fragment or None)
    anchors = base.anchors(path, platform)
    if anchors is None or fragment in anchors or fragment.removeprefix("user-content-") in anchors:
        return Resolution("ok", path, fragment)
    if platform.ignores_case_of_anchors:
        actual = base.anchor_of_any_case(path, fragment, platform)
        if actual is not None:
            return Resolution("anchor-case", path, fragment, actual)
    return Resolution("missing-anchor", path, fragment)


def _resolve_address(address: RepositoryAddress, base: Pages) -> Resolution:
    """An absolute address of the own repository, seen in the working tree.

    The address shows GitHub's or GitLab's view of a file, so plain paths and their anchors count, whatever the site does.
    """
    fragment = unquote(address.fragment or "")
    if address.is_frozen:
        return Resolution("external")
    readings = list(address.readings())
    for branch, path in readings:
        if "/" in branch and branch.split("/")[0] in base.default_branches:
            break  # `main/docs` is the folder docs on the branch main, not a branch of that name
        if base.paths.exists(path) and (path or len(readings) == 1):
            return replace(_with_fragment(path, fragment, base, viewer=Platform()), branch=branch)
    branch, path = readings[0]
    return Resolution("missing-file", path, fragment or None, branch=branch)
