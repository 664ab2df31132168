"""What is remembered of addresses from one run to the next: `.kbcheck_cache/external.sqlite3` below the root.

It may be deleted at any time. Two processes may use it at once. When it cannot be read it is made anew, when it cannot be
used at all the run does without it; each is said once, in `notes`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import time
from zlib import crc32

import msgspec

from kbcheck.errors import reason
from kbcheck.files.kept import KEPT, is_foreign, made_folder
from kbcheck.knowledge.verdicts import Outcome, Verdict
from kbcheck.texts import Sayable, Text

_FILE = "external.sqlite3"

#: Seconds for which a verdict is believed, before jitter.
LIFETIMES: Mapping[Outcome, float] = {
    "alive": 7 * 86_400,
    "moved": 7 * 86_400,
    "dead": 86_400,
    "unreachable": 6 * 3_600,
    "certificate": 86_400,
    "unverifiable": 3 * 86_400,
}
# A fifth more or less, by address: what was found in one run is not asked again in one run.
_JITTER = 0.2

_VERSION = 2
_SCHEMA = """
CREATE TABLE verdicts (address TEXT PRIMARY KEY, checked REAL NOT NULL, verdict BLOB NOT NULL) WITHOUT ROWID
"""
_WAIT = 10.0  # seconds for another process
_FORGOTTEN_AFTER = 180 * 86_400
_AT_ONCE = 500


def expires(verdict: Verdict) -> float:
    """When a verdict is no longer believed, in seconds since 1970."""
    jitter = 1 + _JITTER * (2 * crc32(verdict.address.encode("utf-8", "surrogatepass")) / 0xFFFFFFFF - 1)
    # Who was in a hurry may have time in some hours.
    lifetime = LIFETIMES["unreachable" if verdict.reason == "rate-limited" else verdict.outcome]
    return verdict.checked + lifetime * jitter


class Store:
    """The verdicts of earlier runs."""

    def __init__(self, root: Path) -> None:
        """`root` is that of the knowledge base; the folder is made there when something is first written."""
        self.notes: list[Text] = []
        self._root = root
        self._folder = root / KEPT
        self._is_rebuilt = False
        self._connection: sqlite3.Connection | None = None
        self.is_usable = not is_foreign(root)
        if not self.is_usable:
            self.notes.append(
                _unused(Text(".kbcheck_cache is under version control, or leads out of the knowledge base"))
            )

    def find(self, addresses: Sequence[str]) -> Iterator[Verdict]:
        """What is remembered of these addresses, whatever its age."""
        for start in range(0, len(addresses), _AT_ONCE):
            some = addresses[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            yield from _verdicts(self._rows(f"SELECT verdict FROM verdicts WHERE address IN ({marks})", some))  # noqa: S608 - only marks

    def find_one(self, address: str) -> Verdict | None:
        """What is remembered of an address, whatever its age."""
        return next(self.find([address]), None)

    def __iter__(self) -> Iterator[Verdict]:
        return _verdicts(self._rows("SELECT verdict FROM verdicts ORDER BY address", ()))

    def put(self, verdicts: Iterable[Verdict]) -> None:
        """Remembers verdicts in place of those known before, unless these are newer."""
        now = time()
        rows = [(each.address, each.checked, msgspec.json.encode(each), now) for each in verdicts]
        self._write(
            "INSERT INTO verdicts VALUES (?1, ?2, ?3) ON CONFLICT (address) DO UPDATE SET checked = excluded.checked, "
            "verdict = excluded.verdict WHERE excluded.checked >= checked OR checked > ?4",  # ?4: a clock was ahead
            rows,
        )

    def forget(self, addresses: Iterable[str]) -> None:
        """Remembers nothing of these addresses any more."""
        self._write("DELETE FROM verdicts WHERE address = ?", [(address,) for address in addresses])

    def forget_old(self) -> None:
        """Remembers nothing of addresses that no run has looked at for half a year: no page names them any more."""
        self._write("DELETE FROM verdicts WHERE checked < ?", [(time() - _FORGOTTEN_AFTER,)])

    def close(self) -> None:
        """Gives the file back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, statement: str, values: Collection[str]) -> list[tuple[bytes]]:
        if not (self._folder / _FILE).exists():
            return []
        for _ in range(2):
            with self._trouble():
                return self._open().execute(statement, tuple(values)).fetchall() if self.is_usable else []
        return []

    def _write(self, statement: str, rows: Collection[tuple[object, ...]]) -> None:
        for _ in range(2):
            if not rows or not self.is_usable:
                return
            with self._trouble():
                connection = self._open()
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.executemany(statement, rows)
                return

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            made_folder(self._root)
            # Used by one thread at a time: that of the run.
            connection = sqlite3.connect(self._folder / _FILE, timeout=_WAIT, isolation_level=None)
            self._connection = connection
            connection.execute("PRAGMA trusted_schema = OFF")
            _prepare(connection)
        return self._connection

    def _trouble(self) -> _Trouble:
        return _Trouble(self)

    def met(self, error: sqlite3.Error | OSError) -> None:
        """Makes a file that is broken anew, once, and does without one that cannot be used."""
        with suppress(sqlite3.Error):
            self.close()
        self._connection = None
        cannot_be_used = isinstance(error, (sqlite3.OperationalError, OSError)) and "no such" not in str(error)
        if self._is_rebuilt or cannot_be_used:
            if self.is_usable:
                self.notes.append(_unused(reason(error)))
            self.is_usable = False
            return
        self._is_rebuilt = True
        self.notes.append(Text("what was remembered of external links could not be read; it is built anew."))
        for name in (_FILE, f"{_FILE}-journal"):
            with suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)


def _unused(why: Sayable | str) -> Text:
    return Text("what is found of external links cannot be remembered from one run to the next: {reason}", reason=why)


class _Trouble:
    """Lets the store deal with what the database says, and goes on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, (sqlite3.Error, OSError)):
            return False
        self._store.met(error)
        return True


def _prepare(connection: sqlite3.Connection) -> None:
    """Makes the table, in place of that of another version of kbcheck."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # another process may be about to do the same
        if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            connection.execute("DROP TABLE IF EXISTS verdicts")
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_VERSION}")


def _verdicts(rows: Iterable[tuple[bytes]]) -> Iterator[Verdict]:
    """The verdicts of rows; one that cannot be read is as good as none."""
    decoder = msgspec.json.Decoder(Verdict)
    for (row,) in rows:
        with suppress(msgspec.DecodeError, msgspec.ValidationError, TypeError):
            yield decoder.decode(row)
