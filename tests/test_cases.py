"""The cases in `tests/cases/`: small knowledge bases, and what the terminal shows of each.

`python -m tests.cases --rewrite` writes what it shows today; a person reads the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Case, read_cases


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path) -> None:
    assert case.shown(tmp_path) == case.expected
