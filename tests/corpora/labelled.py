"""What the tests on real knowledge bases share beside their fixtures."""

from __future__ import annotations

from pathlib import Path

from kbcheck.diagnostics import Diagnostic
from kbcheck.reports.report import Report

HERE = Path(__file__).parent

#: The bases whose links are labelled one by one; their settings are in this folder.
LABELLED = ("dnum-socialgouv", "dso-formation-yoarmi", "embarquement-autoformation")

#: All shared bases. The seeds are single pages of several bases.
CORPORA = (
    "dnum-socialgouv",
    "dso-formation-yoarmi",
    "embarquement-autoformation",
    "certification",
    "dso-formation",
    "seeds",
)


def line_of(report: Report, diagnostic: Diagnostic) -> int:
    """The line a diagnostic starts on."""
    return report.position(diagnostic.path, diagnostic.span.start).line
