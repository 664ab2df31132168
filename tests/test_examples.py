"""The examples hold the faults that examples/README.md lists, and no others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"
_ROW = re.compile(r"\| `(?P<path>[^`]+)` +\| (?P<line>\d+) +\| `(?P<rule>[^`]+)` +\|")


def planted() -> set[tuple[str, int, str]]:
    rows = _ROW.finditer((EXAMPLES / "README.md").read_text(encoding="utf-8"))
    return {(row["path"], int(row["line"]), row["rule"]) for row in rows}


def test_guide_produit_has_the_planted_faults_only() -> None:
    command = [sys.executable, "-m", "kbcheck", "check", "guide-produit", "--output-format", "json"]
    done = subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, check=False)
    found = [(fault["path"], fault["line"], fault["rule"]) for fault in json.loads(done.stdout)["diagnostics"]]
    assert set(found) == planted()
    assert len(found) == len(planted())
    assert done.returncode == 1
