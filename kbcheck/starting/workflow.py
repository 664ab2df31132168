"""The check of each change on a code host: a workflow for GitHub, a job for GitLab."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from kbcheck import REPOSITORY, __version__
from kbcheck.schema.yaml import read_yaml
from kbcheck.schema.yaml_writing import write_keys
from kbcheck.starting.insertion import with_entry, with_section
from kbcheck.texts import Texts

#: The file of each host, from the top of the repository.
FILES = {"github": ".github/workflows/kbcheck.yml", "gitlab": ".gitlab-ci.yml"}
#: How people call the hosts.
HOSTS = {"github": "GitHub", "gitlab": "GitLab"}
#: The folder in which GitHub looks for workflows.
WORKFLOWS = ".github/workflows"

_TAG = f"v{__version__}"
_ACTION = f"{urlsplit(REPOSITORY).path.strip('/')}@{_TAG}"
# v4.2.2: an action is pinned by its commit, since a tag can be moved.
_CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
_JOB = "ci/gitlab-ci.yml"
# The job takes its options as words of a shell.
_NOT_PLAIN = re.compile(r"[^\w./-]")


def github_workflow(inside: str, texts: Texts) -> str:
    """The workflow; `inside` is the path of the base in its repository. Its permissions suffice for forks too."""
    comment = texts.said("Checks the knowledge base in each pull request; needs no token and no secret.")
    options = "".join(f"          {line}" for line in write_keys({"root": inside}).splitlines(keepends=True))
    return (
        f"# {comment}\n"
        "name: kbcheck\n"
        "on: pull_request\n"
        "permissions:\n"
        "  contents: read\n"
        "jobs:\n"
        "  kbcheck:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        f"      - uses: {_CHECKOUT}\n"
        "        with:\n"
        "          fetch-depth: 0\n"
        "          persist-credentials: false\n"
        f"      - uses: {_ACTION}\n"
    ) + (f"        with:\n{options}" if inside else "")


def has_kbcheck(text: str) -> bool:
    """Whether a workflow or a pipeline speaks of kbcheck already."""
    return "kbcheck" in text


def with_gitlab_job(text: str, inside: str, texts: Texts) -> str | None:
    """The pipeline with kbcheck's own job; None where it cannot be added for certain.

    GitLab joins the keys of the job here with those of the included one
    (https://docs.gitlab.com/ci/yaml/includes/#override-included-configuration-arrays).
    """
    comment = texts.said("kbcheck: findings in the merge request, and an audit page")
    entry = f"# {comment}\n- remote: {REPOSITORY}/raw/{_TAG}/{_JOB}\n"
    included = with_entry(text, "include", entry)
    if included is None or _NOT_PLAIN.search(inside):
        return None
    pipeline = read_yaml(text).value or {}
    stages = pipeline.get("stages") if isinstance(pipeline, dict) else None
    # The job belongs to the stage `test`, which a pipeline with stages of its own may not have.
    stage = {"stage": stages[0]} if isinstance(stages, list) and stages and "test" not in stages else {}
    variables = {"KBCHECK_PACKAGE": f"kbcheck[fast] @ git+{REPOSITORY}@{_TAG}"}
    if inside:
        variables["KBCHECK_OPTIONS"] = f"--root {inside}"
    return with_section(included, write_keys({"kbcheck": {**stage, "variables": variables}}))


def host_of(repositories: tuple[str, ...], top: Path | None) -> str | None:
    """The host that a repository's address (`host/owner/name`) shows, else its files below `top`; None when neither does."""
    for repository in repositories:
        name = repository.partition("/")[0]
        for host in FILES:
            if host in name:
                return host
    for host, file in FILES.items():  # a host may have any name
        if top is not None and os.path.lexists(top / file.partition("/")[0]):
            return host
    return None
