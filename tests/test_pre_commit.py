"""The hooks of `.pre-commit-hooks.yaml`, run by the real pre-commit in a real repository, offline.

The hooks are declared as local ones with the entries of that file, and find the installed kbcheck. Only `try-repo` builds
kbcheck as pre-commit does for its users; that needs the packages that kbcheck is made of, from wherever pip finds them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kbcheck.schema.yaml import read_yaml

ROOT = Path(__file__).parents[1]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in read_yaml((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")).value
}

pytest.importorskip("pre_commit", reason="pre-commit is not installed")
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PAGES = {
    "README.md": "# Home\n\n[guide](guide.md#steps), [roles](roles.md)\n\n[old fault](gone.md)\n",
    "guide.md": "# Guide\n\n## Steps\n\nText.\n\n[roles](roles.md)\n",
    "roles.md": "# Roles\n\n[guide](guide.md#steps) [old fault](nowhere.md)\n",
}


def environment() -> dict[str, str]:
    """That of the tests, with the installed programs first and the caches of pre-commit where the tests can write."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    names = ("AUTHOR", "COMMITTER")
    identity = {f"GIT_{name}_{part}": "a@example.org" for name in names for part in ("NAME", "EMAIL")}
    return {**kept, **identity, "PATH": path, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment() | variables, capture_output=True, encoding="utf-8", check=False
    )


def git(folder: Path, *arguments: str) -> None:
    done = run(folder, "git", *arguments)
    assert done.returncode == 0, done.stderr


def configuration(*names: str) -> str:
    """A `.pre-commit-config.yaml` with these hooks as local ones: everything as declared, but nothing is installed."""
    lines = ["repos:", "- repo: local", "  hooks:"]
    for name in names:
        hook = {**HOOKS[name], "language": "system"}
        lines += [f"  {'- ' if key == 'id' else '  '}{key}: {_written(value)}" for key, value in hook.items()]
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(value)}]" if isinstance(value, list) else f'"{value}"'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A committed base with two old faults, and the hooks."""
    git(tmp_path, "init", "--initial-branch=main")
    for path, text in PAGES.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / ".pre-commit-config.yaml").write_text(configuration("kbcheck", "kbcheck-all"), encoding="utf-8")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--message=x")
    git(tmp_path, "config", "user.name", "a")
    return tmp_path


def pre_commit(base: Path, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """The exit code, and the files with findings about links, in order."""
    done = run(base, sys.executable, "-m", "pre_commit", *arguments, PRE_COMMIT_HOME=str(base / ".git/pc"), **variables)
    assert "Traceback" not in done.stdout + done.stderr
    found = [line.partition(":")[0] for line in done.stdout.splitlines() if " KB3" in line]
    return done.returncode, found


def edit(base: Path, path: str, old: str, new: str) -> None:
    text = (base / path).read_text(encoding="utf-8")
    assert old in text
    (base / path).write_text(text.replace(old, new), encoding="utf-8")


def test_a_commit_that_breaks_nothing_passes_in_spite_of_old_faults(base: Path) -> None:
    edit(base, "roles.md", "# Roles\n", "# Roles\n\nMore.\n")
    git(base, "add", "--all")
    assert pre_commit(base, "run") == (0, [])


def test_a_renamed_page_reports_the_pages_that_point_there(base: Path) -> None:
    git(base, "mv", "guide.md", "manual.md")
    assert pre_commit(base, "run") == (1, ["README.md", "roles.md"])


def test_a_deleted_page_reports_the_pages_that_point_there(base: Path) -> None:
    git(base, "rm", "roles.md")
    assert pre_commit(base, "run") == (1, ["README.md", "guide.md"])


def test_a_changed_heading_reports_the_pages_that_point_there(base: Path) -> None:
    edit(base, "guide.md", "## Steps", "## Stages")
    git(base, "add", "--all")
    assert pre_commit(base, "run") == (1, ["README.md", "roles.md"])


def test_what_is_not_staged_is_no_part_of_the_commit(base: Path) -> None:
    edit(base, "guide.md", "## Steps", "## Stages")
    edit(base, "README.md", "# Home\n", "# Home\n\nMore.\n")
    git(base, "add", "README.md")
    assert pre_commit(base, "run") == (0, [])
    assert "## Stages" in (base / "guide.md").read_text(encoding="utf-8")


def test_git_commit_is_stopped(base: Path) -> None:
    code, _ = pre_commit(base, "install")
    assert code == 0
    git(base, "rm", "roles.md")
    done = run(base, "git", "commit", "--message=y", PRE_COMMIT_HOME=str(base / ".git/pc"))
    assert done.returncode == 1
    assert "README.md:3:" in done.stdout + done.stderr


def test_all_files_reports_old_faults_as_well(base: Path) -> None:
    assert pre_commit(base, "run", "kbcheck", "--all-files") == (1, ["README.md", "roles.md"])


def test_the_hook_for_the_whole_base_reports_everything(base: Path) -> None:
    assert pre_commit(base, "run", "kbcheck-all", "--hook-stage", "manual") == (1, ["README.md", "roles.md"])


def test_a_range_of_commits_is_compared_with_where_it_begins(base: Path) -> None:
    edit(base, "guide.md", "## Steps", "## Stages")
    git(base, "commit", "--all", "--message=y", "--no-verify")
    (base / "new.md").write_text("# New\n\n[x](lost.md)\n", encoding="utf-8")
    git(base, "add", "--all")
    git(base, "commit", "--message=z", "--no-verify")
    code, found = pre_commit(base, "run", "kbcheck", "--from-ref", "HEAD~2", "--to-ref", "HEAD")
    assert (code, set(found)) == (1, {"README.md", "roles.md", "new.md"})


def test_files_in_several_chunks_are_each_reported_once(base: Path) -> None:
    # pre-commit never makes a command line longer than 128 KiB.
    folder = base / ("a-folder-with-a-long-name-" * 8)
    folder.mkdir()
    (folder / "README.md").write_text("# All\n", encoding="utf-8")
    for number in range(700):
        (folder / f"page-{number:04}.md").write_text(f"# Page {number}\n\n[x](README.md)\n", encoding="utf-8")
    (folder / "page-0600.md").write_text("# Page\n\n[x](lost.md)\n", encoding="utf-8")
    (folder / "page-0001.md").write_text("# Page\n\n[x](lost.md)\n", encoding="utf-8")
    git(base, "add", "--all")
    git(base, "commit", "--message=y", "--no-verify")
    _, found = pre_commit(base, "run", "kbcheck", "--all-files")
    assert sorted(found) == [
        "README.md",
        f"{folder.name}/page-0001.md",
        f"{folder.name}/page-0600.md",
        "roles.md",
    ]


# ---- kbcheck-fix


@pytest.fixture
def fixing(base: Path) -> Path:
    """The base with the hook that repairs before the one that reports."""
    (base / ".pre-commit-config.yaml").write_text(configuration("kbcheck-fix", "kbcheck"), encoding="utf-8")
    git(base, "add", "--all")
    git(base, "commit", "--message=y")
    return base


def test_links_to_a_page_that_the_commit_renames_are_repaired(fixing: Path) -> None:
    git(fixing, "mv", "guide.md", "manual.md")
    done = run(
        fixing, sys.executable, "-m", "pre_commit", "run", "kbcheck-fix", PRE_COMMIT_HOME=str(fixing / ".git/pc")
    )
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert "[guide](manual.md#steps)" in (fixing / "README.md").read_text(encoding="utf-8")
    assert "[guide](manual.md#steps)" in (fixing / "roles.md").read_text(encoding="utf-8")
    git(fixing, "add", "--all")
    assert pre_commit(fixing, "run") == (0, [])


def test_links_to_a_heading_that_the_commit_changes_are_repaired(fixing: Path) -> None:
    edit(fixing, "guide.md", "## Steps", "## Stages")
    git(fixing, "add", "--all")
    pre_commit(fixing, "run")
    assert "guide.md#stages" in (fixing / "README.md").read_text(encoding="utf-8")
    git(fixing, "add", "--all")
    assert pre_commit(fixing, "run") == (0, [])


def test_what_cannot_be_repaired_is_left_to_the_hook_that_reports(fixing: Path) -> None:
    git(fixing, "rm", "roles.md")
    code, found = pre_commit(fixing, "run")
    assert (code, found) == (1, ["README.md", "guide.md"])
    assert run(fixing, "git", "diff", "--name-only").stdout == ""


def test_old_faults_are_not_repaired_by_the_way(fixing: Path) -> None:
    (fixing / "sub").mkdir()
    (fixing / "sub/README.md").write_text("# Sub\n\n[page](page.md)\n", encoding="utf-8")
    (fixing / "sub/page.md").write_text("# Page\n\n[roles](roles.md)\n", encoding="utf-8")
    git(fixing, "add", "--all")
    git(fixing, "commit", "--message=z", "--no-verify")
    edit(fixing, "sub/page.md", "# Page\n", "# Page\n\nMore.\n")
    git(fixing, "add", "--all")
    assert pre_commit(fixing, "run") == (0, [])
    edit(fixing, "sub/page.md", "[roles](roles.md)", "[roles](roles.md), [guide](guide.md)")
    git(fixing, "add", "--all")
    pre_commit(fixing, "run")
    assert "[roles](roles.md), [guide](../guide.md)" in (fixing / "sub/page.md").read_text(encoding="utf-8")


# ---- what is no part of the commit, and no network


def test_files_that_git_does_not_track_are_no_part_of_the_commit(base: Path) -> None:
    (base / "notes.md").write_text("# Notes\n\n[x](lost.md)\n", encoding="utf-8")
    edit(base, "roles.md", "# Roles\n", "# Roles\n\n[notes](notes.md)\n")
    git(base, "add", "roles.md")
    assert pre_commit(base, "run") == (1, ["roles.md"])
    git(base, "add", "notes.md")
    assert pre_commit(base, "run") == (1, ["notes.md"])


def test_no_hook_asks_for_the_network() -> None:
    assert all("--external" not in hook["entry"] and "audit" not in hook["entry"] for hook in HOOKS.values())
    assert all(hook["language"] == "python" for hook in HOOKS.values())


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_the_hook_works_without_any_network(base: Path) -> None:
    if run(base, "unshare", "--net", "--map-root-user", "true").returncode != 0:
        pytest.skip("this machine does not let a process give up the network")
    edit(base, "README.md", "# Home\n", "# Home\n\n[outside](https://example.org/)\n")
    git(base, "rm", "--cached", "roles.md")
    git(base, "add", "README.md")
    entry = HOOKS["kbcheck"]["entry"].split()
    done = run(base, "unshare", "--net", "--map-root-user", sys.executable, "-m", *entry, "README.md")
    assert done.returncode == 1, done.stderr
    assert "KB301" in done.stdout


def test_try_repo_builds_and_runs_the_hook(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As `pre-commit try-repo` does it for anybody; where it cannot build, the reason is shown."""
    if run(ROOT, "git", "rev-parse", "--is-inside-work-tree").returncode != 0:
        pytest.skip("kbcheck itself is in no git repository here")
    git(base, "mv", "guide.md", "manual.md")
    home = tmp_path_factory.mktemp("pre-commit")
    done = run(
        base, sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "kbcheck",
        PRE_COMMIT_HOME=str(home), PYTHONPATH="",
    )  # fmt: skip
    if "CalledProcessError" in done.stdout + done.stderr:
        pytest.skip(f"pre-commit cannot build kbcheck here: {(done.stdout + done.stderr)[-300:]}")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "README.md:3:" in done.stdout
    assert "roles.md:3:" in done.stdout
