"""SARIF, against the published schema: `pydantic-sarif` has it as models made by a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from kbcheck.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from kbcheck.engine import Request, check
from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Counts, External, Report
from kbcheck.reports.sarif import render_sarif
from tests.reports.hostile import ATTACKS, NOWHERE, report_with, texts

model = pytest.importorskip("pydantic_sarif.model", reason="pydantic-sarif, of the extra “dev”, is not installed")
EXAMPLE = Path(__file__).parents[2] / "examples" / "guide-produit"


def validated(report: Report, destination: Destination = NOWHERE) -> Any:
    """The one run of the report, which the schema accepts."""
    written = json.loads(render_sarif(report, destination))
    model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(written)
    [run] = written["runs"]
    return run


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(ValueError, match="validation error"):
        model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate({"version": "2.1.0", "runs": [{}]})


@pytest.mark.parametrize("attack", ATTACKS)
def test_any_content_is_valid(attack: str) -> None:
    validated(report_with(attack))


@given(texts)
def test_every_finding_is_a_result_with_its_place(text: str) -> None:
    report = report_with(text)
    results = validated(report)["results"]
    assert sorted(result["ruleId"] for result in results) == ["KB301", "KB302"]
    assert {result["partialFingerprints"]["kbcheck/v1"] for result in results} == set(report.fingerprints.values())
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (1, 1)
    assert (region["endLine"], region["endColumn"]) >= (1, 1)


def test_rules_have_the_help_of_their_page_in_the_language_of_the_run() -> None:
    report, _ = check(Request(EXAMPLE, language="fr"))
    run = validated(report, Destination(EXAMPLE))
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == {one.code for one in report.diagnostics}
    anchor = rules["KB302"]
    assert anchor["shortDescription"]["text"].startswith("La page visée par le lien existe")
    assert "## Ce que la règle signale" in anchor["help"]["markdown"]
    assert len(anchor["fullDescription"]["text"]) <= 1024
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_a_fix_is_a_replacement_at_its_place() -> None:
    text = "é [x](b.md)"
    target = Span(6, 10)
    fix = Fix("the page moved", (Edit("a b.md", target, "c.md"),), safe=True)
    one = Diagnostic("KB301", "missing-file", "warning", "gone", "a b.md", target, fixes=(fix,))
    [result] = validated(Report("0.1.0", "github", (one,), Counts(), 0.0, {"a b.md": text}))["results"]
    region = {"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 11}
    assert result["level"] == "warning"
    assert result["fixes"] == [
        {
            "description": {"text": "the page moved"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "a%20b.md"},
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": "c.md"}}],
                }
            ],
        }
    ]


def test_the_most_severe_results_come_first_and_no_more_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbcheck.reports.sarif._RESULTS", 2)
    severities: tuple[Severity, ...] = ("info", "error", "warning")
    found = tuple(
        Diagnostic("KB301", "missing-file", each, "x", "a.md", Span(0, n)) for n, each in enumerate(severities)
    )
    run = validated(Report("0.1.0", "github", found, Counts(), 0.0, {"a.md": "abc"}))
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


def test_a_shard_is_a_category_of_its_own() -> None:
    run = validated(Report("0.1.0", "github", (), Counts(), 0.0, {}, external=External(shard="2/5")))
    assert run["automationDetails"] == {"id": "kbcheck/shard-2-of-5/"}


def test_a_bracket_of_the_content_makes_no_link() -> None:
    [first, _] = validated(report_with("[x](1)"))["results"]
    assert first["message"]["text"] == "[x\\](1)"
