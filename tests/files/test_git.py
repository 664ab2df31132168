"""What git knows: real repositories, and none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kbcheck.files.git import default_branch, remotes
from tests.support import git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    return folder


def commit(folder: Path) -> None:
    git(folder, "commit", "--allow-empty", "--message=x")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Owner/name.git",
        "https://github.com/Owner/name",
        "https://github.com/Owner/name/",
        "https://user:pass@word@github.com/Owner/name.git",
        "https://x-access-token:secret@GitHub.com/Owner/name",
        "git@github.com:Owner/name.git",
        "github.com:Owner/name",
        "ssh://git@github.com/Owner/name.git",
        "ssh://git@github.com:22/Owner/name.git",
        "ssh://git@ssh.github.com:443/Owner/name.git",
        "git://github.com/Owner/name.git",
    ],
)
def test_every_form_of_a_remote_is_one_address(repository: Path, url: str) -> None:
    git(repository, "remote", "add", "origin", url)
    assert remotes(repository) == ("github.com/Owner/name",)


def test_a_group_in_a_group_is_kept(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://gitlab.example.org/group/sub/name.git")
    assert remotes(repository) == ("gitlab.example.org/group/sub/name",)


@pytest.mark.parametrize(
    "url", ["/srv/git/name.git", "../name", "file:///srv/name.git", "C:/git/name", "C:\\git\\name"]
)
def test_a_folder_is_no_address(repository: Path, url: str) -> None:
    git(repository, "remote", "add", "origin", url)
    assert remotes(repository) == ()


def test_origin_comes_first_and_none_comes_twice(repository: Path) -> None:
    git(repository, "remote", "add", "fork", "git@github.com:fork/name.git")
    git(repository, "remote", "add", "origin", "git@github.com:owner/name.git")
    git(repository, "remote", "add", "again", "https://github.com/owner/name")
    assert remotes(repository) == ("github.com/owner/name", "github.com/fork/name")


def test_a_sub_folder_knows_the_remotes_of_its_repository(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:owner/name.git")
    (repository / "docs").mkdir()
    assert remotes(repository / "docs") == ("github.com/owner/name",)


def test_outside_of_a_repository_there_is_nothing_to_know(tmp_path: Path) -> None:
    assert remotes(tmp_path) == ()
    assert default_branch(tmp_path) is None


def test_without_git_there_is_nothing_to_know(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:owner/name.git")
    commit(repository)
    monkeypatch.setenv("PATH", "")
    assert remotes(repository) == ()
    assert default_branch(repository) is None


def test_a_hook_of_another_repository_changes_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:owner/name.git")
    monkeypatch.setenv("GIT_DIR", "elsewhere/.git")
    assert remotes(repository) == ("github.com/owner/name",)


# ---- the default branch


def test_the_default_branch_is_the_one_origin_says(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "-b", "publié/v2")
    commit(repository)
    git(tmp_path, "clone", str(repository), "clone")
    git(tmp_path / "clone", "checkout", "-b", "main")
    assert default_branch(tmp_path / "clone") == "publié/v2"


@pytest.mark.parametrize("name", ["main", "master"])
def test_main_and_master_are_default_branches(repository: Path, name: str) -> None:
    git(repository, "checkout", "-b", name) if name != "main" else None
    commit(repository)
    git(repository, "checkout", "-b", "feature/main")
    assert default_branch(repository) == name


def test_of_both_the_checked_out_one_counts(repository: Path) -> None:
    commit(repository)
    git(repository, "checkout", "-b", "master")
    assert default_branch(repository) == "master"


def test_the_only_branch_is_the_default(repository: Path) -> None:
    git(repository, "checkout", "-b", "trunk")
    commit(repository)
    assert default_branch(repository) == "trunk"


def test_nothing_is_guessed_from_several_other_branches(repository: Path) -> None:
    git(repository, "checkout", "-b", "one")
    commit(repository)
    git(repository, "checkout", "-b", "two")
    assert default_branch(repository) is None


def test_a_repository_without_commits_has_no_branch(repository: Path) -> None:
    assert default_branch(repository) is None
