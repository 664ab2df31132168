"""`kbcheck audit` beside lychee and the stock linkchecker program: many addresses, in one run, on one server on loopback.

Also the second run, which remembers, and with `--memory` the memory for ten and twenty times the addresses.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import KBCHECK, measured, print_table, program
from slow_server import address

SETTINGS = "external: {allow-private: [127.0.0.0/8]}\nrules: {orphan-page: off}\n"
JSON = (".", "--output-format", "json")
PAGE_LINKS = 50
SERVER = Path(__file__).with_name("slow_server.py")


@contextlib.contextmanager
def server(hosts: int, seconds: float) -> Iterator[int]:
    """The port of a server that runs meanwhile."""
    command = [sys.executable, str(SERVER), str(hosts), str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        assert process.stdin
        process.stdin.close()
        process.wait(10)


def base(folder: Path, port: int, addresses: int, hosts: int) -> Path:
    """A knowledge base with so many addresses, and the same ones as a page for linkchecker."""
    urls = [f"http://{address(number % hosts)}:{port}/{number}" for number in range(addresses)]
    folder.mkdir()
    (folder / ".kbcheck.yaml").write_text(SETTINGS)
    for start in range(0, addresses, PAGE_LINKS):
        links = "\n".join(f"- <{url}>" for url in urls[start : start + PAGE_LINKS])
        (folder / f"page-{start:06}.md").write_text(f"# Page {start}\n\n{links}\n")
    (folder / "all.html").write_text("".join(f'<a href="{url}">x</a>\n' for url in urls))
    return folder


def commands(with_linkchecker: bool) -> dict[str, list[str]]:
    """The programs that are there. kbcheck remembers nothing from one run to the next, but for the last command."""
    found = {"kbcheck audit": [sys.executable, str(Path(__file__)), "--forgetful"]}
    if lychee := program("lychee"):
        found["lychee"] = [lychee, "--no-progress", "--max-concurrency", "128", "--exclude-path", "all.html", "."]
    if with_linkchecker and (linkchecker := program("linkchecker")):
        found["linkchecker"] = [linkchecker, "--check-extern", "--threads=100", "--no-status", "-r1", "all.html"]
    found["kbcheck audit, again"] = [*KBCHECK, "audit", *JSON]
    return found


def forgetful() -> None:
    """One run of kbcheck with nothing remembered, in the place of this process."""
    shutil.rmtree(".kbcheck_cache", ignore_errors=True)
    os.execv(sys.executable, [*KBCHECK, "audit", *JSON])  # noqa: S606 - ours


def memory(folder: Path, hosts: int, counts: Sequence[int]) -> None:
    """Print the memory of looking at so many addresses, beside that of reading the pages which name them.

    What the second column has more than the first is the check of external links: its libraries, threads and connections,
    and what it keeps of each address.
    """
    print(f"{'addresses':>9} {'check':>9} {'audit':>9} {'difference':>10}")
    with server(hosts, 0.0) as port:
        for count in counts:
            root = base(folder / str(count), port, count, hosts)
            (root / ".kbcheck.yaml").write_text(SETTINGS.replace("/8]", "/8], rate: 1000, parallel: 8"))
            both = {"check": [*KBCHECK, "check", *JSON], "audit": commands(with_linkchecker=False)["kbcheck audit"]}
            check, audit = (measure.megabytes for measure in measured(both, runs=1, cwd=root).values())
            print(f"{count:9} {check:6.0f} MB {audit:6.0f} MB {audit - check:7.0f} MB", flush=True)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--addresses", type=int, default=1000)
    options.add_argument("--hosts", type=int, default=50)
    options.add_argument("--delay", type=float, default=0.1, help="seconds before each answer")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--no-linkchecker", action="store_true", help="leave the slowest one out")
    options.add_argument(
        "--memory", action="store_true", help="measure the memory for 2,000 to 40,000 addresses instead"
    )
    options.add_argument("--forgetful", action="store_true", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.forgetful:
        forgetful()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # linkchecker becomes another user when root starts it
        if arguments.memory:
            memory(Path(folder), arguments.hosts, (2_000, 20_000, 40_000))
            return
        with server(arguments.hosts, arguments.delay) as port:
            root = base(Path(folder) / "base", port, arguments.addresses, arguments.hosts)
            chosen = commands(with_linkchecker=not arguments.no_linkchecker)
            print_table(measured(chosen, runs=arguments.runs, cwd=root, faults={"linkchecker": 1}))


if __name__ == "__main__":
    main()
