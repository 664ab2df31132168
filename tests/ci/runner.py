"""What GitHub's runner does around the action: the checkout of a pull request, the variables, how it reads the log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Run(NamedTuple):
    """A run of the action's script: the process, the summary of the job and the outputs of the step."""

    done: subprocess.CompletedProcess[str]
    summary: str
    outputs: str


def environment() -> dict[str, str]:
    """That of the tests, without what a runner or a hook has set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GIT_"))}


def run_action(workspace: Path, beside: Path, variables: dict[str, str] | None = None, /, **inputs: str) -> Run:
    """Runs the script in a workspace, with more variables of the runner; `beside` is a folder for the runner's own files."""
    programs = beside / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "kbcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kbcheck "$@"\n', encoding="utf-8")
    (programs / "kbcheck").chmod(0o755)
    files = {variable: beside / variable for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["bash", str(ROOT / "ci" / "github.sh")],
        cwd=workspace,
        env={
            **environment(),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(workspace),
            **{variable: str(file) for variable, file in files.items()},
            **(variables or {}),
            **{f"KBCHECK_ACTION_{name.upper()}": value for name, value in inputs.items()},
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Run(done, *(file.read_text(encoding="utf-8") for file in files.values()))


def git(folder: Path, *arguments: str) -> str:
    """What git prints. Raises `subprocess.CalledProcessError`."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=environment()).stdout


def checkout_pull_request(repository: Path, workspace: Path, branch: str, *, depth: int = 1) -> dict[str, str]:
    """What actions/checkout makes of a pull request from `branch` to `main`, and the variables that the runner has then.

    That is the commit of the merge, `refs/pull/1/merge`, alone (actions/checkout, `fetch-depth`), in a detached state.
    """
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub does
    git(repository, "checkout", "--quiet", "--detach", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message=merge", branch)
    commit = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "update-ref", "refs/pull/1/merge", commit)
    git(repository, "checkout", "--quiet", "main")
    workspace.mkdir()
    git(workspace, "init", "--quiet", "--initial-branch=main")
    git(workspace, "remote", "add", "origin", repository.as_uri())
    reference = "+refs/pull/1/merge:refs/remotes/pull/1/merge"
    git(workspace, "fetch", "--quiet", "--no-tags", f"--depth={depth}", "origin", reference)
    git(workspace, "checkout", "--quiet", "--detach", "refs/remotes/pull/1/merge")
    return {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_BASE_REF": "main",
        "GITHUB_HEAD_REF": branch,
        "GITHUB_REF": "refs/pull/1/merge",
        "GITHUB_SHA": commit,
    }


def obeyed(log: str) -> list[str]:
    """The lines of a log that the runner takes for commands: those outside of stopped stretches."""
    commands, token = [], None
    for line in log.splitlines():
        if token is not None:
            token = None if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::") or "##[" in line:
            commands.append(line)
    assert token is None
    return commands
