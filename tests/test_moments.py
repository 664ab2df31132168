"""The three moments in which people meet kbcheck, played through on a copy of a ministry's real knowledge base.

Each test asserts what the person sees. The base stands beside the project; without it these tests are skipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ci.runner import checkout_pull_request, environment, git, obeyed, run_action
from tests.corpora.conftest import SHARED
from tests.external.server import Server, answer

ROOT = Path(__file__).parents[1]
CORPUS = SHARED / "corpora" / "dnum-socialgouv"

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpora (../shared) are not here"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

RENAMED, RENAMED_TO = "concevoir/api/api-gateway.md", "concevoir/api/passerelle-api.md"
DELETED = "preparer-et-lancer/communs-grist.md"
CHANGED = "securiser-et-surveiller/securite/chiffrement.md"
ADDED = "conduire-le-changement/accompagner.md"

# What the contributor breaks, as the hook says it: where, and the link.
BROKEN = {
    ("SUMMARY.md", "concevoir/api/api-gateway.md"),
    ("concevoir/api/api-securite.md", "api-gateway.md"),
    ("preparer-et-lancer/communs-numeriques.md", "../concevoir/api/api-gateway.md"),
    ("securiser-et-surveiller/securite/anti-bots.md", "../../concevoir/api/api-gateway.md"),
    ("SUMMARY.md", "preparer-et-lancer/communs-grist.md"),
    ("preparer-et-lancer/communs-cms.md", "communs-grist.md"),
    ("preparer-et-lancer/communs-numeriques.md", "communs-grist.md"),
    (CHANGED, "chiffrement.md#chiffrement-au-repos"),
    (ADDED, "../cadrer/nulle-part.md"),
}

# Pages that the table of contents does not name, or not any more.
UNLISTED = {ADDED, RENAMED_TO}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A committed copy of the base, with its many old faults."""
    folder = tmp_path / "base"
    shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns(".git", ".kbcheck_cache"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=base")
    return folder


def contribute(base: Path) -> None:
    """Renames a page, deletes one, changes a heading that a link leads to, adds a page with a dead link: staged."""
    git(base, "mv", RENAMED, RENAMED_TO)
    git(base, "rm", "--quiet", DELETED)
    edit(base, CHANGED, r"^(#+ .*)au repos", r"\1des données stockées")
    edit(base, "conduire-le-changement/README.md", r"\Z", "\n[accompagner](accompagner.md)\n")
    (base / ADDED).write_text("# Accompagner\n\n[cadrer](../cadrer/nulle-part.md)\n", encoding="utf-8")
    git(base, "add", "--all")


def edit(base: Path, path: str, pattern: str, replacement: str) -> None:
    text = (base / path).read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)
    assert changed != text
    (base / path).write_text(changed, encoding="utf-8")


def kbcheck(base: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kbcheck", *arguments]
    variables = {**environment(), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=base, env=variables, capture_output=True, encoding="utf-8", check=False)


def targets(report: str) -> set[tuple[str, str]]:
    """Path and target of each dead link in a report in JSON."""
    found = json.loads(report)["diagnostics"]
    return {(one["path"], one["target"]) for one in found if one["severity"] == "error"}


# ---- the commit


def hook(base: Path, *options: str) -> subprocess.CompletedProcess[str]:
    changed = git(base, "diff", "--cached", "--name-only", "--diff-filter=d", "-z", "HEAD").split("\0")
    return kbcheck(base, "check", "--hook", *options, *filter(None, changed))


def test_commit(base: Path) -> None:
    assert json.loads(kbcheck(base, "check", "--output-format", "json").stdout)["summary"]["error"] > 20
    # A comma more in a page with old faults: nothing to say.
    edit(base, "readme/cycle-de-vie-produit.md", r"\Z", "\nUn mot de plus.\n")
    git(base, "add", "--all")
    done = hook(base)
    assert done.returncode == 0, done.stdout

    contribute(base)
    done = hook(base, "--output-format", "json")
    assert done.returncode == 1
    assert targets(done.stdout) == BROKEN
    others = [one for one in json.loads(done.stdout)["diagnostics"] if one["severity"] != "error"]
    # That the renamed page lacks an entry is told at the dead one, whose repair it is.
    assert [(one["path"], one["rule"]) for one in others] == [(ADDED, "page-not-in-navigation")]

    # The person reads lines that a terminal makes links of, in the order of the files.
    shown = hook(base, "--output-format", "concise").stdout.splitlines()
    assert any(re.match(r"SUMMARY\.md:53:\d+ error KB602 navigation-entry-missing: ", line) for line in shown)
    assert len(shown) < 15


def test_commit_with_safe_repairs(base: Path) -> None:
    contribute(base)
    done = hook(base, "--fix", "--fail-on", "never")
    assert done.returncode == 0
    assert "passerelle-api.md" in done.stderr
    for path in ("SUMMARY.md", "concevoir/api/api-securite.md", "preparer-et-lancer/communs-numeriques.md"):
        text = (base / path).read_text(encoding="utf-8")
        assert "passerelle-api.md" in text
        assert "api-gateway.md" not in text
    git(base, "add", "--all")
    left = targets(hook(base, "--output-format", "json").stdout)
    assert left == {(path, target) for path, target in BROKEN if "grist" in target or path == ADDED}


# ---- the pull request


def test_pull_request(base: Path, tmp_path: Path) -> None:
    git(base, "checkout", "--quiet", "-b", "contribution")
    contribute(base)
    git(base, "commit", "--quiet", "--message=contribution")
    git(base, "checkout", "--quiet", "main")
    # Meanwhile, somebody else breaks something on the target branch.
    edit(base, "contribuer.md", r"\Z", "\n[ailleurs](perdu.md)\n")
    git(base, "commit", "--quiet", "--all", "--message=meanwhile")
    workspace, beside = tmp_path / "checkout", tmp_path
    variables = checkout_pull_request(base, workspace, "contribution")
    # As in a pull request from a fork: there is no token, and nothing may be written to the repository.
    git(workspace, "remote", "set-url", "--push", "origin", "nowhere:")

    run = run_action(workspace, beside, variables, language="fr", sarif="kbcheck.sarif")

    assert (run.done.returncode, run.outputs) == (1, "exit-code=1\n"), run.done.stdout
    commands = obeyed(run.done.stdout)
    annotated = [re.match(r"::(\w+) file=([^,]+),line=(\d+)", line) for line in commands]
    assert {match[2] for match in annotated if match} == {path for path, _ in BROKEN} | UNLISTED
    assert len(commands) == len(BROKEN) + len(UNLISTED) + 1  # one page has the same link twice
    assert sum(line.startswith("::error ") for line in commands) <= 10
    assert "mène" in commands[0] or "n’existe pas" in commands[0]
    assert "perdu.md" not in run.done.stdout
    assert run.summary.startswith("## kbcheck\n")
    assert "passerelle-api.md" in run.summary  # the repair that is offered
    assert len(run.summary.encode()) < 1024 * 1024
    [sarif] = json.loads((workspace / "kbcheck.sarif").read_text(encoding="utf-8"))["runs"]
    assert len(sarif["results"]) > 60  # the whole base, for code scanning to compare

    assert git(workspace, "status", "--porcelain").strip() == "?? kbcheck.sarif"


def test_pull_request_that_breaks_nothing(base: Path, tmp_path: Path) -> None:
    git(base, "checkout", "--quiet", "-b", "contribution")
    edit(base, "developper/cct/README.md", r"Ces exigences", "Les exigences")
    git(base, "commit", "--quiet", "--all", "--message=contribution")
    variables = checkout_pull_request(base, tmp_path / "checkout", "contribution")
    run = run_action(tmp_path / "checkout", tmp_path, variables)
    assert (run.done.returncode, obeyed(run.done.stdout)) == (0, []), run.done.stdout


# ---- the audit


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def test_audit(base: Path, server: Server, tmp_path: Path) -> None:
    site = server.host({"/": answer(), "/perdu": answer(404)})
    # Of the outside world, only what answers on this machine is looked at.
    settings = "language: fr\nexternal: {skip: ['https://*'], allow-private: [127.0.0.0/8], rate: 1000, timeout: 5}\n"
    (base / ".kbcheck.yaml").write_text(settings, encoding="utf-8")
    edit(base, "contribuer.md", r"\Z", f"\n[vivant]({site.address}/), [mort]({site.address}/perdu)\n")
    git(base, "commit", "--quiet", "--all", "--message=links")
    page, summary = tmp_path / "audit.html", tmp_path / "audit.md"

    done = kbcheck(base, "audit", "--external", "--report", f"html={page}", "--report", f"markdown={summary}")
    assert done.returncode == 1, done.stderr
    assert f"{site.address}/perdu" in done.stdout
    assert "phase-without-deliverables" in done.stdout
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "perdu" in summary.read_text(encoding="utf-8")

    # The owner writes down what is known: the next check is green, and says so.
    done = kbcheck(base, "baseline")
    assert done.returncode == 0
    assert ".kbcheck-baseline.jsonl" in done.stdout
    known = (base / ".kbcheck-baseline.jsonl").read_text(encoding="utf-8").splitlines()
    assert known == sorted(known)
    done = kbcheck(base, "check")
    assert done.returncode == 0
    assert f"{len(known)} défauts connus" in done.stderr

    # A new fault is shown alone; a known one that is repaired makes the file shorter, and it never grows by itself.
    edit(base, "contribuer.md", r"\Z", "\n[nouveau](perdu.md)\n")
    done = kbcheck(base, "check", "--output-format", "json")
    assert (done.returncode, targets(done.stdout)) == (1, {("contribuer.md", "perdu.md")})
    edit(base, "readme/cadre-organisationnel.md", r"Point à discuter", "Décision")
    done = kbcheck(base, "check")
    assert "1 défaut connu est corrigé" in done.stderr
    kbcheck(base, "baseline", "--prune")
    left = (base / ".kbcheck-baseline.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(left) == len(known) - 1
    assert not any("perdu.md" in line for line in left)
    assert kbcheck(base, "baseline").returncode == 2  # what is there is not written over


def test_audit_without_a_network(base: Path) -> None:
    """Nothing answers: that is said, and no site is called dead."""
    settings = "external: {timeout: 2, allow-private: [127.0.0.0/8]}\n"
    (base / ".kbcheck.yaml").write_text(settings, encoding="utf-8")
    for page in base.rglob("*.md"):  # port 9 of this machine: nobody listens there
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r"https?://[^\s)\"'<>]*", "http://127.0.0.1:9/", text), encoding="utf-8")
    done = kbcheck(base, "audit", "--select", "KB4", "--budget", "60s", "--output-format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    rules = {one["rule"] for one in json.loads(done.stdout)["diagnostics"]}
    assert "dead-link" not in rules
    assert "unreachable" in rules
