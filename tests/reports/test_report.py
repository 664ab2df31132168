from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.diagnostics import Diagnostic, EntityName, Lines, Position, Span
from kbcheck.reports.report import Counts, Report, in_order

Make = Callable[..., Any]


def link(text: str, written: str, **fields: Any) -> Diagnostic:
    start = fields.pop("start", text.index(written))
    span = Span(start, start + len(written))
    defaults = {"code": "KB301", "rule": "missing-file", "severity": "error", "message": "gone", "path": "a.md"}
    return Diagnostic(span=span, **{**defaults, "target": written, **fields})


def fingerprints(text: str, *diagnostics: Diagnostic, path: str = "a.md") -> list[str]:
    report = Report("0.1.0", "github", in_order(diagnostics), Counts(), 0.0, {path: text})
    return [report.fingerprints[diagnostic] for diagnostic in report.diagnostics]


def test_positions_count_code_points_from_one(report: Make) -> None:
    text = "é\r\n👨‍👩‍👧 [a](b)"
    assert report({"a.md": text}).position("a.md", text.index("b")) == Position(2, 11)


def test_a_file_without_text_has_one_position(report: Make) -> None:
    assert report({}).position("gone.md", 7) == Position(1, 1)


def test_severities_are_counted(report: Make, diagnostic: Make) -> None:
    found = [
        diagnostic("a.md", Span(n, n + 1), severity=severity) for n, severity in enumerate(["info", "error", "info"])
    ]
    made = report({"a.md": "abc"}, *found)
    assert [made.count("error"), made.count("warning"), made.count("info")] == [1, 0, 2]


def test_diagnostics_are_sorted_by_path_span_and_code_and_said_once(diagnostic: Make) -> None:
    a, b = diagnostic("b.md", Span(0, 1)), diagnostic("a.md", Span(9, 10))
    c, d = diagnostic("a.md", Span(2, 3), code="KB302"), diagnostic("a.md", Span(2, 3), code="KB301")
    assert in_order([a, b, c, a, d, d]) == (d, c, b, a)


def test_a_fingerprint_survives_moved_lines() -> None:
    before, after = "see [x](y.md)\n", "# New title\n\nA paragraph.\n\n  see [x](y.md)\n"
    assert fingerprints(before, link(before, "y.md")) == fingerprints(after, link(after, "y.md"))


def test_a_fingerprint_survives_another_language_and_severity() -> None:
    text = "see [x](y.md)\n"
    french = link(text, "y.md", message="fichier absent", severity="info")
    assert fingerprints(text, french) == fingerprints(text, link(text, "y.md"))


def test_a_fingerprint_survives_an_edit_at_the_other_end_of_a_long_line() -> None:
    table = "<table>" + "<tr><td>x</td></tr>" * 50 + '<a href="y.md">y</a></table>'
    edited = table.replace("<table>", "<table data-view='cards'>")
    assert fingerprints(table, link(table, "y.md")) == fingerprints(edited, link(edited, "y.md"))


def test_a_fingerprint_of_a_whole_file_survives_a_new_first_line() -> None:
    page = link("# Old", "", target=None, start=0, rule="page-not-in-navigation")
    assert fingerprints("# Old", page) == fingerprints("# New", page)


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "missing-anchor"},
        {"target": "z.md"},
        {"entity": EntityName("phase", "Construction")},
    ],
)
def test_fingerprints_of_different_findings_differ(other: dict[str, Any]) -> None:
    text = "see [x](y.md)\n"
    assert fingerprints(text, link(text, "y.md")) != fingerprints(text, link(text, "y.md", **other))


def test_fingerprints_of_equal_findings_differ_and_a_new_one_below_keeps_those_above() -> None:
    line = "[x](y.md)\n"
    two = fingerprints(line * 2, *(link(line, "y.md", start=n * len(line) + 4) for n in range(2)))
    three = fingerprints(line * 3, *(link(line, "y.md", start=n * len(line) + 4) for n in range(3)))
    assert len(set(three)) == 3
    assert three[:2] == two


def test_a_file_name_that_is_no_utf_8_has_a_fingerprint() -> None:
    text = "[x](y.md)"
    assert fingerprints(text, link(text, "y.md", path="caf\udce9.md"), path="caf\udce9.md")


texts = st.text(st.sampled_from("ab \t\r\n\u2028é"), max_size=40)


@given(texts, st.data())
def test_an_excerpt_is_the_line_around_a_place(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    reach = data.draw(st.integers(1, 10))
    made = Report("0", "github", (), Counts(), 0.0, {"a.md": text})
    excerpt = made.excerpt("a.md", offset, reach)
    lines = Lines(text)
    position = lines.position(offset)
    line = lines.line(position.line)
    at = min(position.column - 1, len(line))  # the place may be inside CR LF
    assert line[max(0, at - excerpt.offset) :].startswith(excerpt.text)
    assert excerpt.offset <= reach
    assert excerpt.cut_before == (at > excerpt.offset)
    assert excerpt.cut_after == (at - excerpt.offset + len(excerpt.text) < len(line))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.sampled_from(["x", "y"])), max_size=20), texts)
def test_fingerprints_are_unique_in_a_report(found: list[tuple[int, int, str]], text: str) -> None:
    diagnostics = [
        Diagnostic("KB301", "missing-file", "error", message, "a.md", Span(start, start + length))
        for start, length, message in found
    ]
    made = fingerprints(text, *diagnostics)
    assert len(set(made)) == len(made) == len(set(diagnostics))
