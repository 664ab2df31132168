"""`kbcheck init` as a person meets it: what it says, what it writes, and what it leaves alone."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from kbcheck import REPOSITORY, __version__
from kbcheck.cli import _exit_code
from kbcheck.config import load_settings
from kbcheck.engine import load_rules
from kbcheck.schema.published import SCHEMA_ADDRESS
from kbcheck.schema.yaml import read_yaml
from kbcheck.texts import texts_in

ROOT = Path(__file__).parents[2]
SETTINGS, HOOKS, BASELINE = ".kbcheck.yaml", ".pre-commit-config.yaml", ".kbcheck-baseline.jsonl"
WORKFLOW = ".github/workflows/kbcheck.yml"

FRENCH = (
    "# Guide\n\nLe guide est pour les équipes qui sont dans la maison, avec des pages sur le produit et au-delà.\n\n"
    "[une page](perdue.md)\n"
)
ENGLISH = "# Guide\n\nThe guide is for teams that are in the house, with pages on how the product is made, and when.\n"


class Done(NamedTuple):
    """What a run left behind."""

    returncode: int
    stdout: str
    stderr: str


def run(folder: Path, *arguments: object) -> Done:
    """A run in this process, as the program itself would end; spaces that do not break are ordinary ones here."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as environment:
        environment.setenv("LC_ALL", "C.UTF-8")
        code = _exit_code([*map(str, arguments)], texts_in("en"))
    return Done(code, *(stream.getvalue().replace("\xa0", " ") for stream in (out, err)))


def init(folder: Path, *arguments: object) -> str:
    """What a successful run says."""
    done = run(folder, "init", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(folder: Path, *arguments: object) -> str:
    """The message of a run after which the user must act."""
    done = run(folder, "init", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(("kbcheck: ", "Usage: "))
    assert "Traceback" not in done.stderr
    return done.stderr


def files(folder: Path) -> dict[str, bytes]:
    """The files of a base by path, without git's and the cache's."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes() for name, path in found.items() if not name.startswith((".git/", ".kbcheck_cache/"))
    }


def git(folder: Path, remote: str | None = "https://github.com/team/guide.git") -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    if remote:
        subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", remote], check=True)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A French base of GitBook in a repository of GitHub, with one dead link."""
    git(tmp_path)
    (tmp_path / ".gitbook.yaml").write_text("root: ./\n")
    (tmp_path / "README.md").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "SUMMARY.md").write_text("# Sommaire\n\n* [Guide](README.md)\n", encoding="utf-8")
    return tmp_path


# What is found, written and said


def test_from_nothing_to_a_first_result(base: Path) -> None:
    said = init(base)
    assert said.splitlines()[:6] == [
        f"Trouvé dans {base.name} :",
        "  pages       2 pages, en français",
        "  plateforme  gitbook, d’après .gitbook.yaml",
        "  site        aucun trouvé",
        "  dépôt       github.com/team/guide, d’après git",
        "  modèle      aucun trouvé",
    ]
    assert "\n.kbcheck.yaml : écrit\n" in said
    assert re.search(
        r"\n1 erreur dans 1 fichier sur 2 \(.*\n  missing-file 1\n\nEnsuite :\n  kbcheck check     montre", said
    )
    assert files(base).keys() == {".gitbook.yaml", "README.md", "SUMMARY.md", SETTINGS}


def test_the_settings_say_what_was_found_and_explain_the_rest(base: Path) -> None:
    init(base)
    text = (base / SETTINGS).read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_ADDRESS}\n")
    assert read_yaml(text).value == {"platform": "gitbook", "language": "fr", "repository": "team/guide"}
    page = re.search(f"^# Tous les réglages\xa0: {REPOSITORY}/blob/main/(.*)$", text, re.MULTILINE)
    assert page is not None
    assert (ROOT / page[1]).is_file()
    assert "# Ce qui publie les pages" in text
    assert "# site: https://" in text
    assert max(map(len, text.splitlines()[1:])) <= 100
    assert "{platform" not in text


def test_every_example_can_be_used_when_its_mark_is_taken_away(base: Path) -> None:
    init(base)
    lines = (base / SETTINGS).read_text(encoding="utf-8").splitlines()[1:]
    examples = [line.removeprefix("# ") for line in lines if _is_example(line)]
    used = load(base, "\n".join(examples))
    assert used.site
    assert used.exclude
    assert used.rules.keys() == {"placeholder-text", "missing-anchor"}
    assert used.fail_on == "error"


def _is_example(line: str) -> bool:
    return bool(re.match(r"# (?:[a-z-]+:(?: [^ ]*| \[.*\])?$|  )", line))


def load(base: Path, text: str):
    (base / SETTINGS).write_text(text, encoding="utf-8")
    return load_settings(base, rule_names=load_rules(base).names)


def test_an_english_base_has_english_comments(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(ENGLISH)
    said = init(tmp_path)
    assert "  platform    none found: the pages are judged as GitHub shows them\n" in said
    assert "  repository  no git repository\n" in said
    text = (tmp_path / SETTINGS).read_text(encoding="utf-8")
    assert read_yaml(text).value == {"language": "en"}
    assert "# Language of the messages. It is that of the pages.\n" in text
    assert "No problem found in 1 file" in said
    assert "baseline" not in said


def test_the_language_can_be_said(base: Path) -> None:
    assert init(base, "--lang", "en").startswith("Found in ")
    text = (base / SETTINGS).read_text(encoding="utf-8")
    assert read_yaml(text).value["language"] == "en"
    assert "# Language of the messages.\n" in text


def test_a_language_that_nobody_says_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "# Guía\n\nEl equipo que está en la casa con todas las páginas.\n", encoding="utf-8"
    )
    assert "  pages       1 page\n" in init(tmp_path)
    text = (tmp_path / SETTINGS).read_text(encoding="utf-8")
    assert "\n# language: fr\n" in text
    assert read_yaml(text).value is None


def test_what_is_written_changes_no_verdict(base: Path) -> None:
    (base / "plans.md").write_text("# Plans\n\n| Phase | Livrables |\n|---|---|\n| 1. Idée | Note |\n| 2. Arrêt | |\n")
    commands = (("check", "--output-format", "concise", "--lang", "fr"), ("model", "--lang", "fr"))
    before = [run(base, *command) for command in commands]
    init(base, "--yes")
    after = [run(base, *command) for command in commands]
    assert [(one.returncode, one.stdout) for one in before] == [(one.returncode, one.stdout) for one in after]


def test_folders_that_are_no_part_of_the_base_are_left_out(base: Path) -> None:
    for folder in ("archives", "tests/fixtures"):
        (base / folder).mkdir(parents=True)
        (base / folder / "a.md").write_text(FRENCH, encoding="utf-8")
    said = init(base)
    assert "  à écarter   archives (1 page), tests/fixtures (1 page)\n" in said
    assert "1 erreur dans 1 fichier sur 2 " in said
    assert read_yaml((base / SETTINGS).read_text()).value["exclude"] == ["/archives/", "/tests/fixtures/"]


def test_the_site_that_the_platform_names(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nsite_url: https://guide.example.org/a/\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(ENGLISH)
    assert "  site        https://guide.example.org/a, by mkdocs.yml\n" in init(tmp_path)
    assert load_settings(tmp_path, rule_names=()).site == "https://guide.example.org/a"


def test_what_is_guessed_can_be_written_with_the_rest(base: Path) -> None:
    (base / "plans.md").write_text("# Plans\n\n| Phase | Livrables |\n|---|---|\n| 1. Idée | Note |\n| 2. Arrêt | |\n")
    init(base, "--model", "--hook", "--workflow", "--baseline")
    settings = read_yaml((base / SETTINGS).read_text(encoding="utf-8")).value
    assert settings["platform"] == "gitbook"
    assert [rule["from"] for rule in settings["extract"]] == ["plans.md"]
    assert {SETTINGS, HOOKS, WORKFLOW, BASELINE} <= files(base).keys()


# Again


def test_a_second_run_changes_nothing_and_says_so(base: Path) -> None:
    options = ("--hook", "--workflow", "--baseline", "--yes")
    init(base, *options)
    before = files(base)
    said = init(base, *options)
    assert files(base) == before
    assert "Rien à changer : tout y est déjà.\n" in said
    for name in (SETTINGS, HOOKS, WORKFLOW, BASELINE):
        assert f"{name} : déjà là, laissé tel quel\n" in said
    assert "Aucun défaut trouvé" in said
    assert "1 défaut connu est laissé de côté" in said


def test_settings_that_are_there_are_left_alone_and_what_they_lack_is_shown(base: Path) -> None:
    (base / SETTINGS).write_text("platform: gitbook # sûr\nlanguage: fr\n", encoding="utf-8")
    said = init(base)
    assert ".kbcheck.yaml ne dit pas encore :\n  # Trouvé grâce à git.\n  repository: team/guide\n" in said
    assert (base / SETTINGS).read_text(encoding="utf-8") == "platform: gitbook # sûr\nlanguage: fr\n"


def test_what_is_shown_for_settings_that_are_there_can_be_redirected(base: Path) -> None:
    (base / SETTINGS).write_text("language: fr\n", encoding="utf-8")
    shown = run(base, "init", "--stdout", "--workflow")
    assert "repository: team/guide" in shown.stderr
    assert read_yaml(shown.stdout).value["name"] == "kbcheck"


# Hook and workflow


def test_a_new_hook_is_one_that_pre_commit_reads(base: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    said = init(base, "--hook")
    assert "  pre-commit install " in said
    command = [sys.executable, "-m", "pre_commit", "validate-config", HOOKS]
    done = subprocess.run(command, cwd=base, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (entry,) = read_yaml((base / HOOKS).read_text(encoding="utf-8")).value["repos"]
    assert entry == {"repo": REPOSITORY, "rev": f"v{__version__}", "hooks": [{"id": "kbcheck"}]}
    hooks = read_yaml((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")).value
    assert "kbcheck" in [hook["id"] for hook in hooks]


def test_hooks_that_are_there_stay_as_they_are(base: Path) -> None:
    before = "# les nôtres\nrepos:\n- repo: local\n  hooks:\n  - {id: a, name: a, entry: a, language: system}\n"
    (base / HOOKS).write_text(before, encoding="utf-8")
    (base / HOOKS).chmod(0o640)
    assert f"{HOOKS} : complété\n" in init(base, "--hook")
    after = (base / HOOKS).read_text(encoding="utf-8")
    assert after.startswith(before)
    assert stat.S_IMODE((base / HOOKS).stat().st_mode) == 0o640
    assert f"{HOOKS} : déjà là" in init(base, "--hook")


def test_a_hook_that_cannot_be_added_leaves_everything_as_it_was(base: Path) -> None:
    (base / HOOKS).write_text("repos: [{repo: local, hooks: []}]\n")
    before = files(base)
    message = refused(base, "--hook", "--workflow", "--baseline")
    assert f"{HOOKS}: nothing can be added to this file for certain; add to `repos:` by hand:\n" in message
    assert f"- repo: {REPOSITORY}\n" in message
    assert files(base) == before


def test_a_workflow_for_github(base: Path) -> None:
    init(base, "--workflow")
    workflow = read_yaml((base / WORKFLOW).read_text(encoding="utf-8")).value
    assert workflow["on"] == "pull_request"
    assert workflow["permissions"] == {"contents": "read"}
    checkout, check = workflow["jobs"]["kbcheck"]["steps"]
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout["uses"])
    assert check == {"uses": f"{urlsplit(REPOSITORY).path[1:]}@v{__version__}"}


def test_a_workflow_of_another_name_that_runs_kbcheck_is_enough(base: Path) -> None:
    (base / ".github/workflows").mkdir(parents=True)
    (base / ".github/workflows/docs.yaml").write_text("jobs: {a: {steps: [{run: kbcheck check}]}}\n")
    assert ".github/workflows/docs.yaml : déjà là" in init(base, "--workflow", "github")
    assert WORKFLOW not in files(base)


def test_a_job_for_gitlab(tmp_path: Path) -> None:
    git(tmp_path, "git@gitlab.example.org:team/guide.git")
    (tmp_path / "README.md").write_text(ENGLISH)
    init(tmp_path, "--workflow")
    pipeline = read_yaml((tmp_path / ".gitlab-ci.yml").read_text(encoding="utf-8")).value
    assert pipeline["include"] == [{"remote": f"{REPOSITORY}/raw/v{__version__}/ci/gitlab-ci.yml"}]
    assert pipeline["kbcheck"]["variables"].keys() == {"KBCHECK_PACKAGE"}
    job = read_yaml((ROOT / "ci" / "gitlab-ci.yml").read_text(encoding="utf-8")).value["kbcheck"]
    assert "KBCHECK_PACKAGE" in job["variables"]
    assert load_settings(tmp_path, rule_names=()).repository == ("gitlab.example.org/team/guide",)


def test_a_pipeline_of_gitlab_keeps_its_jobs(tmp_path: Path) -> None:
    git(tmp_path, None)
    (tmp_path / "README.md").write_text(ENGLISH)
    assert "names no known host: say --workflow github" in refused(tmp_path, "--workflow")
    before = "stages: [build, deploy] # ours\ninclude:\n  - local: a.yml\n\njob:\n  script: !reference [x, y]\n"
    (tmp_path / ".gitlab-ci.yml").write_text(before)
    init(tmp_path, "--workflow")  # the pipeline says whose it is
    after = (tmp_path / ".gitlab-ci.yml").read_text()
    assert "stages: [build, deploy] # ours\ninclude:\n  - local: a.yml\n  # kbcheck" in after
    assert "\njob:\n  script: !reference [x, y]\n" in after
    assert read_yaml(after).value["kbcheck"]["stage"] == "build"  # the job's own stage is not there
    assert ".gitlab-ci.yml: there already" in init(tmp_path, "--workflow", "gitlab")


def test_an_option_without_a_value_before_a_path(base: Path) -> None:
    init(base.parent, "--workflow", base.name)
    assert WORKFLOW in files(base)


def test_a_base_in_a_part_of_a_repository(base: Path) -> None:
    docs = base / "docs"
    docs.mkdir()
    (docs / "README.md").write_text(FRENCH, encoding="utf-8")
    said = init(base, "--root", "docs", "--hook", "--workflow")
    assert "docs/.kbcheck.yaml : écrit\n" in said
    assert "  kbcheck check docs " in said
    (entry,) = read_yaml((base / HOOKS).read_text(encoding="utf-8")).value["repos"]
    assert entry["hooks"] == [{"id": "kbcheck", "args": ["--root", "docs"]}]
    steps = read_yaml((base / WORKFLOW).read_text(encoding="utf-8")).value["jobs"]["kbcheck"]["steps"]
    assert steps[1]["with"] == {"root": "docs"}


# Only shown


@pytest.mark.parametrize("option", ["--stdout", "--dry-run"])
def test_what_is_shown_is_what_would_be_written(base: Path, option: str) -> None:
    before = files(base)
    shown = run(base, "init", option)
    assert (shown.returncode, files(base)) == (0, before)
    assert shown.stderr.startswith("Trouvé dans ")
    assert not (base / ".kbcheck_cache").exists()
    init(base)
    assert shown.stdout == (base / SETTINGS).read_text(encoding="utf-8").replace("\xa0", " ")


def test_a_dry_run_shows_the_other_files_as_well(base: Path) -> None:
    shown = run(base, "init", "--dry-run", "--hook", "--workflow")
    assert f"{HOOKS} serait :\n" in shown.stderr
    assert "rev: v" in shown.stdout
    assert "uses: " in shown.stdout
    assert not (base / HOOKS).exists()


# What cannot be


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "no Markdown page found" in refused(tmp_path)
    assert files(tmp_path) == {}


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "no such path: nowhere" in refused(tmp_path, "nowhere")


@pytest.mark.parametrize("option", ["--hook", "--workflow=github"])
def test_without_git_there_is_no_place_for_hook_and_workflow(tmp_path: Path, option: str) -> None:
    (tmp_path / "README.md").write_text(ENGLISH)
    assert "belong to a git repository, and this is none" in refused(tmp_path, option)
    assert files(tmp_path).keys() == {"README.md"}


@pytest.mark.parametrize("name", [SETTINGS, HOOKS])
def test_broken_yaml_is_told_and_left_as_it_is(base: Path, name: str) -> None:
    (base / name).write_text("repos: [\n")
    before = files(base)
    assert name in refused(base, "--hook")
    assert files(base) == before


def test_bytes_that_are_no_text(base: Path) -> None:
    (base / HOOKS).write_bytes(b"repos:\n- repo: \xff\n")
    assert "is not UTF-8" in refused(base, "--hook")


@pytest.mark.parametrize("target", ["inside.yaml", "outside.yaml", "nowhere.yaml", "folder"])
def test_links_are_followed_inside_the_repository_only(base: Path, target: str) -> None:
    outside = base.parent / f"{base.name}-outside"
    outside.mkdir()
    (outside / "outside.yaml").write_text("repos:\n- repo: a\n")
    (base / "inside.yaml").write_text("repos:\n- repo: a\n")
    (base / "folder").mkdir()
    (base / HOOKS).symlink_to(outside / target if target == "outside.yaml" else target)
    if target == "inside.yaml":
        init(base, "--hook")
        assert (base / HOOKS).is_symlink()
        assert "kbcheck" in (base / target).read_text(encoding="utf-8")
        return
    said = refused(base, "--hook")
    assert ("leads out of the repository" if target == "outside.yaml" else "no file") in said
    assert (outside / "outside.yaml").read_text() == "repos:\n- repo: a\n"


def test_a_folder_of_workflows_that_leads_out_is_not_written_to(base: Path) -> None:
    outside = base.parent / f"{base.name}-outside"
    outside.mkdir()
    (base / ".github").symlink_to(outside)
    assert "leads out of the repository" in refused(base, "--workflow")
    assert list(outside.iterdir()) == []


def test_a_place_that_cannot_be_written(base: Path) -> None:
    (base / ".github").write_text("a file\n")
    assert "cannot be" in refused(base, "--workflow")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder(base: Path) -> None:
    base.chmod(0o555)
    try:
        assert "cannot be written" in refused(base)
    finally:
        base.chmod(0o755)


def test_names_that_would_steer_a_terminal_are_shown_as_what_they_are(base: Path) -> None:
    folder = base / "archives\x1b[31m"
    folder = base / "x\x1b[31m" / "archives"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text(FRENCH, encoding="utf-8")
    said = init(base)
    assert "\x1b" not in said
    assert "x\\x1b[31m/archives (1 page)" in said
    assert load_settings(base, rule_names=()).exclude
