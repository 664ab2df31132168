"""Annotations, read as the runner reads them: a line that begins with `::` is a command, `%0A` is a line end."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from kbcheck.diagnostics import Diagnostic, Severity, Span
from kbcheck.reports.destination import Destination
from kbcheck.reports.github import render_github
from kbcheck.reports.report import Counts, Report
from kbcheck.reports.terminal import escaped
from tests.reports.hostile import NOWHERE, report_with, texts

COMMAND = re.compile(r"::(?P<name>\w+) (?P<properties>[^:]*)::(?P<data>.*)")


def decoded(text: str) -> str:
    for code, sign in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def commands(shown: str) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in shown.splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match["properties"].split(","))
        found.append(
            (match["name"], {name: decoded(value) for name, value in properties.items()}, decoded(match["data"]))
        )
    return found


@given(texts)
def test_content_gives_no_command_of_its_own(text: str) -> None:
    report = report_with(text)
    [first, second] = commands(render_github(report, NOWHERE))
    assert (first[0], second[0]) == ("error", "notice")
    assert first[1]["file"] == escaped(report.diagnostics[0].path)
    assert first[1]["title"] == "KB301 missing-file"
    assert first[2].startswith(escaped(text))


def found(counts: dict[Severity, int]) -> Report:
    diagnostics = tuple(
        Diagnostic("KB301", "missing-file", severity, "x", "a.md", Span(2 * n, 2 * n + 1))
        for severity, count in counts.items()
        for n in range(count)
    )
    return Report("0", "github", diagnostics, Counts(), 0.0, {"a.md": "x\n" * 100})


@pytest.mark.parametrize(
    ("counts", "shown", "rest"),
    [
        ({"error": 10, "warning": 10, "info": 10}, [10, 10, 10], None),
        ({"error": 11}, [10, 0, 1], "1 more finding:"),
        ({"error": 30, "warning": 2, "info": 40}, [10, 2, 10], "51 more findings:"),
    ],
)
def test_no_more_than_a_step_shows_and_one_line_for_the_rest(
    counts: dict[Severity, int], shown: list[int], rest: str | None
) -> None:
    made = commands(render_github(found(counts), NOWHERE))
    assert [sum(name == level for name, _, _ in made) for level in ("error", "warning", "notice")] == shown
    assert (made[-1][2].startswith(rest)) if rest else (made[-1][1]["title"] == "KB301 missing-file")


def test_changed_lines_come_first(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    (tmp_path / "a.md").write_text("x\n" * 100)
    git("add", ".")
    git("commit", "-m", "first")
    (tmp_path / "a.md").write_text("x\n" * 89 + "y\n" + "x\n" * 10)
    made = commands(render_github(found({"error": 100}), Destination(tmp_path)))
    assert [properties.get("line") for _, properties, _ in made][:3] == ["90", "1", "2"]
