"""Fixes that meet: whole fixes or none, the first one first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbcheck.diagnostics import Diagnostic, Edit, Fix, Span
from kbcheck.fixes.choosing import choose
from kbcheck.fixes.contents import apply_edits

spans = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda each: Span(each[0], each[0] + each[1]))
edits = st.builds(Edit, st.sampled_from(["a.md", "b.md"]), spans, st.sampled_from(["", "x", "y\n"]))
fixes = st.lists(st.lists(edits, min_size=1, max_size=3).map(lambda own: Fix("", tuple(own))), max_size=6)


def diagnostic(fix: Fix) -> Diagnostic:
    return Diagnostic("KB1", "rule", "error", "", "a.md", Span(0, 0), fixes=(fix,))


def chosen(offered: list[Fix]) -> list[Fix]:
    return [one.fix for one in choose(map(diagnostic, offered), lambda each: each.fixes[0])]


def characters(fix: Fix) -> set[tuple[str, int]]:
    return {(edit.path, place) for edit in fix.edits for place in range(edit.span.start, edit.span.end)}


@given(fixes)
def test_chosen_fixes_never_change_the_same_character(offered):
    taken: set[tuple[str, int]] = set()
    for fix in chosen(offered):
        assert not characters(fix) & taken
        taken |= characters(fix)


@given(fixes)
def test_edits_of_chosen_fixes_can_all_be_applied(offered):
    own = [edit for fix in chosen(offered) for edit in fix.edits if edit.path == "a.md"]
    text = "0123456789abcdefgh"
    kept = [character for place, character in enumerate(text) if ("a.md", place) not in characters(Fix("", tuple(own)))]
    after = apply_edits(text, own)
    assert [each for each in after if each not in "xy\n"] == kept


def test_a_fix_that_meets_an_earlier_one_waits_as_a_whole():
    first = Fix("1", (Edit("a.md", Span(2, 5), "x"),))
    second = Fix("2", (Edit("a.md", Span(4, 6), "y"), Edit("b.md", Span(0, 1), "y")))
    third = Fix("3", (Edit("b.md", Span(0, 1), "z"),))
    assert chosen([first, second, third]) == [first, third]


def test_lines_can_be_added_at_one_place_and_words_cannot():
    line, other = (Fix(name, (Edit("a.md", Span(3, 3), f"\n{name}"),)) for name in "12")
    assert apply_edits("abc", [edit for fix in chosen([line, other]) for edit in fix.edits]) == "abc\n1\n2"
    word, again = (Fix(name, (Edit("a.md", Span(3, 3), name),)) for name in "12")
    assert chosen([word, again]) == [word]


def test_a_line_feed_of_a_fix_becomes_the_line_end_of_the_file():
    assert apply_edits("a\r\nb\r\n", [Edit("a.md", Span(3, 3), "x\n")]) == "a\r\nx\r\nb\r\n"
