"""What a change has brought: on its lines, and elsewhere what it broke. Real repositories."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kbcheck.engine import Request, check
from kbcheck.errors import UsageError
from kbcheck.shown import Since
from tests.support import git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PAGES = {
    "README.md": "# Home\n\n[guide](guide.md#steps), [roles](roles.md)\n\n[old fault](gone.md)\n",
    "guide.md": "# Guide\n\n## Steps\n\nText.\n\n[old fault](nowhere.md)\n\n[roles](roles.md)\n",
    "roles.md": "# Roles\n\n[guide](guide.md#steps)\n",
}


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message=x")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A committed base with two old faults."""
    git(tmp_path, "init", "--initial-branch=main")
    for path, text in PAGES.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    commit(tmp_path)
    return tmp_path


def found(
    base: Path, since: Since | str | None = "HEAD", paths: tuple[str, ...] = (), select: str = "KB3"
) -> list[str]:
    """`path: target` of what is shown."""
    since = Since(since) if isinstance(since, str) else since
    report, _ = check(Request(base, paths, select=(select,), since=since))
    return [f"{one.path}: {one.target}" for one in report.diagnostics]


def edit(base: Path, path: str, old: str, new: str) -> None:
    text = (base / path).read_text(encoding="utf-8")
    assert old in text
    (base / path).write_text(text.replace(old, new), encoding="utf-8")


def test_nobody_is_blamed_for_old_faults(base: Path) -> None:
    assert found(base, since=None) == ["README.md: gone.md", "guide.md: nowhere.md"]
    assert found(base) == []
    edit(base, "guide.md", "Text.", "Other text.\n\nMore.")  # the old fault moves down
    assert found(base) == []


def test_a_fault_on_a_changed_line_is_shown(base: Path) -> None:
    edit(base, "guide.md", "Text.", "[new](missing.md)")
    assert found(base) == ["guide.md: missing.md"]


def test_an_old_fault_of_a_whole_file_is_not_one_of_its_first_line(base: Path) -> None:
    (base / "sub").mkdir()
    (base / "sub/page.md").write_text("# Page\n", encoding="utf-8")
    assert found(base, Since("HEAD", lines_only=True), select="section-without-index") == ["sub/page.md: None"]
    commit(base)
    edit(base, "sub/page.md", "# Page", "# Text")
    assert found(base, select="section-without-index") == []


def test_who_corrects_a_word_is_not_blamed_for_an_old_dead_link_on_the_same_line(base: Path) -> None:
    edit(base, "guide.md", "[old fault](nowhere.md)", "The [old fault](nowhere.md), [a new one](lost.md)")
    assert found(base) == ["guide.md: lost.md"]
    assert found(base, Since("HEAD", lines_only=True)) == ["guide.md: lost.md"]


@pytest.mark.parametrize("how", ["renamed", "new"])
def test_what_is_said_of_a_folder_at_its_first_page_is_not_new_at_another_page(base: Path, how: str) -> None:
    (base / "sub").mkdir()
    for name in ("b.md", "c.md"):
        (base / "sub" / name).write_text("# Page\n", encoding="utf-8")
    commit(base)
    if how == "renamed":
        git(base, "mv", "sub/b.md", "sub/z.md")
    else:
        (base / "sub/a.md").write_text("# A\n", encoding="utf-8")
    assert found(base, None, select="section-without-index") == [f"sub/{'c' if how == 'renamed' else 'a'}.md: None"]
    assert found(base, select="section-without-index") == []
    (base / "other").mkdir()
    (base / "other/page.md").write_text("# Page\n", encoding="utf-8")
    assert found(base, select="section-without-index") == ["other/page.md: None"]


def test_a_fault_in_a_new_page_is_shown_before_git_knows_it(base: Path) -> None:
    (base / "new.md").write_text("# New\n\n[x](missing.md)\n", encoding="utf-8")
    assert found(base) == ["new.md: missing.md"]


@pytest.mark.parametrize("staged", [True, False])
def test_a_deleted_page_shows_the_pages_that_point_there(base: Path, *, staged: bool) -> None:
    (base / "roles.md").unlink()
    if staged:
        git(base, "add", "--all")
    assert found(base) == ["README.md: roles.md", "guide.md: roles.md"]
    assert found(base, Since("HEAD", lines_only=True)) == []


def test_a_renamed_page_shows_the_pages_that_point_there_and_not_its_own_old_faults(base: Path) -> None:
    git(base, "mv", "guide.md", "manual.md")
    assert found(base) == ["README.md: guide.md#steps", "roles.md: guide.md#steps"]


def test_a_page_that_moves_to_another_folder_shows_its_links_that_break(base: Path) -> None:
    (base / "sub").mkdir()
    git(base, "mv", "guide.md", "sub/guide.md")
    assert "sub/guide.md: roles.md" in found(base)
    assert "sub/guide.md: nowhere.md" not in found(base)


def test_a_changed_heading_shows_the_links_to_its_anchor(base: Path) -> None:
    edit(base, "guide.md", "## Steps", "## Stages")
    assert found(base) == ["README.md: guide.md#steps", "roles.md: guide.md#steps"]
    assert found(base, paths=("roles.md",)) == ["roles.md: guide.md#steps"]


def test_an_image_that_goes_shows_the_pages_that_have_it(base: Path) -> None:
    (base / "a.png").write_bytes(b"\x89PNG\0")
    edit(base, "README.md", "# Home", "# Home\n\n![a](a.png)")
    commit(base)
    (base / "a.png").unlink()
    assert found(base) == ["README.md: a.png"]


def test_what_a_branch_did_is_shown_from_where_it_left(base: Path) -> None:
    git(base, "checkout", "-b", "topic")
    (base / "roles.md").unlink()
    commit(base)
    edit(base, "guide.md", "## Steps", "## Stages")
    git(base, "stash")
    git(base, "checkout", "main")
    (base / "other.md").write_text("# Other\n\n[theirs](missing.md)\n", encoding="utf-8")
    commit(base)
    git(base, "checkout", "topic")
    assert found(base, "main") == ["README.md: roles.md", "guide.md: roles.md"]
    git(base, "stash", "pop")
    assert found(base, "main") == ["README.md: guide.md#steps", "README.md: roles.md", "guide.md: roles.md"]


def test_a_page_that_nobody_links_to_any_more_is_shown(base: Path) -> None:
    edit(base, "README.md", ", [roles](roles.md)", "")
    edit(base, "guide.md", "\n[roles](roles.md)\n", "")
    assert found(base, select="orphan-page") == ["roles.md: None"]


def test_a_comment_that_goes_brings_the_fault_back(base: Path) -> None:
    edit(base, "guide.md", "[old", "<!-- kbcheck-disable-next-line missing-file: soon -->\n[old")
    commit(base)
    edit(base, "guide.md", "<!-- kbcheck-disable-next-line missing-file: soon -->\n", "")
    assert found(base) == ["guide.md: nowhere.md"]


def test_an_old_comment_that_silences_nothing_is_nobodys_fault(base: Path) -> None:
    edit(base, "guide.md", "Text.", "<!-- kbcheck-disable-line missing-file: x -->")
    commit(base)
    edit(base, "guide.md", "# Guide", "# The guide")
    assert found(base, select="KB1") == []


def test_the_same_fault_once_more_is_new(base: Path) -> None:
    edit(base, "README.md", "[old fault](gone.md)\n", "[old fault](gone.md)\n\n[old fault](gone.md)\n")
    assert found(base) == ["README.md: gone.md"]


def test_settings_that_change_blame_nobody(base: Path) -> None:
    (base / ".kbcheck.yaml").write_text("exclude: [roles.md]\n", encoding="utf-8")
    assert found(base) == []


def test_everything_is_new_before_the_first_commit(tmp_path: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / "README.md").write_text("# Home\n\n[x](gone.md)\n", encoding="utf-8")
    git(tmp_path, "add", "--all")
    assert found(tmp_path) == ["README.md: gone.md"]


def test_a_base_in_a_folder_of_the_repository(base: Path) -> None:
    (base / "docs").mkdir()
    for path in PAGES:
        git(base, "mv", path, f"docs/{path}")
    commit(base)
    edit(base, "docs/guide.md", "## Steps", "## Stages")
    assert found(base / "docs") == ["README.md: guide.md#steps", "roles.md: guide.md#steps"]


def test_names_with_special_characters(base: Path) -> None:
    (base / "l’été « 1 ».md").write_text("# Été\n", encoding="utf-8")
    edit(base, "README.md", "# Home", "# Home\n\n[x](<l’été « 1 ».md>)")
    commit(base)
    (base / "l’été « 1 ».md").unlink()
    assert found(base) == ["README.md: l’été « 1 ».md"]


def test_a_hook_leaves_out_what_git_does_not_track(base: Path) -> None:
    (base / "new.md").write_text("# New\n\n[x](missing.md)\n", encoding="utf-8")
    edit(base, "guide.md", "Text.", "[x](new.md)")
    assert found(base) == ["new.md: missing.md"]
    assert found(base, Since("HEAD", as_hook=True)) == ["guide.md: new.md"]


def test_settings_of_a_person_do_not_change_what_is_found(base: Path) -> None:
    for name, value in {
        "diff.interHunkContext": "9", "diff.noprefix": "true", "diff.renames": "false", "diff.mnemonicPrefix": "true",
        "color.ui": "always", "diff.external": "false", "diff.submodule": "diff", "core.quotePath": "true",
    }.items():  # fmt: skip
        git(base, "config", name, value)
    edit(base, "README.md", "# Home\n", "# Home\n\n[x](lost.md)\n")
    edit(base, "README.md", "[old fault]", "Text.\n\n[old fault]")
    git(base, "mv", "guide.md", "l’été.md")
    assert found(base) == ["README.md: lost.md", "README.md: guide.md#steps", "roles.md: guide.md#steps"]


@pytest.mark.parametrize("name", ["with space.md", 'with"quote.md', "with\ttab.md", "back\\slash.md", "-dash.md"])
def test_lines_of_files_with_odd_names(base: Path, name: str) -> None:
    (base / name).write_text("# Page\n\nText.\n", encoding="utf-8")
    commit(base)
    edit(base, name, "Text.", "[x](lost.md)")
    assert found(base) == [f"{name}: lost.md"]


def test_a_detached_head_and_a_merge_that_is_going_on(base: Path) -> None:
    git(base, "checkout", "--detach")
    (base / "roles.md").unlink()
    assert found(base) == ["README.md: roles.md", "guide.md: roles.md"]
    git(base, "checkout", "main", "--", "roles.md")
    git(base, "checkout", "-b", "topic")
    edit(base, "guide.md", "Text.", "Mine.")
    commit(base)
    git(base, "checkout", "main")
    edit(base, "guide.md", "Text.", "[theirs](lost.md)")
    commit(base)
    subprocess.run(["git", "merge", "topic"], cwd=base, check=False, capture_output=True)  # ends in a conflict
    assert "lost.md" in " ".join(found(base, "topic"))


def test_a_work_tree_beside_the_repository(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    beside = tmp_path_factory.mktemp("beside") / "tree"
    git(base, "worktree", "add", "-b", "other", str(beside))
    (beside / "roles.md").unlink()
    assert found(beside) == ["README.md: roles.md", "guide.md: roles.md"]


def test_a_submodule_is_no_file(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    part = tmp_path_factory.mktemp("part")
    git(part, "init")
    (part / "page.md").write_text("# Part\n\n[x](lost.md)\n", encoding="utf-8")
    commit(part)
    git(base, "-c", "protocol.file.allow=always", "submodule", "add", str(part), "part")
    git(base, "config", "diff.submodule", "diff")
    assert found(base) == []


def test_a_hook_shows_files_in_full_that_the_commit_does_not_touch(base: Path) -> None:
    hook = Since("HEAD", as_hook=True)
    assert found(base, hook, ("guide.md", "roles.md")) == ["guide.md: nowhere.md"]
    edit(base, "guide.md", "## Steps", "## Stages")
    assert found(base, hook, ("guide.md",)) == ["README.md: guide.md#steps", "roles.md: guide.md#steps"]


def test_a_revision_that_is_not_there_is_said_in_a_sentence(
    base: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(UsageError, match="since “nowhere” is not known"):
        found(base, "nowhere")
    elsewhere = tmp_path_factory.mktemp("plain")
    (elsewhere / "README.md").write_text("# Home\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no git repository"):
        found(elsewhere)


def test_a_change_of_the_table_of_contents_shows_what_it_leaves_out(tmp_path: Path) -> None:
    git(tmp_path, "init")
    for path, text in {"README.md": "# A\n", "b.md": "# B\n", "SUMMARY.md": "* [A](README.md)\n* [B](b.md)\n"}.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    commit(tmp_path)
    edit(tmp_path, "SUMMARY.md", "* [B](b.md)\n", "")
    assert found(tmp_path, select="page-not-in-navigation") == ["b.md: None"]
