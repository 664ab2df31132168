"""KB6: pages and the table of contents do not agree, or a page cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import dirname
from typing import Any

from kbcheck.diagnostics import Edit, Finding, Fix, Related, Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase, is_habit
from kbcheck.knowledge.titles import is_alike, title_key
from kbcheck.rules.links import link_fixes, title_span

Options = Mapping[str, Any]

_AROUND_ENTRY = ",\n "  # what parts it from the one before it
_MISSING = ("missing-file", "missing-index", "case-mismatch", "unicode-form")


def page_not_in_navigation(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page that readers of the site cannot see: it is not in the table of contents.

    Where a dead entry means the page, `navigation-entry-missing` says it, with the repair.
    """
    navigation = base.navigation
    if navigation is None or document.path in base.listed or not base.is_content(document.path):
        return
    if base.new_entries.is_repair(document.path):
        return
    if not base.platform.publishes_unlisted:
        yield Finding(title_span(document), {"navigation": navigation.path}, fixes=_new_entry(document, base))
    elif navigation.is_complete and document.path not in base.linked and not base.platform.is_index(document.path):
        values = {"navigation": navigation.path}
        yield Finding(title_span(document), values, "unlinked", fixes=_new_entry(document, base))


def _new_entry(document: Document, base: KnowledgeBase) -> tuple[Fix, ...]:
    """The entry that the table of contents lacks, at its place."""
    entry = base.new_entries.of(document) if base.offers_repairs else None
    if entry is None or base.navigation is None:
        return ()
    edit = Edit(base.navigation.path, Span(entry.offset, entry.offset), entry.text)
    return (Fix(f"{base.navigation.path}: {entry.text.strip(_AROUND_ENTRY)}", (edit,)),)


def navigation_entry_missing(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An entry of the table of contents that leads to no page."""
    navigation = base.navigation
    if navigation is None or document.path != navigation.path:
        return
    entries = {entry.link.target_span for entry in navigation.entries}
    for link, resolution in base.resolutions(document):
        if resolution.status in _MISSING and link.target_span in entries:
            values = {"label": link.text or link.target, "target": link.target}
            fixes = link_fixes(link, resolution, document, base)
            yield Finding(link.target_span, values, target=link.target, fixes=fixes)


def duplicate_navigation_entry(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page that the table of contents names twice: platforms keep one of the two places."""
    navigation = base.navigation
    if navigation is None or document.path != navigation.path or base.platform.publishes_unlisted:
        return
    for path, links in base.listed.items():
        # The same page at two anchors is a table of contents of its sections.
        for link in links[1:]:
            if link.target == links[0].target:
                related = (Related(document.path, links[0].target_span, "first"),)
                yield Finding(link.target_span, {"page": path}, target=link.target, related=related)


def navigation_label_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An entry that has the title of one page and leads to another."""
    navigation = base.navigation
    if navigation is None or document.path != navigation.path:
        return
    for path, links in base.listed.items():
        for link in links:
            other = _page_called(title_key(link.text), path, base) if link.text and "#" not in link.target else None
            if other is not None:
                values = {"label": link.text, "page": path, "other": other}
                related = (Related(other, title_span(base.documents[other]), "other"),)
                yield Finding(link.target_span, values, target=link.target, related=related)


def _page_called(key: str, path: str, base: KnowledgeBase) -> str | None:
    """The only page whose own title this is, when `path` has another title."""
    owners, own = base.titles.owners.get(key, ()), base.titles.own(path)
    others = [page for page in owners if page != path] if len(owners) <= 2 else []  # three: not the only one
    return others[0] if len(others) == 1 and own and not is_alike(key, path, own) else None


def section_without_index(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A folder with pages but no index page; said once, at its first page, or once for all where that is the habit."""
    folder = dirname(document.path)
    pages = base.folders.get(folder, ())
    if not base.platform.expects_indexes or folder not in base.without_index or pages[0] != document.path:
        return
    values = {"folder": folder, "index": base.platform.index_names[0], "count": len(base.without_index)}
    if not is_habit(len(base.without_index), len(base.folders)):
        yield Finding(Span(0, 0), values)
    elif folder == base.without_index[0]:
        yield Finding(Span(0, 0), values, message="habit")


def orphan_page(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page that no other page links to, in a base without a table of contents."""
    if document.path in base.orphans:
        yield Finding(title_span(document))
