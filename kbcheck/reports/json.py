"""The report for programs: one JSON object, described by `schemas/report.schema.json`.

Its keys are a promise: a key is added, never renamed or removed, as long as `format` says `kbcheck/1`.
"""

from __future__ import annotations

import json
import re

from kbcheck.diagnostics import SEVERITIES, Diagnostic, Edit, Fix, Related, Span
from kbcheck.reports.report import External, Report

FORMAT = "kbcheck/1"

# Escaped although JSON does not ask for it: what a file name that is no UTF-8 leaves behind (surrogates cannot be
# written), and what would steer the terminal of a person who looks at the file (C1 controls, bidirectional controls).
_ESCAPED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def render_json(report: Report) -> str:
    """The report as JSON text, ending with a line end; every character in it can be written as UTF-8."""
    return json_text(_report(report))


def json_text(value: object) -> str:
    """A value as JSON text that is harmless to a terminal and can be written as UTF-8, ending with a line end."""
    return _harmless(json.dumps(value, ensure_ascii=False, indent=2))


def json_line(value: object) -> str:
    """The same on one line."""
    return _harmless(json.dumps(value, ensure_ascii=False))


def _harmless(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _report(report: Report) -> dict[str, object]:
    severities: dict[str, int] = {severity: report.count(severity) for severity in SEVERITIES}
    return {
        "format": FORMAT,
        "version": report.version,
        "platform": report.platform,
        "summary": {
            "documents": report.counts.documents,
            "links": report.counts.links,
            "entities": report.counts.entities,
            **severities,
            "seconds": round(report.seconds, 3),
            **({"external": _external(report.external)} if report.external else {}),
        },
        "diagnostics": [_diagnostic(report, diagnostic) for diagnostic in report.diagnostics],
    }


def _external(external: External) -> dict[str, object]:
    return {
        "addresses": external.addresses,
        "outcomes": dict(external.outcomes),
        "remembered": external.remembered,
        "unchecked": list(external.unchecked),
        "interrupted": external.is_interrupted,
        "shard": external.shard,
    }


def _diagnostic(report: Report, diagnostic: Diagnostic) -> dict[str, object]:
    entity = diagnostic.entity
    return {
        "code": diagnostic.code,
        "rule": diagnostic.rule,
        "severity": diagnostic.severity,
        "definite": diagnostic.definite,
        "message": diagnostic.message,
        "path": diagnostic.path,
        **_range(report, diagnostic.path, diagnostic.span),
        "target": diagnostic.target,
        "entity": {"kind": entity.kind, "name": entity.name} if entity else None,
        "related": [_related(report, related) for related in diagnostic.related],
        "fixes": [_fix(report, fix) for fix in diagnostic.fixes],
        "fingerprint": report.fingerprints[diagnostic],
    }


def _related(report: Report, related: Related) -> dict[str, object]:
    position = report.position(related.path, related.span.start)
    return {"path": related.path, "line": position.line, "column": position.column, "message": related.message}


def _fix(report: Report, fix: Fix) -> dict[str, object]:
    return {
        "title": fix.title,
        "safe": fix.safe,
        "replacement": fix.replacement,
        "edits": [_edit(report, edit) for edit in fix.edits],
    }


def _edit(report: Report, edit: Edit) -> dict[str, object]:
    return {"path": edit.path, **_range(report, edit.path, edit.span), "text": edit.text}


def _range(report: Report, path: str, span: Span) -> dict[str, int]:
    start, end = report.position(path, span.start), report.position(path, span.end)
    return {"line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column}
