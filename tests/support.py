"""What many tests need: the program and git as a shell runs them, and small knowledge bases written in Markdown.

Of the latter, fences of a page become files, and the engine checks them.
The rule pages (`rules/`) and the cases (`tests/cases/`) hold such fences; `kbcheck.rules.examples` reads them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from kbcheck.engine import Request, check, fix
from kbcheck.fixes import Repaired, best_fix
from kbcheck.reports.report import Report
from kbcheck.reports.text import render_concise
from kbcheck.rules.examples import Fence, File, fences, write


def kbcheck(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the program in a folder, in English."""
    return subprocess.run(
        [sys.executable, "-m", "kbcheck", *arguments],
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def git(folder: Path, *arguments: str) -> None:
    """Runs git as somebody whom it knows, on the branch `main`. Raises `subprocess.CalledProcessError`."""
    settings = ("user.name=a", "user.email=a@example.org", "protocol.file.allow=always", "init.defaultBranch=main")
    options = [part for setting in settings for part in ("-c", setting)]
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True)


def report_on(files: Iterable[File], folder: Path) -> Report:
    """What kbcheck says of a knowledge base made of these files in an empty folder, all rules on, without git."""
    write(files, folder)
    return check(Request(root=folder))[0]


def fixed(folder: Path, *, unsafe: bool = True) -> Repaired[Report]:
    """What fixing the knowledge base in a folder makes of it, by default with the unsafe fixes; nothing is written."""
    return fix(Request(root=folder), lambda diagnostic, _: best_fix(diagnostic, unsafe=unsafe))[0]


# Cases: `tests/cases/NAME.md`, each `##` heading with its fences.

CASES = Path(__file__).parent / "cases"
_TITLE = re.compile(r"^## (.+)$", re.MULTILINE)


class Case(Struct, frozen=True):
    """A small knowledge base and what the terminal shows of it (`expected`, empty when nothing is wrong).

    `start` and `end` are the offsets in the page of the `expect` block; equal when it is still to be written. The blocks
    `fixed PATH` show files after all fixes, the unsafe ones too.
    """

    page: str
    title: str
    files: tuple[File, ...]
    expected: str
    start: int
    end: int
    fixed: tuple[Fence, ...] = ()

    def shown(self, folder: Path) -> str:
        """What kbcheck shows of the case, in the concise format."""
        return render_concise(report_on(self.files, folder))

    def repaired(self, folder: Path) -> dict[str, str]:
        """What the files of the `fixed` blocks hold after fixing; `folder` holds the case."""
        after = fixed(folder).contents.after
        paths = [block.path or "" for block in self.fixed]
        return {path: after.get(path, (folder / path).read_bytes()).decode("utf-8") for path in paths}


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
        files = tuple(block.file() for block in own if block.language not in ("expect", "fixed"))
        expect = next((block for block in own if block.language == "expect"), None)
        place = (expect.start, expect.end) if expect else (own[-1].end, own[-1].end)
        after = tuple(block for block in own if block.language == "fixed")
        yield Case(page.stem, title[1], files, expect.text if expect else "", *place, after)


def rewritten(page: Path, folder: Path, shown: Callable[[Case, Path], str] = Case.shown) -> str:
    """The page of cases with its `expect` and `fixed` blocks as kbcheck is today; `folder` is an empty one to work in."""
    text = page.read_text(encoding="utf-8")
    blocks: list[tuple[int, int, str]] = []
    for number, case in enumerate(cases_in(page)):
        new = "\n\n" if case.start == case.end else ""
        blocks.append((case.start, case.end, f"{new}```expect\n{shown(case, folder / str(number))}```"))
        if case.fixed:
            after = case.repaired(folder / str(number))
            blocks += (
                (each.start, each.end, f"```fixed {each.path}\n{after[each.path or '']}```") for each in case.fixed
            )
    for start, end, block in sorted(blocks, reverse=True):
        text = text[:start] + block + text[end:]
    return text
