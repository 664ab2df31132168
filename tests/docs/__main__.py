"""`python -m tests.docs --rewrite`: makes the generated parts and the output in the documentation anew. Read the diff."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs.generated import ROOT, pages, renewed
from tests.docs.sessions import replayed, sessions


def main() -> None:
    """Rewrites the pages that are no longer true, and names them."""
    if sys.argv[1:2] != ["--rewrite"]:
        sys.exit("usage: python -m tests.docs --rewrite [PAGE ...]")
    for page in pages():
        _write(page, renewed(page))
    for page in sessions():
        if not sys.argv[2:] or page.name in sys.argv[2:]:
            with TemporaryDirectory() as folder:
                _write(page, replayed(page, Path(folder)))


def _write(page: Path, text: str) -> None:
    if text != page.read_text(encoding="utf-8"):
        page.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")


main()
