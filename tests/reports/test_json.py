from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic, Edit, EntityName, Fix, Related, Span
from kbcheck.reports.json import render_json
from kbcheck.reports.report import Counts, External, Report

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

TEXTS = {
    "developper/cct.md": "# CCT\r\n\r\nVoir [l’accès](../a.md) 👨‍👩‍👧 et [b](b.md).\r\n",
    "concevoir/a.md": "# Accès\n",
    "phases.md": "| Phase | Livrable |\n|---|---|\n| Construction |  |\n",
}
TARGET = Span(TEXTS["developper/cct.md"].index("../a.md"), TEXTS["developper/cct.md"].index("../a.md") + 7)
REPLACEMENT = "../concevoir/a.md"
MISSING_FILE = Diagnostic(
    "KB301",
    "missing-file",
    "error",
    "« ../a.md » n’existe pas",
    "developper/cct.md",
    TARGET,
    target="../a.md",
    related=(Related("concevoir/a.md", Span(2, 7), "une page de ce nom"),),
    fixes=(Fix("Corriger", (Edit("developper/cct.md", TARGET, REPLACEMENT),), safe=True, replacement=REPLACEMENT),),
)
PHASE = TEXTS["phases.md"].index("Construction")
NO_DELIVERABLE = Diagnostic(
    "KB501",
    "phase-without-deliverables",
    "warning",
    "phase «Construction» has no deliverable",
    "phases.md",
    Span(PHASE, PHASE + 12),
    entity=EntityName("phase", "Construction"),
)


@pytest.fixture
def made() -> Report:
    return Report("0.1.0", "gitbook", (MISSING_FILE, NO_DELIVERABLE), Counts(99, 840, 12), 0.3141592, TEXTS)


def one(diagnostic: Diagnostic, text: str = "") -> Report:
    return Report("0.1.0", "github", (diagnostic,), Counts(1), 0.1, {diagnostic.path: text})


def test_a_report_is_exactly_this(made: Report) -> None:
    assert render_json(made) == (
        """\
{
  "format": "kbcheck/1",
  "version": "0.1.0",
  "platform": "gitbook",
  "summary": {
    "documents": 99,
    "links": 840,
    "entities": 12,
    "error": 1,
    "warning": 1,
    "info": 0,
    "seconds": 0.314
  },
  "diagnostics": [
    {
      "code": "KB301",
      "rule": "missing-file",
      "severity": "error",
      "definite": true,
      "message": "« ../a.md » n’existe pas",
      "path": "developper/cct.md",
      "line": 3,
      "column": 16,
      "end_line": 3,
      "end_column": 23,
      "target": "../a.md",
      "entity": null,
      "related": [
        {
          "path": "concevoir/a.md",
          "line": 1,
          "column": 3,
          "message": "une page de ce nom"
        }
      ],
      "fixes": [
        {
          "title": "Corriger",
          "safe": true,
          "replacement": "../concevoir/a.md",
          "edits": [
            {
              "path": "developper/cct.md",
              "line": 3,
              "column": 16,
              "end_line": 3,
              "end_column": 23,
              "text": "../concevoir/a.md"
            }
          ]
        }
      ],
      "fingerprint": "FINGERPRINT"
    },
    {
      "code": "KB501",
      "rule": "phase-without-deliverables",
      "severity": "warning",
      "definite": true,
      "message": "phase «Construction» has no deliverable",
      "path": "phases.md",
      "line": 3,
      "column": 3,
      "end_line": 3,
      "end_column": 15,
      "target": null,
      "entity": {
        "kind": "phase",
        "name": "Construction"
      },
      "related": [],
      "fixes": [],
      "fingerprint": "FINGERPRINT"
    }
  ]
}
""".replace('"FINGERPRINT"', "%s")
        % tuple(json.dumps(made.fingerprints[diagnostic]) for diagnostic in made.diagnostics)
    )


def test_a_report_follows_its_schema(made: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(json.loads(render_json(made)))


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, the outer ones first."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from objects(inner)


def test_the_schema_asks_for_every_key_and_lets_others_be_added(made: Report) -> None:
    document = json.loads(render_json(made))
    for index, found in enumerate(objects(document)):
        for key in found:
            spoiled = deepcopy(document)
            del list(objects(spoiled))[index][key]
            assert not VALIDATOR.is_valid(spoiled), key
        extended = deepcopy(document)
        list(objects(extended))[index]["added-later"] = 1
        VALIDATOR.validate(extended)


@pytest.mark.parametrize(
    ("key", "value"),
    [("severity", "fatal"), ("line", 0), ("target", 3), ("entity", {"kind": "phase"}), ("fixes", None), ("code", "")],
)
def test_the_schema_refuses_what_a_consumer_could_not_read(made: Report, key: str, value: object) -> None:
    document = json.loads(render_json(made))
    document["diagnostics"][0][key] = value
    assert not VALIDATOR.is_valid(document)


def test_a_file_name_that_is_no_utf_8_can_be_written_and_read_back() -> None:
    path = "caf\udce9 [x].md"
    text = render_json(one(Diagnostic("KB105", "empty-page", "warning", f"{path} is empty", path, Span(0, 0))))
    assert '"path": "caf\\udce9 [x].md"' in text
    assert json.loads(text.encode("utf-8"))["diagnostics"][0]["path"] == path


def test_control_characters_are_escaped() -> None:
    message = "\x1b[31m \x9b31m \x7f \u202e \n"
    text = render_json(one(Diagnostic("KB301", "missing-file", "error", message, "a.md", Span(0, 0))))
    assert '"message": "\\u001b[31m \\u009b31m \\u007f \\u202e \\n"' in text
    assert json.loads(text)["diagnostics"][0]["message"] == message


def test_a_clean_report_has_an_empty_list(report: Callable[..., Report]) -> None:
    document = json.loads(render_json(report({"a.md": ""})))
    assert document["diagnostics"] == []
    VALIDATOR.validate(document)


@given(st.text(), st.text(min_size=1), st.integers(0, 50), st.integers(0, 50))
def test_any_text_in_any_field_is_read_back(text: str, path: str, start: int, length: int) -> None:
    span = Span(start, start + length)
    diagnostic = Diagnostic(
        "KB301",
        "missing-file",
        "info",
        text,
        path,
        span,
        target=text,
        entity=EntityName("phase", text),
        fixes=(Fix(text, (Edit(path, span, text),), replacement=text),),
    )
    document = json.loads(render_json(one(diagnostic, text)).encode("utf-8"))
    VALIDATOR.validate(document)
    read = document["diagnostics"][0]
    fix = read["fixes"][0]
    assert {text} == {
        read["message"],
        read["target"],
        read["entity"]["name"],
        fix["replacement"],
        fix["edits"][0]["text"],
    }
    assert read["path"] == path
    assert (read["line"], read["column"]) <= (read["end_line"], read["end_column"])


def test_what_was_done_about_external_links_is_told(made: Report) -> None:
    external = External(7, {"alive": 4, "dead": 1}, 3, ("https://example.org/", "https://example.org/b"), shard="2/5")
    report = json.loads(render_json(replace(made, external=external)))
    assert VALIDATOR.is_valid(report)
    assert report["summary"]["external"] == {
        "addresses": 7,
        "outcomes": {"alive": 4, "dead": 1},
        "remembered": 3,
        "unchecked": ["https://example.org/", "https://example.org/b"],
        "interrupted": False,
        "shard": "2/5",
    }
    for key in ("addresses", "outcomes", "remembered", "unchecked", "interrupted"):
        spoiled = deepcopy(report)
        del spoiled["summary"]["external"][key]
        assert not VALIDATOR.is_valid(spoiled), key
