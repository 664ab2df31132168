"""Real knowledge bases and what careful readers found in them. They stand beside the project and are never copied into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kbcheck.engine import Request, check
from kbcheck.reports.report import Report
from tests.corpora.labelled import HERE

SHARED = HERE.parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared corpora and labels; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("the shared corpora (../shared) are not here")
    return SHARED


@pytest.fixture(scope="session")
def labels(shared: Path) -> Callable[[str], Iterator[dict[str, Any]]]:
    """The rows of a file of labels, by its stem."""
    return lambda name: (
        json.loads(line) for line in (shared / "labels" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    )


@pytest.fixture(scope="session")
def report_of(shared: Path) -> Callable[..., Report]:
    """The report on a corpus, with the settings of tests/corpora or with none."""

    @cache
    def run(corpus: str, *, configured: bool = True) -> Report:
        config = HERE / f"{corpus}.yaml"
        settings = config if configured and config.exists() else None
        return check(Request(shared / "corpora" / corpus, config=settings))[0]

    return run
