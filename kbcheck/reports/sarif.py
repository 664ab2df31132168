"""SARIF 2.1.0 (OASIS), for GitHub code scanning and other programs that collect findings.

What GitHub asks for, and its limits, is in its page “SARIF support for code scanning”. Columns count code points, as
everywhere in kbcheck.

The fingerprint stands under a key of kbcheck's own: `primaryLocationLineHash` is computed by GitHub's upload action, which
warns about each result where it finds another value there (codeql-action, `src/fingerprints.ts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from kbcheck.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from kbcheck.reports.destination import Destination
from kbcheck.reports.json import json_text
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEMS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}

# GitHub's limits, in results and in characters.
_RESULTS = 25_000
_DESCRIPTION = 1024

_LINK = re.compile(r"\](?=\()")  # SARIF 3.11.6: `[text](target)` in a message is a link
_SURROGATE = re.compile("[\ud800-\udfff]")


def render_sarif(report: Report, destination: Destination) -> str:
    """The report as one SARIF run."""
    found = destination.by_weight(report)[:_RESULTS]
    rules = {one.code: one for one in reversed(found)}  # one finding for each rule, the most severe
    codes = sorted(rules)
    run: dict[str, object] = {
        "tool": {"driver": _driver(report, [rules[code] for code in codes])},
        "invocations": [{"executionSuccessful": not (report.external and report.external.is_interrupted)}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, destination, one, codes.index(one.code)) for one in found],
    }
    if report.external and report.external.shard:
        run["automationDetails"] = {"id": f"kbcheck/shard-{report.external.shard.replace('/', '-of-')}/"}
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(report: Report, rules: Iterable[Diagnostic]) -> dict[str, object]:
    return {
        "name": "kbcheck",
        "version": report.version,
        "semanticVersion": report.version,
        "language": report.language,
        "rules": [_rule(report, one) for one in rules],
    }


def _rule(report: Report, one: Diagnostic) -> dict[str, object]:
    """The rule of a finding, with its page in the report's language when it is known."""
    page = report.rules.get(one.rule)
    summary = escaped(page.summary) if page else one.rule
    explanation = _text(page.explanation) if page else one.rule
    return {
        "id": one.code,
        "name": one.rule,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": (_introduction(explanation) or summary)[:_DESCRIPTION]},
        "help": {"text": explanation, "markdown": explanation},
        "defaultConfiguration": {"level": _LEVELS[one.severity]},
        "properties": {"tags": ["documentation"], "problem.severity": _PROBLEMS[one.severity]},
    }


def _introduction(explanation: str) -> str:
    """The first paragraph of a page after its title."""
    paragraphs = (part.strip() for part in explanation.split("\n\n"))
    return next((" ".join(part.split()) for part in paragraphs if part and not part.startswith("#")), "")


def _result(report: Report, destination: Destination, one: Diagnostic, index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": _message(one.message),
        "locations": [_location(report, destination, one.path, one.span)],
        "partialFingerprints": {"kbcheck/v1": report.fingerprints[one]},
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": number, **_location(report, destination, place.path, place.span), "message": _message(place.message)}
            for number, place in enumerate(one.related)
        ]
    if fixes := [_fix(report, destination, fix) for fix in one.fixes if _is_writable(fix)]:
        result["fixes"] = fixes
    return result


def _message(text: str) -> dict[str, str]:
    return {"text": _LINK.sub(r"\\]", escaped(text))}


def _location(report: Report, destination: Destination, path: str, span: Span) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": destination.uri(path)},
            "region": _region(report, path, span),
        }
    }


def _region(report: Report, path: str, span: Span) -> dict[str, int]:
    start, end = report.position(path, span.start), report.position(path, span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(report: Report, destination: Destination, fix: Fix) -> dict[str, object]:
    changes = groupby(sorted(fix.edits, key=lambda edit: (edit.path, edit.span)), key=lambda edit: edit.path)
    return {
        "description": _message(fix.title),
        "artifactChanges": [_change(report, destination, path, list(edits)) for path, edits in changes],
    }


def _change(report: Report, destination: Destination, path: str, edits: Sequence[Edit]) -> dict[str, object]:
    return {
        "artifactLocation": {"uri": destination.uri(path)},
        "replacements": [
            {"deletedRegion": _region(report, path, edit.span), "insertedContent": {"text": edit.text}}
            for edit in edits
        ],
    }


def _is_writable(fix: Fix) -> bool:
    """Whether the fix changes something, and JSON that every program reads can say it."""
    return bool(fix.edits) and not any(_SURROGATE.search(edit.text) for edit in fix.edits)


def _text(text: str) -> str:
    """A text of several lines without what would steer a terminal."""
    return "\n".join(map(escaped, text.split("\n")))
