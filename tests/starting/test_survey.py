"""What is found in a repository: the platform and how it is known, the language, folders that are no part of the base."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kbcheck.engine import Request
from kbcheck.starting.survey import Survey, language_of, surveyed

FRENCH = "# Guide\n\nLe guide est pour les équipes qui sont dans la maison, avec des pages sur le produit et au-delà.\n"
ENGLISH = "# Guide\n\nThe guide is for teams that are in the house, with pages on how the product is made, and when.\n"

PLATFORMS = [
    ("gitbook", ".gitbook.yaml", {".gitbook.yaml": "root: ./\n", ".gitbook/assets/a.txt": ""}),
    ("gitbook", ".gitbook/", {".gitbook/assets/a.txt": "", "SUMMARY.md": "# Summary\n"}),
    ("gitbook", "SUMMARY.md", {"SUMMARY.md": "# Summary\n"}),
    ("vitepress", ".vitepress/config.ts", {".vitepress/config.ts": "export default {}\n"}),
    ("vitepress", "docs/.vitepress/config.mts", {"docs/.vitepress/config.mts": "export default {}\n"}),
    ("mkdocs", "mkdocs.yml", {"mkdocs.yml": "site_name: x\n", "docs/index.md": FRENCH}),
    ("docusaurus", "docusaurus.config.js", {"docusaurus.config.js": "module.exports = {}\n"}),
    ("docusaurus", "website/docusaurus.config.ts", {"website/docusaurus.config.ts": "export default {}\n"}),
    ("jekyll", "_config.yml", {"_config.yml": "title: x\n"}),
    ("jekyll", "docs/_config.yml", {"docs/_config.yml": "title: x\n"}),
    ("hugo", "hugo.toml", {"hugo.toml": "title = 'x'\n", "content/a.md": FRENCH}),
    ("hugo", "config.toml", {"config.toml": "title = 'x'\n", "content/a.md": FRENCH}),
    ("obsidian", ".obsidian/", {".obsidian/app.json": "{}"}),
    ("github", None, {}),
]


def survey_of(folder: Path, files: dict[str, str]) -> Survey:
    for path, text in {"README.md": FRENCH, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return surveyed(Request(folder))


@pytest.mark.parametrize(("platform", "evidence", "files"), PLATFORMS)
def test_the_platform_and_the_file_that_tells(
    tmp_path: Path, platform: str, evidence: str | None, files: dict[str, str]
) -> None:
    survey = survey_of(tmp_path, files)
    assert (survey.base.platform.name, survey.evidence, survey.publisher) == (platform, evidence, None)


def test_a_platform_that_is_not_known_is_named(tmp_path: Path) -> None:
    assert survey_of(tmp_path, {"conf.py": ""}).publisher == "Sphinx"


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        ([FRENCH], "fr"),
        ([ENGLISH], "en"),
        ([FRENCH, ENGLISH], None),
        ([FRENCH * 3, ENGLISH], "fr"),
        (["# A\n\nle la les\n"], None),
        (["# Guía\n\nEl equipo que está en la casa con todas las páginas de los productos y servicios.\n"], None),
        ([], None),
    ],
)
def test_the_language_of_pages(texts: list[str], language: str | None) -> None:
    assert language_of(texts) == language


def test_messages_are_in_the_language_that_is_asked_for_then_that_of_settings_then_that_of_the_pages(
    tmp_path: Path,
) -> None:
    survey = survey_of(tmp_path, {})
    assert (survey.page_language, survey.language) == ("fr", "fr")
    assert surveyed(Request(tmp_path, language="en")).language == "en"
    (tmp_path / ".kbcheck.yaml").write_text("language: en\n")
    assert surveyed(Request(tmp_path)).language == "en"


def test_folders_that_look_like_no_part_of_the_base(tmp_path: Path) -> None:
    files = {
        "archives/a.md": FRENCH,
        "archives/2020/b.md": FRENCH,
        "tests/fixtures/c.md": FRENCH,
        "Archive-nationale/d.md": FRENCH,
        "build/e.md": FRENCH,
        "old.md": FRENCH,
    }
    found = survey_of(tmp_path, files).doubtful
    assert [(folder.path, folder.pages) for folder in found] == [("archives", 2), ("tests/fixtures", 1)]


def test_a_folder_that_the_navigation_or_the_model_names_is_part_of_the_base(tmp_path: Path) -> None:
    files = {
        ".gitbook.yaml": "",
        "SUMMARY.md": "# Summary\n\n* [x](README.md)\n* [Archives](archives/a.md)\n",
        "archives/a.md": FRENCH,
        "old/phase.md": "---\nkind: phase\nid: idea\nname: Idea\norder: 1\n---\n\n# Idea\n",
        "vendor/b.md": FRENCH,
    }
    assert [folder.path for folder in survey_of(tmp_path, files).doubtful] == ["vendor"]


def test_a_base_that_is_an_archive_as_a_whole_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/a.md").write_text(FRENCH)
    assert surveyed(Request(tmp_path)).doubtful == ()


def test_a_base_in_a_part_of_a_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    remote = ["remote", "add", "origin", "https://me:secret@gitlab.example.org/team/guide.git"]
    subprocess.run(["git", "-C", str(tmp_path), *remote], check=True)
    survey = survey_of(tmp_path / "docs" / "guide", {})
    assert (survey.inside, survey.repositories) == ("docs/guide", ("gitlab.example.org/team/guide",))
    assert survey.top is not None
    assert survey.top.resolve() == tmp_path.resolve()
