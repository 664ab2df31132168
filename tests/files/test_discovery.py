"""Which files are found: with git, without it, and in folders that someone else filled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from msgspec.structs import replace

from kbcheck.files.discovery import Tree, discover
from tests.support import git

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("text")


@pytest.fixture(params=["git", "folder"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An empty folder: the work tree of a repository, or in none."""
    folder = tmp_path / "root"
    folder.mkdir()
    if request.param == "git":
        if shutil.which("git") is None:
            pytest.skip("git is not installed")
        git(folder, "init")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init")
    return folder


# ---- with and without git


def test_files_folders_and_pages(root: Path) -> None:
    write(
        root,
        "README.md",
        "docs/a.MD",
        "docs/deep/er/b.markdown",
        "docs/c.mdx",
        "docs/logo.png",
        ".gitbook/includes/d.md",
    )
    (root / "empty").mkdir()
    assert replace(discover(root), untracked=frozenset()) == Tree(
        root=root,
        files=frozenset(
            {
                "README.md",
                "docs/a.MD",
                "docs/deep/er/b.markdown",
                "docs/c.mdx",
                "docs/logo.png",
                ".gitbook/includes/d.md",
            }
        ),
        folders=frozenset({"", "docs", "docs/deep", "docs/deep/er", ".gitbook", ".gitbook/includes"}),
        pages=(".gitbook/includes/d.md", "README.md", "docs/a.MD", "docs/c.mdx", "docs/deep/er/b.markdown"),
    )


def test_questions_are_answered_to_the_letter(root: Path) -> None:
    write(root, "docs/a.md")
    tree = discover(root)
    assert tree.is_file("docs/a.md")
    assert tree.is_folder("docs")
    assert tree.is_folder("")
    assert not any(map(tree.is_file, ["docs", "docs/A.md", "docs/a.md/", ""]))
    assert not any(map(tree.is_folder, ["docs/", "Docs", "docs/a.md"]))


@pytest.mark.parametrize("folder", [".git", "node_modules", "__pycache__", ".kbcheck_cache", "docs/node_modules"])
def test_what_nobody_wrote_is_left_out(root: Path, folder: str) -> None:
    write(root, f"{folder}/x/page.md", "page.md")
    assert discover(root).files == {"page.md"}


def test_virtual_environments_are_left_out(root: Path) -> None:
    write(root, "tools/env/pyvenv.cfg", "tools/env/lib/README.md", "tools/page.md")
    assert discover(root).files == {"tools/page.md"}


def test_a_root_that_is_a_virtual_environment_is_looked_at(root: Path) -> None:
    write(root, "pyvenv.cfg", "page.md")
    assert discover(root).pages == ("page.md",)


def test_globs_choose_pages_and_hide_no_file(root: Path) -> None:
    write(root, "docs/a.md", "docs/draft/b.md", "other/c.md", "docs/d.png")
    tree = discover(root, include=["docs/"], exclude=["draft/"])
    assert tree.pages == ("docs/a.md",)
    assert tree.files == {"docs/a.md", "docs/draft/b.md", "other/c.md", "docs/d.png"}
    assert discover(root, exclude=["**/*.md"]).pages == ()


@pytest.mark.skipif(sys.platform != "linux", reason="this file system may not keep such names apart")
def test_names_are_the_bytes_on_disk(root: Path) -> None:
    odd = "latin-\udce9.md"  # the byte E9, which is no UTF-8
    names = ["line\nbreak.md", 'quote".md', "tab\t.md", " space .md", odd]
    names += [unicodedata.normalize(form, "équipe.md") for form in ("NFC", "NFD")]
    for name in names:
        (root / name).write_text("text")
    tree = discover(root)
    assert tree.files == set(names)
    assert tree.pages == tuple(sorted(names))


def test_a_root_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    tree = discover(tmp_path / "gone")
    assert not tree.files
    assert "could not be listed" in str(tree.notes[0])


def test_a_folder_that_may_not_be_listed_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "secret/a.md", "b.md")
    scandir = os.scandir

    def refuse(path: str) -> os._ScandirIterator[str]:
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = discover(tmp_path)
    assert tree.pages == ("b.md",)
    assert list(map(str, tree.notes)) == ["The folder 'secret' could not be listed: Permission denied."]


# ---- symbolic links


def test_a_link_to_a_file_is_a_file(root: Path) -> None:
    write(root, "real/page.md")
    (root / "link.md").symlink_to("real/page.md")
    assert discover(root).pages == ("link.md", "real/page.md")


def test_a_linked_folder_exists_and_is_not_entered(root: Path) -> None:
    write(root, "real/page.md")
    (root / "linked").symlink_to("real")
    tree = discover(root)
    assert tree.files == {"real/page.md"}
    assert tree.folders == {"", "real", "linked"}


def test_loops_and_dead_links_are_no_files(root: Path) -> None:
    write(root, "docs/page.md")
    (root / "docs" / "up").symlink_to("..")
    (root / "loop.md").symlink_to("loop.md")
    (root / "dead.md").symlink_to("gone.md")
    tree = discover(root)
    assert tree.files == {"docs/page.md"}
    assert tree.folders == {"", "docs", "docs/up"}


def test_a_link_out_of_the_root_exists(root: Path) -> None:
    """As in `docs/CHANGELOG.md -> ../CHANGELOG.md`: links to it work; `read` refuses to follow it."""
    write(root.parent, "CHANGELOG.md", "assets/logo.png")
    write(root, "README.md")
    (root / "CHANGELOG.md").symlink_to("../CHANGELOG.md")
    (root / "assets").symlink_to("../assets")
    tree = discover(root)
    assert tree.files == {"README.md", "CHANGELOG.md"}
    assert tree.folders == {"", "assets"}


@needs_git
def test_a_folder_that_became_a_link_is_not_entered(repository: Path, tmp_path: Path) -> None:
    write(repository, "docs/page.md", "a.md")
    git(repository, "add", ".")
    shutil.move(repository / "docs", tmp_path / "moved")
    (repository / "docs").symlink_to(tmp_path / "moved")
    assert discover(repository).files == {"a.md"}


def test_pipes_are_no_files(root: Path) -> None:
    write(root, "page.md")
    os.mkfifo(root / "pipe.md")
    assert discover(root).files == {"page.md"}


# ---- what git tells


@needs_git
def test_ignored_files_are_left_out_unless_tracked(repository: Path) -> None:
    write(repository, "tracked.md", "untracked.md", "ignored.md", "build/x.md", "local.md", "forced.md", "deleted.md")
    (repository / ".gitignore").write_text("ignored.md\nbuild/\nforced.md\n")
    (repository / ".git" / "info" / "exclude").write_text("local.md\n")
    git(repository, "add", "tracked.md", "deleted.md")
    git(repository, "add", "--force", "forced.md")
    (repository / "deleted.md").unlink()
    tree = discover(repository)
    assert tree.files == {"tracked.md", "untracked.md", "forced.md", ".gitignore"}
    assert tree.notes == ()


@needs_git
def test_a_sub_folder_of_a_repository_is_a_root(repository: Path) -> None:
    write(repository, "docs/a.md", "docs/sub/b.md", "docs/build/c.md", "README.md")
    (repository / ".gitignore").write_text("build/\n")
    assert discover(repository / "docs").files == {"a.md", "sub/b.md"}


@needs_git
def test_a_worktree_is_a_root(repository: Path, tmp_path: Path) -> None:
    write(repository, "a.md")
    git(repository, "add", ".")
    git(repository, "commit", "--message=x")
    git(repository, "worktree", "add", str(tmp_path / "tree"))
    write(tmp_path / "tree", "b.md")
    assert discover(tmp_path / "tree").files == {"a.md", "b.md"}


@needs_git
def test_repositories_inside_of_the_repository_are_not_entered(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "inside.md")
    git(other, "init")
    git(other, "add", ".")
    git(other, "commit", "--message=x")
    write(repository, "a.md")
    git(repository, "submodule", "add", str(other), "parts/module")
    shutil.copytree(other, repository / "nested")
    tree = discover(repository)
    assert tree.files == {"a.md", ".gitmodules"}
    assert tree.folders == {"", "parts", "parts/module", "nested"}


@needs_git
def test_an_unmerged_file_is_one_file(repository: Path) -> None:
    entries = "".join(f"100644 {'1' * 40} {stage}\ta.md\n" for stage in (1, 2, 3))
    command = ["git", "update-index", "--index-info"]
    subprocess.run(command, cwd=repository, input=entries, text=True, check=True)
    write(repository, "a.md")
    assert discover(repository).pages == ("a.md",)


@needs_git
def test_a_folder_that_git_ignores_is_looked_at_when_it_is_the_root(repository: Path) -> None:
    write(repository, "build/a.md")
    (repository / ".gitignore").write_text("build/\n")
    tree = discover(repository / "build")
    assert tree.pages == ("a.md",)
    assert "ignores" in str(tree.notes[0])


@needs_git
def test_a_hook_of_another_repository_changes_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "a.md")
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere")
    a_file = frozenset({"a.md"})
    assert discover(repository) == Tree(repository, a_file, frozenset({""}), ("a.md",), untracked=a_file)


@needs_git
def test_a_repository_runs_no_program(repository: Path) -> None:
    write(repository, "a.md")
    git(repository, "config", "core.fsmonitor", "touch ran; false")
    assert discover(repository).files == {"a.md"}


@needs_git
@pytest.mark.parametrize("fault", ["no program", "broken repository"])
def test_where_git_fails_everything_is_looked_at_and_said(
    repository: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    write(repository, "a.md", "ignored.md")
    (repository / ".gitignore").write_text("ignored.md\n")
    if fault == "no program":
        monkeypatch.setenv("PATH", "")
    else:
        (repository / ".git" / "HEAD").write_text("nonsense")
    tree = discover(repository)
    assert tree.pages == ("a.md", "ignored.md")
    assert len(tree.notes) == 1
    assert "git" in str(tree.notes[0])


def test_a_folder_in_no_repository_needs_no_note(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    assert discover(tmp_path).notes == ()
