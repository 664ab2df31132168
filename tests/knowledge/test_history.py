"""What git remembers of paths and headings that are gone, in a real repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kbcheck.engine import Request, check
from kbcheck.knowledge.history import History

LONG = "\n\nSome words that stay the same, so that git knows the file again.\n" * 3


@pytest.fixture
def commit(tmp_path):
    """Writes files (None: removes) and commits them."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True)

    git("init", "-b", "main")

    def write(files):
        for path, text in files.items():
            file = tmp_path / path
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        git("add", "-A")
        git("commit", "-m", "x")
        return tmp_path

    return write


def first_fix(root: Path, rule: str) -> tuple[str | None, bool]:
    (found,) = [one for one in check(Request(root))[0].diagnostics if one.rule == rule]
    return (found.fixes[0].replacement, found.fixes[0].safe) if found.fixes else (None, False)


def test_a_file_that_was_renamed_twice_is_found(commit):
    commit({"README.md": "# A\n\n[b](old.md)\n", "old.md": "# B" + LONG})
    commit({"old.md": None, "mid.md": "# B" + LONG})
    root = commit({"mid.md": None, "new/b.md": "# B" + LONG + "One line more.\n"})
    assert list(History(root).later_paths("old.md")) == ["new/b.md", "mid.md"]
    assert History(root).former_paths("new/b.md") == ("mid.md", "old.md")
    assert first_fix(root, "missing-file") == ("new/b.md", True)


def test_a_folder_that_was_renamed_is_found_for_a_page_that_never_was(commit):
    commit({"README.md": "# A\n\n[c](guide/c.md)\n", "guide/b.md": "# B" + LONG})
    root = commit({"guide/b.md": None, "manual/b.md": "# B" + LONG, "manual/c.md": "# C\n\nText.\n"})
    assert first_fix(root, "missing-file") == ("manual/c.md", True)


def test_a_link_is_read_from_the_former_place_of_its_page(commit):
    commit(
        {
            "roles/po.md": "# PO" + LONG,
            "guide/page.md": "# Page\n\n[po](../roles/po.md)" + LONG,
            "a/b/po.md": "# X\n\nT.\n",
        }
    )
    root = commit({"guide/page.md": None, "a/b/c/page.md": "# Page\n\n[po](../roles/po.md)" + LONG})
    assert first_fix(root, "missing-file") == ("../../../roles/po.md", True)


def test_a_heading_that_was_reworded_is_found(commit):
    commit({"README.md": "# A\n\n[b](b.md#budget)\n", "b.md": "# B\n\n## Budget" + LONG})
    root = commit({"b.md": "# B\n\n## Cost estimate" + LONG})
    assert list(History(root).later_headings("b.md", "budget")) == ["costestimate"]
    # Nothing in the words says that it is the same: git may have seen two sections where one went and one came.
    assert first_fix(root, "missing-anchor") == ("b.md#cost-estimate", False)


@pytest.mark.parametrize(("text", "heading"), [("b", "Estimate of the budget"), ("the cost", "Cost estimate")])
def test_a_heading_that_was_reworded_is_sure_when_its_words_or_those_of_the_link_say_so(commit, text, heading):
    commit({"README.md": f"# A\n\n[{text}](b.md#budget)\n", "b.md": "# B\n\n## Budget" + LONG})
    root = commit({"b.md": f"# B\n\n## {heading}" + LONG})
    assert first_fix(root, "missing-anchor") == (f"b.md#{heading.lower().replace(' ', '-')}", True)


SECTION = "".join(f"Line number {number} of the section on how the team reports.\n\n" for number in range(6))


def test_a_section_is_found_where_its_lines_are(commit):
    pages = {
        "README.md": "# A\n\n[b](plan.md#sharing)\n",
        "plan.md": f"# Plan\n\n## Sharing\n\n{SECTION}## Rest\n\nText.\n",
    }
    commit(pages)
    commit(
        {"plan.md": "# Plan\n\n## Rest\n\nText.\n", "report.md": f"# Reports\n\nText.\n\n## Weekly notes\n\n{SECTION}"}
    )
    root = commit({"report.md": None, "team/report.md": f"# Reports\n\nText.\n\n## Weekly notes\n\n{SECTION}"})
    assert History(root).former_lines("plan.md", "sharing")[1].startswith("Line number 0")
    assert first_fix(root, "missing-anchor") == ("team/report.md#weekly-notes", False)


def test_a_page_that_is_gone_is_found_where_its_lines_are(commit):
    commit(
        {
            "README.md": "# A\n\n[b](collab.md)\n",
            "collab.md": f"# Collaborating\n\n{SECTION}",
            "guide.md": "# Guide\n\nText.\n",
        }
    )
    root = commit({"collab.md": None, "guide.md": f"# Guide\n\nText.\n\n## Together\n\n{SECTION}"})
    assert first_fix(root, "missing-file") == ("guide.md#together", False)


def test_lines_that_stand_nowhere_any_more_say_nothing(commit):
    commit({"README.md": "# A\n\n[b](collab.md)\n", "collab.md": f"# Collaborating\n\n{SECTION}"})
    root = commit({"collab.md": None, "guide.md": "# Guide\n\nLine number 1 of the section on how the team reports.\n"})
    assert first_fix(root, "missing-file") == (None, False)


def test_what_gitbook_marked_as_dead_is_looked_up(commit):
    commit(
        {
            "README.md": "# A\n\n[who does it](b.md)\n",
            "b.md": "# B\n\nT.\n",
            "SUMMARY.md": "* [A](README.md)\n* [B](b.md)\n",
        }
    )
    root = commit({"README.md": "# A\n\n[who does it](broken-reference)\n"})
    assert first_fix(root, "broken-marker") == ("b.md", False)


def test_two_plausible_files_are_both_offered_and_none_is_safe(tmp_path):
    for path in ("README.md", "a/page.md", "b/page.md"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("# A\n\n[x](c/page.md)\n" if path == "README.md" else "# P\n\nText.\n")
    (found,) = [one for one in check(Request(tmp_path))[0].diagnostics if one.rule == "missing-file"]
    assert {fix.replacement for fix in found.fixes} >= {"a/page.md", "b/page.md"}
    assert not any(fix.safe for fix in found.fixes)


def test_names_that_differ_in_a_number_are_two_names(tmp_path):
    (tmp_path / "README.md").write_text("# A\n\n[minutes](2023-01-05.md)\n")
    (tmp_path / "2023-01-12.md").write_text("# Meeting\n\nText.\n")
    assert first_fix(tmp_path, "missing-file") == (None, False)


def test_a_clone_without_a_large_file_still_knows_which_pages_were_renamed(commit):
    commit({"README.md": "# A\n\n[b](old.md)\n", "old.md": "# B" + LONG, "big.txt": LONG})
    root = commit(
        {"old.md": None, "new/b.md": "# B" + LONG + "More.\n", "big.txt": None, "bigger.txt": LONG + "More.\n"}
    )
    blob = subprocess.run(
        ["git", "rev-parse", "HEAD~1:big.txt"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    (root / ".git/objects" / blob[:2] / blob[2:].strip()).unlink()
    assert list(History(root).later_paths("old.md")) == ["new/b.md"]


def test_without_git_nothing_is_remembered(tmp_path):
    history = History(tmp_path)
    assert list(history.later_paths("a.md")) == []
    assert history.former_paths("a.md") == ()
    assert list(history.later_headings("a.md", "b")) == []
    assert history.former_lines("a.md", "b") == ()
