"""What holds for every format, and the formats that are JSON or XML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from kbcheck.diagnostics import Diagnostic, Edit, Fix, Span
from kbcheck.reports.destination import Destination
from kbcheck.reports.formats import FORMATS, render
from kbcheck.reports.gitlab import render_gitlab
from kbcheck.reports.junit import render_junit
from kbcheck.reports.rdjson import render_rdjson
from kbcheck.reports.report import Counts, Report
from kbcheck.reports.terminal import escaped
from tests.reports.hostile import ATTACKS, NOWHERE, report_with, texts


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_content_steers_a_terminal_or_ends_a_run(name: str, language: str) -> None:
    for attack in ATTACKS:
        shown = render(report_with(attack, language), name, NOWHERE)
        assert "\x1b" not in shown
        assert shown.encode()  # every character can be written
        assert shown.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_report_is_one_of_the_format(name: str) -> None:
    shown = render(Report("0.1.0", "github", (), Counts(), 0.0, {}), name, NOWHERE)
    assert shown == "" or shown.endswith("\n")


def test_formats_differ_by_language_where_they_speak() -> None:
    for name in ("text", "github", "junit", "markdown", "html"):
        many = Report("0", "github", tuple(_link(n) for n in range(20)), Counts(1), 0.0, {"a.md": "x" * 99, "b.md": ""})
        french = Report("0", "github", many.diagnostics, Counts(1), 0.0, many.texts, language="fr")
        assert render(many, name, NOWHERE) != render(french, name, NOWHERE), name


def _link(start: int, **fields: Any) -> Diagnostic:
    return Diagnostic("KB301", "missing-file", "error", "gone", "a.md", Span(start, start + 1), **fields)


# GitLab


@given(texts)
def test_gitlab_lists_every_finding_with_a_fingerprint_of_its_own(text: str) -> None:
    report = report_with(text)
    issues = json.loads(render_gitlab(report, NOWHERE))
    assert [issue["check_name"] for issue in issues] == [one.rule for one in report.diagnostics]
    assert len({issue["fingerprint"] for issue in issues}) == 2
    assert {issue["severity"] for issue in issues} == {"major", "info"}
    assert issues[0]["location"]["lines"]["begin"] == 1


def test_paths_start_at_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    report = Report("0", "github", (_link(0),), Counts(), 0.0, {"a.md": "x"})
    [issue] = json.loads(render_gitlab(report, Destination(tmp_path / "docs")))
    assert issue["location"]["path"] == "docs/a.md"


# JUnit


@given(texts)
def test_junit_is_xml_that_says_what_was_found(text: str) -> None:
    suites = ET.fromstring(render_junit(report_with(text), NOWHERE))
    failures = suites.findall("testsuite/testcase/failure")
    assert [failure.get("type") for failure in failures] == ["KB301 error", "KB302 info"]
    assert failures[0].get("message") == escaped(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert suites.get("failures") == "2"
    assert not list(failures[0])


def test_junit_counts_files_without_findings_as_passed() -> None:
    report = Report("0", "github", (_link(0),), Counts(), 0.0, {"a.md": "x", "b.md": "", "c.md": ""})
    suites = ET.fromstring(render_junit(report, NOWHERE))
    assert (suites.get("tests"), suites.get("failures")) == ("3", "1")


# RDJSON


@given(texts)
def test_rdjson_places_are_bytes_of_the_text(text: str) -> None:
    [first, _] = json.loads(render_rdjson(report_with(text), NOWHERE))["diagnostics"]
    assert first["location"]["range"]["start"] == {"line": 1, "column": 1}
    last_line = text.replace("\r\n", "\n").replace("\r", "\n").rpartition("\n")[2]
    assert first["location"]["range"]["end"]["column"] == len(last_line.encode("utf-8", "replace")) + 1
    assert "suggestions" not in first  # it has two edits


def test_rdjson_suggests_a_fix_of_one_edit_and_counts_accents_twice() -> None:
    text = "été [à](b.md)"
    target = Span(text.index("b.md"), text.index("b.md") + 4)
    fix = Fix("c", (Edit("a.md", target, "c.md"),))
    one = Diagnostic("KB301", "missing-file", "warning", "gone", "a.md", target, fixes=(fix,))
    report = Report("0", "github", (one,), Counts(), 0.0, {"a.md": text})
    [shown] = json.loads(render_rdjson(report, NOWHERE))["diagnostics"]
    place = {"start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 16}}
    assert shown["suggestions"] == [{"range": place, "text": "c.md"}]
    assert (shown["severity"], shown["code"]) == ("WARNING", {"value": "KB301"})
