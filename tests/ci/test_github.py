"""The script of the GitHub Action, run as the runner does, and what its metadata promises."""

from __future__ import annotations

import json
import re
import shutil
import sys

import pytest

from kbcheck.schema.yaml import read_yaml
from tests.ci.runner import ROOT, checkout_pull_request, git, obeyed, run_action

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

    def start(page: str = HOSTILE, name: str = "README.md", **inputs: str):
        (workspace / name).write_text(page, encoding="utf-8")
        return run_action(workspace, tmp_path, **inputs)

    return start


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


# ---- a pull request

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path):
    """A base with an old fault, and a branch that brings another one in a page of its own."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    (folder / "README.md").write_text("# Home\n\n[old](gone.md)\n\n[page](page.md)\n", encoding="utf-8")
    (folder / "page.md").write_text("# Page\n", encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--message=first")
    git(folder, "checkout", "-b", "topic")
    (folder / "page.md").write_text("# Page\n\n[new](lost.md)\n", encoding="utf-8")
    git(folder, "commit", "--all", "--message=topic")
    git(folder, "checkout", "main")
    (folder / "other.md").write_text("# Other\n\n[theirs](nowhere.md), [home](README.md)\n", encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--message=meanwhile")
    return folder


@needs_git
@pytest.mark.parametrize("depth", [1, 2, 1000])
def test_a_pull_request_shows_what_it_has_brought(repository, tmp_path, depth):
    workspace = tmp_path / "checkout"
    variables = checkout_pull_request(repository, workspace, "topic", depth=depth)
    done, summary, outputs = run_action(workspace, tmp_path, variables, sarif="out.sarif")
    assert (done.returncode, outputs) == (1, "exit-code=1\n"), done.stdout
    assert [line.partition("title=")[0] for line in obeyed(done.stdout)] == [
        "::error file=page.md,line=3,endLine=3,col=7,endColumn=14,"
    ]
    assert "lost.md" in summary
    assert "gone.md" not in summary
    results = json.loads((workspace / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(results) >= 3  # the whole base: what is missing there counts as fixed


@needs_git
def test_a_pull_request_that_brings_nothing_is_green(repository, tmp_path):
    git(repository, "checkout", "-b", "harmless")
    (repository / "page.md").write_text("# Page\n\nText.\n", encoding="utf-8")
    git(repository, "commit", "--all", "--message=harmless")
    workspace = tmp_path / "checkout"
    variables = checkout_pull_request(repository, workspace, "harmless")
    done, _, _ = run_action(workspace, tmp_path, variables)
    assert (done.returncode, obeyed(done.stdout)) == (0, [])
    done, _, _ = run_action(workspace, tmp_path, variables, changed_since="none")
    assert done.returncode == 1


@needs_git
def test_a_clone_without_the_target_branch_says_what_to_do(repository, tmp_path):
    workspace = tmp_path / "checkout"
    variables = checkout_pull_request(repository, workspace, "topic")
    git(workspace, "remote", "set-url", "origin", (tmp_path / "nowhere").as_uri())
    done, _, outputs = run_action(workspace, tmp_path, variables)
    assert (done.returncode, outputs) == (2, "exit-code=2\n")
    [command] = obeyed(done.stdout)
    assert "fetch-depth: 0" in command


@needs_git
def test_the_head_of_a_pull_request_is_compared_with_where_it_began(repository, tmp_path):
    workspace = tmp_path / "checkout"
    variables = checkout_pull_request(repository, workspace, "topic", depth=1000)
    git(workspace, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
    git(workspace, "checkout", "--quiet", "--detach", "origin/topic")
    done, _, _ = run_action(workspace, tmp_path, variables)
    assert done.returncode == 1
    assert [line.partition(",")[0] for line in obeyed(done.stdout)] == ["::error file=page.md"]


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
