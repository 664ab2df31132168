"""The questions of `kbcheck init`, on a terminal of their own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (
    "# Guide\n\nLe guide est pour les équipes qui sont dans la maison, avec des pages sur le produit et au-delà.\n\n"
    "[une page](perdue.md)\n\n| Phase | Livrables |\n|---|---|\n| 1. Idée | Note |\n| 2. Arrêt | Bilan |\n"
)
SECONDS = 60


def talk(folder: Path, *answers: str, arguments: tuple[str, ...] = ()) -> tuple[int, str]:
    """Runs `kbcheck init` on a terminal, gives an answer to each question; the exit code and what the terminal showed."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    command = [sys.executable, "-m", "kbcheck", "init", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown, waiting, end = b"", list(answers), time.monotonic() + SECONDS
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    read = os.read(ours, 4096)
                except OSError:  # Linux: the other side has closed
                    break
                if not read:
                    break
                shown += read
            elif waiting and shown.endswith((b"[O/n] ", b"[o/N] ")):
                os.write(ours, waiting.pop(0).encode())
        process.kill() if time.monotonic() >= end else None
        code = process.wait()
    os.close(ours)
    assert not waiting, shown.decode()
    return code, shown.decode().replace("\r\n", "\n").replace("\xa0", " ")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    remote = ["remote", "add", "origin", "https://github.com/team/guide.git"]
    subprocess.run(["git", "-C", str(tmp_path), *remote], check=True)
    (tmp_path / "README.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives/a.md").write_text("# Ancien\n\nUne page.\n", encoding="utf-8")
    return tmp_path


def names(base: Path) -> set[str]:
    found = (path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file())
    return {name for name in found if not name.startswith((".git/", ".kbcheck_cache/"))} - {
        "README.md",
        "archives/a.md",
    }


def test_empty_answers_write_the_settings_and_nothing_else(base: Path) -> None:
    code, shown = talk(base, "\n", "\n", "\n", "\n", "\n")
    assert code == 0, shown
    assert "Laisser archives (1 page) de côté ? [O/n] " in shown
    assert "Écrire sous `extract:` les phases, rôles et livrables devinés, à corriger ensuite ? [o/N] " in shown
    assert "Ajouter le hook à .pre-commit-config.yaml, pour que pre-commit vérifie chaque commit ? [o/N] " in shown
    assert "Écrire .github/workflows/kbcheck.yml, pour que GitHub vérifie chaque modification ? [o/N] " in shown
    # The last question comes when the first result is there.
    assert shown.index("1 erreur") < shown.index("Tenir les défauts d’aujourd’hui pour connus")
    assert names(base) == {".kbcheck.yaml"}
    assert "exclude: [/archives/]" in (base / ".kbcheck.yaml").read_text(encoding="utf-8")


def test_yes_to_everything_else(base: Path) -> None:
    # Where a workflow was written, an empty answer to the last question is yes: it would be red from the first day.
    code, shown = talk(base, "n\n", "oui\n", "o\n", "peut-être\n", "O\n", "\n")
    assert code == 0, shown
    assert "Répondez o ou n.\n" in shown
    assert names(base) == {
        ".kbcheck.yaml",
        ".pre-commit-config.yaml",
        ".github/workflows/kbcheck.yml",
        ".kbcheck-baseline.jsonl",
    }
    settings = (base / ".kbcheck.yaml").read_text(encoding="utf-8")
    assert "\nextract:\n" in settings
    assert "\nexclude:" not in settings


def test_options_answer_their_questions(base: Path) -> None:
    options = ("--no-model", "--hook", "--workflow", "none", "--no-baseline")
    code, shown = talk(base, "\n", arguments=options)
    assert code == 0, shown
    assert shown.count("[o/N]") == 0
    assert names(base) == {".kbcheck.yaml", ".pre-commit-config.yaml"}
    code, shown = talk(base, arguments=("--yes",))
    assert code == 0, shown
    assert "[o/N]" not in shown


def test_lines_that_are_missing_are_added_when_the_answer_says_so(base: Path) -> None:
    (base / ".kbcheck.yaml").write_text("# nous\nlanguage: fr\nexclude: [archives]\n", encoding="utf-8")
    code, shown = talk(base, "o\n", arguments=("--no-model", "--no-hook", "--workflow=none", "--no-baseline"))
    assert code == 0, shown
    assert "Ajouter ces lignes à .kbcheck.yaml ? [o/N] " in shown
    after = (base / ".kbcheck.yaml").read_text(encoding="utf-8")
    assert after == "# nous\nlanguage: fr\nexclude: [archives]\n\n# Trouvé grâce à git.\nrepository: team/guide\n"


def test_who_interrupts_has_changed_nothing(base: Path) -> None:
    code, _ = talk(base, "\n", "\x04")  # Ctrl-D; Ctrl-C ends it in the same way
    assert code == 130
    assert names(base) == set()
