"""Workflow commands that GitHub makes annotations of, within what it shows of them.

A step shows 10 errors, 10 warnings and 10 notices (actions/toolkit, `docs/problem-matchers.md`): the most severe findings
and those on changed lines come first, and one notice says how many more there are. Content is escaped as the toolkit does
it (`packages/core/src/command.ts`).
"""

from __future__ import annotations

from collections.abc import Iterator

from kbcheck.diagnostics import SEVERITIES, Diagnostic, Severity
from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped
from kbcheck.texts import texts_in

_SHOWN = 10  # annotations of each level
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_MESSAGE_LIMIT = 4000  # characters; GitHub refuses more than 64 KB


def render_github(report: Report, destination: Destination) -> str:
    """One command a line; nothing when there is no finding."""
    found = destination.by_weight(report)
    shown = list(_shown(found))
    lines = [_annotation(report, destination, one) for one in shown]
    if more := len(found) - len(shown):
        text = texts_in(report.language).counted(
            "{count} more finding: see the summary of this job, or its log",
            "{count} more findings: see the summary of this job, or its log",
            more,
        )
        lines.append(f"::notice title=kbcheck::{_data(text)}")
    return "".join(f"{line}\n" for line in lines)


def _shown(found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """The first of each severity; one place among the notices is kept for the rest, if there is one."""
    groups = {severity: [one for one in found if one.severity == severity] for severity in SEVERITIES}
    has_rest = any(len(group) > _SHOWN for group in groups.values())
    for severity, group in groups.items():
        yield from group[: _SHOWN - 1 if has_rest and severity == "info" else _SHOWN]


def _annotation(report: Report, destination: Destination, one: Diagnostic) -> str:
    start, end = report.position(one.path, one.span.start), report.position(one.path, one.span.end)
    place: dict[str, object] = {"file": destination.path(one.path), "line": start.line, "endLine": end.line}
    if start.line == end.line:  # columns of an annotation are those of one line
        place |= {"col": start.column, "endColumn": end.column}
    place["title"] = f"{one.code} {one.rule}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    fix = f"\n→ {escaped(one.fixes[0].title, _MESSAGE_LIMIT)}" if one.fixes else ""
    return f"::{_LEVELS[one.severity]} {properties}::{_data(escaped(one.message, _MESSAGE_LIMIT) + fix)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
