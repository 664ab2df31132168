"""Several JSON reports of one knowledge base, made into one: each of them looked at a part of the external hosts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta, Struct

from kbcheck.diagnostics import (
    SEVERITIES,
    Diagnostic,
    Edit,
    EntityName,
    Fix,
    Lines,
    Position,
    Related,
    Severity,
    Span,
)
from kbcheck.errors import SayableError
from kbcheck.reports.json import FORMAT
from kbcheck.reports.report import Counts, External, Report, RulePage

Json = Mapping[str, Any]


class NoReportError(SayableError):
    """A text that is no report of kbcheck; the message says why."""


# More than any file that is checked has.
_Line = Annotated[int, Meta(ge=1, le=1_000_000)]
_Column = Annotated[int, Meta(ge=1, le=100_000_000)]


class _Place(Struct):
    path: str
    line: _Line
    column: _Column


class _Related(_Place):
    message: str


class _Span(_Place):
    end_line: _Line
    end_column: _Column


class _Edit(_Span):
    text: str


class _Fix(Struct):
    title: str
    safe: bool
    replacement: str | None
    edits: list[_Edit]


class _Diagnostic(_Span):
    code: str
    rule: str
    severity: Severity
    message: str
    target: str | None
    entity: dict[str, str] | None
    related: list[_Related]
    fixes: list[_Fix]
    fingerprint: str


class _External(Struct):
    addresses: int
    outcomes: dict[str, int]
    remembered: int
    unchecked: list[str]
    interrupted: bool
    shard: Annotated[str, Meta(pattern=r"^[1-9]\d{0,3}/[1-9]\d{0,3}$")] | None = None


class _Summary(Struct):
    documents: int
    links: int
    entities: int
    seconds: float
    external: _External | None = None


class _Report(Struct):
    """What is needed of a report, as `schemas/report.schema.json` describes it: that one is for other programs."""

    version: str
    platform: str
    summary: _Summary
    diagnostics: list[_Diagnostic]


def read_report(text: str) -> Json:
    """A JSON report. Raises `NoReportError`."""
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        raise NoReportError("this is no JSON") from None
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise NoReportError("this is no report of kbcheck ({format})", format=FORMAT)
    try:
        msgspec.convert(report, _Report)
    except msgspec.ValidationError as error:
        raise NoReportError("this is no complete report: {reason}", reason=error) from None
    return report


def merged(reports: Sequence[Json]) -> Json:
    """One report with the findings of all, each once: what has the same fingerprint is the same.

    Raises `NoReportError` for reports that are not of one base, and when a shard is missing.
    """
    first = reports[0]
    for key in ("platform", "version"):
        if len({report[key] for report in reports}) > 1:
            raise NoReportError("these reports differ in “{key}”: they are not of one run", key=key)
    if len({report["summary"]["documents"] for report in reports}) > 1:
        raise NoReportError("these reports are of different pages")
    external = [report["summary"]["external"] for report in reports if "external" in report["summary"]]
    _check_shards({part["shard"] for part in external if part.get("shard")})
    found = {each["fingerprint"]: each for report in reports for each in report["diagnostics"]}
    diagnostics = sorted(
        found.values(),
        key=lambda each: (
            each["path"],
            each["line"],
            each["column"],
            each["end_line"],
            each["end_column"],
            each["code"],
        ),
    )
    severities = Counter(each["severity"] for each in diagnostics)
    summary = {
        **first["summary"],
        **{severity: severities[severity] for severity in SEVERITIES},
        "seconds": max(report["summary"]["seconds"] for report in reports),
    }
    return {
        **first,
        "summary": summary | ({"external": _external(external)} if external else {}),
        "diagnostics": diagnostics,
    }


def _check_shards(shards: set[str]) -> None:
    """A job that failed leaves no report: without it, the whole would look better than it is."""
    counts = {int(shard.partition("/")[2]) for shard in shards}
    missing = [f"{index}/{count}" for count in sorted(counts) for index in range(1, count + 1)]
    missing = [shard for shard in missing if shard not in shards]
    if missing:
        raise NoReportError("the report of a shard is missing: {shards}", shards=", ".join(missing[:5]))


def _external(parts: Sequence[Json]) -> Json:
    outcomes: Counter[str] = Counter()
    for part in parts:
        outcomes.update(part["outcomes"])
    return {
        "addresses": sum(part["addresses"] for part in parts),
        "outcomes": dict(sorted(outcomes.items())),
        "remembered": sum(part["remembered"] for part in parts),
        "unchecked": [address for part in parts for address in part["unchecked"]],
        "interrupted": any(part["interrupted"] for part in parts),
        "shard": None,
    }


def as_report(
    report: Json, texts: Mapping[str, str], language: str, rules: Mapping[str, RulePage] | None = None
) -> Report:
    """A JSON report as all formats want it. `texts` are the files it is about; of those that are missing, or that have
    changed since, nothing is shown but the place. The messages stay in the language of the report.
    """
    files = _Files(report, texts)
    summary = report["summary"]
    external = summary.get("external")
    fingerprints = {_diagnostic(each, files): each["fingerprint"] for each in report["diagnostics"]}
    return Report(
        report["version"],
        report["platform"],
        tuple(fingerprints),
        Counts(summary["documents"], summary["links"], summary["entities"]),
        summary["seconds"],
        files.texts,
        (),
        language,
        _external_of(external) if external else None,
        rules or {},
        given_fingerprints=fingerprints,
    )


def _external_of(part: Json) -> External:
    return External(
        part["addresses"],
        part["outcomes"],
        part["remembered"],
        tuple(part["unchecked"]),
        part["interrupted"],
        part["shard"],
    )


class _Files:
    """The texts of the files, real ones or blank ones in which every place of the report exists."""

    def __init__(self, report: Json, texts: Mapping[str, str]) -> None:
        places: dict[str, dict[int, int]] = {}
        for each in _places(report):
            lines = places.setdefault(each["path"], {})
            for line, column in (("line", "column"), ("end_line", "end_column")):
                if line in each:
                    lines[each[line]] = max(lines.get(each[line], 1), each[column])
        self.texts = {path: _text(texts.get(path), lines) for path, lines in places.items()}
        self._lines = {path: Lines(text) for path, text in self.texts.items()}

    def offset(self, path: str, line: int, column: int) -> int:
        return self._lines[path].offset(Position(line, column))

    def span(self, path: str, place: Json) -> Span:
        start = self.offset(path, place["line"], place["column"])
        return Span(start, self.offset(path, place["end_line"], place["end_column"]) if "end_line" in place else start)


def _places(report: Json) -> list[Json]:
    found: list[Json] = []
    for each in report["diagnostics"]:
        found += [each, *each["related"], *(edit for fix in each["fixes"] for edit in fix["edits"])]
    return found


def _text(text: str | None, lines: Mapping[int, int]) -> str:
    """The text, when all places are in it; else blanks."""
    if text is not None:
        known = Lines(text)
        if all(line <= len(known) and column <= len(known.line(line)) + 1 for line, column in lines.items()):
            return text
    return "\n".join(" " * (lines.get(number, 1) - 1) for number in range(1, max(lines) + 1))


def _diagnostic(each: Json, files: _Files) -> Diagnostic:
    path = each["path"]
    entity = each["entity"]
    return Diagnostic(
        each["code"],
        each["rule"],
        _severity(each["severity"]),
        each["message"],
        path,
        files.span(path, each),
        each["target"],
        EntityName(entity["kind"], entity["name"]) if entity else None,
        tuple(Related(one["path"], files.span(one["path"], one), one["message"]) for one in each["related"]),
        tuple(
            Fix(
                fix["title"],
                tuple(Edit(edit["path"], files.span(edit["path"], edit), edit["text"]) for edit in fix["edits"]),
                fix["safe"],
                fix["replacement"],
            )
            for fix in each["fixes"]
        ),
        each.get("definite", True),
    )


def _severity(written: str) -> Severity:
    known: tuple[Severity, ...] = get_args(Severity)
    return next(severity for severity in known if severity == written)
