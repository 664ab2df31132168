"""Which findings of a run are shown: those in the files that were asked for, and those that a change has brought."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from posixpath import dirname

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic, EntityName, Places
from kbcheck.errors import UsageError
from kbcheck.files import Change, GitError, change_since, touch
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
    diagnostics = list(diagnostics)
    try:
        change = change_since(base.settings.root, since.revision, base.paths.tree.untracked)
        brought = _Changed(base, change, selection).brought(diagnostics, lines_only=since.lines_only)
    except GitError as error:
        raise UsageError(
            "what was changed since “{revision}” is not known: {reason}", revision=since.revision, reason=error
        ) from None
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
        """The diagnostics that the base before the change did not have; with `lines_only`, those of them on changed lines."""
        if not (self._change.before or self._change.gone):
            return []
        everything = list(diagnostics)
        outside = [one for one in everything if self._selection.catalogue[one.rule].is_about_outside]
        inside = [one for one in everything if not self._selection.catalogue[one.rule].is_about_outside]
        new = self._not_told_elsewhere(self._not_told(inside), inside)
        # A change breaks no link that leads out of the base, and what was found there before is not known.
        shown = [one for one in new if self._is_on_changed_line(one)] if lines_only else new
        return [*shown, *filter(self._is_on_changed_line, outside)]

    def _is_on_changed_line(self, diagnostic: Diagnostic) -> bool:
        ranges = self._change.lines.get(diagnostic.path)
        if not ranges:
            return False
        if diagnostic.is_about_file:  # and not about its first line
            return self._change.before.get(diagnostic.path) is None
        first = self._places.position(diagnostic.path, diagnostic.span.start).line
        last = self._places.position(diagnostic.path, max(diagnostic.span.start, diagnostic.span.end - 1)).line
        return touch(ranges, first, last)

    def _not_told(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Those that were not said of the same page before.

        On a line that was not changed, they are told by the line; on a changed one, by what they are about: who corrects a
        word of a long line is not blamed for the dead link in it.
        """
        before = list(self._before(diagnostics))
        lines, subjects = Counter(identity for identity, _ in before), Counter(subject for _, subject in before)
        new: list[Diagnostic] = []
        edited: list[Diagnostic] = []
        for diagnostic, identity in zip(diagnostics, identities(diagnostics, self._base.texts), strict=True):
            if self._is_on_changed_line(diagnostic):
                edited.append(diagnostic)
            elif lines[identity]:
                lines[identity] -= 1
                subjects[_subject(diagnostic)] -= 1
            else:
                new.append(diagnostic)
        for diagnostic in edited:
            subject = _subject(diagnostic)
            if subject is not None and subjects[subject] > 0:
                subjects[subject] -= 1
            else:
                new.append(diagnostic)
        return new

    def _not_told_elsewhere(self, new: list[Diagnostic], diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Those that were not said at another page before: what concerns a folder is said at the first page in it."""
        rules = {one.rule for one in new if _is_wide(one)}
        if not rules:
            return new
        before = (one for path in self._former.documents for one in self._said_before(path, rules))
        told = Counter(map(_saying, before))
        told.subtract(_saying(one) for one in set(diagnostics).difference(new))
        kept: list[Diagnostic] = []
        for diagnostic in new:
            saying = _saying(diagnostic)
            if _is_wide(diagnostic) and told[saying] > 0:
                told[saying] -= 1
            else:
                kept.append(diagnostic)
        return kept

    def _before(self, diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[str, _Subject | None]]:
        """What the rules of these diagnostics said of their documents before, under the paths of today."""
        rules: dict[str, set[str]] = {}
        for diagnostic in diagnostics:
            rules.setdefault(diagnostic.path, set()).add(diagnostic.rule)
        for path, names in rules.items():
            former_path = self._change.before.get(path, path)
            if former_path is not None and former_path in self._former.documents:
                found = [replace(one, path=path) for one in self._said_before(former_path, names)]
                texts = {path: self._former.documents[former_path].text}
                yield from zip(identities(found, texts), map(_subject, found), strict=True)

    def _said_before(self, path: str, names: set[str]) -> Iterator[Diagnostic]:
        # Whether a suppression is used is only known when all rules have spoken.
        asked = None if UNUSED_SUPPRESSION in names else names
        return findings_of(self._former.documents[path], self._former, self._selection, asked)

    @cached_property
    def _former(self) -> KnowledgeBase:
        return base_before(self._base, self._change)


_Subject = tuple[str, str, str | None, EntityName | None]


def _subject(diagnostic: Diagnostic) -> _Subject | None:
    """What a diagnostic is about, when it is about more than a place."""
    if diagnostic.target is None and diagnostic.entity is None:
        return None
    return diagnostic.rule, diagnostic.path, diagnostic.target, diagnostic.entity


def _is_wide(diagnostic: Diagnostic) -> bool:
    """Whether it is about more than its place: a file, a folder, an entity."""
    return diagnostic.is_about_file or (diagnostic.entity is not None and diagnostic.target is None)


def _saying(diagnostic: Diagnostic) -> tuple[str, str, str]:
    """What is said, and of which folder or entity; without numbers: one page more makes no new fault of a habit."""
    about = dirname(diagnostic.path) if diagnostic.is_about_file else ""
    return diagnostic.rule, _NUMBER.sub("#", diagnostic.message), about


_NUMBER = re.compile(r"\d+")
