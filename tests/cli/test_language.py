"""Messages in the reader's language: the option, then the settings, then the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FRENCH = "1 erreur dans 1 fichier sur 1"
ENGLISH = "1 error in 1 of 1 file"


def kbcheck(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the program as a shell does, in an environment that says nothing else of a language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "kbcheck", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("option", "settings", "environment", "said"),
    [
        ([], "", {"LANG": "fr_FR.UTF-8"}, FRENCH),
        ([], "", {"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, ENGLISH),
        ([], "", {"LANG": "de_DE.UTF-8"}, ENGLISH),
        ([], "", {"LANG": "de_DE.UTF-8", "LANGUAGE": "de:fr:en"}, FRENCH),
        ([], "", {"LANG": "fr_FR.UTF-8", "LANGUAGE": "en"}, ENGLISH),
        ([], "", {"LANGUAGE": "fr"}, ENGLISH),  # without a locale, LANGUAGE says nothing
        ([], "language: fr\n", {"LANG": "en_GB.UTF-8"}, FRENCH),
        ([], "language: en\n", {"LANG": "fr_FR.UTF-8"}, ENGLISH),
        (["--lang", "fr"], "language: en\n", {}, FRENCH),
    ],
)
def test_language(tmp_path, option, settings, environment, said):
    (tmp_path / "README.md").write_text("# Accueil\n\n[parti](parti.md)\n", encoding="utf-8")
    (tmp_path / ".kbcheck.yaml").write_text(settings, encoding="utf-8")
    run = kbcheck("check", *option, cwd=tmp_path, **environment)
    assert said in run.stdout
    assert ("n’existe pas" in run.stdout) == (said == FRENCH)


def test_the_language_can_stand_before_the_command(tmp_path):
    (tmp_path / "README.md").write_text("# Accueil\n\n[parti](parti.md)\n", encoding="utf-8")
    assert FRENCH in kbcheck("--lang", "fr", "check", cwd=tmp_path).stdout
    assert ENGLISH in kbcheck("--lang", "fr", "check", "--lang", "en", cwd=tmp_path).stdout


# Help and errors: they are said before the options have been read, or because they cannot be.

LINK = "ce chemin n’existe pas\xa0: parti.md"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "parti.md", "--lang", "fr"], LINK),
        (["check", "--lang=fr", "parti.md"], LINK),
        (["check", "--select", "missing-fil", "--lang", "fr"], "vouliez-vous dire «\xa0missing-file\xa0»\xa0?"),
        (["check", "--output-fornat", "json", "--lang", "fr"], "L’option '--output-fornat' n’existe pas."),
        (["check", "--color", "maybe", "--lang", "fr"], "n’est pas l’une des valeurs possibles"),
        (["chek", "--lang", "fr"], "La commande 'chek' n’existe pas."),
        (["explain", "--lang", "fr"], "Il manque l’argument 'RÈGLE'."),
        (["check", "--lang", "de"], "'de' is not one of 'en', 'fr'."),
    ],
)
def test_a_wrong_option_is_told_in_the_language_that_is_asked_for_after_it(tmp_path, arguments, said):
    run = kbcheck(*arguments, cwd=tmp_path, LANG="en_GB.UTF-8")
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ("language: fr\n", ["check", "parti.md"]),
        ('platform: github\nlanguage: "fr"  # chez nous\n', ["check", "parti.md"]),
        ("language: fr\nplatfrom: gitbook\n", ["check"]),
        ("language: fr\nplatform: [\n", ["check"]),
        ("language: fr\nplatform: [\n", ["check", "--root", "."]),
        ("language: fr\nplatform: [\n", ["check", "--config", ".kbcheck.yaml"]),
    ],
)
def test_an_error_is_told_in_the_language_of_the_settings(tmp_path, settings, arguments):
    (tmp_path / "README.md").write_text("# Accueil\n", encoding="utf-8")
    (tmp_path / ".kbcheck.yaml").write_text(settings, encoding="utf-8")
    run = kbcheck(*arguments, cwd=tmp_path, LANG="en_GB.UTF-8")
    assert run.returncode == 2
    assert any(
        said in run.stderr
        for said in (LINK, "le champ «\xa0platfrom\xa0» n’existe pas", "il ne peut pas y avoir de «\xa0[\xa0» ici")
    )


def test_settings_that_are_another_thing_stop_nobody(tmp_path):
    os.mkfifo(tmp_path / ".kbcheck.yaml")
    assert kbcheck("--help", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["", "check", "fix", "external", "external list"])
def test_help_is_in_the_language_of_the_reader_to_the_last_word(tmp_path, command):
    run = kbcheck(*command.split(), "--help", cwd=tmp_path, LANG="fr_FR.UTF-8")
    assert run.returncode == 0
    assert run.stdout.startswith("Utilisation\xa0: kbcheck")
    assert "Options\xa0:\n" in run.stdout
    assert run.stdout.rstrip().endswith("Afficher cette aide.") or "Commandes\xa0:\n" in run.stdout
    english = (" the ", "Usage", "default:", "Commands", "PATH", "COMMAND ", " and ", "Show")
    assert [word for word in english if word in run.stdout] == []


def test_the_list_of_commands_says_each_in_a_whole_sentence(tmp_path):
    for language in ("en", "fr"):
        for group in ([], ["external"]):
            lines = kbcheck("--lang", language, *group, "--help", cwd=tmp_path).stdout.partition("Comm")[2].splitlines()
            assert [line for line in lines if line.endswith("...") and not line.startswith("  init ")] == []


def test_help_is_in_english_elsewhere(tmp_path):
    run = kbcheck("check", "--help", cwd=tmp_path, LANG="de_DE.UTF-8")
    assert run.stdout.startswith("Usage: kbcheck check [OPTIONS] [PATHS]...")


def test_english_needs_no_catalogue():
    """Nor does French to say its version."""
    program = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == 'open' else None)\n"
        "from kbcheck.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(*(name for name in opened if name.endswith('.mo')))\n"
    )
    for arguments, opened in ((["--help"], False), (["--version"], False), (["--lang", "fr", "--help"], True)):
        run = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program, *arguments],
            env={**os.environ, "LC_ALL": "en_GB.UTF-8", "LANGUAGE": ""},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert ("kbcheck.mo" in run.stdout.splitlines()[-1]) == opened, arguments


def test_git_is_asked_in_its_own_language(tmp_path):
    """What git says is the same in every language, and `LANGUAGE` is as it was when the run is over."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "README.md").write_text("# Accueil\n", encoding="utf-8")
    run = kbcheck("check", "--changed-since", "nothing", "--lang", "fr", cwd=tmp_path, LANG="fr_FR.UTF-8")
    assert run.returncode == 2
    assert "git répond «\xa0fatal: Needed a single revision\xa0»" in run.stderr
