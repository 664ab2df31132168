"""Pages that nothing links to."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbcheck.rules.examples import File
from tests.support import report_on


def orphans(folder: Path, linked: int, others: int) -> int:
    """How many pages without a link are reported in a base of so many pages."""
    links = "\n".join(f"- [{number}](linked-{number}.md)" for number in range(linked))
    pages = [File("README.md", f"# Base\n\nPages:\n\n{links}\n".encode())]
    pages += [File(f"linked-{number}.md", b"# Linked\n\nText.\n") for number in range(linked)]
    pages += [File(f"alone-{number}.md", b"# Alone\n\nText.\n") for number in range(others)]
    return sum(one.rule == "orphan-page" for one in report_on(pages, folder).diagnostics)


@pytest.mark.parametrize(
    ("linked", "others", "told"),
    [
        pytest.param(1, 20, 20, id="few: each is worth a look"),
        pytest.param(21, 21, 21, id="half of many"),
        pytest.param(20, 22, 0, id="most of many: readers do not move by links"),
    ],
)
def test_pages_without_a_link(tmp_path: Path, linked: int, others: int, told: int) -> None:
    assert orphans(tmp_path, linked, others) == told
