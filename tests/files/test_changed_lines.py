"""Which lines git says were changed: real repositories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kbcheck.files import GitError, changed_lines
from tests.support import git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with ten lines in `page.md`, on its default branch."""
    git(tmp_path, "init", "--initial-branch=main")
    write(tmp_path, "page.md", [f"line {number}" for number in range(1, 11)])
    commit(tmp_path)
    return tmp_path


def write(folder: Path, path: str, lines: list[str]) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message=x")


def lines(folder: Path, path: str = "page.md", since: str | None = None) -> list[int]:
    return [number for each in changed_lines(folder, since).get(path, ()) for number in each]


def change(folder: Path) -> None:
    """Line 3 is changed, a line comes in after line 7, line 9 goes."""
    old = (folder / "page.md").read_text().splitlines()
    write(folder, "page.md", [*old[:2], "other", *old[3:7], "new", *old[7:8], *old[9:]])


def test_nothing_is_changed_in_a_clean_clone(repository: Path) -> None:
    assert changed_lines(repository) == {}


def test_changes_on_disk_count(repository: Path) -> None:
    change(repository)
    assert lines(repository) == [3, 8]


def test_changes_of_a_branch_count_and_those_of_the_default_branch_do_not(repository: Path) -> None:
    git(repository, "checkout", "-b", "topic")
    change(repository)
    commit(repository)
    git(repository, "checkout", "main")
    write(repository, "elsewhere.md", ["a line of somebody else"])
    commit(repository)
    git(repository, "checkout", "topic")
    assert lines(repository) == [3, 8]
    assert lines(repository, since="main") == [3, 8]
    assert set(changed_lines(repository)) == {"page.md"}


def test_a_revision_can_be_named(repository: Path) -> None:
    change(repository)
    commit(repository)
    assert changed_lines(repository) == {}
    assert lines(repository, since="HEAD~1") == [3, 8]


def test_all_lines_of_a_new_file_count_also_when_git_does_not_know_it(repository: Path) -> None:
    write(repository, "added.md", ["a", "b"])
    git(repository, "add", "added.md")
    write(repository, "untracked.md", ["a", "b"])
    assert lines(repository, "added.md") == [1, 2]
    (everything,) = changed_lines(repository)["untracked.md"]
    assert 1 in everything
    assert 999 in everything


@pytest.mark.parametrize(
    "name", ["été.md", 'with "quotes".md', "tab\there.md", "a b.md", "line\nend.md", "back\\slash.md"]
)
def test_odd_names(repository: Path, name: str) -> None:
    write(repository, name, ["a"])
    git(repository, "add", "--all")
    assert lines(repository, name) == [1]


def test_lines_that_look_like_a_diff(repository: Path) -> None:
    write(repository, "diff.md", ["++ b/other.md", "@@ -1 +1 @@", "-- a/x", "+++ b/y"])
    git(repository, "add", "--all")
    assert {path: [n for each in ranges for n in each] for path, ranges in changed_lines(repository).items()} == {
        "diff.md": [1, 2, 3, 4]
    }


def test_a_file_without_a_line_end_and_a_binary_one(repository: Path) -> None:
    (repository / "page.md").write_text("only this")
    (repository / "image.png").write_bytes(b"\0\1\2" * 100)
    git(repository, "add", "--all")
    assert lines(repository) == [1]


def test_paths_are_relative_to_the_folder(repository: Path) -> None:
    write(repository, "docs/guide.md", ["a"])
    git(repository, "add", "--all")
    change(repository)
    assert set(changed_lines(repository / "docs")) == {"guide.md"}


def test_deleted_files_are_left_out(repository: Path) -> None:
    (repository / "page.md").unlink()
    assert changed_lines(repository) == {}


@pytest.mark.parametrize("since", ["nowhere", "--output=x", ""])
def test_a_revision_that_does_not_exist_is_an_error(repository: Path, since: str) -> None:
    with pytest.raises(GitError):
        changed_lines(repository, since)
    assert not (repository / "x").exists()


def test_two_histories_have_no_common_ancestor(repository: Path) -> None:
    git(repository, "checkout", "--orphan", "other")
    change(repository)
    commit(repository)
    with pytest.raises(GitError, match="fetch the history"):
        changed_lines(repository, "main")


def test_a_folder_without_git_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        changed_lines(tmp_path)
