"""`kbcheck external`: what is remembered of external links, and how to take it to another machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path

import click

from kbcheck.cli.language import current_texts
from kbcheck.cli.paths import base_of, root_option
from kbcheck.errors import UsageError, reason
from kbcheck.external.exchange import read_verdicts, write_verdicts
from kbcheck.external.store import Store
from kbcheck.knowledge.verdicts import Verdict
from kbcheck.reports.terminal import escaped

_OUTCOMES = ("alive", "moved", "dead", "unreachable", "certificate", "unverifiable")
_outcome = click.option(
    "--outcome", multiple=True, type=click.Choice(_OUTCOMES), help="Only addresses that came to this."
)


@click.group(short_help="Shows what is remembered of external links.")
def external() -> None:
    """Shows and moves what is remembered of external links (.kbcheck_cache)."""


@external.command("list", short_help="Lists the addresses that are remembered.")
@click.argument("patterns", nargs=-1)
@_outcome
@root_option
def list_(patterns: tuple[str, ...], outcome: tuple[str, ...], root: Path | None) -> None:
    """Lists the addresses that are remembered, or those that match PATTERNS (`https://example.org/*`)."""
    with closing(_store(root)) as store:
        for verdict in _matching(store, patterns, outcome):
            click.echo(escaped(_line(verdict)))
        _tell(store)


@external.command(short_help="Forgets addresses.")
@click.argument("patterns", nargs=-1)
@_outcome
@click.option("--all", "everything", is_flag=True, help="Forget all addresses.")
@root_option
def forget(patterns: tuple[str, ...], outcome: tuple[str, ...], root: Path | None, *, everything: bool) -> None:
    """Forgets the addresses that match PATTERNS: the next run looks at them again."""
    if not (patterns or outcome or everything):
        raise UsageError("say what to forget: patterns of addresses, --outcome, or --all")
    with closing(_store(root)) as store:
        forgotten = [verdict.address for verdict in _matching(store, patterns, outcome)]
        store.forget(forgotten)
        _tell_or_fail(store)
    click.echo(len(forgotten))


@external.command(short_help="Writes what is remembered to a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
@root_option
def export(file: Path, root: Path | None) -> None:
    """Writes what is remembered to FILE as JSON, for `import` on another machine or for `external: verdicts:`."""
    with closing(_store(root)) as store:
        text = write_verdicts(store)
        _tell(store)
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError("{file} cannot be written: {reason}", file=file, reason=reason(error)) from None


@external.command("import", short_help="Remembers what is in a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
@root_option
def import_(file: Path, root: Path | None) -> None:
    """Remembers what is in FILE, an export; where both know an address, the newer verdict stays."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError("{file} cannot be read: {reason}", file=file, reason=reason(error)) from None
    except UnicodeDecodeError:
        raise UsageError("{file} is not UTF-8", file=file) from None
    verdicts = read_verdicts(text, str(file))
    with closing(_store(root)) as store:
        store.put(verdicts)
        _tell_or_fail(store)
    click.echo(len(verdicts))


def _store(root: Path | None) -> Store:
    folder, _ = base_of((), root)
    return Store(folder)


def _tell(store: Store) -> None:
    for note in store.notes:
        click.echo(f"kbcheck: {escaped(current_texts().said(note))}", err=True)


def _tell_or_fail(store: Store) -> None:
    """After something was to be changed. Raises `UsageError` when it could not be."""
    if not store.is_usable:
        raise UsageError(store.notes[-1])
    _tell(store)


def _matching(store: Store, patterns: tuple[str, ...], outcomes: tuple[str, ...]) -> Iterator[Verdict]:
    for verdict in store:
        if outcomes and verdict.outcome not in outcomes:
            continue
        if not patterns or any(fnmatchcase(verdict.address, pattern) for pattern in patterns):
            yield verdict


def _line(verdict: Verdict) -> str:
    from kbcheck.external.store import expires

    day = _day(verdict.checked), _day(expires(verdict))
    detail = " ".join(str(word) for word in (verdict.status, verdict.reason) if word)
    target = f" → {verdict.location}" if verdict.location else ""
    return f"{verdict.outcome:12} {day[0]} … {day[1]}  {verdict.address}{target}" + (f"  ({detail})" if detail else "")


def _day(time: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time, UTC).date().isoformat()
