"""`kbcheck baseline`: what is known is left out, what is new is shown, and the file only becomes shorter."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kbcheck.schema.validate import validate
from kbcheck.schema.yaml import read_yaml
from tests.support import kbcheck

FILE = ".kbcheck-baseline.jsonl"
PAGES = {
    "README.md": "# Home\n\n[a](gone.md) [page](page.md)\n\nTODO: a list\n",
    "page.md": "# Page\n\n[b](gone.md)\n\n[c](other.md)\n\n[d](README.md)\n",
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for path, text in PAGES.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def shown(base: Path, *options: str) -> tuple[list[str], list[str]]:
    """What is shown (`path target`), and the notes."""
    run = kbcheck("check", "--output-format", "json", *options, cwd=base)
    assert run.returncode in (0, 1), run.stderr
    found = [f"{one['path']} {one['target'] or one['rule']}" for one in json.loads(run.stdout)["diagnostics"]]
    return found, run.stderr.splitlines()


def edit(base: Path, path: str, old: str, new: str) -> None:
    text = (base / path).read_text(encoding="utf-8")
    assert old in text
    (base / path).write_text(text.replace(old, new), encoding="utf-8")


def test_known_findings_are_left_out_and_the_note_says_so(base: Path) -> None:
    run = kbcheck("baseline", cwd=base)
    assert run.returncode == 0
    assert run.stdout == f"{FILE}: 4 known findings (missing-file 3, placeholder-text 1)\n"
    found, notes = shown(base)
    assert found == []
    assert notes == [f"kbcheck: 4 known findings are left out, as {FILE} says; --no-baseline shows them."]
    assert len(shown(base, "--no-baseline")[0]) == 4


def test_the_note_is_in_french_too(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    assert "4 défauts connus sont laissés de côté" in shown(base, "--lang", "fr")[1][0]


def test_a_new_finding_is_shown(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    edit(base, "page.md", "# Page\n", "# Page\n\nMore text.\n\n[e](new.md)\n")
    assert shown(base)[0] == ["page.md new.md"]


def test_a_known_fault_on_a_line_that_was_edited_stays_known_and_one_more_does_not(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    edit(base, "page.md", "[b](gone.md)", "Words, [b](gone.md).")
    assert shown(base)[0] == []
    edit(base, "page.md", "Words,", "[again](gone.md)")
    assert shown(base)[0] == ["page.md gone.md"]


@pytest.mark.parametrize("name", ["sub/page.md", "renamed.md"])
def test_the_known_faults_of_a_page_that_moves_stay_known(base: Path, name: str) -> None:
    (base / "sub").mkdir()
    (base / "sub/README.md").write_text("# Sub\n\nTODO: this\n\n[home](../README.md)\n", encoding="utf-8")
    edit(base, "page.md", "[d](README.md)", "TODO: that")
    kbcheck("baseline", cwd=base)
    (base / "page.md").rename(base / name)
    edit(base, "README.md", " [page](page.md)", f" [page]({name})")
    found, notes = shown(base)
    assert (found, len(notes)) == ([], 1)
    kbcheck("baseline", "--prune", cwd=base)
    paths = {json.loads(line)["path"] for line in (base / FILE).read_text(encoding="utf-8").splitlines()}
    assert paths == {"README.md", "sub/README.md", name}
    edit(base, name, "TODO: that", "TODO: that\n\nTODO: and that")
    assert shown(base)[0] == [f"{name} placeholder-text"]


def test_two_pages_that_become_one_leave_one_known_fault_of_each(base: Path) -> None:
    for folder in ("one", "two"):
        (base / folder).mkdir()
        (base / folder / "twin.md").write_text("# Twin\n\nTODO: this\n", encoding="utf-8")
    kbcheck("baseline", cwd=base)
    (base / "one/twin.md").rename(base / "twin.md")
    (base / "two/twin.md").unlink()
    found, notes = shown(base)
    assert [line for line in found if "placeholder" in line] == []
    assert any("fixed" in note for note in notes)


def test_what_was_fixed_is_said_and_pruned(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    edit(base, "page.md", "[c](other.md)", "c")
    edit(base, "page.md", "# Page\n", "# Page\n\n[e](new.md)\n")
    found, notes = shown(base)
    assert found == ["page.md new.md"]
    assert notes[1] == f"kbcheck: 1 known finding is fixed: `kbcheck baseline --prune` takes it out of {FILE}."
    assert kbcheck("baseline", "--prune", cwd=base).stdout.startswith(f"{FILE}: 3 known findings")
    found, notes = shown(base)
    assert found == ["page.md new.md"]  # pruning takes nothing in
    assert len(notes) == 1


def test_rules_that_did_not_run_say_nothing_of_what_is_fixed(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    assert shown(base, "--select", "placeholder-text")[1] == [
        f"kbcheck: 1 known finding is left out, as {FILE} says; --no-baseline shows it."
    ]


def test_the_file_grows_only_when_told_to(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    edit(base, "page.md", "# Page\n", "# Page\n\n[e](new.md)\n")
    run = kbcheck("baseline", cwd=base)
    assert run.returncode == 2
    assert "--prune" in run.stderr
    assert kbcheck("baseline", "--force", cwd=base).returncode == 0
    assert shown(base)[0] == []


def test_the_file_goes_with_the_last_finding(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    for path in PAGES:
        (base / path).write_text(f"# {path}\n\n[x](README.md) [y](page.md)\n", encoding="utf-8")
    assert kbcheck("baseline", "--prune", cwd=base).stdout == f"no known finding: there is no {FILE}\n"
    assert not (base / FILE).exists()
    assert kbcheck("baseline", "--prune", cwd=base).returncode == 2


def test_each_line_is_as_the_schema_says_and_they_are_sorted(base: Path) -> None:
    kbcheck("baseline", cwd=base)
    lines = (base / FILE).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    for line in lines:
        assert validate(read_yaml(line), "baseline") == []
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    "line", ["<<<<<<< HEAD", "{}", "[1]", '{"path": 1, "rule": "", "subject": "", "fingerprint": ""}']
)
def test_a_line_that_is_none_is_named(base: Path, line: str) -> None:
    (base / FILE).write_text(f"\n{line}\n", encoding="utf-8")
    run = kbcheck("check", cwd=base)
    assert run.returncode == 2
    assert f"{FILE}:2" in run.stderr


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_two_branches_that_fix_different_pages_are_joined_without_a_conflict(base: Path) -> None:
    for number in range(6):
        (base / f"p{number}.md").write_text(f"# P{number}\n\n[x](gone.md)\n", encoding="utf-8")
    (base / ".gitattributes").write_text(f"{FILE} merge=union\n", encoding="utf-8")
    kbcheck("baseline", cwd=base)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=base, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--message=x")
    for branch, page in (("one", "p2.md"), ("two", "p3.md")):
        git("checkout", "-b", branch, "main")
        (base / page).write_text("# P\n", encoding="utf-8")
        kbcheck("baseline", "--prune", cwd=base)
        git("commit", "--all", "--message=x")
    git("merge", "one")
    assert all("gone.md" not in one for one in shown(base, "--select", "missing-file")[0])
    assert kbcheck("baseline", "--prune", cwd=base).returncode == 0
    assert "p2.md" not in (base / FILE).read_text(encoding="utf-8")
