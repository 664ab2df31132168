"""What kbcheck says of the structure of real bases, read one by one: fewer than one finding in ten is false."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from kbcheck.reports.report import Report
from tests.corpora.labelled import CORPORA, HERE, line_of

#: For each run and base, the findings; one that is false is a mapping to the reason.
READ: dict[str, dict[str, list[Any]]] = yaml.safe_load((HERE / "structure-findings.yaml").read_text(encoding="utf-8"))

#: Codes of the rules on the structure.
CODES = ("KB5", "KB206", "KB207")


@pytest.mark.parametrize("run", ["with settings", "without settings"])
@pytest.mark.parametrize("corpus", CORPORA)
def test_every_finding_has_been_read(report_of, corpus, run):
    """After a change of a rule: read what is new in the base, and add it to the file with a reason if it is false."""
    said = _said(report_of(corpus, configured=run == "with settings"))
    read = (one if isinstance(one, str) else next(iter(one)) for one in READ[run].get(corpus, ()))
    assert Counter(said) == Counter(read)


def test_fewer_than_one_in_ten_is_false(shared, capsys):
    """Of all findings together, and of each run."""
    for run, bases in READ.items():
        verdicts = [one for found in bases.values() for one in found]
        false = [reason for one in verdicts if isinstance(one, dict) for reason in one.items()]
        with capsys.disabled():
            print(f"\nfindings on the structure, {run}: {len(verdicts)} read, {len(false)} false")
            for place, reason in false:
                print("  false:", place, "-", reason)
        assert len(false) < len(verdicts) / 10


def _said(report: Report) -> Iterator[str]:
    for one in report.diagnostics:
        if one.code.startswith(CODES):
            yield f"{one.path}:{line_of(report, one)} {one.rule}"
