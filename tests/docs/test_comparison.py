"""The comparison with other programs is what `benchmarks/comparison/compare.py` finds today."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kbcheck import __version__
from tests.docs.generated import COMPARISON


def test_the_recorded_results_are_those_of_today(tmp_path: Path) -> None:
    """Those of kbcheck always; those of lychee and rumdl where the recorded versions are installed beside this Python."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    output = tmp_path / "results.json"
    command = [sys.executable, str(COMPARISON / "compare.py"), "--output", str(output)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    recorded = json.loads((COMPARISON / "results.json").read_text(encoding="utf-8"))
    today = json.loads(output.read_text(encoding="utf-8"))
    assert recorded["kbcheck"]["version"] == __version__
    assert today["kbcheck"] == recorded["kbcheck"]
    for name, result in today.items():
        if result["version"] == recorded[name]["version"]:
            assert result == recorded[name], name
