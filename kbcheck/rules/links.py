"""KB3: internal links that do not get where they are meant to go.

The knowledge base says of every link where it leads, with one status; each rule here reports one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import commonprefix, dirname, relpath, splitext
from typing import Any

from msgspec.structs import replace

from kbcheck.diagnostics import Edit, Finding, Fix, Related, Span
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge import KnowledgeBase, Resolution, Status
from kbcheck.knowledge.addresses import repository_address
from kbcheck.knowledge.paths import encoded, percent_encoded
from kbcheck.knowledge.suggestions import suggestions
from kbcheck.knowledge.titles import is_alike, title_key

Options = Mapping[str, Any]
# What no label begins with: two pairs of brackets in a formula, `<=>[+ 2OH-][+ 2H+]`, or in code.
_FORMULA = re.compile(r"[-+=<>&|^%$;,)\]}]")

# The views of a code host that show a page to be read; another shows its source, its history or an editor.
_SHOWN = frozenset({"blob", "tree"})
_LINES = re.compile(r"\?|#L\d")  # a view of the source, or of lines of it


def missing_file(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The target of a link is not there."""
    for link, resolution in _with_status(document, base, "missing-file"):
        if link.is_image or _is_navigation_entry(document, base):
            continue
        if link.syntax in ("wiki", "wiki-embed"):
            yield _finding(document, base, link, resolution, "note" if link.syntax == "wiki" else "default")
        elif _on_other_branch(base, resolution):
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
        if base.paths.tree.is_folder(page):
            message = "folder"
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
            yield _without_index(document, base, link, resolution)


def _without_index(document: Document, base: KnowledgeBase, link: Link, resolution: Resolution) -> Finding:
    folder = resolution.path or ""
    index = base.index_page(folder)
    if index != folder and not base.platform.is_folder_taken_for_file(folder):
        return _finding(document, base, link, replace(resolution, actual=index), "page")
    finding = _finding(document, base, link, resolution, "default" if index == folder else "dot")
    return replace(finding, values={**finding.values, "actual": base.platform.index_names[0]})


def own_repository_url(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page of this repository by its absolute address: it is there, but the link leaves the site or the branch."""
    for link, resolution in _with_status(document, base, "ok"):
        path = resolution.path
        if resolution.branch is None or path is None or path not in base.documents or path == document.path:
            continue  # a page that links to its own source means to
        if resolution.branch not in base.default_branches:
            yield _finding(document, base, link, resolution, "other-branch")
        elif _is_read_there(link) and all(map(base.is_published, (document.path, path))) and base.platform.has_site:
            finding = _finding(document, base, link, resolution)
            yield replace(finding, fixes=tuple(_relative_fixes(document, base, link, resolution)))


def _is_read_there(link: Link) -> bool:
    """Whether an address of the own repository shows the page as readers see it: not its source, history or editor."""
    address = repository_address(link.target)
    return address is not None and address.view in _SHOWN and not _LINES.search(link.target)


def own_site_url(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page of this knowledge base by its address on the published site."""
    if not base.is_published(document.path):  # who reads it on GitHub is meant to go to the site
        return
    for link, resolution in base.resolutions(document):
        is_home = resolution.path is not None and not resolution.fragment and base.site_path(link.target) == ""
        if not resolution.is_site_address or is_home:
            continue
        if resolution.status == "missing-page":
            yield _finding(document, base, link, resolution, "gone")
        elif resolution.status == "ok" and resolution.path in base.documents:
            finding = _finding(document, base, link, resolution)
            yield replace(finding, fixes=tuple(_relative_fixes(document, base, link, resolution)))


def _relative_fixes(document: Document, base: KnowledgeBase, link: Link, resolution: Resolution) -> Iterator[Fix]:
    """The relative link that leads to the same place; an address that is its own text stays."""
    if link.syntax in ("bare-url", "autolink") or resolution.path is None:
        return
    mark = "#" if resolution.fragment else ""
    path = relpath(resolution.path, dirname(document.path) or ".")
    target = percent_encoded(path, safe="/.()'’") + mark + link.target.partition("#")[2]
    same = replace(resolution, is_site_address=False, branch=None)
    if base.resolve(replace(link, target=target), document) == same:
        edit = Edit(document.path, link.target_span, target)
        yield Fix(f"{link.target} → {target}", (edit,), safe=False, replacement=target)


def undefined_reference(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """`[text][label]` without a definition of the label: readers see the brackets."""
    if not base.platform.knows_references:
        return
    for problem in document.problems:
        if problem.kind == "undefined-reference" and not _FORMULA.match(problem.detail):
            yield Finding(problem.span, {"label": problem.detail})


def malformed_link(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """`[text](a page.md)`, where there is such a page or file: a target with spaces makes no link."""
    if not base.platform_of(document.path).wants_spaces_encoded:
        return
    for problem in document.problems:
        if problem.kind == "malformed-link":
            target = encoded(problem.detail)
            link = Link("inline", target, problem.span, problem.span)
            if base.resolve(link, document).status == "ok":
                fix = Fix(f"{problem.detail} → {target}", (Edit(document.path, problem.span, target),), True, target)
                yield Finding(problem.span, {"target": problem.detail}, target=problem.detail, fixes=(fix,))


def label_target_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A link whose text is the title of one page and that leads to another."""
    if _is_navigation_entry(document, base):
        return
    for link, resolution in _with_status(document, base, "ok"):
        path = base.index_page(resolution.path or "")
        is_page = path != document.path and not resolution.fragment
        other = _page_meant(link, path, base) if link.text and is_page and not link.is_image else None
        if other is not None and other != document.path and _is_as_near(other, path, document.path):
            values = {"text": link.text, "path": path, "other": other}
            related = (Related(other, title_span(base.documents[other]), "other"),)
            yield Finding(link.target_span, values, target=link.target, related=related)


def _page_meant(link: Link, path: str, base: KnowledgeBase) -> str | None:
    """The only page with the text of the link for a title, when nothing of the page it leads to has a word of it."""
    key = title_key(link.text)
    called_so = base.titles.pages.get(key, ())
    document = base.documents.get(path)
    if len(called_so) != 1 or called_so[0] == path or document is None or document.format != "markdown":
        return None
    if base.platform.is_index(called_so[0]) and path.startswith(dirname(called_so[0]) + "/"):
        return None  # "see the API reference", and the link leads to the place in it
    names = base.titles.of(path) | {title_key(heading.text) for heading in document.headings}
    return None if is_alike(key, path, names) else called_so[0]


def _is_as_near(path: str, other: str, here: str) -> bool:
    """Whether a page shares as many folders with a third one as another does: what has a page in a far part of the base
    ("TLS", in the pages on another product) is a mere word here.
    """
    shared, nearest = (
        len(commonprefix([dirname(each).split("/"), dirname(here).split("/")])) for each in (path, other)
    )
    return shared >= nearest


def unpublished_target(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page of the site links to a page that is not on it."""
    if not base.platform.has_site or not base.is_published(document.path) or _is_navigation_entry(document, base):
        return
    for link, resolution in _with_status(document, base, "ok"):
        path = base.index_page(resolution.path or "")
        target = base.documents.get(path)
        is_address = resolution.branch is not None or resolution.is_site_address
        if target is None or target.format != "markdown" or is_address or link.tag == "include":
            continue
        # Of a page that only misses its place in the table of contents, `page-not-in-navigation` tells, once.
        is_told = not base.platform.publishes_unlisted and base.is_content(path)
        if not base.is_published(path) and not base.platform.is_included(path) and not is_told:
            yield _finding(document, base, link, replace(resolution, path=path))


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
            suggestion.safe and _keeps_meaning(suggestion.target, link.target, base),
            suggestion.target,
        )
        for suggestion in suggestions(link, resolution, document, base)
    )


def _keeps_meaning(target: str, instead_of: str, base: KnowledgeBase) -> bool:
    """Whether nobody has to review a repair: it keeps an anchor, and is right whatever publishes the pages.

    Where that is not known, another path to a file is right, with the same anchor or none: what makes an anchor, and what
    a path without an ending means, is for the publisher to decide.
    """
    path, _, fragment = target.partition("#")
    old_path, _, old_fragment = instead_of.partition("#")
    if old_fragment and not fragment:
        return False
    is_same_file = fragment == old_fragment and bool(splitext(path)[1] and splitext(old_path)[1])
    return base.knows_publisher or is_same_file


def _is_navigation_entry(document: Document, base: KnowledgeBase) -> bool:
    """Dead entries of the table of contents have a rule of their own."""
    return base.navigation is not None and document.path == base.navigation.path


def _on_other_branch(base: KnowledgeBase, resolution: Resolution) -> bool:
    """Whether a missing file may exist on the branch that the address names."""
    return resolution.branch is not None and resolution.branch not in base.default_branches


def title_span(document: Document) -> Span:
    """The first heading, else the beginning of the page."""
    return document.headings[0].span if document.headings else Span(0, 0)
