"""`kbcheck check`, without and with its cache, beside rumdl and lychee (offline, with fragments), in one run, on one base."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from measure import KBCHECK, PEERS, measured, multiplied, pages, print_table, program

ARGUMENTS = {
    "rumdl": ["check", "--no-cache", "."],
    "lychee": ["--offline", "--include-fragments", "--no-progress", "."],
}
CHECK = [*KBCHECK, "check", ".", "--output-format", "json"]
# The round that does not count writes the cache, in the base.
COMMANDS = {"kbcheck --no-cache": [*CHECK, "--no-cache"], "kbcheck": CHECK}
FAULTS = {**dict.fromkeys(COMMANDS, 1), "rumdl": 1, "lychee": 2}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("base", type=Path)
    options.add_argument("--times", type=int, default=1, help="measure on a base that holds this one N times")
    options.add_argument("--runs", type=int, default=10)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = arguments.base.resolve()
        if arguments.times > 1:
            base = multiplied(base, arguments.times, Path(folder))
        commands = dict(COMMANDS)
        for name in PEERS:
            if path := program(name):
                commands[name] = [path, *ARGUMENTS[name]]
            else:
                print(f"{name} is not installed: left out", file=sys.stderr)
        found = pages(base)
        print(f"{len(found)} pages, {sum(page.stat().st_size for page in found) / 1e6:.1f} MB")
        print_table(measured(commands, runs=arguments.runs, cwd=base, faults=FAULTS))


if __name__ == "__main__":
    main()
