"""The options that limit the findings to a change, as a person and a hook give them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose base is in `docs`, with an old fault there and a page outside."""
    git(tmp_path, "init", "--initial-branch=main")
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# Code\n\n[x](gone.md)\n", encoding="utf-8")
    (tmp_path / "docs/README.md").write_text("# Home\n\n[a](a.md#part) [old](gone.md)\n", encoding="utf-8")
    (tmp_path / "docs/a.md").write_text("# A\n\n## Part\n", encoding="utf-8")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--message=x")
    return tmp_path


def shown(folder: Path, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRE_COMMIT")}
    run = subprocess.run(
        [sys.executable, "-m", "kbcheck", "check", "--output-format", "concise", "--select", "KB3", *arguments],
        cwd=folder,
        env={**kept, "LC_ALL": "C.UTF-8", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in run.stderr
    return run.returncode, [line.partition(" ")[0] for line in run.stdout.splitlines()]


def test_changed_since_shows_what_the_change_broke_and_lines_only_does_not(repository: Path) -> None:
    (repository / "docs/a.md").write_text("# A\n\n## Parts\n\n[new](lost.md)\n", encoding="utf-8")
    since = ("--root", "docs", "--changed-since", "main")
    assert shown(repository, *since) == (1, ["README.md:3:5", "a.md:5:7"])
    assert shown(repository, *since, "--changed-lines-only") == (1, ["a.md:5:7"])


def test_a_hook_does_not_mind_files_outside_of_the_base_nor_such_as_are_gone(repository: Path) -> None:
    (repository / "docs/a.md").unlink()
    hook = ("--hook", "--root", "docs")
    assert shown(repository, *hook, "README.md", "docs/a.md") == (1, ["README.md:3:5"])
    assert shown(repository, *hook) == (1, ["README.md:3:5"])
    assert shown(repository, *hook, "docs/README.md") == (1, ["README.md:3:5", "README.md:3:22"])  # it was not changed


def test_a_hook_is_told_where_a_push_begins(repository: Path) -> None:
    (repository / "docs/a.md").unlink()
    git(repository, "commit", "--all", "--message=y")
    hook = ("--hook", "--root", "docs")
    assert shown(repository, *hook) == (0, [])
    assert shown(repository, *hook, PRE_COMMIT_FROM_REF="HEAD~1") == (1, ["README.md:3:5"])


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:docs"])
def test_what_is_no_revision_is_refused(repository: Path, revision: str) -> None:
    assert shown(repository, f"--changed-since={revision}") == (2, [])
    assert not (repository / "x").exists()


def test_a_merge_that_is_under_way(repository: Path) -> None:
    for branch, title in (("one", "Eins"), ("two", "Zwei")):
        git(repository, "checkout", "-b", branch, "main")
        (repository / "docs/a.md").write_text(f"# {title}\n\n## Part\n", encoding="utf-8")
        git(repository, "commit", "--all", "--message=y")
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "one")
    (repository / "docs/a.md").write_text("# Drei\n\n## Parts\n", encoding="utf-8")
    assert shown(repository, "--hook", "--root", "docs") == (1, ["README.md:3:5"])
