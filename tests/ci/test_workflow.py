"""The example of a workflow, read as GitHub reads it, beside the one that it takes the place of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kbcheck.config import load_settings
from kbcheck.external.hosts import matches_address
from kbcheck.rules.catalogue import load_catalogue
from kbcheck.schema.yaml import read_yaml
from tests.ci.runner import ROOT
from tests.corpora.conftest import SHARED

FOLDER = ROOT / "examples" / "workflows"
REPLACED = SHARED / "corpora/dnum-socialgouv/.github/workflows/broken-link-check.yml"
PAGES = [FOLDER / "README.md", FOLDER / "README.fr.md"]

needs_corpora = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpora (../shared) are not here")


def read(path: Path) -> dict[str, Any]:
    document = read_yaml(path.read_text(encoding="utf-8"))
    assert document.errors == ()
    assert isinstance(document.value, dict)
    return document.value


WORKFLOW = read(FOLDER / "knowledge-base.yml")
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_its_steps_give_the_action_inputs_that_it_has() -> None:
    inputs = read(ROOT / "action.yml")["inputs"]
    ours = [step for step in STEPS if step["uses"].startswith("OWNER/kbcheck@")]
    assert len(ours) == len(WORKFLOW["jobs"])
    for step in ours:
        assert set(step["with"]) <= set(inputs)


def test_other_actions_are_pinned_and_nothing_is_put_into_a_script() -> None:
    others = [step["uses"] for step in STEPS if not step["uses"].startswith("OWNER/")]
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", used) for used in others)
    assert not any("run" in step for step in STEPS)


def test_it_may_read_and_no_more_and_ends() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in WORKFLOW["on"]
    assert all(job["timeout-minutes"] <= 15 for job in WORKFLOW["jobs"].values())


def test_each_event_has_its_job() -> None:
    conditions = {name: job["if"] for name, job in WORKFLOW["jobs"].items()}
    assert conditions == {
        "demande": "github.event_name == 'pull_request'",
        "audit": "github.event_name != 'pull_request'",
    }
    assert set(WORKFLOW["on"]) == {"pull_request", "schedule", "workflow_dispatch"}


@needs_corpora
def test_it_takes_the_inputs_and_the_time_of_the_workflow_that_it_replaces() -> None:
    replaced = read(REPLACED)
    there, here = (one["on"]["workflow_dispatch"]["inputs"] for one in (replaced, WORKFLOW))
    assert here["check_external"] == there["check_external"]
    assert set(there) - set(here) == {"check_depth", "debug"}  # README.md says what they have become
    assert WORKFLOW["jobs"]["audit"]["timeout-minutes"] == replaced["jobs"]["link-check"]["timeout-minutes"]


@needs_corpora
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_settings_leave_out_the_same_addresses(page: Path, tmp_path: Path) -> None:
    [written] = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / ".kbcheck.yaml").write_text(written, encoding="utf-8")
    settings = load_settings(tmp_path, rule_names=load_catalogue().names)
    patterns = re.findall(r'--ignore-url="\^(.*?)"', REPLACED.read_text(encoding="utf-8"))
    assert len(patterns) == 5
    for pattern in patterns:
        plain = pattern.replace("\\", "")
        for address in {plain.replace("(www.)?", www) for www in ("", "www.")}:
            host = address.removeprefix("https://")
            assert any(matches_address(skip, f"{address}/page", host) for skip in settings.external.skip), address


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_checklist_names_rules_that_exist(page: Path) -> None:
    checklist = page.read_text(encoding="utf-8").split("\n## ")[1]
    named = re.findall(r"\| `([a-z-]+)`", checklist)
    assert len(named) >= 4
    assert set(named) <= set(load_catalogue().names)


def test_both_languages_say_the_same() -> None:
    english, french = (page.read_text(encoding="utf-8") for page in PAGES)
    for pattern in (r"```yaml\n.*?```", r"\]\([^)]*\)"):
        assert re.findall(pattern, english, re.DOTALL) == re.findall(pattern, french, re.DOTALL)
    assert english.count("\n|") == french.count("\n|")
