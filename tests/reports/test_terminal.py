from __future__ import annotations

import unicodedata

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.reports.terminal import cells, escaped, view

# Characters and clusters whose width every current terminal agrees on, or should.
CLUSTERS = [
    *"aé’«»—…œ \u202f€→Жλ",
    *"漢字、Ａ가각",
    "e\u0301",
    "o\u0302\u0323",
    "👍",
    "👍🏽",
    "👨‍👩‍👧",
    "👩🏽‍🚀",
    "🏳️‍🌈",
    "🇫🇷",
    "🇨🇭",
    "❤️",
    "☀️",
    "1️⃣",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u1112\u1161\u11ab",
]
lines = st.lists(st.sampled_from(CLUSTERS), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("déjà « vu » 👨‍👩‍👧 e\u0301 \u00a0\u202f", "déjà « vu » 👨‍👩‍👧 e\u0301 \u00a0\u202f"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("abc\u202egpj.exe\u2066", "abc\\u202egpj.exe\\u2066"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zero\\u200bwidth\\ufeff soft\\xadhyphen"),
        ("caf\udce9", "caf\\udce9"),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert escaped(text) == shown


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    shown = escaped(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert shown.encode("utf-8").decode("utf-8") == shown


def test_a_text_is_cut_before_it_is_escaped() -> None:
    assert escaped("\n" * 100, limit=3) == "\\n\\n…"


@given(lines)
def test_widths_are_those_of_the_wcwidth_library(line: str) -> None:
    assert cells(line).columns[-1] == wcwidth.wcswidth(line)


def test_an_emoji_younger_than_the_tables_of_python_is_wide() -> None:
    assert cells("\U0001faef").columns == [0, 2]  # Unicode 17


@given(st.text())
def test_every_character_has_a_cell_and_none_goes_back(text: str) -> None:
    line = cells(text)
    assert len(line.shown) == len(text)
    assert len(line.columns) == len(text) + 1
    assert line.columns == sorted(line.columns)


@given(lines, lines, lines, st.integers(20, 60))
def test_the_marked_stretch_stands_where_the_view_says(before: str, marked: str, after: str, width: int) -> None:
    # The colons keep the clusters of the three parts apart.
    text, start = f"{before}:<{marked}>:{after}", len(before) + 1
    shown = view(text, start, start + len(marked) + 2, width)
    assert shown.marked.startswith("<")
    assert shown.column == wcwidth.wcswidth(shown.before)
    assert shown.width == wcwidth.wcswidth(shown.marked)
    assert wcwidth.wcswidth(shown.before + shown.marked + shown.after) <= width


@given(st.text(), st.data(), st.integers(20, 60), st.booleans(), st.booleans())
def test_any_span_of_any_text_can_be_shown(
    text: str, data: st.DataObject, width: int, cut_before: bool, cut_after: bool
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = view(text, start, end, width, cut_before=cut_before, cut_after=cut_after)
    line = cells(shown.before + shown.marked + shown.after)
    assert line.columns[-1] <= width
    assert shown.column <= cells(shown.before).columns[-1] + 1
    assert 0 <= shown.width <= width - shown.column
    assert not cut_before or shown.before.startswith("…")
    assert not cut_after or shown.after.endswith("…")


def test_a_mark_inside_a_cluster_marks_the_cluster() -> None:
    shown = view("xe\u0301y", 2, 3, 20)
    assert (shown.before, shown.marked, shown.after) == ("x", "e\u0301", "y")


def test_a_window_keeps_the_marked_stretch_in_the_middle() -> None:
    shown = view("a" * 100 + "MARK" + "b" * 100, 100, 104, 24)
    assert shown.before + shown.marked + shown.after == "…aaaaaaaaaMARKbbbbbbbbb…"


def test_a_window_shows_the_start_of_what_does_not_fit() -> None:
    shown = view("a" * 100 + "M" * 100 + "b", 100, 200, 22)
    assert shown.before + shown.marked + shown.after == "…aaaaaMMMMMMMMMMMMMMM…"
    assert (shown.column, shown.width) == (6, 15)


@pytest.mark.parametrize(("start", "line"), [(0, "MARKbbbbbbbbbbbbbbbb…"), (96, "…aaaaaaaaaaaaaaaaMARK")])
def test_a_window_at_an_end_of_the_line_has_one_cut(start: int, line: str) -> None:
    text = "a" * start + "MARK" + "b" * (96 - start)
    shown = view(text, start, start + 4, 22)
    assert shown.before + shown.marked + shown.after == line
