"""`kbcheck check`, without and with its cache, and its hook, beside rumdl and lychee (offline, with fragments), in one run.

They run on a copy of the base, which is a git repository with one page changed: what the hook of pre-commit meets.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
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
HOOK = [*KBCHECK, "check", "--hook", "--output-format", "concise"]
COMMANDS = {"kbcheck --no-cache": [*CHECK, "--no-cache"], "kbcheck": CHECK, "kbcheck --hook": HOOK}
FAULTS = {**dict.fromkeys(COMMANDS, 1), "rumdl": 1, "lychee": 2}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("base", type=Path)
    options.add_argument("--times", type=int, default=1, help="measure on a base that holds this one N times")
    options.add_argument("--runs", type=int, default=10)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        if arguments.times > 1:
            base.mkdir()
            multiplied(arguments.base.resolve(), arguments.times, base)
        else:
            shutil.copytree(arguments.base, base, ignore=shutil.ignore_patterns(".git", ".kbcheck_cache"))
        changed_repository(base)
        commands = dict(COMMANDS)
        for name in PEERS:
            if path := program(name):
                commands[name] = [path, *ARGUMENTS[name]]
            else:
                print(f"{name} is not installed: left out", file=sys.stderr)
        found = pages(base)
        print(f"{len(found)} pages, {sum(page.stat().st_size for page in found) / 1e6:.1f} MB")
        print_table(measured(commands, runs=arguments.runs, cwd=base, faults=FAULTS))


def changed_repository(base: Path) -> None:
    """Makes a git repository of a folder, with everything committed, and then changes a page."""
    for path in (base, *base.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)  # what is copied may be protected
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (("init",), ("add", "--all"), (*identity, "commit", "--message=base")):
        subprocess.run(["git", *command], cwd=base, check=True, capture_output=True)  # noqa: S607 - the one that the person has
    page = pages(base)[-1]
    page.write_text(page.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")


if __name__ == "__main__":
    main()
