"""The documentation is true: its generated parts are current, its commands print what it shows, its pages can be found."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kbcheck import REPOSITORY, __version__
from kbcheck.engine import Request, check
from kbcheck.reports.text import render_concise
from kbcheck.schema.yaml import read_yaml
from tests.docs.generated import ROOT, language_of, pages, renewed
from tests.docs.sessions import replayed, sessions

DOCS = ROOT / "docs"
_LINK = re.compile(r"\]\((?P<target>[^)#:\s]+\.md)(?:#[^)]*)?\)")
_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_generated_parts_are_current(page: Path) -> None:
    """`python -m tests.docs --rewrite` makes them so."""
    assert page.read_text(encoding="utf-8") == renewed(page)


@pytest.mark.parametrize("page", sessions(), ids=lambda page: page.name)
def test_a_guide_shows_what_its_commands_print(page: Path, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    assert page.read_text(encoding="utf-8") == replayed(page, tmp_path)


def test_each_guide_is_a_session_in_both_languages() -> None:
    names = {page.name for page in sessions()}
    assert {
        f"{guide}{ending}" for guide in ("contributor", "maintainer", "owner") for ending in (".md", ".fr.md")
    } <= names


def test_the_rule_that_is_added_in_french_is_the_one_that_is_tried_in_english() -> None:
    pages = [(DOCS / name).read_text(encoding="utf-8") for name in ("adding-a-rule.md", "adding-a-rule.fr.md")]
    english, french = ([fence[0] for fence in _FENCE.finditer(page)] for page in pages)
    assert len(english) == 5
    assert french == english


def test_the_repository_is_a_knowledge_base_without_faults() -> None:
    """With the settings at its root, as a contributor and CI check it."""
    assert render_concise(check(Request(root=ROOT))[0]) == ""


def links(page: Path) -> set[Path]:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    return {(page.parent / link["target"]).resolve() for link in _LINK.finditer(text)}


@pytest.mark.parametrize("entry", ["README.md", "README.fr.md"])
def test_the_entry_page_leads_to_every_page_of_its_language(entry: str) -> None:
    """One step away: a reader finds a page in the table of contents, not by chance."""
    start = DOCS / entry
    wanted = {page for page in DOCS.glob("*.md") if language_of(page) == language_of(start)} - {start}
    assert wanted - links(start) == set()


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.fr.md")), ids=lambda page: page.name)
def test_a_page_and_its_translation_lead_to_each_other(page: Path) -> None:
    other = page.with_name(page.name.replace(".fr.md", ".md"))
    assert page in links(other)
    assert other in links(page)


def recipes() -> list[Path]:
    """What a reader copies from."""
    return sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("examples/workflows/*.*")])


@pytest.mark.parametrize("page", recipes(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_is_copied_names_kbcheck_as_init_does_and_pins_the_rest(page: Path) -> None:
    """One address and one version of kbcheck, not a name that somebody else may own; of other actions a commit."""
    text = page.read_text(encoding="utf-8")
    addresses = re.findall(r"https://[\w./-]*?/kbcheck(?![\w-])", text)
    assert set(addresses) <= {REPOSITORY}
    versions = re.findall(r"kbcheck(?:\.git)?@([\w.]+)", text) + re.findall(r"rev: (\S+)", text)
    assert set(versions) <= {f"v{__version__}"}
    assert re.findall(r"pipx? install (?:'|\"|)kbcheck(?!\[fast\] @)", text) == []
    own = f"{urlsplit(REPOSITORY).path.strip('/')}@"
    others = [used for used in re.findall(r"uses: (\S+)", text) if not used.startswith(own)]
    assert [used for used in others if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used)] == []


@pytest.mark.parametrize("name", ["reports.md", "reports.fr.md"])
def test_the_inputs_of_the_action_are_those_of_the_page(name: str) -> None:
    action = read_yaml((ROOT / "action.yml").read_text(encoding="utf-8")).value
    section = (DOCS / name).read_text(encoding="utf-8").partition("GitHub\n")[2].partition("GitLab\n")[0]
    assert re.findall(r"^\| `([\w-]+)`", section, re.MULTILINE) == list(action["inputs"])
    assert all(f"`{output}`" in section for output in action["outputs"])
