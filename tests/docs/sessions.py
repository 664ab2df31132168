"""Guides as sessions: the commands of a page are run, from top to bottom, on a copy of an example.

A page with `<!-- session: EXAMPLE -->` is one; with `<!-- session: repository -->` the copy is one of kbcheck itself. In it

- a fence `console` holds commands, each after `$ `, and below each what it prints;
- a fence `sh` holds commands that must succeed; what they print is not shown. Below `<!-- not run: REASON -->` it is not run;
- a fence `LANGUAGE PATH` is text that the reader adds to the end of that file, and `LANGUAGE PATH:LINE` before that line;
- `<!-- by hand: COMMAND -->` does what the text asks the reader to do, such as a change to a page.

The copy is a git repository with one commit, on the branch `main`. Beside it lies `hook.yaml`, a configuration of pre-commit
with the hook `kbcheck` as `.pre-commit-hooks.yaml` declares it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from kbcheck.schema.yaml import read_yaml
from kbcheck.schema.yaml_writing import write_yaml
from tests.docs.generated import LOCALES, ROOT, language_of, timeless

_SESSION = re.compile(r"^<!-- session: (?P<example>[\w-]+) -->$", re.MULTILINE)
_STEP = re.compile(
    r"^<!-- by hand:\s+(?P<hand>(?s:.*?))\s+-->$"
    r"|^(?P<skipped><!-- not run: .* -->\n\n)?(?P<fence>`{3,})(?P<language>\w+)(?: (?P<path>[^\s:]+)(?::(?P<line>\d+))?)?\n(?P<text>(?s:.*?))^(?P=fence)$",
    re.MULTILINE,
)
_COMMAND = re.compile(r"^\$ (?P<command>.*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)


def sessions() -> list[Path]:
    """The pages that are sessions, in order."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    return sorted(page for page in found if _SESSION.search(page.read_text(encoding="utf-8")))


def replayed(page: Path, folder: Path) -> str:
    """The page as its commands make it today; `folder` is an empty one to work in."""
    text = page.read_text(encoding="utf-8")
    session = _SESSION.search(text)
    assert session
    shell = _Shell(folder, session["example"], language_of(page))
    return _STEP.sub(lambda step: _step(step, shell), text)


def _step(step: re.Match[str], shell: _Shell) -> str:
    if step["hand"]:
        shell.succeeds(step["hand"])
    elif step["skipped"]:
        pass
    elif step["language"] == "console":
        return f"```console\n{_COMMAND.sub(lambda one: _shown(one['command'], shell), step['text'])}```"
    elif step["language"] == "sh":
        shell.succeeds(step["text"])
    elif step["path"]:
        shell.adds(step["path"], step["text"], before=int(step["line"] or 0))
    return step[0]


def _shown(command: str, shell: _Shell) -> str:
    return f"$ {command}\n{timeless(shell.run(command).stdout)}"


class _Shell:
    """A folder of its own with an example in it, and the commands that are run there."""

    def __init__(self, folder: Path, example: str, language: str) -> None:
        self._base = folder / example
        self._environment = _environment(folder, language, self._base if example == "repository" else ROOT)
        original = ROOT if example == "repository" else ROOT / "examples" / example
        shutil.copytree(original, self._base, ignore=shutil.ignore_patterns(".*_cache", ".git", ".venv", "__pycache__"))
        (folder / "hook.yaml").write_text(_hook(), encoding="utf-8")
        self.succeeds("git init --quiet --initial-branch=main && git add --all && git commit --quiet --message=Start")

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command line; what it writes as errors stands among its output."""
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self._base,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )

    def succeeds(self, commands: str) -> None:
        """Runs command lines that must end with exit code 0."""
        done = self.run(f"set -e\n{commands}")
        assert done.returncode == 0, f"{commands}\n{done.stdout}"

    def adds(self, path: str, text: str, before: int) -> None:
        """Writes text into a file, which may be a new one, before a line (from 1) or, with 0, at its end."""
        file = self._base / path
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        lines.insert(before - 1 if before else len(lines), text)
        file.write_text("".join(lines), encoding="utf-8")


def _hook() -> str:
    """The hook as a local one: nothing has to be installed for it."""
    (hook,) = (
        one for one in read_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")).value if one["id"] == "kbcheck"
    )
    return write_yaml({"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]})


def _environment(folder: Path, language: str, program: Path) -> Mapping[str, str]:
    """That of the tests, but: a person of its own, no settings of git, 80 columns, a language, and `kbcheck` from the
    folder `program`."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "kbcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kbcheck "$@"\n', encoding="utf-8")
    (programs / "kbcheck").chmod(0o755)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "LC_", "CI"))
    }
    person = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {
        **kept,
        **person,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HOME": str(folder),
        "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        "PATH": os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(program),
        "LANG": LOCALES[language],
        "COLUMNS": "80",
    }
