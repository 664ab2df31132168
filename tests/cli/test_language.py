"""Messages in the reader's language: the option, then the settings, then the environment."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FRENCH = "1 erreur dans 1 fichier sur 1"
ENGLISH = "1 error in 1 of 1 file"


@pytest.mark.parametrize(
    ("option", "settings", "environment", "said"),
    [
        ([], "", {"LANG": "fr_FR.UTF-8"}, FRENCH),
        ([], "", {"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, ENGLISH),
        ([], "", {"LANG": "de_DE.UTF-8"}, ENGLISH),
        ([], "language: fr\n", {"LANG": "en_GB.UTF-8"}, FRENCH),
        ([], "language: en\n", {"LANG": "fr_FR.UTF-8"}, ENGLISH),
        (["--lang", "fr"], "language: en\n", {}, FRENCH),
    ],
)
def test_language(tmp_path, option, settings, environment, said):
    (tmp_path / "README.md").write_text("# Accueil\n\n[parti](parti.md)\n", encoding="utf-8")
    (tmp_path / ".kbcheck.yaml").write_text(settings, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    run = subprocess.run(
        [sys.executable, "-m", "kbcheck", "check", *option],
        cwd=tmp_path,
        env={**kept, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert said in run.stdout
    assert ("n’existe pas" in run.stdout) == (said == FRENCH)
