"""`kbcheck completion`: what the shells are told, without the modules of the commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kbcheck.cli.completion import SHELLS, TABLE, rule_names, table_text
from kbcheck.engine import load_rules
from kbcheck.reports.formats import FORMATS

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from kbcheck.cli import main; main()"


def kbcheck(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def completed(line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = line.split(" ")
    answer = kbcheck(_KBCHECK_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    return [each.partition(",")[2] for each in answer.splitlines()]


def test_the_table_is_what_the_commands_say() -> None:
    """`python -m kbcheck.cli.completion` writes it."""
    assert TABLE.read_text(encoding="utf-8") == table_text()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kbcheck ch", ["check"]),
        ("kbcheck external ex", ["export"]),
        ("kbcheck check --output-fo", ["--output-format"]),
        ("kbcheck check --output-format ", list(FORMATS)),
        ("kbcheck check --report s", ["sarif="]),
        ("kbcheck check --fail-on ", ["error", "warning", "info", "never"]),
        ("kbcheck check --lang ", ["en", "fr"]),
        ("kbcheck check --select missing-im", ["missing-image"]),
        ("kbcheck check --ignore empty-page,missing-im", ["empty-page,missing-image"]),
        ("kbcheck explain missing-im", ["missing-image"]),
        ("kbcheck init --workflow g", ["github", "gitlab"]),
        ("kbcheck completion ", list(SHELLS)),
        ("kbcheck check --lang fr --no-b", ["--no-baseline"]),
    ],
)
def test_what_can_follow(line: str, offered: list[str]) -> None:
    assert completed(line) == offered


def test_paths_are_left_to_the_shell() -> None:
    answer = kbcheck(_KBCHECK_COMPLETE="bash_complete", COMP_WORDS="kbcheck check do", COMP_CWORD="2")
    assert answer == "file,do\n"


def test_the_rules_are_those_that_ship() -> None:
    assert sorted(rule_names()) == sorted(rule.name for rule in load_rules(ROOT / "examples" / "product-handbook"))


def test_a_tab_imports_no_command() -> None:
    program = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "_KBCHECK_COMPLETE": "bash_complete"}
        | {"COMP_WORDS": "kbcheck check --select mis", "COMP_CWORD": "3"},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stderr.split())
    assert "kbcheck.cli.completion" in imported
    assert not imported & {"kbcheck.engine", "kbcheck.cli.check", "yaml", "msgspec", "jsonschema"}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_that_the_shell_can_read(shell: str, tmp_path: Path) -> None:
    script = kbcheck("completion", shell)
    assert f"_KBCHECK_COMPLETE={shell}_complete" in script
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    file = tmp_path / "script"
    file.write_text(script)
    assert subprocess.run([program, "-n", str(file)], capture_output=True, check=False).returncode == 0


def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    program = tmp_path / "kbcheck"
    program.write_text(f'#!{shutil.which("bash")}\nPYTHONPATH={ROOT} exec {sys.executable} -c "{PROGRAM}" "$@"\n')
    program.chmod(0o755)
    lines = (
        "source <(kbcheck completion bash)\nCOMP_WORDS=(kbcheck check --select missing-im)\nCOMP_CWORD=3\n"
        '_kbcheck_completion kbcheck\necho "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "-c", lines],
        env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "missing-image", done.stderr
