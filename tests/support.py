"""Small knowledge bases written in Markdown: fences of a page become files, the engine checks them.

The rule pages (`rules/`) and the cases (`tests/cases/`) hold such fences; `kbcheck.rules.examples` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from kbcheck.engine import Request, check
from kbcheck.reports.report import Report
from kbcheck.reports.text import render_concise
from kbcheck.rules.examples import File, fences, write


def report_on(files: Iterable[File], folder: Path) -> Report:
    """What kbcheck says of a knowledge base made of these files in an empty folder, all rules on, without git."""
    write(files, folder)
    return check(Request(root=folder))[0]


# Cases: `tests/cases/NAME.md`, each `##` heading with its fences.

CASES = Path(__file__).parent / "cases"
_TITLE = re.compile(r"^## (.+)$", re.MULTILINE)


class Case(Struct, frozen=True):
    """A small knowledge base and what the terminal shows of it (`expected`, empty when nothing is wrong).

    `start` and `end` are the offsets in the page of the `expect` block; equal when it is still to be written.
    """

    page: str
    title: str
    files: tuple[File, ...]
    expected: str
    start: int
    end: int

    def shown(self, folder: Path) -> str:
        """What kbcheck shows of the case, in the concise format."""
        return render_concise(report_on(self.files, folder))


def read_cases() -> list[Case]:
    """All cases of all pages, in order."""
    return [case for page in sorted(CASES.glob("*.md")) for case in cases_in(page)]


def cases_in(page: Path) -> Iterator[Case]:
    """The cases of one page."""
    text = page.read_text(encoding="utf-8")
    blocks = list(fences(text))
    titles = [
        match for match in _TITLE.finditer(text) if not any(block.start < match.start() < block.end for block in blocks)
    ]
    ends = [title.start() for title in titles[1:]] + [len(text)]
    for title, end in zip(titles, ends, strict=True):
        own = [block for block in blocks if title.end() <= block.start < end]
        files = tuple(block.file() for block in own if block.language != "expect")
        expect = next((block for block in own if block.language == "expect"), None)
        place = (expect.start, expect.end) if expect else (own[-1].end, own[-1].end)
        yield Case(page.stem, title[1], files, expect.text if expect else "", *place)


def rewritten(page: Path, folder: Path, shown: Callable[[Case, Path], str] = Case.shown) -> str:
    """The page of cases with its `expect` blocks as kbcheck is today; `folder` is an empty one to work in."""
    text = page.read_text(encoding="utf-8")
    for number, case in reversed(list(enumerate(cases_in(page)))):
        block = f"```expect\n{shown(case, folder / str(number))}```"
        text = text[: case.start] + ("\n\n" if case.start == case.end else "") + block + text[case.end :]
    return text
