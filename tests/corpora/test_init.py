"""`kbcheck init` on real bases: the settings are found again, and no verdict has changed by them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kbcheck.cli.init import init
from kbcheck.config import load_settings
from kbcheck.engine import Request, check, load_rules, understand

BASES = {
    "certification": None,
    "dnum-socialgouv": "gitbook",
    "dso-formation": "jekyll",
    "dso-formation-yoarmi": "jekyll",
    "embarquement-autoformation": "jekyll",
    "seeds": None,
}


@pytest.mark.parametrize("base", BASES)
def test_what_is_written_is_right_and_changes_no_verdict(shared: Path, tmp_path: Path, base: str) -> None:
    root = tmp_path / base
    shutil.copytree(shared / "corpora" / base, root, symlinks=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    remote = ["remote", "add", "origin", f"https://github.com/example/{base}.git"]
    subprocess.run(["git", "-C", str(root), *remote], check=True)
    before, model = check(Request(root, language="fr"))[0].diagnostics, understand(Request(root)).model
    result = CliRunner().invoke(init, [str(root), "--yes", "--hook", "--workflow"], catch_exceptions=False)
    assert result.exit_code == 0
    settings = load_settings(root, rule_names=load_rules(root).names)
    assert (settings.platform, settings.language) == (BASES[base], "fr")
    assert settings.repository == (f"example/{base}",)
    assert settings.exclude == ()
    assert check(Request(root))[0].diagnostics == before
    written = understand(Request(root)).model
    assert (written.entities, written.relations, written.idle) == (model.entities, model.relations, model.idle)
    again = CliRunner().invoke(init, [str(root), "--yes", "--hook", "--workflow"], catch_exceptions=False)
    assert "Rien à changer : tout y est déjà.\n" in again.output.replace("\xa0", " ")
