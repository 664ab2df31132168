"""What is remembered from one run to the next, and what happens when it cannot be."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.errors import UsageError
from kbcheck.external.exchange import read_verdicts, write_verdicts
from kbcheck.external.store import LIFETIMES, Store, expires
from kbcheck.files.kept import KEPT as FOLDER
from kbcheck.knowledge.verdicts import Verdict

ALIVE = Verdict("https://example.org/", "alive", status=200, checked=1_790_000_000.0, etag='"x"', fragments={"a": True})
DEAD = Verdict("https://example.org/gone", "dead", "gone", 404, checked=1_790_000_000.0, failures=2, since=1.0)


def store(root: Path) -> Store:
    return Store(root)


def test_what_is_remembered_is_found_again(tmp_path: Path) -> None:
    with closing(store(tmp_path)) as first:
        first.put([ALIVE, DEAD])
    with closing(store(tmp_path)) as second:
        assert list(second.find([ALIVE.address, DEAD.address, "https://other.example/"])) == [ALIVE, DEAD]
        assert second.notes == []


def test_many_addresses_are_found_at_once(tmp_path: Path) -> None:
    many = [Verdict(f"https://example.org/{number}", "alive", checked=1.0) for number in range(1234)]
    with closing(store(tmp_path)) as one:
        one.put(many)
        assert len(list(one.find([verdict.address for verdict in many]))) == 1234


def test_git_is_told_to_leave_the_folder_alone(tmp_path: Path) -> None:
    with closing(store(tmp_path)) as one:
        one.put([ALIVE])
    assert (tmp_path / FOLDER / ".gitignore").read_text() == "*\n"


def test_nothing_is_written_by_asking(tmp_path: Path) -> None:
    with closing(store(tmp_path)) as one:
        assert list(one) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_store_is_built_anew_with_one_note(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "external.sqlite3").write_bytes(content)
    with closing(store(tmp_path)) as one:
        assert list(one) == []
        one.put([ALIVE])
        assert list(one) == [ALIVE]
        assert len(one.notes) == (1 if content else 0)
    with closing(store(tmp_path)) as again:
        assert (list(again), again.notes) == ([ALIVE], [])


def test_the_store_of_another_version_is_built_anew_without_a_word(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    with closing(sqlite3.connect(tmp_path / FOLDER / "external.sqlite3")) as other:
        other.execute("CREATE TABLE verdicts (url TEXT)")
        other.execute("PRAGMA user_version = 99")
        other.commit()
    with closing(store(tmp_path)) as one:
        one.put([ALIVE])
        assert (list(one), one.notes) == ([ALIVE], [])


def test_a_row_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    with closing(store(tmp_path)) as one:
        one.put([ALIVE, DEAD])
        with closing(sqlite3.connect(tmp_path / FOLDER / "external.sqlite3")) as other:
            other.execute("UPDATE verdicts SET verdict = '{\"outcome\": 7}' WHERE address = ?", (DEAD.address,))
            other.commit()
        assert list(one) == [ALIVE]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with closing(store(tmp_path)) as one:
        one.put([ALIVE])
        assert len(one.notes) == 1


def test_a_file_in_place_of_the_folder_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("")
    with closing(store(tmp_path)) as one:
        one.put([ALIVE])
        one.put([DEAD])
        assert list(one) == []
        assert len(one.notes) == 1


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / FOLDER).symlink_to(outside)
    with closing(store(root)) as one:
        one.put([ALIVE])
        assert len(one.notes) == 1
    assert list(outside.iterdir()) == []


_WRITER = """
import sys
from pathlib import Path
from kbcheck.external.store import Store
from kbcheck.knowledge.verdicts import Verdict
store = Store(Path(sys.argv[1]))
for number in range(40):
    store.put([Verdict(f"https://example.org/{sys.argv[2]}/{number}", "alive", checked=1.0)])
    store.find_one(f"https://example.org/{sys.argv[2]}/{number}") or sys.exit("lost")
sys.exit("; ".join(store.notes) or 0)
"""


def test_two_processes_use_it_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = [subprocess.Popen([*command, name], env=environment) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    with closing(store(tmp_path)) as one:
        assert len(list(one)) == 120


def test_the_newer_verdict_stays(tmp_path: Path) -> None:
    newer = Verdict(DEAD.address, "alive", checked=DEAD.checked + 1)
    with closing(store(tmp_path)) as one:
        one.put([newer])
        one.put([DEAD])
        assert list(one) == [newer]


def test_a_clock_that_was_ahead_does_not_win_for_years(tmp_path: Path) -> None:
    ahead = Verdict(ALIVE.address, "dead", checked=4_000_000_000.0)
    with closing(store(tmp_path)) as one:
        one.put([ahead])
        one.put([ALIVE])
        assert list(one) == [ALIVE]


def test_what_no_run_has_looked_at_for_long_is_forgotten(tmp_path: Path) -> None:
    now = Verdict(ALIVE.address, "alive", checked=time())
    with closing(store(tmp_path)) as one:
        one.put([now, Verdict(DEAD.address, "dead", checked=time() - 200 * 86_400)])
        one.forget_old()
        assert list(one) == [now]


def test_a_time_that_is_none_is_as_good_as_no_verdict(tmp_path: Path) -> None:
    with closing(store(tmp_path)) as one:
        one.put([ALIVE])
        with closing(sqlite3.connect(tmp_path / FOLDER / "external.sqlite3")) as other:
            row = json.dumps({"address": ALIVE.address, "outcome": "alive", "checked": 1e300})
            other.execute("UPDATE verdicts SET verdict = ?", (row,))
            other.commit()
        assert list(one) == []


def test_a_verdict_lives_as_long_as_its_outcome_with_jitter() -> None:
    ends = [
        expires(Verdict(f"https://example.org/{number}", "alive", checked=0.0)) / LIFETIMES["alive"]
        for number in range(500)
    ]
    assert 0.8 <= min(ends) < 0.85
    assert 1.15 < max(ends) <= 1.2
    assert expires(DEAD) < expires(Verdict(DEAD.address, "alive", checked=DEAD.checked))


verdicts = st.builds(
    Verdict,
    address=st.text(min_size=1),
    outcome=st.sampled_from(sorted(LIFETIMES)),
    reason=st.text(),
    status=st.none() | st.integers(100, 999),
    location=st.none() | st.text(),
    fragments=st.dictionaries(st.text(), st.none() | st.booleans()),
    checked=st.integers(0, 4_000_000_000).map(float),
    failures=st.integers(0, 99),
    failed_days=st.integers(0, 99),
    since=st.none() | st.integers(0, 4_000_000_000).map(float),
)


@given(st.lists(verdicts, unique_by=lambda verdict: verdict.address))
def test_what_is_exported_can_be_imported(some: list[Verdict]) -> None:
    assert read_verdicts(write_verdicts(some), "file") == some


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        json.dumps({"format": "kbcheck-verdicts/2", "verdicts": []}),
        "[" * 100_000,
        json.dumps({"format": "kbcheck-verdicts/1", "verdicts": [{"address": "x", "outcome": "lively"}]}),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r"^file: this is no file of verdicts"):
        read_verdicts(text, "file")
