"""The cases in `tests/cases/`: small knowledge bases, and what the terminal shows of each.

`python -m tests.cases --rewrite` writes what it shows today; a person reads the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kbcheck.rules.catalogue import load_catalogue
from tests.support import Case, read_cases, report_on


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path) -> None:
    assert case.shown(tmp_path) == case.expected
    if case.fixed:
        assert case.repaired(tmp_path) == {block.path: block.text for block in case.fixed}


def test_every_rule_with_a_fix_shows_a_fixed_file(tmp_path: Path) -> None:
    shown = set()
    for number, case in enumerate(case for case in read_cases() if case.fixed):
        diagnostics = report_on(case.files, tmp_path / str(number)).diagnostics
        shown |= {diagnostic.rule for diagnostic in diagnostics if diagnostic.fixes}
    # What is found on other sites is fixed as anything else; cases have no network.
    assert {rule.name for rule in load_catalogue() if rule.fix != "none" and not rule.is_about_outside} <= shown
