"""YAML that people read and edit: what is written is read as the same, and nothing is broken or abbreviated."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbcheck.schema.yaml import read_yaml
from kbcheck.schema.yaml_writing import write_yaml

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


@given(
    st.lists(st.dictionaries(texts.filter(bool), st.one_of(texts, st.integers(0, 9), st.booleans(), st.lists(texts))))
)
def test_what_is_written_is_read_as_the_same(value):
    written = read_yaml(write_yaml(value))
    assert written.errors == ()
    assert written.value == value


def test_a_long_expression_stays_on_its_line_and_a_short_list_too():
    expression = r"^\W*(?:" + "|".join(["types? de livrables", "key deliverables"] * 8) + ")"
    assert write_yaml([{"where": {"columns": [expression]}, "except": ["a.md", "b.md"]}]).splitlines() == [
        "- where:",
        "    columns:",
        f"      - {expression}",
        "  except: [a.md, b.md]",
    ]


def test_what_stands_twice_is_written_twice():
    shared = [{"kind": "deliverable"}]
    assert "&" not in write_yaml([{"each": shared}, {"each": shared}])
