"""How long `kbcheck --version` takes, beside an empty Python program and the peers that are installed."""

from __future__ import annotations

import argparse
import sys

from measure import KBCHECK, PEERS, measured, print_table, program


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=20)
    arguments = options.parse_args()
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "kbcheck --version": [*KBCHECK, "--version"],
        "python -c 'import click'": [sys.executable, "-c", "import click"],
    }
    commands |= {f"{name} --version": [path, "--version"] for name in PEERS if (path := program(name))}
    print_table(measured(commands, runs=arguments.runs))


if __name__ == "__main__":
    main()
