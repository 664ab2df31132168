"""`kbcheck init --model` on real bases: the rules that it writes find what was guessed, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from kbcheck.cli.init import init
from kbcheck.engine import Request, understand

BASES = ("dnum-socialgouv", "dso-formation", "dso-formation-yoarmi", "embarquement-autoformation", "seeds")


@pytest.mark.parametrize("base", BASES)
def test_what_is_written_is_what_was_guessed(shared: Path, tmp_path: Path, base: str) -> None:
    root = tmp_path / base
    shutil.copytree(shared / "corpora" / base, root, symlinks=True)
    guessed = understand(Request(root)).model
    result = CliRunner().invoke(init, [str(root), "--root", str(root), "--model"], catch_exceptions=False)
    assert result.exit_code == 0
    written = understand(Request(root)).model
    assert any(mention.guessed for mention in guessed.mentions)
    assert written.mentions == tuple(replace(mention, guessed=False) for mention in guessed.mentions)
    assert written.relations == guessed.relations
    assert written.lists == tuple(
        replace(one, guessed=False, entities=tuple(replace(each, guessed=False) for each in one.entities))
        for one in guessed.lists
    )
    assert [one.cells for one in written.matrices] == [one.cells for one in guessed.matrices]
    assert written.idle == ()
