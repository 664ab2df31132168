"""Reports made by hand: the texts of some files, and diagnostics about words in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from kbcheck.diagnostics import Diagnostic, Span
from kbcheck.reports.report import Counts, Report, in_order

MakeReport = Callable[..., Report]
MakeDiagnostic = Callable[..., Diagnostic]


@pytest.fixture
def diagnostic() -> MakeDiagnostic:
    """A missing file at a span; every field can be given."""

    def make(path: str, span: Span, **fields: object) -> Diagnostic:
        defaults: dict[str, object] = {
            "code": "KB301",
            "rule": "missing-file",
            "severity": "error",
            "message": "no such file",
        }
        return Diagnostic(path=path, span=span, **{**defaults, **fields})  # type: ignore[arg-type]

    return make


@pytest.fixture
def report() -> MakeReport:
    """A report on some texts."""

    def make(texts: Mapping[str, str], *diagnostics: Diagnostic, **fields: object) -> Report:
        defaults: dict[str, object] = {
            "version": "0.1.0",
            "platform": "github",
            "counts": Counts(documents=len(texts)),
            "seconds": 0.314159,
        }
        return Report(diagnostics=in_order(diagnostics), texts=texts, **{**defaults, **fields})  # type: ignore[arg-type]

    return make


@pytest.fixture
def span_of() -> Callable[[str, str], Span]:
    """Where some words stand in a text, the last time."""

    def find(text: str, words: str) -> Span:
        start = text.rindex(words)
        return Span(start, start + len(words))

    return find
