"""Where a link leads, and why it does not get there.

One status a link: the most specific one, so that a fault is reported once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, Protocol
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.addresses import RepositoryAddress, repository_address
from kbcheck.knowledge.paths import Paths
from kbcheck.platforms.platform import Platform

Status = Literal[
    "ok",  # leads to an existing file, folder or anchor
    "external",  # leads out of the knowledge base: not checked here
    "template",  # made by a template language or a script: cannot be known
    "unknown",  # what the platform makes of it cannot be known from the files
    "empty",  # there is no target
    "broken-marker",  # the platform's own mark of a dead link
    "outside-root",  # climbs out of the repository
    "missing-page",  # an absolute address of the own site, where the site has no page
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
    repository: the branch it names. `is_site_address` is true for an absolute address of the own published site.
    """

    status: Status
    path: str | None = None
    fragment: str | None = None
    actual: str | None = None
    branch: str | None = None
    is_site_address: bool = False


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

    def site_path(self, target: str) -> str | None:
        """What an absolute address names on the own published site, "" for its home page; None for another site's."""

    @property
    def knows_site(self) -> bool:
        """Whether all pages below the address of the own site are made from this repository."""

    @property
    def default_branches(self) -> tuple[str, ...]:
        """The branches that readers are meant to see."""

    def is_own_repository(self, address: RepositoryAddress) -> bool:
        """Whether the address is one of this repository."""


def resolve(link: Link, document: Document, base: Pages) -> Resolution:
    """Where `link` of `document` leads."""
    target = link.target.strip()
    platform = base.platform_of(document.path)
    is_unread_tag = link.syntax == "template" and link.tag not in base.platform.link_tags
    if is_unread_tag or _TEMPLATE.search(_written(link, document)):
        return Resolution("template")
    if not target:
        return Resolution("empty")
    if base.platform.is_broken_marker(target):  # whoever sees the page: it is the platform that wrote it
        return Resolution("broken-marker")
    if _SCHEME.match(target):
        return _resolve_absolute(target, base)
    return _resolve_path(link, target, document, platform, base)


def _written(link: Link, document: Document) -> str:
    """What the page says where the target is meant: of a target made by a template tag, nothing else is left."""
    if link.syntax not in ("inline", "image"):
        span = link.target_span if link.target.strip() else link.span
        return document.text[span.start : span.end]
    start = document.text.rfind("](", link.span.start, link.target_span.start)
    return document.text[max(start, link.span.start) : link.span.end]


def _resolve_absolute(target: str, base: Pages) -> Resolution:
    address = repository_address(target)
    if address and base.is_own_repository(address):
        return _resolve_address(address, base)
    below = base.site_path(target)
    return Resolution("external") if below is None else _resolve_on_site(below, target, base)


def path_written(target: str) -> str:
    """The path that a target has before its query and fragment, as written; "" when it leads to another site or the page."""
    written = target.strip().partition("#")[0].partition("?")[0]
    return "" if _SCHEME.match(written) else written


def _resolve_path(link: Link, target: str, document: Document, platform: Platform, base: Pages) -> Resolution:
    fragment = unquote(target.partition("#")[2])
    encoded = path_written(target)
    if not encoded:
        return _with_fragment(document.path, fragment, base)
    written = unquote(encoded)
    path = platform.source_path(written, document.path)
    if path == ".." or path.startswith("../"):
        outside = platform.is_outside_address(path)
        reached = next(existing(link, written, document.path, platform, base.paths), None)
        if reached is not None:
            return _with_fragment(reached, fragment, base)
        return Resolution("external" if outside else "outside-root", path)
    is_folder = base.paths.tree.is_folder(path) and not encoded.endswith("/")
    if is_folder and platform.is_folder_taken_for_file(path):
        return Resolution("missing-index", path, fragment or None)
    # A file name can hold a literal "%20": the target as it is written is a second reading.
    for spelling in dict.fromkeys((written, encoded)):
        for meaning in existing(link, spelling, document.path, platform, base.paths):
            found = _with_fragment(meaning, fragment, base)
            if encoded == "/" and found.status != "ok" and not platform.has_site:
                return replace(found, status="unknown")  # the home page of a site that nobody has told of
            return found
    return _near_miss(link, written, document, fragment, platform, base)


def existing(link: Link, written: str, page: str, platform: Platform, paths: Paths) -> Iterator[str]:
    """The files (and folders, where readers see them) that a link of a page can mean; `written` is its path."""
    # A file without extension is there under its own name, whatever else such a path can mean.
    exact = platform.source_path(written, page)
    if paths.tree.is_file(exact):
        yield exact
    for meaning in platform.meanings(link, written, page):
        if paths.tree.is_file(meaning) or (platform.shows_folders and paths.tree.is_folder(meaning)):
            yield meaning


def _near_miss(
    link: Link, written: str, document: Document, fragment: str, platform: Platform, base: Pages
) -> Resolution:
    """Why no file is where a link leads: wrong letters, no index page, or nothing there at all."""
    path = platform.source_path(written, document.path)
    if base.is_redirected(path):
        return Resolution("ok", path)
    if not platform.knows_target(link, written, document.path):
        return Resolution("unknown", path)
    for meaning in platform.meanings(link, written, document.path):
        actual = base.paths.same_characters(meaning)
        if actual and actual != meaning:  # a folder that shows nothing is found under its own name
            return Resolution("unicode-form", meaning, fragment or None, actual)
        actual = base.paths.same_letters(meaning)
        if actual and actual != meaning:
            return Resolution("case-mismatch", meaning, fragment or None, actual)
    if platform.is_directory_link(path) and base.paths.tree.is_folder(path):
        return Resolution("missing-index", path, fragment or None)
    if link.syntax == "template":  # a tag has its own way to name files
        path = next(platform.meanings(link, written, document.path), path)
    return Resolution("missing-file", path, fragment or None)


def _resolve_on_site(below: str, target: str, base: Pages) -> Resolution:
    """An absolute address of the own site: the page or file that it shows, as far as it is made from this repository."""
    fragment = unquote(target.partition("#")[2])
    for meaning in base.platform.site_meanings(below):
        if base.paths.tree.is_file(meaning):
            return replace(_with_fragment(meaning, fragment, base), is_site_address=True)
    known = base.knows_site and below not in base.platform.redirected and base.platform.knows_address(below)
    return Resolution("missing-page" if known else "external", below, fragment or None, is_site_address=known)


def _with_fragment(path: str, fragment: str, base: Pages, viewer: Platform | None = None) -> Resolution:
    """An existing path, and whether the anchor is there too, as `viewer` or else the page's own platform shows it."""
    platform = viewer or base.platform_of(base.index_page(path))
    if not fragment or _VIEWER_FRAGMENT.match(fragment) or platform.generated_fragment(fragment):
        return Resolution("ok", path, fragment or None)
    fragment = platform.anchor_key(fragment)
    anchors = base.anchors(path, platform)
    if anchors is None and base.paths.is_bare_folder(path):
        return Resolution("missing-anchor", path, fragment)  # a list of files has no headings
    if anchors is None or platform.has_anchor(anchors, fragment):
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
