"""KB3: internal links that do not get where they are meant to go.

The knowledge base says of every link where it leads, with one status; each rule here reports one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from kbcheck.diagnostics import Edit, Finding, Fix
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge import KnowledgeBase, Resolution, Status
from kbcheck.knowledge.suggestions import suggestions

Options = Mapping[str, Any]


def missing_file(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The target of a link is not there."""
    for link, resolution in _with_status(document, base, "missing-file"):
        if link.is_image or _is_navigation_entry(document, base):
            continue
        if _on_other_branch(base, resolution):
            yield _finding(document, base, link, resolution, "other-branch")
        else:
            yield _finding(document, base, link, resolution)


def missing_image(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The file of an image is not there."""
    for link, resolution in _with_status(document, base, "missing-file"):
        if link.is_image:
            yield _finding(document, base, link, resolution)


def missing_anchor(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The page is there, the heading that the link names is not."""
    for link, resolution in _with_status(document, base, "missing-anchor"):
        page = base.index_page(resolution.path or "")
        message = "same-page" if page == document.path else "default"
        yield _finding(document, base, link, replace(resolution, path=page), message)


def case_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The file is called so but for upper and lower case: the link works on some computers only."""
    for link, resolution in _with_status(document, base, "case-mismatch"):
        if not _is_navigation_entry(document, base):
            yield _finding(document, base, link, resolution)
    for link, resolution in _with_status(document, base, "anchor-case"):
        yield _finding(document, base, link, resolution, "anchor")


def unicode_form(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The file name looks the same but is composed of other characters."""
    for link, resolution in _with_status(document, base, "unicode-form"):
        if not _is_navigation_entry(document, base):
            yield _finding(document, base, link, resolution)


def broken_marker(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The platform itself wrote that this link is dead."""
    for link, resolution in _with_status(document, base, "broken-marker"):
        yield _finding(document, base, link, resolution)


def outside_root(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The link climbs out of the repository."""
    for link, resolution in _with_status(document, base, "outside-root"):
        yield _finding(document, base, link, resolution)


def empty_target(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A link without a target."""
    for link, resolution in _with_status(document, base, "empty"):
        yield _finding(document, base, link, resolution)


def missing_directory_index(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The link leads to a folder that has no page of its own."""
    for link, resolution in _with_status(document, base, "missing-index"):
        if not _is_navigation_entry(document, base):
            has_index = base.index_page(resolution.path or "") != resolution.path
            yield _finding(document, base, link, resolution, "dot" if has_index else "default")


def own_repository_url(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page of this repository by its absolute address: it is there, but the link leaves the site or the branch."""
    for link, resolution in _with_status(document, base, "ok"):
        if resolution.branch is None or resolution.path not in base.documents:
            continue
        if resolution.branch not in base.default_branches:
            yield _finding(document, base, link, resolution, "other-branch")
        elif base.platform.has_site:
            yield _finding(document, base, link, resolution)


def dead_redirect(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A redirect in the configuration whose target is no page."""
    for redirect in base.redirects:
        if redirect.path == document.path and redirect.target not in base.documents:
            values = {"source": redirect.source, "target": redirect.target}
            yield Finding(redirect.span, values, target=redirect.target)


def _with_status(document: Document, base: KnowledgeBase, status: Status) -> Iterator[tuple[Link, Resolution]]:
    return (pair for pair in base.resolutions(document) if pair[1].status == status)


def _finding(
    document: Document, base: KnowledgeBase, link: Link, resolution: Resolution, message: str = "default"
) -> Finding:
    values = {
        "target": link.target,
        "path": resolution.path or "",
        "fragment": resolution.fragment or "",
        "actual": resolution.actual or "",
        "branch": resolution.branch or "",
        "text": link.text,
    }
    fixes = link_fixes(link, resolution, document, base)
    return Finding(link.target_span, values, message, target=link.target, fixes=fixes)


def link_fixes(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> tuple[Fix, ...]:
    """The repairs of a dead link, best first."""
    return tuple(
        Fix(
            f"{link.target} → {suggestion.target}",
            (Edit(document.path, link.target_span, suggestion.target),),
            suggestion.safe,
            suggestion.target,
        )
        for suggestion in suggestions(link, resolution, document, base)
    )


def _is_navigation_entry(document: Document, base: KnowledgeBase) -> bool:
    """Dead entries of the table of contents have a rule of their own."""
    return base.navigation is not None and document.path == base.navigation.path


def _on_other_branch(base: KnowledgeBase, resolution: Resolution) -> bool:
    """Whether a missing file may exist on the branch that the address names."""
    return resolution.branch is not None and resolution.branch not in base.default_branches
