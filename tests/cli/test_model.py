"""`kbcheck model` and `kbcheck init --model` as a person meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = {
    "README.md": "# Guide\n\n[phases](phases.md), [rôles](roles/README.md)\n",
    "phases.md": (
        "# Phases\n\n| Phase | Livrables |\n|---|---|\n| 1. Idée | Note de cadrage<br>Budget |\n"
        "| 2. [MVP](mvp.md) | Maquette |\n| 3. Arrêt | |\n"
    ),
    "mvp.md": "---\nkind: phase\nid: mvp\nname: MVP\norder: 2\nresponsible: designer\n---\n\n# MVP\n\nUn produit.\n",
    "roles/README.md": "# Rôles\n\n* [Designer](designer.md)\n* [Développeur](developpeur.md)\n",
    "roles/designer.md": "# Designer\n\nIl dessine.\n",
    "roles/developpeur.md": "# Développeur\n\nIl code.\n",
}


@pytest.fixture
def base(tmp_path):
    for path, text in BASE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def kbcheck(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "kbcheck", *map(str, arguments)],
        cwd=cwd,
        env={**variables, "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def model(base: Path, *arguments: object) -> dict[str, list[dict[str, object]]]:
    run = kbcheck("model", "--output-format", "json", *arguments, cwd=base)
    assert run.returncode == 0, run.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(run.stdout)
    return found


# model


def test_the_report_marks_what_is_guessed(base):
    run = kbcheck("model", cwd=base)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("3 phases, ")
    assert "phase-table, guessed" in run.stdout
    assert "2. MVP " in run.stdout
    assert "match nothing" not in run.stdout  # rules of kbcheck's own need not


def test_the_json_has_what_other_programs_rely_on(base):
    found = model(base)
    first = {"kind": "phase", "id": "mvp", "name": "MVP", "aliases": [], "order": 2, "path": "mvp.md", "line": 4}
    assert first.items() <= found["entities"][0].items()
    said = {"subject": "Idée", "relation": "phase-has-deliverable", "object": "Budget", "path": "phases.md", "line": 5}
    assert any(said.items() <= relation.items() for relation in found["relations"])


@pytest.mark.parametrize(
    ("option", "settings", "environment", "said"),
    [
        (["--lang", "fr"], "", {}, "3 livrables"),
        ([], "language: fr\n", {}, "3 livrables"),
        ([], "", {"LC_ALL": "fr_FR.UTF-8", "PYTHONUTF8": "1"}, "3 livrables"),
        (["--lang", "en"], "language: fr\n", {}, "3 deliverables"),
    ],
)
def test_the_language_is_that_of_the_option_the_settings_or_the_environment(base, option, settings, environment, said):
    (base / ".kbcheck.yaml").write_text(settings, encoding="utf-8")
    assert said in kbcheck("model", *option, cwd=base, **environment).stdout
    matrix = kbcheck("model", "--matrix", *option, cwd=base, **environment).stdout
    assert ("Livrable " in matrix) == (said == "3 livrables")


def test_the_width_is_that_of_the_terminal(base):
    narrow, wide = (kbcheck("model", cwd=base, COLUMNS=width).stdout for width in ("60", "120"))
    assert max(map(len, narrow.splitlines())) <= 60
    assert 60 < max(map(len, wide.splitlines())) <= 120


@pytest.mark.parametrize("arguments", [("--matrix", "--kind", "role"), ("--kind", "role", "--output-format", "json")])
def test_what_cannot_be_together_is_refused(base, arguments):
    run = kbcheck("model", *arguments, cwd=base)
    assert run.returncode == 2
    assert "leave --" in run.stderr


# init


def test_what_is_written_finds_the_same(base):
    guessed = model(base)
    run = kbcheck("init", "--model", cwd=base)
    assert (run.returncode, run.stderr) == (0, "")
    assert ".kbcheck.yaml: written\n" in run.stdout
    settings = (base / ".kbcheck.yaml").read_text(encoding="utf-8")
    assert settings.startswith("# yaml-language-server: $schema=")
    assert "  # 3 phases: Idée, MVP, Arrêt\n" in settings
    assert "from: phases.md\n" in settings
    written = model(base)
    assert any(entity["guessed"] for entity in guessed["entities"])
    assert written["entities"] == [{**entity, "guessed": False} for entity in guessed["entities"]]
    assert written["relations"] == guessed["relations"]


def test_a_dry_run_writes_nothing(base):
    shown = [kbcheck("init", "--model", option, cwd=base) for option in ("--stdout", "--dry-run")]
    assert all(run.returncode == 0 and "extract:\n" in run.stdout for run in shown)
    assert not (base / ".kbcheck.yaml").exists()


@pytest.mark.parametrize(
    "before", ["language: fr\nrules: {placeholder-text: off}\n", "language: fr # ici\r\n", "language: fr"]
)
def test_the_settings_keep_what_stands_there(base, before):
    file = base / ".kbcheck.yaml"
    file.write_bytes(before.encode())
    file.chmod(0o640)
    assert kbcheck("init", "--model", cwd=base).returncode == 0
    after = file.read_bytes().decode()
    assert after.startswith(before)
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in before else 0)  # one kind of line ends
    assert file.stat().st_mode & 0o777 == 0o640
    assert "# 3 phases\xa0: Idée, MVP, Arrêt" in after  # in the language of the settings
    assert not any(entity["guessed"] for entity in model(base)["entities"])
    assert sorted(path.name for path in base.glob(".kbcheck*")) == [".kbcheck.yaml"]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("{language: fr}\n", "nothing can be added at the end of this file"),
        ("language: fr\n...\n", "rien ne peut être ajouté à la fin de ce fichier"),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_changed(base, before, said):
    file = base / ".kbcheck.yaml"
    file.write_text(before, encoding="utf-8")
    run = kbcheck("init", "--model", cwd=base)
    assert run.returncode == 2
    assert said in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert file.read_text(encoding="utf-8") == before


def test_nothing_to_write(tmp_path):
    (tmp_path / "README.md").write_text("# Rien\n")
    run = kbcheck("init", "--model", cwd=tmp_path)
    assert run.returncode == 2
    assert "nothing was guessed" in run.stderr
    assert not (tmp_path / ".kbcheck.yaml").exists()


def test_rules_that_are_there_already_are_left_as_they_are(base):
    (base / ".kbcheck.yaml").write_text("extract: []\n", encoding="utf-8")
    run = kbcheck("init", "--model", cwd=base)
    assert (run.returncode, run.stderr) == (0, "")
    assert ".kbcheck.yaml: `extract:` is there already, left as it is\n" in run.stdout
    assert (base / ".kbcheck.yaml").read_text(encoding="utf-8") == "extract: []\n"


def test_a_folder_that_cannot_be_written_is_told(base):
    file = base / ".kbcheck.yaml"
    file.symlink_to("nowhere/settings.yaml")
    run = kbcheck("init", "--model", cwd=base)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
