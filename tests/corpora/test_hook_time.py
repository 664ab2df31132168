"""How long the pre-commit hook takes on a real base."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_time_of_the_hook_is_printed(tmp_path: Path, shared: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(shared / "corpora/dnum-socialgouv", base, ignore=shutil.ignore_patterns(".git", ".kbcheck_cache"))
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (("init",), ("add", "--all"), (*identity, "commit", "--message=x")):
        subprocess.run(["git", *arguments], cwd=base, check=True, capture_output=True)
    page = next(base.glob("concevoir/*.md"))
    page.write_text(page.read_text(encoding="utf-8").replace("# ", "# Sur ", 1), encoding="utf-8")
    command = [sys.executable, "-m", "kbcheck", "check", "--hook", str(page.relative_to(base))]
    # As for anybody who has installed kbcheck, Python may keep what it compiles.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(4):  # the first one makes the cache
        started = time.perf_counter()
        done = subprocess.run(command, cwd=base, env=variables, capture_output=True, check=False)
        times.append(time.perf_counter() - started)
        assert done.returncode in (0, 1), done.stderr
    print(f"hook on dnum-socialgouv, warm: {min(times[1:]):.2f} s")
