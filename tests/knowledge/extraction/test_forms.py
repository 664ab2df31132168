"""The cases in `cases/`: pages, the rules of `.kbcheck.yaml`, and the model that is read from them.

`python -m tests.knowledge.extraction` writes what is read today; a person reads the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.extraction.shown import CASES, shown
from tests.support import Case, cases_in


@pytest.mark.parametrize(
    "case",
    [case for page in sorted(CASES.glob("*.md")) for case in cases_in(page)],
    ids=lambda case: f"{case.page}: {case.title}",
)
def test_case(case: Case, tmp_path: Path) -> None:
    assert shown(case, tmp_path) == case.expected
