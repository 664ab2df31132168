"""The Markdown report, as a Markdown parser sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from kbcheck.diagnostics import Diagnostic, Span
from kbcheck.reports.destination import Destination
from kbcheck.reports.markdown import code, inline, render_markdown
from kbcheck.reports.report import Counts, Report
from kbcheck.reports.terminal import escaped
from tests.reports.hostile import NOWHERE, report_with, texts

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ALLOWED = {"text", "code_inline", "softbreak", "hardbreak", "text_special", "html_inline"}


def words(markdown: str) -> list[tuple[str, str]]:
    """What the inline part of a table cell consists of."""
    table = PARSER.parse(f"| a |\n| --- |\n| {markdown} |\n")
    cells = [token for token in table if token.type == "inline"]
    assert len(cells) == 2
    return [(token.type, token.content) for token in cells[1].children or ()]


@given(texts)
def test_content_is_shown_as_it_is(text: str) -> None:
    shown = words(inline(text))
    assert all(kind in ("text", "text_special") for kind, _ in shown)
    said = "".join(content for _, content in shown).replace("\u2060", "")
    # The parser strips cells as Python does, no-break spaces included.
    assert said.strip() == escaped(text).replace("\u2060", "").strip()


@given(texts)
def test_a_path_is_code_as_it_is(text: str) -> None:
    path = escaped(f"{text}:1:2")
    if path.strip() == path:
        assert words(code(path)) == [("code_inline", path)]


@given(texts)
def test_a_report_has_one_row_for_each_finding_and_no_html_of_the_content(text: str) -> None:
    tokens = PARSER.parse(render_markdown(report_with(text), NOWHERE))
    inner = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inner} <= ALLOWED
    assert {child.content for child in inner if child.type == "html_inline"} <= {"<br>"}
    assert sum(token.type == "tr_open" for token in tokens) == 3 + 2 * 2  # rules, and a table for each severity


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("@team", "@\u2060team"),
        ("see #12", "see #\u206012"),
        ("a & b", "a &amp; b"),
        ("https://evil.example", "https:\u2060//evil.example"),
    ],
)
def test_nobody_is_mentioned(written: str, shown: str) -> None:
    assert inline(written) == shown


def test_it_stays_below_the_limit_and_counts_the_rest() -> None:
    found = tuple(Diagnostic("KB301", "missing-file", "error", "é" * 300, "a.md", Span(n, n)) for n in range(5000))
    shown = render_markdown(Report("0", "github", found, Counts(), 0.0, {"a.md": "x" * 5000}), NOWHERE)
    assert 900_000 < len(shown.encode()) < 1_000_000
    rest = int(shown.rstrip().rpartition("\n")[2].split()[0])
    assert shown.count("KB301 missing-file: ") + rest == 5000


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        (
            {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/n", "GITHUB_SHA": "abc"},
            "<https://github.com/o/n/blob/abc/a%20b.md?plain=1#L1>",
        ),
        (
            {"CI_PROJECT_URL": "https://gitlab.com/o/n", "CI_COMMIT_SHA": "abc"},
            "<https://gitlab.com/o/n/-/blob/abc/a%20b.md?plain=1#L1>",
        ),
    ],
)
def test_places_lead_to_the_line_on_the_code_host(environment: dict[str, str], address: str) -> None:
    one = Diagnostic("KB301", "missing-file", "error", "gone", "a b.md", Span(0, 1))
    report = Report("0", "github", (one,), Counts(), 0.0, {"a b.md": "x"})
    destination = Destination(NOWHERE.root, environment=environment)
    assert f"| [`a b.md:1:1`]({address}) |" in render_markdown(report, destination)
