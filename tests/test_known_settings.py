"""That settings were found right is remembered, and nothing else is ever green because of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kbcheck.config import load_settings
from kbcheck.errors import UsageError
from kbcheck.rules.catalogue import load_catalogue

NAMES = load_catalogue().names
PROGRAM = """
import sys
from pathlib import Path
from kbcheck.config import load_settings
from kbcheck.rules.catalogue import load_catalogue
load_settings(Path.cwd(), rule_names=load_catalogue().names, keep=True)
print("jsonschema" in sys.modules)
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / ".kbcheck.yaml").write_text("language: fr\n", encoding="utf-8")
    return tmp_path


def needs_schema(base: Path) -> bool:
    """Whether a run looks at the form of the settings: it is what takes the time."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=base, capture_output=True, text=True, check=True)
    return done.stdout == "True\n"


def test_the_form_of_settings_is_looked_at_once(base: Path) -> None:
    assert needs_schema(base)
    assert not needs_schema(base)
    (base / ".kbcheck.yaml").write_text("language: en\n", encoding="utf-8")
    assert needs_schema(base)


@pytest.mark.parametrize("text", ["languag: fr\n", "rules: {no-such-rule: off}\n", "language: xx\n"])
def test_a_fault_is_told_in_every_run(base: Path, text: str) -> None:
    load_settings(base, rule_names=NAMES, keep=True)
    (base / ".kbcheck.yaml").write_text(text, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UsageError):
            load_settings(base, rule_names=NAMES, keep=True)


def test_a_rule_that_is_gone_is_told_although_the_form_is_known(base: Path) -> None:
    (base / ".kbcheck.yaml").write_text("rules: {missing-file: off}\n", encoding="utf-8")
    load_settings(base, rule_names=NAMES, keep=True)
    with pytest.raises(UsageError, match="missing-file"):
        load_settings(base, rule_names=("other",), keep=True)


def test_nothing_is_written_unless_asked_for(base: Path) -> None:
    load_settings(base, rule_names=NAMES)
    assert not (base / ".kbcheck_cache").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_is_under_version_control_is_not_believed(base: Path) -> None:
    load_settings(base, rule_names=NAMES, keep=True)
    known = (base / ".kbcheck_cache" / "settings").read_bytes()
    subprocess.run(["git", "init", "--quiet"], cwd=base, check=True)
    subprocess.run(["git", "add", "--force", ".kbcheck_cache"], cwd=base, check=True)
    assert needs_schema(base)
    assert (base / ".kbcheck_cache" / "settings").read_bytes() == known
