"""`python -m tests.docs`: makes the documentation true again. Read the diff before you accept it.

`--rewrite` makes the generated parts anew, which takes a moment; `--replay [PAGE ...]` runs the commands of the guides (all,
or those of these names) and writes down what they print.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs.generated import ROOT, pages, renewed
from tests.docs.sessions import replayed, sessions


def main() -> None:
    """Rewrites the pages that are no longer true, and names them."""
    match sys.argv[1:]:
        case ["--rewrite"]:
            for page in pages():
                _write(page, renewed(page))
        case ["--replay", *names]:
            for page in sessions():
                if not names or page.name in names:
                    with TemporaryDirectory() as folder:
                        _write(page, replayed(page, Path(folder)))
        case _:
            sys.exit("usage: python -m tests.docs --rewrite | --replay [PAGE ...]")


def _write(page: Path, text: str) -> None:
    if text != page.read_text(encoding="utf-8"):
        page.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")


main()
