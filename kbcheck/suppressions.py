"""Comments in a page that silence a rule there: `<!-- kbcheck-disable-next-line missing-file: reason -->`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from kbcheck.diagnostics import Diagnostic, Edit, Finding, Fix, Lines, Span
from kbcheck.documents.facts import Comment, Document
from kbcheck.rules.catalogue import Catalogue

_COMMENT = re.compile(
    r"\s*kbcheck-(?P<form>disable-next-line|disable-line|disable-file|disable|enable)\b(?P<rest>.*)", re.DOTALL
)
_REASON = re.compile(r":|\s--?\s|—")
_WORDS = re.compile(r"[\w-]+")
_NOT_SPACE = re.compile(r"\S")


class Suppression(Struct, frozen=True):
    """A comment that silences `rules` (all of them when empty) from line `first` to line `last` of its page."""

    comment: Span
    first: int
    last: int
    rules: frozenset[str]

    def covers(self, diagnostic: Diagnostic, line: int) -> bool:
        """Whether a diagnostic that starts on `line` is silenced."""
        return self.first <= line <= self.last and (not self.rules or diagnostic.rule in self.rules)


def apply_suppressions(
    document: Document, diagnostics: list[Diagnostic], catalogue: Catalogue, active: frozenset[str]
) -> tuple[list[Diagnostic], list[Finding]]:
    """What remains of a page's diagnostics, and a finding for each suppression that silences nothing.

    `active` are the names of the rules that ran: a comment about another rule may still be needed.
    """
    comments = [comment for comment in document.comments if "kbcheck-" in comment.text]
    if not comments:
        return diagnostics, []
    lines = Lines(document.text)
    suppressions, findings = _read(comments, document, lines, catalogue)
    # Nearly all are about one line: a page may have thousands of them.
    of_line: dict[int, list[Suppression]] = {}
    for suppression in suppressions:
        of_line.setdefault(suppression.first if suppression.first == suppression.last else 0, []).append(suppression)
    used: set[Suppression] = set()
    remaining = []
    for diagnostic in diagnostics:
        line = lines.position(diagnostic.span.start).line
        near = (*of_line.get(line, ()), *of_line.get(0, ()))  # lines count from 1: under 0 are those of several lines
        silencing = [suppression for suppression in near if suppression.covers(diagnostic, line)]
        used.update(silencing)
        if not silencing:
            remaining.append(diagnostic)
    every_rule = frozenset(rule.name for rule in catalogue if rule.severity != "off" and not rule.is_about_outside)
    unused = [one for one in suppressions if one not in used and (one.rules or every_rule) <= active]
    findings += (_unused(document, suppression) for suppression in unused)
    return remaining, findings


def _read(
    comments: Iterable[Comment], document: Document, lines: Lines, catalogue: Catalogue
) -> tuple[list[Suppression], list[Finding]]:
    suppressions: list[Suppression] = []
    findings: list[Finding] = []
    opened: list[Suppression] = []  # "disable" comments that no "enable" has closed yet
    for comment in comments:
        match = _COMMENT.match(comment.text)
        if match is None:
            continue
        names, unknown = _rules(match["rest"], catalogue)
        findings += (Finding(comment.span, {"name": name}, message="unknown-rule") for name in unknown)
        if unknown and not names:
            continue
        if match["form"] == "enable":
            closed = [one for one in opened if not names or one.rules == names]
            opened = [one for one in opened if one not in closed]
            end = lines.position(comment.span.start).line
            suppressions += (Suppression(one.comment, one.first, end, one.rules) for one in closed)
            continue
        first, last = _lines_of(match["form"], comment, document.text, lines)
        (opened if match["form"] == "disable" else suppressions).append(Suppression(comment.span, first, last, names))
    return [*suppressions, *opened], findings


def _rules(rest: str, catalogue: Catalogue) -> tuple[frozenset[str], list[str]]:
    """The rules that a comment names, and the names that no rule has. What follows a colon or a dash is the reason."""
    reason = _REASON.search(rest)
    names: set[str] = set()
    unknown: list[str] = []
    for word in _WORDS.findall(rest[: reason.start()] if reason else rest):
        found = catalogue.selected(word)
        if found:
            names.update(found)
        elif reason or not names:
            unknown.append(word)
        else:
            break  # a reason without a colon: "missing-file the page comes next week"
    return frozenset(names), unknown


def _lines_of(form: str, comment: Comment, text: str, lines: Lines) -> tuple[int, int]:
    line = lines.position(comment.span.end).line
    if form == "disable-file":
        return 1, len(lines)
    if form == "disable":
        return line, len(lines)
    if form == "disable-line":
        return line, line
    following = _NOT_SPACE.search(text, comment.span.end)
    line = lines.position(following.start() if following else len(text)).line
    return line, line


def _unused(document: Document, suppression: Suppression) -> Finding:
    edit = Edit(document.path, suppression.comment, "")
    names = ", ".join(sorted(suppression.rules))
    return Finding(
        suppression.comment,
        {"rules": names},
        message="default" if names else "all",
        fixes=(Fix("remove", (edit,), safe=True),),
    )
