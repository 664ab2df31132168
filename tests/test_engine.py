"""What holds for every run: a limited run says what the full one says, a suppression silences what it names."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbcheck.engine import Request, check
from kbcheck.reports.json import render_json
from kbcheck.rules.examples import File, write

# What pages are made of: every family of rules has something to say of some of these, alone or beside others.
BLOCKS = (
    "# Page",
    "## Page",
    "## Cycle de vie",
    "Some words.",
    "[a](a.md#page) and [gone](gone.md)",
    "[c](guide/c.md#nowhere) [c](c.md)",
    "[folder](guide/) [its page](guide/#nowhere) [up](../a.md)",
    "[case](A.md) [case](Guide/c.md) [anchor](a.md#PAGE)",
    "[marker](broken-reference) [out](../../out.md) []()",
    "![image](image.png)",
    '<a id="x"></a> <a id="x"></a>',
    "TODO",
    "Une phase dâ€™Ã©tude",
    "{% hint %}",
    "| Phase | Livrables |\n| - | - |\n| 1. Idée | vision |\n| 2. MVP | |",
    "* [a](a.md)\n* [c](guide/c.md)\n* [c](guide/c.md)\n* [gone](gone.md)",
)
PATHS = ("a.md", "guide/README.md", "guide/c.md", "SUMMARY.md")
Pages = Mapping[str, str]
pages = st.dictionaries(st.sampled_from(PATHS), st.lists(st.sampled_from(BLOCKS)).map("\n\n".join), min_size=1)


def diagnostics(root: Path, *paths: str) -> list[dict[str, Any]]:
    """What a run on these paths says, as programs read it."""
    report, _ = check(Request(root, paths))
    found: list[dict[str, Any]] = json.loads(render_json(report))["diagnostics"]
    return found


def diagnostics_of(texts: Pages, *paths: str) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        write((File(path, text.encode()) for path, text in texts.items()), Path(folder))
        return diagnostics(Path(folder), *paths)


def assert_limited(full: list[dict[str, Any]], limited: list[dict[str, Any]], paths: Iterable[str]) -> None:
    """Of the chosen files a limited run says the same as the full one, and of others nothing that this does not say."""
    inside = [one for one in full if any(one["path"] == path or one["path"].startswith(path + "/") for path in paths)]
    assert [one for one in limited if one in inside] == inside
    assert [one for one in full if one in limited] == limited


@settings(max_examples=60)
@given(texts=pages, chosen=st.sets(st.sampled_from((*PATHS, "guide")), min_size=1))
def test_a_limited_run_says_what_the_full_run_says(texts, chosen):
    assert_limited(diagnostics_of(texts), diagnostics_of(texts, *chosen), chosen)


@pytest.mark.parametrize("page", range(0, 99, 9))
def test_a_limited_run_says_what_the_full_run_says_of_a_real_base(page):
    root = Path(__file__).parents[2] / "shared" / "corpora" / "dnum-socialgouv"
    if not root.is_dir():
        pytest.skip("the shared corpora (../shared) are not here")
    path = sorted(file.relative_to(root).as_posix() for file in root.rglob("*.md"))[page]
    report, _ = check(Request(root))
    assert_limited(json.loads(render_json(report))["diagnostics"], diagnostics(root, path), [path])


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("guide/c.md#nowhere", "guide/c.md"),
        ("guide/#nowhere", "guide/README.md"),
        ("guide#nowhere", "guide"),
        ("guide/C.md", "guide/c.md"),
    ],
)
def test_a_limited_run_says_which_links_elsewhere_the_files_broke(target, path):
    texts = {"a.md": f"# A\n\n[x]({target}) [gone](gone.md)\n", "guide/README.md": "# Guide\n", "guide/c.md": "# C\n"}
    elsewhere = [one["target"] for one in diagnostics_of(texts, path) if one["path"] == "a.md"]
    assert elsewhere == [target]


def said(found: list[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
    return Counter((one["path"], one["rule"], one["message"]) for one in found)


@settings(max_examples=60)
@given(texts=pages, which=st.integers(min_value=0))
def test_a_suppression_silences_the_rule_that_it_names_in_its_line_and_nothing_else(texts, which):
    found = diagnostics_of(texts)
    if not found:
        return
    one = found[which % len(found)]
    path, line, rule = one["path"], one["line"], one["rule"]
    lines = texts[path].split("\n")
    if re.match(r"[|*]", lines[line - 1]):  # a comment between its lines would end a table or a list
        return
    same_line = [other for other in found if (other["path"], other["line"], other["rule"]) == (path, line, rule)]
    if (line, one["column"], one["end_column"]) == (1, 1, 1):  # about the page as a whole
        form, place = "disable-file", len(lines)
        same_line = [other for other in found if (other["path"], other["rule"]) == (path, rule)]
    else:
        form, place = "disable-next-line", line - 1
    lines.insert(place, f"\n<!-- kbcheck-{form} {rule}: known -->")
    left = diagnostics_of({**texts, path: "\n".join(lines)})
    assert said(left) == said(found) - said(same_line)


def test_a_comment_that_silences_all_rules_is_judged_when_all_rules_run(tmp_path):
    write([File("README.md", b"# A\n\n<!-- kbcheck-disable-next-line -->\n[gone](gone.md)\n")], tmp_path)
    for request in (Request(tmp_path), Request(tmp_path, select=("KB1",)), Request(tmp_path, ignore=("KB301",))):
        assert [one.rule for one in check(request)[0].diagnostics if one.rule == "unused-suppression"] == []


def test_a_rule_that_is_off_for_a_file_needs_no_suppression_there_and_tells_of_none():
    page = "# A\n\n<!-- kbcheck-disable-next-line missing-file: known -->\n\nSome words.\n"
    assert [one["rule"] for one in diagnostics_of({"README.md": page})] == ["unused-suppression"]
    for ignored in ("missing-file", "unused-suppression"):
        off = f"per-file-ignores:\n  README.md: {ignored}\n"
        assert diagnostics_of({"README.md": page, ".kbcheck.yaml": off}) == []
