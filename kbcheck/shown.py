"""Which findings of a run are shown: those in the files that were asked for, and those that a change has brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic, Places
from kbcheck.errors import UsageError
from kbcheck.files import Change, GitError, change_since
from kbcheck.findings import UNUSED_SUPPRESSION, findings_of
from kbcheck.knowledge import KnowledgeBase, Resolution
from kbcheck.knowledge.before import base_before
from kbcheck.knowledge.paths import is_below
from kbcheck.reports.report import identities
from kbcheck.selection import Selection


class Since(Struct, frozen=True):
    """Limits the findings of a run to those that the change since a revision has brought.

    `lines_only` leaves out what the change broke on lines that it did not touch. `as_hook`: the paths of the run are those
    that a program for hooks found; when the change did not touch one of them, somebody asked for more, and gets it.
    """

    revision: str
    lines_only: bool = False
    as_hook: bool = False


def shown(
    diagnostics: Iterable[Diagnostic],
    paths: tuple[str, ...],
    since: Since | None,
    base: KnowledgeBase,
    selection: Selection,
) -> Iterable[Diagnostic]:
    """The diagnostics within these files and folders (all when empty) that the change has brought.

    Raises `UsageError` when git cannot tell what was changed.
    """
    if since is None:
        return _within(paths, base, diagnostics)
    try:
        change = change_since(base.settings.root, since.revision)
    except GitError as error:
        raise UsageError(
            "what was changed since “{revision}” is not known: {reason}", revision=since.revision, reason=error
        ) from None
    diagnostics = list(diagnostics)
    brought = _Changed(base, change, selection).brought(diagnostics, lines_only=since.lines_only)
    if not since.as_hook:
        return _within(paths, base, brought)
    if all(path in change.before for path in paths):
        return brought
    return (*brought, *_in_files(frozenset(paths), diagnostics))


def _in_files(paths: frozenset[str], diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (diagnostic for diagnostic in diagnostics if diagnostic.path in paths)


def _within(paths: tuple[str, ...], base: KnowledgeBase, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics in the given files and folders, and those of links elsewhere that lead into them."""
    if not paths:
        yield from diagnostics
        return
    chosen = frozenset(paths)
    leading = {
        (document.path, link.target_span)
        for document in base.pages
        for link, resolution in base.resolutions(document)
        if any(is_below(path, chosen) for path in _ends(resolution, base))
    }
    for diagnostic in diagnostics:
        if is_below(diagnostic.path, chosen) or (diagnostic.path, diagnostic.span) in leading:
            yield diagnostic


def _ends(resolution: Resolution, base: KnowledgeBase) -> Iterator[str]:
    """The path that a link names, the page that is shown for it, and the file whose name differs by its letters only."""
    if resolution.path is not None:
        yield resolution.path
        yield base.index_page(resolution.path)
    if resolution.actual is not None:  # or an anchor, which is the name of no file
        yield resolution.actual


class _Changed:
    """A base and a change that led to it."""

    def __init__(self, base: KnowledgeBase, change: Change, selection: Selection) -> None:
        self._base = base
        self._change = change
        self._selection = selection
        self._places = Places(base.texts)

    def brought(self, diagnostics: Iterable[Diagnostic], *, lines_only: bool) -> list[Diagnostic]:
        """The diagnostics on changed lines and, unless `lines_only`, those elsewhere that were not there before."""
        on_lines: list[Diagnostic] = []
        elsewhere: list[Diagnostic] = []
        for diagnostic in diagnostics:
            (on_lines if self._is_on_changed_line(diagnostic) else elsewhere).append(diagnostic)
        return on_lines if lines_only else [*on_lines, *self._new(elsewhere)]

    def _is_on_changed_line(self, diagnostic: Diagnostic) -> bool:
        ranges = self._change.lines.get(diagnostic.path)
        if not ranges:
            return False
        if diagnostic.is_about_file:  # and not about its first line
            return self._change.before.get(diagnostic.path) is None
        first = self._places.position(diagnostic.path, diagnostic.span.start).line
        last = self._places.position(diagnostic.path, max(diagnostic.span.start, diagnostic.span.end - 1)).line
        return any(each.start <= last and first < each.stop for each in ranges)

    def _new(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Those that the base before the change did not have. A change breaks no link that leads out of the base."""
        candidates = [one for one in diagnostics if not self._selection.catalogue[one.rule].is_about_outside]
        if not candidates or not (self._change.before or self._change.gone):
            return
        known = Counter(self._before(candidates))
        for diagnostic, identity in zip(candidates, identities(candidates, self._base.texts), strict=True):
            if known[identity]:
                known[identity] -= 1
            else:
                yield diagnostic

    def _before(self, candidates: Iterable[Diagnostic]) -> Iterator[str]:
        """What the rules of these diagnostics said of their documents before, under the paths of today."""
        rules: dict[str, set[str]] = {}
        for diagnostic in candidates:
            rules.setdefault(diagnostic.path, set()).add(diagnostic.rule)
        for path, names in rules.items():
            former_path = self._change.before.get(path, path)
            document = self._former.documents.get(former_path) if former_path else None
            if document is None:
                continue
            # Whether a suppression is used is only known when all rules have spoken.
            asked = None if UNUSED_SUPPRESSION in names else names
            found = findings_of(document, self._former, self._selection, asked)
            yield from identities((replace(one, path=path) for one in found), {path: document.text})

    @cached_property
    def _former(self) -> KnowledgeBase:
        return base_before(self._base, self._change)
