"""What the rules say of a document, without what comments in it silence."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase
from kbcheck.rules.catalogue import Rule
from kbcheck.selection import Selection
from kbcheck.suppressions import apply_suppressions

#: The rule that speaks about the comments that silence others: it needs all of these to have run.
UNUSED_SUPPRESSION = "unused-suppression"


def findings_of(
    document: Document, base: KnowledgeBase, selection: Selection, names: Container[str] | None = None
) -> Iterator[Diagnostic]:
    """What the selected rules say of a document; with `names`, those of them that are called so."""
    rules = [rule for rule in selection.rules_for(document.path) if names is None or rule.name in names]
    # What silences a finding about the outside world is needed on another day, if not today.
    active = frozenset(rule.name for rule in rules if not rule.is_about_outside)
    found = list(_said(document, base, selection, rules))
    remaining, suppressions = apply_suppressions(document, found, selection.catalogue, active)
    yield from remaining
    if UNUSED_SUPPRESSION in active:
        rule = selection.catalogue[UNUSED_SUPPRESSION]
        yield from (rule.diagnostic(one, document.path, selection.severity(rule)) for one in suppressions)


def with_repairs(diagnostics: Iterable[Diagnostic], base: KnowledgeBase, selection: Selection) -> Iterator[Diagnostic]:
    """The same diagnostics with the repairs of dead links, which were not looked for before it was known what is shown."""
    shown = list(diagnostics)
    rules: dict[str, set[str]] = {}
    for diagnostic in shown:
        rules.setdefault(diagnostic.path, set()).add(diagnostic.rule)
    repairing = base.with_repairs(offered=True)
    repaired = {
        replace(one, fixes=()): one
        for path, names in rules.items()
        for one in findings_of(base.documents[path], repairing, selection, names - {UNUSED_SUPPRESSION})
    }
    yield from (repaired.get(replace(one, fixes=()), one) for one in shown)


def _said(document: Document, base: KnowledgeBase, selection: Selection, rules: Iterable[Rule]) -> Iterator[Diagnostic]:
    scopes = ("file", "page") if document.format == "markdown" else ("file", "configuration")
    for rule in rules:
        if rule.scope in scopes:
            for finding in rule.check(document, base, selection.options(rule)):
                yield rule.diagnostic(finding, document.path, selection.severity(rule))
