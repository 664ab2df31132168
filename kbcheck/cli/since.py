"""The options that limit the findings to what a change has brought."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kbcheck.cli.paths import base_of
from kbcheck.errors import UsageError
from kbcheck.shown import Since

#: Where a run of pre-commit over a range of commits begins: set for `--from-ref` and before a push (pre-commit.com,
#: “pre-push”).
_FROM = "PRE_COMMIT_FROM_REF"

_Function = TypeVar("_Function", bound=Callable[..., Any])


def since_options(function: _Function) -> _Function:
    """The options `--changed-since`, `--changed-lines-only` and `--hook`."""
    options = (
        click.option(
            "--changed-since",
            metavar="REVISION",
            help="Show only what the change since then has brought, on its lines and elsewhere.",
        ),
        click.option("--changed-lines-only", is_flag=True, help="Of that, only what is on changed lines."),
        click.option(
            "--hook",
            is_flag=True,
            help="Show what the commit that is being made has brought; PATHS are those of a hook.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def since_of(revision: str | None, *, lines_only: bool, hook: bool) -> Since | None:
    """What the options ask for. Raises `UsageError` when that makes no sense."""
    if hook:
        return Since(revision or os.environ.get(_FROM) or "HEAD", lines_only=lines_only, as_hook=True)
    if revision is not None:
        return Since(revision, lines_only=lines_only)
    if lines_only:
        raise UsageError("--changed-lines-only needs to know since when: add --changed-since REVISION")
    return None


def hook_paths(paths: tuple[Path, ...], root: Path | None) -> tuple[Path, tuple[str, ...]]:
    """The root of the base, which a hook's paths do not choose, and those of the paths that are in it."""
    folder, _ = base_of((), root)
    relative = (os.path.relpath(path, folder).replace(os.sep, "/") for path in paths)
    return folder, tuple(path for path in relative if path != ".." and not path.startswith("../"))
