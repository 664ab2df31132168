from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.diagnostics import Diagnostic, Edit, Fix, Lines, Related, Span
from kbcheck.reports.report import Counts, External, Report
from kbcheck.reports.terminal import escaped
from kbcheck.reports.text import render_concise, render_text

Make = Callable[..., Any]


@pytest.fixture
def shown(report: Make, diagnostic: Make, span_of: Make) -> Callable[..., str]:
    """The report on one text where some of its words are marked, without the summary."""

    def show(text: str, *marked: str, path: str = "a.md", width: int = 80, **fields: Any) -> str:
        made = report({path: text}, *(diagnostic(path, span_of(text, words), **fields) for words in marked))
        return render_text(made, color=False, width=width).rpartition("\n\n")[0] + "\n"

    return show


def test_a_whole_report(report: Make, diagnostic: Make, span_of: Make) -> None:
    texts = {
        "guide/cadrage.md": "# Cadrage\n\nVoir [l’accès](../a.md) et [la suite](#suite).\n",
        "README.md": "# Produit\n\n## Phases\n\n## Phases\n",
        "vide.md": "",
    }
    target = span_of(texts["guide/cadrage.md"], "../a.md")
    second = span_of(texts["README.md"], "Phases")
    made = report(
        texts,
        diagnostic(
            "guide/cadrage.md",
            target,
            message="`../a.md` does not exist",
            target="../a.md",
            fixes=(
                Fix(
                    "Link to the page of that name",
                    (Edit("guide/cadrage.md", target, "../acces/a.md"),),
                    True,
                    "../acces/a.md",
                ),
                Fix("Remove the link", ()),
            ),
        ),
        diagnostic(
            "guide/cadrage.md",
            span_of(texts["guide/cadrage.md"], "#suite"),
            code="KB302",
            rule="missing-anchor",
            message="no anchor `suite` in this page",
            target="#suite",
        ),
        diagnostic(
            "README.md",
            second,
            code="KB108",
            rule="duplicate-anchor",
            severity="info",
            message="the anchor `phases` is taken",
            related=(Related("README.md", Span(14, 20), "by this heading"),),
            fixes=(Fix("Number the heading", ()),),
        ),
        diagnostic(
            "vide.md", Span(0, 0), code="KB105", rule="empty-page", severity="warning", message="the page is empty"
        ),
        counts=Counts(documents=99),
    )
    assert render_text(made, color=False, width=80) == (
        """\
README.md:5:4 info KB108 duplicate-anchor: the anchor `phases` is taken
  5 | ## Phases
    |    ^^^^^^
    = note: README.md:3:4 by this heading
    = fix (unsafe): Number the heading

guide/cadrage.md:3:16 error KB301 missing-file: `../a.md` does not exist
  3 | Voir [l’accès](../a.md) et [la suite](#suite).
    |                ^^^^^^^
    = fix: Link to the page of that name: ../a.md → ../acces/a.md
guide/cadrage.md:3:39 error KB302 missing-anchor: no anchor `suite` in this page
  3 | Voir [l’accès](../a.md) et [la suite](#suite).
    |                                       ^^^^^^

vide.md:1:1 warning KB105 empty-page: the page is empty

2 errors, 1 warning, 1 info in 3 of 99 files (0.31 s)
1 can be fixed safely, 1 can be fixed after review
"""
    )


def test_without_frames(report: Make, diagnostic: Make) -> None:
    made = report({"a.md": "[x](y)", "b.md": "[x](y)"}, diagnostic("a.md", Span(4, 5)), diagnostic("b.md", Span(4, 5)))
    assert render_text(made, color=False, width=80, frames=False) == (
        """\
a.md:1:5 error KB301 missing-file: no such file

b.md:1:5 error KB301 missing-file: no such file

2 errors in 2 of 2 files (0.31 s)
"""
    )


def test_colours(report: Make, diagnostic: Make) -> None:
    fix = Fix("Link to it", (), True, "z.md")
    note = Related("z.md", Span(0, 0), "moved here")
    made = report(
        {"a.md": "[x](y.md)!"},
        diagnostic("a.md", Span(4, 8), target="y.md", fixes=(fix,), related=(note,), severity="warning"),
    )
    assert render_text(made, color=True, width=80).replace("\x1b[", "<").replace("<0m", "</>") == (
        """\
<1ma.md:1:5</> <1;33mwarning</> <2mKB301 missing-file:</> no such file
  <2m1 |</> [x](<1;33my.md</>)!
  <2m  |</>     <1;33m^^^^</>
    <2m=</> <1;36mnote:</> z.md:1:1 moved here
    <2m=</> <32mfix:</> Link to it: y.md → <32mz.md</>

<1;33m1 warning</> in 1 of 1 file (0.31 s)
1 can be fixed safely
"""
    )


@pytest.mark.parametrize(
    ("documents", "summary"),
    [(99, "No problem found in 99 files (0.31 s)\n"), (1, "No problem found in 1 file (0.31 s)\n")],
)
def test_a_clean_report_is_one_line(report: Make, documents: int, summary: str) -> None:
    assert render_text(report({}, counts=Counts(documents)), color=False, width=80) == summary


def test_a_finding_outside_the_pages_does_not_make_two_of_one_file(report: Make, diagnostic: Make) -> None:
    texts = {"SUMMARY.md": "x", ".gitbook.yaml": "x"}
    found = [diagnostic(path, Span(0, 1)) for path in texts]
    made = report(texts, *found, counts=Counts(1))
    assert render_text(made, color=False, width=80).endswith("\n2 errors in 1 file (0.31 s)\n")


def test_a_long_line_is_cut_around_the_finding(shown: Make) -> None:
    row = "<tr><td><strong>Cadrage</strong></td><td>note d’opportunité</td></tr>"
    table = "<table>" + row * 14 + '<tr><td><a href="y.md">voir</a></td></tr>' + row * 14 + "</table>"
    assert len(table) > 1900
    assert shown(table, "y.md") == (
        """\
a.md:1:991 error KB301 missing-file: no such file
  1 | …rtunité</td></tr><tr><td><a href="y.md">voir</a></td></tr><tr><td><stron…
    |                                    ^^^^
"""
    )
    assert shown(table, "y.md", width=120) == (
        """\
a.md:1:991 error KB301 missing-file: no such file
  1 | …</td><td>note d’opportunité</td></tr><tr><td><a href="y.md">voir</a></td></tr><tr><td><strong>Cadrage</strong></…
    |                                                        ^^^^
"""
    )


def test_wide_characters_before_the_finding(shown: Make) -> None:
    assert shown("🇫🇷 ❤️ 👨‍👩‍👧 漢字 e\u0301te\u0301 [lien](b.md) fin", "b.md") == (
        """\
a.md:1:29 error KB301 missing-file: no such file
  1 | 🇫🇷 ❤️ 👨‍👩‍👧 漢字 e\u0301te\u0301 [lien](b.md) fin
    |                          ^^^^
"""
    )


def test_a_finding_that_is_wide_itself(shown: Make) -> None:
    assert shown("x 漢字👍🏽 y", "漢字👍🏽") == (
        """\
a.md:1:3 error KB301 missing-file: no such file
  1 | x 漢字👍🏽 y
    |   ^^^^^^
"""
    )


def test_a_file_with_crlf(shown: Make) -> None:
    assert shown("# A\r\n\r\n[x](y.md)\r\nend\r\n", "y.md") == (
        """\
a.md:3:5 error KB301 missing-file: no such file
  3 | [x](y.md)
    |     ^^^^
"""
    )


def test_a_line_indented_with_tabs(shown: Make) -> None:
    assert shown("- a\n\t\t- [x](y.md)\tz", "y.md") == (
        """\
a.md:2:9 error KB301 missing-file: no such file
  2 |         - [x](y.md)    z
    |               ^^^^
"""
    )


def test_a_finding_over_several_lines_shows_the_first(shown: Make) -> None:
    assert shown("a\n{% hint\nstyle %}\nb", "{% hint\nstyle %}") == (
        """\
a.md:2:1 error KB301 missing-file: no such file
  2 | {% hint
    | ^^^^^^^
"""
    )


def test_an_empty_span_is_one_caret(shown: Make, report: Make, diagnostic: Make) -> None:
    made = report({"a.md": "[x]()"}, diagnostic("a.md", Span(4, 4), rule="empty-target"))
    assert "  1 | [x]()\n    |     ^\n" in render_text(made, color=False, width=80)


def test_a_finding_at_the_end_of_the_file(report: Make, diagnostic: Make) -> None:
    made = report({"a.md": "{% hint %}"}, diagnostic("a.md", Span(10, 10)))
    assert "  1 | {% hint %}\n    |           ^\n" in render_text(made, color=False, width=80)


@pytest.mark.parametrize("text", ["", "\n# Title\n", "# Title\n"])
def test_a_finding_about_a_whole_file_has_no_frame(report: Make, diagnostic: Make, text: str) -> None:
    made = report({"a.md": text}, diagnostic("a.md", Span(0, 0)))
    assert render_text(made, color=False, width=80).startswith(
        "a.md:1:1 error KB301 missing-file: no such file\n\n1 error"
    )


def test_a_finding_in_a_file_that_does_not_exist_has_no_frame(report: Make, diagnostic: Make) -> None:
    made = report({}, diagnostic("gone.md", Span(3, 9)), counts=Counts(5))
    assert render_text(made, color=False, width=80) == (
        "gone.md:1:1 error KB301 missing-file: no such file\n\n1 error in 1 of 5 files (0.31 s)\n"
    )


def test_a_file_name_with_a_line_end_stays_on_one_line(shown: Make) -> None:
    assert shown("[x](y.md)", "y.md", path="a\nb\x1b.md") == (
        """\
a\\nb\\x1b.md:1:5 error KB301 missing-file: no such file
  1 | [x](y.md)
    |     ^^^^
"""
    )


def test_content_cannot_steer_the_terminal(shown: Make) -> None:
    hostile = "\x1b]0;t\x07\x9b2J\u202eevil\u2066"
    fix = Fix(hostile, (), True, f"{hostile}!")
    note = Related(f"{hostile}.md", Span(0, 0), hostile)
    assert shown(f"{hostile} [x](y.md)", "y.md", message=hostile, target=hostile, fixes=(fix,), related=(note,)) == (
        """\
a.md:1:21 error KB301 missing-file: HOSTILE
  1 | HOSTILE [x](y.md)
    |                                        ^^^^
    = note: HOSTILE.md:1:1 HOSTILE
    = fix: HOSTILE: HOSTILE → HOSTILE!
""".replace("HOSTILE", "\\x1b]0;t\\x07\\x9b2J\\u202eevil\\u2066")
    )


def test_a_message_that_quotes_a_whole_page_is_cut(shown: Make) -> None:
    assert len(shown("[x](y.md)", "y.md", message="m" * 100_000)) < 1000


def test_many_related_places_are_counted(shown: Make) -> None:
    notes = tuple(Related("b.md", Span(0, 0), f"use {number}") for number in range(7))
    assert shown("[x](y.md)", "y.md", related=notes).endswith(
        """\
    = note: b.md:1:1 use 3
    = note: b.md:1:1 use 4
    = note: 2 more places
"""
    )


def test_a_fix_whose_title_says_the_replacement_does_not_say_it_twice(shown: Make) -> None:
    fix = Fix("y.md → z.md", (), True, "z.md")
    assert shown("[x](y.md)", "y.md", target="y.md", fixes=(fix,)).endswith("    = fix: y.md → z.md\n")


def test_concise_is_one_line_a_finding_and_nothing_else(report: Make, diagnostic: Make) -> None:
    made = report(
        {"a.md": "é [x](y.md)"},
        diagnostic("a.md", Span(6, 10), message="no file\nhere"),
        diagnostic("b\n.md", Span(0, 0), severity="warning", code="KB105", rule="empty-page", message="empty"),
    )
    assert render_concise(made) == (
        "a.md:1:7 error KB301 missing-file: no file\\nhere\nb\\n.md:1:1 warning KB105 empty-page: empty\n"
    )
    assert render_concise(report({})) == ""


CHARACTERS = st.sampled_from([*"aé’ \t\x1b\u202e漢", "e\u0301", "👨‍👩‍👧", "🇫🇷", "❤️", "👍🏽", "\r\n", "\n"])
stretches = st.lists(CHARACTERS, max_size=60).map("".join)


def width_of(shown: str) -> int:
    width: int = wcwidth.wcswidth(shown)
    assert width >= 0
    return width


def frame_of(text: str, span: Span, width: int) -> tuple[str, str]:
    """The line and the carets of a report with one finding, without the gutter."""
    made = Report(
        "0", "github", (Diagnostic("KB301", "x", "error", "m", "a.md", span),), Counts(1), 0.0, {"a.md": text}
    )
    lines = render_text(made, color=False, width=width).split("\n")
    gutter = lines[2].index("|") + 2
    return lines[1][gutter:], lines[2][gutter:]


@given(stretches, stretches, stretches)
def test_the_carets_stand_under_the_span_in_the_shown_line(before: str, marked: str, after: str) -> None:
    # The brackets and the colons keep the clusters of the three parts apart.
    text = f"{before}:<{marked}>:{after}"
    span = Span(len(before) + 1, len(before) + len(marked) + 3)
    line, carets = frame_of(text, span, width=1000)
    lines = Lines(text)
    position = lines.position(span.start)
    source = lines.line(position.line)
    spanned = source[position.column - 1 :][: span.end - span.start]

    def as_shown(stretch: str) -> str:
        return escaped(stretch.replace("\t", "<tab>")).replace("<tab>", "    ")

    assert line.rstrip() == as_shown(source).rstrip()
    assert carets.index("^") == width_of(as_shown(source[: position.column - 1]))
    assert carets.count("^") == width_of(as_shown(spanned))


@given(stretches, stretches, stretches, st.integers(30, 80))
def test_the_carets_stand_under_the_span_in_a_cut_line(before: str, marked: str, after: str, width: int) -> None:
    text = f"{before}:<{marked}>:{after}"
    line, carets = frame_of(text, Span(len(before) + 1, len(before) + len(marked) + 3), width)
    start = line.index("<")
    end = line.find(">") + 1 or len(line.removesuffix("…"))
    assert carets.index("^") == width_of(line[:start])
    assert carets.count("^") == width_of(line[start:end])
    assert width_of(line) <= width


@given(st.text(), st.data(), st.integers(0, 120), st.booleans())
def test_any_span_of_any_text_can_be_reported(text: str, data: st.DataObject, width: int, color: bool) -> None:
    start = data.draw(st.integers(0, len(text) + 2))
    end = data.draw(st.integers(start, len(text) + 2))
    found = Diagnostic("KB301", "x", "error", text, "a.md", Span(start, end), target=text)
    made = Report("0", "github", (found,), Counts(1), 0.0, {"a.md": text})
    shown = render_text(made, color=color, width=width)
    assert len(shown.splitlines()) in (3, 5)
    assert ("\x1b" in shown) == color
    assert len(render_concise(made).splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "External links: alive 4, dead 1, not checked 2\n"),
        ("fr", "Liens externes\xa0: valides 4, morts 1, non vérifiés 2\n"),
    ],
)
def test_what_was_done_about_external_links_is_told(report: Make, language: str, line: str) -> None:
    external = External(7, {"dead": 1, "alive": 4}, 3, ("https://example.org/", "https://example.org/b"))
    made = report({}, counts=Counts(1), external=external, language=language)
    assert render_text(made, color=False, width=80).endswith(line)
