"""Ten times the pages: how much more time and memory does `kbcheck check` take?"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measure import KBCHECK, measured, multiplied, print_table


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("base", type=Path)
    options.add_argument("--times", type=int, default=10, help="how many times the pages")
    options.add_argument("--runs", type=int, default=5)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        commands = {}
        for times in (1, arguments.times):
            base = multiplied(arguments.base, times, Path(folder) / str(times))
            commands[f"{times} x the pages"] = [*KBCHECK, "check", str(base), "--output-format", "json"]
        measures = measured(commands, runs=arguments.runs, faults=dict.fromkeys(commands, 1))
    print_table(measures)
    small, large = measures.values()
    times = large.median_at_work / small.median_at_work
    print(f"processor time x {times:.1f}, memory x {large.megabytes / small.megabytes:.1f}")


if __name__ == "__main__":
    main()
