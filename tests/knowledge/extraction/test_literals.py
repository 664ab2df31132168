"""Words that a pattern asks for: no line that matches may be passed over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.knowledge.extraction.literals import lines_that_may_match, words_of

PATTERNS = {
    r"livrables?\b": {"livrable"},
    r"^\W*(?:(?:key |main )?deliverables?|Étapes)": {"deliverable", "étapes"},
    r"\b(?:phases|stages)\b.{0,80}:\s*$|outputs?": {"phases", "stages", "output"},
    r"(?:ab|step)+ x": None,
    r"(?:phase)?\d+": None,
    r"(?!phase)x": None,
    r"[ph]hase{1,2}": {"has"},
    r".": None,
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_words_that_every_match_holds(pattern: str) -> None:
    expected = PATTERNS[pattern]
    assert words_of(re.compile(pattern, re.IGNORECASE | re.MULTILINE)) == (frozenset(expected) if expected else None)


@given(
    st.sampled_from(tuple(PATTERNS)),
    st.lists(
        st.sampled_from(
            ("Phases", "STAGES :", "étapes", "Livrable", "outputs", "hhasee", "İ", "\r\n", "\n", "\r", " ", "x1")
        ),
        max_size=20,
    ).map("".join),
)
def test_no_line_that_matches_is_passed_over(pattern: str, text: str) -> None:
    wanted = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    found = [text[start:end] for start, end in lines_that_may_match(wanted, text)]
    assert [line for line in found if wanted.search(line)] == [
        line for line in re.split("[\r\n]", text) if wanted.search(line)
    ]
