"""`kbcheck fix` and `kbcheck check --fix`, as a person meets them."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PAGES = {
    "a.md": "# A\n\n[b](B.md) [anchor](b.md#budjet) [gone](gone.md)\n",
    "b.md": "# B\n\n## Budget\n\n[a](A.md) [a](A.md#a)\n",
}


@pytest.fixture
def base(tmp_path):
    for path, text in PAGES.items():
        (tmp_path / path).write_text(text)
    return tmp_path


def kbcheck(*arguments: str, cwd: Path, text: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "kbcheck", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_safe_fixes_are_written_and_the_rest_is_reported(base):
    run = kbcheck("fix", cwd=base)
    assert run.returncode == 1
    assert (base / "a.md").read_text() == PAGES["a.md"].replace("B.md", "b.md")
    assert (base / "b.md").read_text() == PAGES["b.md"].replace("A.md", "a.md")
    assert "kbcheck: fixed a.md: case-mismatch: B.md → b.md" in run.stderr
    assert "findings fixed: 3, in files: 2; left: 2" in run.stderr
    assert "KB302 missing-anchor" in run.stdout
    assert "KB303" not in run.stdout


def test_unsafe_fixes_are_asked_for(base):
    kbcheck("fix", "--unsafe", "a.md", cwd=base)
    assert "[anchor](b.md#budget)" in (base / "a.md").read_text()


def test_nothing_left_exits_with_0(base):
    (base / "a.md").write_text("# A\n\n[b](B.md)\n")
    assert kbcheck("fix", cwd=base).returncode == 0
    assert kbcheck("fix", cwd=base).stderr.endswith("findings fixed: 0, in files: 0; left: 0\n")


def test_diff_is_a_patch_and_writes_nothing(base, tmp_path_factory):
    run = kbcheck("fix", "--diff", cwd=base)
    assert run.returncode == 1
    assert {path: (base / path).read_text() for path in PAGES} == PAGES
    assert "Nothing was written" in run.stderr
    other = tmp_path_factory.mktemp("other")
    for path, text in PAGES.items():
        (other / path).write_text(text)
    subprocess.run(["git", "apply", "-"], input=run.stdout, text=True, cwd=other, check=True)
    kbcheck("fix", cwd=base)
    assert {path: (base / path).read_text() for path in PAGES} == {path: (other / path).read_text() for path in PAGES}


def test_check_fix_keeps_stdout_for_the_report(base):
    run = kbcheck("check", "--fix", "--output-format", "json", cwd=base)
    assert [one["rule"] for one in json.loads(run.stdout)["diagnostics"]] == ["missing-anchor", "missing-file"]
    assert "fixed b.md" in run.stderr
    assert run.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fix", "--interactive"], "this is none"),
        (["fix", "--interactive", "--diff"], "leave --interactive out"),
        (["check", "--unsafe"], "give both"),
        (["fix", "nowhere.md"], "no such path"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(base, arguments, said):
    run = kbcheck(*arguments, cwd=base)
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stderr.count("\n") == 1


def test_what_is_done_is_said_in_french(base):
    assert "kbcheck: corrigé a.md: case-mismatch: B.md → b.md" in kbcheck("fix", "--lang", "fr", cwd=base).stderr


# In a terminal


KEYS = {"Ctrl-C": b"\x03", "Ctrl-D": b"\x04"}


def in_terminal(base: Path, answers: list[str], *arguments: str) -> tuple[str, int]:
    """What a terminal shows of `kbcheck fix --interactive` to a person who answers so, and the exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(base)
        os.environ.update(LC_ALL="C.UTF-8", NO_COLOR="1", TERM="dumb")
        os.execv(sys.executable, [sys.executable, "-m", "kbcheck", "fix", "--interactive", *arguments])
    shown, asked, deadline = "", 0, time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536).decode("utf-8", "replace")
            except OSError:  # the other end is closed
                break
        if asked < len(answers) and shown.count("[q]uit:") > asked:
            time.sleep(0.2)  # until the terminal is set for reading: a key that comes before has no meaning yet
            key = answers[asked]
            os.write(terminal, KEYS[key] if key in KEYS else key.encode() + b"\n")
            asked += 1
    else:
        os.kill(pid, signal.SIGKILL)
    return shown, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_each_fix_is_asked_for(base):
    shown, code = in_terminal(base, ["y", "what?", "n", "a"])
    assert code == 1
    assert "2 to 9: another one" in shown  # for an answer that is none
    assert (base / "a.md").read_text() == PAGES["a.md"].replace("B.md", "b.md")
    assert (base / "b.md").read_text() == PAGES["b.md"].replace("A.md", "a.md")


def test_quitting_keeps_what_was_answered(base):
    in_terminal(base, ["n", "y", "q"])
    assert (base / "a.md").read_text() == PAGES["a.md"].replace("budjet", "budget")
    assert (base / "b.md").read_text() == PAGES["b.md"]


def test_the_end_of_the_input_is_quit_too(base):
    _, code = in_terminal(base, ["y", "Ctrl-D"])
    assert code == 1
    assert (base / "a.md").read_text() == PAGES["a.md"].replace("B.md", "b.md")


def test_an_interrupted_run_writes_nothing_and_says_so(base):
    shown, code = in_terminal(base, ["y", "Ctrl-C"])
    assert code == 130
    assert "nothing was written" in shown
    assert {path: (base / path).read_text() for path in PAGES} == PAGES


# Moving


def test_mv_says_what_it_did(base):
    run = kbcheck("mv", "b.md", "guide/b.md", cwd=base)
    assert run.returncode == 0, run.stderr
    assert run.stdout == "b.md → guide/b.md: files moved: 1, places rewritten: 4, in files: 2\n"
    assert "[anchor](guide/b.md#budjet)" in (base / "a.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mv", "gone.md", "x.md"], "no such path"),
        (["mv", ".", "x"], "cannot be moved"),
        (["mv", "a.md", "../x.md"], "is not in the knowledge base"),
    ],
)
def test_mv_refuses_in_one_sentence(base, arguments, said):
    run = kbcheck(*arguments, cwd=base)
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stderr.count("\n") == 1
