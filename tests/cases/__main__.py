"""`python -m tests.cases --rewrite`: writes the `expect` blocks of all cases anew. Read the diff before you accept it."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import CASES, rewritten


def main() -> None:
    """Rewrites the pages whose cases have changed, and names them."""
    if sys.argv[1:] != ["--rewrite"]:
        sys.exit("usage: python -m tests.cases --rewrite")
    for page in sorted(CASES.glob("*.md")):
        with TemporaryDirectory() as folder:
            text = rewritten(page, Path(folder))
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{page.name}\n")


main()
