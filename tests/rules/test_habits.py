"""What most of a large base does is told once; what few pages do is told of each."""

from pathlib import Path

import pytest

from kbcheck.reports.text import render_concise
from kbcheck.rules.examples import File
from tests.support import report_on

SKIPS = "# Title\n\n### Part\n\nText.\n"
STEPS = "# Title\n\n## Part\n\nText.\n"


def said(files: dict[str, str], folder: Path, code: str) -> list[str]:
    report = report_on([File(path, text.encode()) for path, text in files.items()], folder)
    return [line for line in render_concise(report).splitlines() if f" {code} " in line]


@pytest.mark.parametrize(("skipping", "others", "told"), [(20, 0, 20), (21, 0, 1), (30, 29, 1), (30, 30, 30)])
def test_a_level_that_most_pages_skip_is_told_once(tmp_path: Path, skipping: int, others: int, told: int) -> None:
    pages = {f"a{number:02}.md": SKIPS for number in range(skipping)} | {f"b{n:02}.md": STEPS for n in range(others)}

    lines = said(pages, tmp_path, "KB109")

    assert len(lines) == told
    assert ("as in most pages of this base" in lines[0]) == (told == 1)
    assert lines[0].startswith("a00.md:3:5 ")


def test_pages_without_sections_do_not_make_a_habit_rare(tmp_path: Path) -> None:
    pages = {f"a{number:02}.md": SKIPS for number in range(21)} | {f"b{n:02}.md": "# Title\n" for n in range(60)}

    assert len(said(pages, tmp_path, "KB109")) == 1


def test_another_level_is_told_all_the_same(tmp_path: Path) -> None:
    pages = {f"a{number:02}.md": SKIPS for number in range(25)}
    pages["a05.md"] += "\n##### Deep\n\nText.\n"

    lines = said(pages, tmp_path, "KB109")

    assert [line.split(":")[0] for line in lines] == ["a00.md", "a05.md"]


@pytest.mark.parametrize(("without", "having", "told"), [(20, 0, 20), (21, 0, 1), (30, 28, 1), (30, 30, 30)])
def test_folders_without_index_are_told_once_where_most_have_none(
    tmp_path: Path, without: int, having: int, told: int
) -> None:
    pages = {f"a{number:02}/page.md": STEPS for number in range(without)}
    pages |= {f"b{number:02}/README.md": STEPS for number in range(having)} | {"README.md": STEPS}

    lines = said(pages, tmp_path, "KB603")

    assert len(lines) == told
    assert (f"nor have most folders of this base: {without} in all" in lines[0]) == (told == 1)
