"""The page that people begin with: what it shows is what they will see."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from contextlib import chdir, redirect_stdout
from pathlib import Path

import pytest

from kbcheck.cli import _exit_code
from kbcheck.texts import texts_in

ROOT = Path(__file__).parents[2]
_SHOWN = re.compile(r"<!-- kbcheck (?P<command>.*) -->\n\n```text\n(?P<text>.*?)```\n", re.DOTALL)
_SECONDS = re.compile(r"\(\d+[.,]\d+ s\)")


@pytest.mark.parametrize("page", ["getting-started.md", "getting-started.fr.md"])
def test_what_the_page_shows_is_what_the_program_says(tmp_path: Path, page: str) -> None:
    shown = _SHOWN.search((ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert shown is not None
    base = tmp_path / "guide"
    shutil.copytree(ROOT / "examples" / "guide-produit", base, ignore=shutil.ignore_patterns(".kbcheck*"))
    subprocess.run(["git", "init", "-q", str(base)], check=True)
    remote = ["remote", "add", "origin", "https://github.com/example/guide.git"]
    subprocess.run(["git", "-C", str(base), *remote], check=True)
    out = io.StringIO()
    with chdir(base), redirect_stdout(out):
        assert _exit_code(shown["command"].split(), texts_in("en")) == 0
    said = out.getvalue().replace("\xa0", " ")  # what a page shows breaks nowhere
    assert _SECONDS.sub("", said) == _SECONDS.sub("", shown["text"])


@pytest.mark.parametrize("page", ["getting-started.md", "getting-started.fr.md"])
def test_every_option_that_the_page_names_is_one(page: str) -> None:
    from kbcheck.cli.init import init

    known = {name for parameter in init.params for name in (*parameter.opts, *parameter.secondary_opts)}
    named = set(re.findall(r"`(?:kbcheck init )?(--[a-z-]+)", (ROOT / "docs" / page).read_text(encoding="utf-8")))
    assert len(named) >= 10
    assert named <= known
