"""`python -m tests.knowledge.extraction`: writes the `expect` blocks of the cases here anew. Read the diff before you accept it."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.knowledge.extraction.shown import CASES, shown
from tests.support import rewritten


def main() -> None:
    """Rewrites the pages whose cases have changed, and names them."""
    for page in sorted(CASES.glob("*.md")):
        with TemporaryDirectory() as folder:
            text = rewritten(page, Path(folder), shown)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{page.name}\n")


main()
