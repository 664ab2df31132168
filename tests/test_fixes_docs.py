"""The page on fixes: its table is that of the rules, and its examples are what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kbcheck.rules.catalogue import load_catalogue

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("fixes.md", "fixes.fr.md")
_ROW = re.compile(r"^\| `(?P<rule>[\w-]+)` +\| (?P<fix>safe|unsafe) +\|", re.MULTILINE)
_EXAMPLE = re.compile(r"^## (?=An example|Un exemple|Moving|Déplacer)", re.MULTILINE)
_FENCE = re.compile(r"^```(?P<language>\w+) (?P<title>.+)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_the_table_says_what_the_rules_say(page: str) -> None:
    told = [(row["rule"], row["fix"]) for row in _ROW.finditer((DOCS / page).read_text(encoding="utf-8"))]
    assert len(told) == len(dict(told))
    assert dict(told) == {rule.name: rule.fix for rule in load_catalogue() if rule.fix != "none"}


def examples() -> list[tuple[str, str]]:
    """The sections with files and what becomes of them: the page, and the section."""
    texts = [(page, (DOCS / page).read_text(encoding="utf-8")) for page in PAGES]
    return [(page, section) for page, text in texts for section in _EXAMPLE.split(text)[1:]]


@pytest.mark.parametrize(("page", "section"), examples(), ids=lambda text: text.split("\n")[0])
def test_an_example_is_true(tmp_path: Path, page: str, section: str) -> None:
    language = "fr" if page.endswith(".fr.md") else "en"
    for fence in _FENCE.finditer(section):
        if fence["language"] in ("diff", "text"):
            command = [sys.executable, "-m", *fence["title"].split(), "--lang", language]
            run = subprocess.run(
                command, cwd=tmp_path, env=dict(os.environ), capture_output=True, encoding="utf-8", check=False
            )
            assert run.stdout == fence["text"], run.stderr
        elif fence["language"] == "after":
            assert (tmp_path / fence["title"]).read_text(encoding="utf-8") == fence["text"]
        else:
            path = tmp_path / fence["title"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(fence["text"], encoding="utf-8")


def test_both_languages_have_the_same_examples() -> None:
    assert [page for page, _ in examples()] == ["fixes.md"] * 2 + ["fixes.fr.md"] * 2
