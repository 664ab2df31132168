"""Megabytes a second from text to Documents, on one core, with each parser that is installed."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from measure import pages

from kbcheck.documents.build import read_document
from kbcheck.documents.events import parser_names
from kbcheck.files import read


def main() -> None:
    """Measure and print the fastest of several runs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("base", type=Path)
    options.add_argument("--runs", type=int, default=3)
    arguments = options.parse_args()
    found = pages(arguments.base)
    sources = [read(arguments.base, page.relative_to(arguments.base).as_posix()) for page in found]
    megabytes = sum(page.stat().st_size for page in found) / 1e6
    print(f"{len(found)} pages, {megabytes:.1f} MB")
    for name in parser_names():
        fastest = float("inf")
        for _ in range(arguments.runs):
            start = time.perf_counter()
            for source in sources:
                read_document(source, name)
            fastest = min(fastest, time.perf_counter() - start)
        print(f"{name:16} {fastest:6.2f} s  {megabytes / fastest:6.1f} MB/s")


if __name__ == "__main__":
    main()
