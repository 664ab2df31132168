"""The options of the check of external links, and its progress on a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection
from time import monotonic

import click

from kbcheck.errors import UsageError
from kbcheck.external.scope import Progress, Scope, Shard
from kbcheck.reports.text import outcomes_text
from kbcheck.texts import texts_in

EXTENTS = ("all", "changed", "off")

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h)?")
_UNITS = {"s": 1, "m": 60, "h": 3600}
_INTERVAL = 0.1  # seconds between two lines of progress


class CheckCommand(click.Command):
    """A command whose option `--external` may stand without a value, also before a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`--external PATH` is `--external=all PATH`, and `--external changed` is what it says."""
        return super().parse_args(ctx, with_value(args, "--external", EXTENTS, "all"))


def with_value(args: list[str], option: str, values: Collection[str], usual: str) -> list[str]:
    """The arguments with the usual value for an option that stands without any of its own: what follows is a path."""
    end = args.index("--") if "--" in args else len(args)
    for index in range(end - 1, -1, -1):
        if args[index] == option and (args[index + 1 : index + 2] or [""])[0] not in values:
            args = [*args[:index], f"{option}={usual}", *args[index + 1 :]]
    return args


def external_option(default: str) -> click.Option:
    """The option `--external`."""
    return click.Option(
        ["--external"],
        type=click.Choice(EXTENTS),
        default=default,
        show_default=True,
        help="Look at external links: all, or those on changed lines. Without a value: all.",
    )


def scope_of(extent: str, since: str | None, budget: str | None, shard: str | None) -> Scope | None:
    """What the options ask for. Raises `UsageError` when that makes no sense."""
    if extent == "off":
        if budget or shard:
            raise UsageError("--budget and --shard are about external links: add --external")
        return None
    return Scope(
        "changed" if extent == "changed" else "all",
        since,
        _shard(shard) if shard else None,
        _seconds(budget) if budget else None,
    )


def _seconds(budget: str) -> float:
    match = _DURATION.fullmatch(budget.strip())
    if match is None or not 0 < float(match[1]) < 1e6:
        raise UsageError("“{budget}” is no length of time: write 90s, 2m or 1h", budget=budget)
    return float(match[1]) * _UNITS[match[2] or "s"]


def _shard(written: str) -> Shard:
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", written)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise UsageError("“{written}” is no shard: write 2/5 for the second of five", written=written)
    return Shard(int(match[1]), int(match[2]))


class ProgressLine:
    """One line on the terminal, written over again and again; nothing where nobody is watching."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = 0.0
        self._has_text = False

    def __call__(self, progress: Progress) -> None:
        """Shows how far the run has got, if it was not shown a moment ago."""
        now = monotonic()
        if not self._is_shown or (now - self._last < _INTERVAL and progress.done < progress.total):
            return
        self._last = now
        counts = outcomes_text(progress.outcomes, progress.language)
        text = texts_in(progress.language).said(
            "external links: {done} of {total}, hosts left: {hosts} ({outcomes})",
            done=progress.done,
            total=progress.total,
            hosts=progress.hosts,
            outcomes=counts,
        )
        sys.stderr.write(f"\r\x1b[K{text[: _columns() - 1]}")  # a line that wraps could not be written over
        sys.stderr.flush()
        self._has_text = True

    def clear(self) -> None:
        """Leaves the terminal as it was."""
        if self._has_text:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _columns() -> int:
    """How wide the terminal of the progress is; standard output may be a file."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80
