"""The worked examples of the pages on extraction: the program says of them what the pages say that it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
_FENCE = re.compile(r"^```(?P<language>\w+) (?P<title>.+)\n(?P<text>(?s:.*?))^```$", re.MULTILINE)


_EXAMPLE = re.compile(r"^## (?=Exemple|Example)", re.MULTILINE)


def worked() -> list[tuple[str, str]]:
    """The sections with files and what a command says of them: the page, and the section."""
    pages = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(DOCS.glob("extraction*.md"))]
    return [(name, one) for name, text in pages for one in _EXAMPLE.split(text)[1:]]


@pytest.mark.parametrize(("page", "section"), worked(), ids=lambda text: text.split("\n")[0])
def test_a_worked_example_is_true(tmp_path: Path, page: str, section: str) -> None:
    shown = []
    for fence in _FENCE.finditer(section):
        if fence["language"] == "text":
            shown.append((fence["title"].split()[1:], fence["text"]))
        else:
            path = tmp_path / fence["title"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(fence["text"], encoding="utf-8")
    language = "fr" if page.endswith(".fr.md") else "en"
    for arguments, text in shown:
        run = subprocess.run(
            [sys.executable, "-m", "kbcheck", *arguments, "--lang", language],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert run.stdout == text, run.stderr


def test_both_languages_have_the_same_examples() -> None:
    english, french = (sum(page == name for page, _ in worked()) for name in ("extraction.md", "extraction.fr.md"))
    assert english == french == 3
