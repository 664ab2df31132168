"""What the benchmarks share: to run commands side by side, and to make a large base of a small one."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

KBCHECK = [sys.executable, "-m", "kbcheck"]
PEERS = ("rumdl", "lychee")
_ENTRY = re.compile(r"\]\((?=[^)#:]+\))")  # the start of a relative target


class Measure(NamedTuple):
    """Runs of one command: seconds of each run, peak memory of the largest in megabytes.

    `processor` are the seconds that its processes were at work: on a machine with other work, only they can be compared.
    """

    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    megabytes: float

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    @property
    def median_at_work(self) -> float:
        """Seconds of processors."""
        return statistics.median(self.processor)


def program(name: str) -> str | None:
    """The path of a program, looked for beside this Python first."""
    return shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def measured(
    commands: Mapping[str, Sequence[str]],
    *,
    runs: int,
    cwd: Path | None = None,
    faults: Mapping[str, int] | None = None,
) -> dict[str, Measure]:
    """Run each command `runs` times, in turns, so that a busy moment of the machine meets all of them.

    One more round comes first and does not count. Raises SystemExit when a command fails: `faults` says which exit code
    other than 0 means, for a command of that name, that it ran well and found faults.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    processor: dict[str, list[float]] = {name: [] for name in commands}
    megabytes = dict.fromkeys(commands, 0.0)
    for turn in range(runs + 1):
        for name, command in commands.items():
            elapsed, at_work, peak, code = _run(command, cwd)
            if code not in (0, (faults or {}).get(name)):
                sys.exit(f"{' '.join(command)} ended with exit code {code}")
            megabytes[name] = max(megabytes[name], peak)
            if turn:
                seconds[name].append(elapsed)
                processor[name].append(at_work)
    return {name: Measure(tuple(seconds[name]), tuple(processor[name]), megabytes[name]) for name in commands}


def _run(command: Sequence[str], cwd: Path | None) -> tuple[float, float, float, int]:
    """Seconds from start to exit and of processors, the peak memory in megabytes, the exit code."""
    # Python keeps what it compiles, as it does for anybody who has installed kbcheck.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1024**2 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes on macOS, kilobytes on Linux
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, process.returncode


def print_table(measures: Mapping[str, Measure]) -> None:
    """One line a command; the ratios are to the first one."""
    first = next(iter(measures.values()))
    heads = f"{'median':>10} {'ratio':>7} {'fastest':>10} {'slowest':>10} {'processor':>10} {'ratio':>7} {'memory':>9}"
    print(f"{'':24} {heads}")
    for name, measure in measures.items():
        median, at_work = measure.median, measure.median_at_work
        extremes = f"{_shown(min(measure.seconds))} {_shown(max(measure.seconds))}"
        by_clock = f"{_shown(median)} {median / first.median:7.2f} {extremes}"
        by_processor = f"{_shown(at_work)} {at_work / first.median_at_work:7.2f}"
        print(f"{name:24} {by_clock} {by_processor} {measure.megabytes:6.0f} MB")


def _shown(seconds: float) -> str:
    return f"{1000 * seconds:7.0f} ms"


def multiplied(folder: Path, copies: int, into: Path) -> Path:
    """A base that holds `folder` several times, each in a folder of its own, under one table of contents."""
    entries = []
    for number in range(1, copies + 1):
        name = f"copy-{number:03}"
        shutil.copytree(folder, into / name, ignore=shutil.ignore_patterns(".git", "SUMMARY.md", ".gitbook.yaml"))
        if (summary := folder / "SUMMARY.md").is_file():
            entries.append(_ENTRY.sub(f"]({name}/", summary.read_text(encoding="utf-8")))
    if entries:
        (into / "SUMMARY.md").write_text("\n".join(entries), encoding="utf-8")
        (into / "README.md").write_text("# Benchmark\n\nSeveral copies of one knowledge base.\n", encoding="utf-8")
    return into


def pages(folder: Path) -> list[Path]:
    """The Markdown files below a folder, in order."""
    return sorted(path for path in folder.rglob("*.md") if path.is_file())
