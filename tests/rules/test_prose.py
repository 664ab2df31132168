"""Patterns for the beginnings of lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.rules.prose import LinePattern

PATTERNS = (r"[ \t]*+(-)(?=\w)", r"[ \t>]*+(\|?)-++\|")


@pytest.mark.parametrize("pattern", PATTERNS)
@given(st.lists(st.sampled_from(("-", "a", "|", " ", ">", "\n", "\r\n")), max_size=30).map("".join))
def test_the_same_lines_match_as_with_a_caret(pattern: str, text: str) -> None:
    found = [match.span(1) for match in LinePattern(pattern).finditer(text)]
    assert found == [match.span(1) for match in re.finditer(f"^{pattern}", text, re.MULTILINE)]
