"""Verdicts in a file, to take from one machine to another: JSON, with times that people can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import Struct

from kbcheck.config import Settings
from kbcheck.errors import UsageError
from kbcheck.files import read
from kbcheck.knowledge.verdicts import Outcome, Verdict

FORMAT: Literal["kbcheck-verdicts/1"] = "kbcheck-verdicts/1"


class _Entry(Struct, frozen=True, omit_defaults=True):
    """A verdict as the file has it; `Verdict` says what the fields mean."""

    address: str
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    location: str | None = None
    fragments: Mapping[str, bool | None] = {}
    checked: datetime = datetime.fromtimestamp(0, UTC)
    failures: int = 0
    failed_days: int = 0
    since: datetime | None = None


class _File(Struct, frozen=True):
    format: Literal["kbcheck-verdicts/1"]
    verdicts: tuple[_Entry, ...]


def write_verdicts(verdicts: Iterable[Verdict]) -> str:
    """The verdicts as a JSON text."""
    entries = tuple(
        _Entry(
            each.address,
            each.outcome,
            each.reason,
            each.status,
            each.location,
            each.fragments,
            _moment(each.checked),
            each.failures,
            each.failed_days,
            None if each.since is None else _moment(each.since),
        )
        for each in verdicts
    )
    return msgspec.json.format(msgspec.json.encode(_File(FORMAT, entries)), indent=1).decode() + "\n"


def read_verdicts(text: str, place: str) -> list[Verdict]:
    """The verdicts of a JSON text. Raises `UsageError` when it is none of ours."""
    try:
        entries = msgspec.json.decode(text.encode("utf-8", "replace"), type=_File).verdicts
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(
            "this is no file of verdicts ({reason}); `kbcheck external export` makes one", place=place, reason=error
        ) from None
    return [
        Verdict(
            each.address,
            each.outcome,
            each.reason,
            each.status,
            each.location,
            each.fragments,
            each.checked.timestamp(),
            each.failures,
            each.failed_days,
            each.since.timestamp() if each.since else None,
        )
        for each in entries
    ]


def recorded(settings: Settings) -> Mapping[str, Verdict]:
    """The verdicts of the file that the settings name. Raises `UsageError` when it cannot be read."""
    path = settings.external.verdicts
    if path is None:
        return {}
    source = read(settings.root, path)
    if any(problem.kind == "unchecked-file" for problem in source.problems):
        raise UsageError("the file of verdicts that `external:` names cannot be read", place=path)
    return {verdict.address: verdict for verdict in read_verdicts(source.text, path)}


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(int(time), UTC)
