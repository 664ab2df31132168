"""Reviewdog's diagnostics in JSON (reviewdog, `proto/rdf/reviewdog.proto`): lets it comment a pull request anywhere.

Columns count bytes of UTF-8 there. A suggestion is one replacement, so a fix of several edits, or in another file, is not
among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kbcheck.diagnostics import Diagnostic, Severity, Span
from kbcheck.reports.destination import Destination
from kbcheck.reports.json import json_text
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped

_SEVERITIES: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}
_SURROGATE = re.compile("[\ud800-\udfff]")

#: The positions of a file's offsets, as the format wants them.
_Positions = Mapping[int, dict[str, int]]


def render_rdjson(report: Report, destination: Destination) -> str:
    """The report as one `DiagnosticResult`."""
    positions = _positions(report)
    diagnostics = [_diagnostic(destination, one, positions[one.path]) for one in report.diagnostics]
    return json_text({"source": {"name": "kbcheck"}, "diagnostics": diagnostics})


def _diagnostic(destination: Destination, one: Diagnostic, positions: _Positions) -> dict[str, object]:
    diagnostic: dict[str, object] = {
        "message": f"{one.rule}: {escaped(one.message)}",
        "location": {"path": destination.path(one.path), "range": _range(one.span, positions)},
        "severity": _SEVERITIES[one.severity],
        "code": {"value": one.code},
    }
    if suggestions := [{"range": _range(span, positions), "text": text} for span, text in _suggestions(one)]:
        diagnostic["suggestions"] = suggestions
    return diagnostic


def _suggestions(one: Diagnostic) -> Iterator[tuple[Span, str]]:
    """The best fix, when it is one edit in the same file."""
    for fix in one.fixes[:1]:
        if len(fix.edits) == 1 and fix.edits[0].path == one.path and not _SURROGATE.search(fix.edits[0].text):
            yield fix.edits[0].span, fix.edits[0].text


def _range(span: Span, positions: _Positions) -> dict[str, object]:
    return {"start": positions[span.start], "end": positions[span.end]}


def _positions(report: Report) -> dict[str, _Positions]:
    """The places of all diagnostics and suggestions by path and offset."""
    offsets: dict[str, set[int]] = {}
    for one in report.diagnostics:
        spans = [one.span, *(span for span, _ in _suggestions(one))]
        offsets.setdefault(one.path, set()).update(offset for span in spans for offset in (span.start, span.end))
    return {path: dict(_in_bytes(report, path, sorted(found))) for path, found in offsets.items()}


def _in_bytes(report: Report, path: str, offsets: Iterable[int]) -> Iterator[tuple[int, dict[str, int]]]:
    """Line and column of offsets in ascending order; each stretch between two of a line is encoded only once."""
    text = report.texts.get(path, "")
    line, last, column = 0, 0, 1
    for offset in offsets:
        position = report.position(path, offset)
        if position.line != line:
            line, last, column = position.line, offset - position.column + 1, 1
        column += len(text[last:offset].encode("utf-8", "replace"))
        last = offset
        yield offset, {"line": line, "column": column}
