"""GitLab's Code Quality report, an array of JSON objects (docs.gitlab.com, “Code Quality report format”)."""

from __future__ import annotations

from kbcheck.diagnostics import Diagnostic, Severity
from kbcheck.reports.destination import Destination
from kbcheck.reports.json import json_text
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render_gitlab(report: Report, destination: Destination) -> str:
    """The report for `artifacts: reports: codequality:`."""
    return json_text([_issue(report, destination, one) for one in report.diagnostics])


def _issue(report: Report, destination: Destination, one: Diagnostic) -> dict[str, object]:
    start, end = report.position(one.path, one.span.start), report.position(one.path, one.span.end)
    return {
        "description": f"{one.code}: {escaped(one.message)}",
        "check_name": one.rule,
        "fingerprint": report.fingerprints[one],
        "severity": _SEVERITIES[one.severity],
        "location": {"path": destination.path(one.path), "lines": {"begin": start.line, "end": end.line}},
    }
