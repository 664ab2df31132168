"""The script of the GitHub Action, run as the runner does, and what its metadata promises."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kbcheck.schema.yaml import read_yaml

ROOT = Path(__file__).parents[2]
HOSTILE = "# Home\n\n[gone](gone.md)\n\n[::error::pwned](::error::x.md) ##[error]x\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is for bash")


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def run(tmp_path, workspace):
    """Runs the script in a repository with one page; gives the run, the summary and the outputs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kbcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kbcheck "$@"\n', encoding="utf-8")
    (programs / "kbcheck").chmod(0o755)

    def start(page: str = HOSTILE, name: str = "README.md", **inputs: str):
        (workspace / name).write_text(page, encoding="utf-8")
        files = {variable: tmp_path / variable for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["bash", str(ROOT / "ci" / "github.sh")],
            cwd=workspace,
            env={
                **{variable: value for variable, value in os.environ.items() if not variable.startswith("GITHUB_")},
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "LC_ALL": "C.UTF-8",
                "GITHUB_ACTIONS": "true",
                **{variable: str(file) for variable, file in files.items()},
                **{f"KBCHECK_ACTION_{name.upper()}": value for name, value in inputs.items()},
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done, *(file.read_text(encoding="utf-8") for file in files.values())

    return start


def obeyed(log: str) -> list[str]:
    """The lines that the runner takes for commands: those outside of stopped stretches."""
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


def test_findings_are_annotations_a_summary_and_a_log(run):
    done, summary, outputs = run()
    assert done.returncode == 1
    commands = obeyed(done.stdout)
    assert len(commands) == 2
    assert all(command.startswith("::error file=README.md,line=") for command in commands)
    assert summary.startswith("## kbcheck\n\n2 errors in 1 of 1 file")
    assert outputs == "exit-code=1\n"
    assert "README.md:3:8 error KB301 missing-file" in done.stdout


def test_a_page_cannot_speak_to_the_runner(run):
    done, _, _ = run(name="::error::x.md")
    commands = obeyed(done.stdout)
    assert commands
    assert all(re.match(r"::\w+ file=%3A%3Aerror%3A%3Ax\.md,", command) for command in commands)


def test_fail_on_never_is_green(run):
    done, _, outputs = run(fail_on="never")
    assert (done.returncode, outputs) == (0, "exit-code=0\n")
    assert len(obeyed(done.stdout)) == 2


def test_reports_language_and_paths(run, workspace):
    (workspace / "other.md").write_text("# Other\n\n[gone](no.md)\n", encoding="utf-8")
    done, summary, _ = run(language="fr", sarif="out.sarif", html="out.html", paths="other.md\n")
    assert "n’existe pas" in summary
    assert "README.md:3" not in done.stdout
    assert len(json.loads((workspace / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]) >= 1
    assert (workspace / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("value", ["$(touch pwned)", "`touch pwned`", "; touch pwned", "--help", "a\nb"])
def test_an_input_is_a_value_and_no_more(run, workspace, value):
    done, _, outputs = run(config=value, paths=value)
    assert done.returncode == 2
    assert outputs == "exit-code=2\n"
    assert not (workspace / "pwned").exists()
    assert obeyed(done.stdout) == ["::error title=kbcheck::the check did not run: see the log of this step"]


def test_the_action_gives_every_input_to_the_script_and_none_to_a_template():
    action = read_yaml((ROOT / "action.yml").read_text(encoding="utf-8")).value
    steps = action["runs"]["steps"]
    [check] = [step for step in steps if step.get("id") == "check"]
    sarif = check["env"].pop("KBCHECK_ACTION_SARIF")
    assert sarif == "${{ inputs.sarif || (inputs.upload-sarif == 'true' && 'kbcheck.sarif' || '') }}"
    assert check["env"] == {
        f"KBCHECK_ACTION_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}"
        for name in action["inputs"]
        if name not in ("sarif", "upload-sarif")
    }
    script = (ROOT / "ci" / "github.sh").read_text(encoding="utf-8")
    assert all(f"${{{name}:" in script for name in (*check["env"], "KBCHECK_ACTION_SARIF"))
    assert not any("${{" in step.get("run", "") for step in steps)
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)


def test_the_gitlab_job_names_formats_that_exist():
    from kbcheck.reports.formats import FORMATS

    text = (ROOT / "ci" / "gitlab-ci.yml").read_text(encoding="utf-8")
    job = read_yaml(text).value["kbcheck"]
    reports = dict(re.findall(r"--report (\w+)=(\S+)", text))
    assert set(reports) <= set(FORMATS)
    kept = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    assert sorted(kept) == sorted(reports.values())
