"""Lines added to YAML that people wrote: the rest stays, to the character and in its meaning."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.schema.yaml import read_yaml
from kbcheck.starting.insertion import with_entry, with_section

ENTRY = "# why\n- repo: x\n  hooks:\n    - id: kbcheck\n"

EXTENDED = [
    # A list at the margin, comments and blank lines around.
    (
        "# ours\nrepos:\n- repo: a # first\n  hooks: [{id: y}]\n\n# end\n",
        "# ours\nrepos:\n- repo: a # first\n  hooks: [{id: y}]\n# why\n- repo: x\n  hooks:\n    - id: kbcheck\n\n# end\n",
    ),
    # A hook that is commented out belongs to the entry before.
    (
        "repos:\n  -   repo: a\n      hooks:\n      - id: y\n      # - id: z\n  # next\n",
        "repos:\n  -   repo: a\n      hooks:\n      - id: y\n      # - id: z\n  # why\n  - repo: x\n    hooks:\n      - id: kbcheck\n  # next\n",
    ),
    # Keys after the list; no line end at the end of the file.
    (
        "repos:\n- repo: a\nci: {skip: [y]}",
        "repos:\n- repo: a\n# why\n- repo: x\n  hooks:\n    - id: kbcheck\nci: {skip: [y]}",
    ),
    ("repos:\n- repo: a", "repos:\n- repo: a\n# why\n- repo: x\n  hooks:\n    - id: kbcheck\n"),
    # A block scalar at the end of the last entry.
    (
        "repos:\n- repo: a\n  note: |\n    # no comment\n\n    - no entry\nci: {}\n",
        "repos:\n- repo: a\n  note: |\n    # no comment\n\n    - no entry\n# why\n- repo: x\n  hooks:\n    - id: kbcheck\nci: {}\n",
    ),
    ("repos:\r\n- repo: a\r\n", "repos:\r\n- repo: a\r\n# why\r\n- repo: x\r\n  hooks:\r\n    - id: kbcheck\r\n"),
    ("", "repos:\n  # why\n  - repo: x\n    hooks:\n      - id: kbcheck\n"),
    ("# nothing yet\n", "# nothing yet\n\nrepos:\n  # why\n  - repo: x\n    hooks:\n      - id: kbcheck\n"),
    ("ci: {}\n", "ci: {}\n\nrepos:\n  # why\n  - repo: x\n    hooks:\n      - id: kbcheck\n"),
    # A tag that only another program knows.
    (
        "a: !reference [b, c]\n",
        "a: !reference [b, c]\n\nrepos:\n  # why\n  - repo: x\n    hooks:\n      - id: kbcheck\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), EXTENDED)
def test_an_entry_is_put_at_the_end_of_the_list(before: str, after: str) -> None:
    assert with_entry(before, "repos", ENTRY) == after


@pytest.mark.parametrize(
    "text",
    [
        "repos: [{repo: a}]\n",
        "repos: []\n",
        "repos:\n",
        "repos: a\n",
        "repos:\n  a: b\n",
        "- repos\n",
        "repos:\n- repo: a\n  x: [\n",
        "{repos: [{repo: a}]}\n",
        "repos: &all\n-\n  repo: a\n",
        "ci: {}\n...\n",
        "a: 1\na: 2\n- x\n",
        "just text",
    ],
)
def test_what_cannot_be_extended_for_certain_is_not(text: str) -> None:
    assert with_entry(text, "repos", ENTRY) is None


def test_keys_that_are_there_are_not_added_again() -> None:
    assert with_section("a: 1\n", "a: 2\n") is None
    assert with_section("a: 1", "b: 2\n") == "a: 1\n\nb: 2\n"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab:#-'\"|> \n", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.lists(
        st.dictionaries(st.text("abc", min_size=1, max_size=2), VALUES, min_size=1, max_size=3), min_size=1, max_size=3
    ),
    st.dictionaries(st.text("xyz", min_size=1, max_size=2), VALUES, max_size=2),
    st.text("# \nab:-\t", max_size=12),
)
def test_whatever_stands_there_keeps_its_meaning(entries: object, others: dict[str, object], rest: str) -> None:
    text = yaml.safe_dump({"repos": entries, **others}, sort_keys=False, default_flow_style=False) + rest
    before = read_yaml(text)
    after = with_entry(text, "repos", ENTRY)
    if after is None:
        return
    value = read_yaml(after).value
    assert value == {**before.value, "repos": [*before.value["repos"], {"repo": "x", "hooks": [{"id": "kbcheck"}]}]}
    same = next((at for at, (old, new) in enumerate(zip(text, after, strict=False)) if old != new), len(text))
    assert after.endswith(text[same:])  # one stretch is inserted, and nothing rewritten


@given(st.text("repos:-# \n\t'\"[]{}|>&*!ab", max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    after = with_entry(text, "repos", ENTRY)
    assert after is None or "id: kbcheck" in after
