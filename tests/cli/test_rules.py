"""`kbcheck rules` and `kbcheck explain` in a base that has rules of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RULE = """---
code: X001
name: phase-without-goal
severity: warning
check: {for-each: phase, require: {field: goal}}
messages: {default: 'the phase “{entity.name}” has no goal'}
---

# phase-without-goal

A phase does not say what it is for. \x1b[31mRed.

"""
BAD = "```md bad\n---\nkind: phase\nid: mvp\nname: MVP\n---\n# MVP\n```\n\n"
GOOD = "```md good\n---\nkind: phase\nid: mvp\nname: MVP\ngoal: Apprendre\n---\n# MVP\n```\n\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "kb-rules").mkdir()
    (tmp_path / "README.md").write_text("# Home\n", encoding="utf-8")
    (tmp_path / ".kbcheck.yaml").write_text("rules: ./kb-rules\n", encoding="utf-8")
    (tmp_path / "kb-rules" / "goal.md").write_text(RULE + BAD + GOOD, encoding="utf-8")
    return tmp_path


def kbcheck(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kbcheck", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


def test_they_are_listed_and_explained_with_the_others(base: Path) -> None:
    listed = kbcheck("rules", cwd=base).stdout.splitlines()
    assert listed[0].startswith("KB101")
    assert listed[-1].split()[:3] == ["X001", "phase-without-goal", "warning"]
    explained = kbcheck("explain", "X001", cwd=base).stdout
    assert explained.startswith("X001 · warning · fix: none\n\n# phase-without-goal\n")
    assert "\x1b" not in explained
    assert "KB301" in kbcheck("explain", "missing-file", cwd=base).stdout


@pytest.mark.parametrize("arguments", [["--test"], ["--test", "kb-rules"]])
def test_their_examples_hold(base: Path, arguments: list[str]) -> None:
    run = kbcheck("rules", *arguments, cwd=base)
    assert (run.returncode, run.stdout) == (0, "examples: 2, rules: 1, problems: 0\n")


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        (
            BAD.replace("bad", "good") + BAD,
            "kb-rules/goal.md:13: phase-without-goal reports this good example, in page.md",
        ),
        (
            GOOD.replace("good", "bad") + GOOD,
            "kb-rules/goal.md:13: phase-without-goal does not report this bad example",
        ),
        (GOOD, "kb-rules/goal.md:9: phase-without-goal has no bad example: nothing shows that it reports anything"),
    ],
)
def test_an_example_that_does_not_hold_is_told_with_its_place(base: Path, examples: str, said: str) -> None:
    (base / "kb-rules" / "goal.md").write_text(RULE + examples, encoding="utf-8")
    run = kbcheck("rules", "--test", cwd=base)
    assert (run.returncode, run.stdout.splitlines()[0]) == (1, said)


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        (BAD.replace("bad", "bad ../x.md"), "kb-rules/goal.md:13: “../x.md” cannot be a file of an example"),
        (BAD.replace("bad", "bad .git/config"), "kb-rules/goal.md:13: “.git/config” cannot be a file of an example"),
        (BAD + "```md bad\n", "kb-rules/goal.md:22: this fence has no end"),
        ("```md bad a.md\nx\n```\n\n```md a.md/b.md\nx\n```\n", "kb-rules/goal.md:13: the files of this example"),
        ("```json bad a.json\n{}\n```\n", "kb-rules/goal.md:13: this example cannot be checked: no Markdown page"),
    ],
)
def test_an_example_that_cannot_be_run_is_told_with_its_place(base: Path, examples: str, said: str) -> None:
    (base / "kb-rules" / "goal.md").write_text(RULE + examples, encoding="utf-8")
    run = kbcheck("rules", "--test", cwd=base)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"kbcheck: {said}")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--test", "README.md"], "rule pages stand in a folder"),
        (["--test", "../elsewhere"], "no such path"),
        (["--test", "--root", "."], "no rules of its own"),
    ],
)
def test_what_the_user_must_correct(base: Path, arguments: list[str], said: str) -> None:
    (base / ".kbcheck.yaml").unlink()
    run = kbcheck("rules", *arguments, cwd=base)
    assert run.returncode == 2
    assert said in run.stderr
