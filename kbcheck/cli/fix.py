"""`kbcheck fix`: applies the repairs that `kbcheck check` offers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kbcheck.cli import EXIT_CLEAN, EXIT_FINDINGS
from kbcheck.cli.check import Output, colored, fails, split, write_reports
from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.paths import base_of
from kbcheck.config import Settings
from kbcheck.diagnostics import SEVERITIES, Diagnostic, Fix
from kbcheck.engine import Request
from kbcheck.engine import fix as run_fix
from kbcheck.errors import UsageError
from kbcheck.fixes import Chosen, Repaired, best_fix, patch
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped
from kbcheck.reports.text import render_finding
from kbcheck.texts import Text, Texts, texts_in

# Why a fix was not applied.
_REFUSED = {
    "changed": Text("left alone, the file is not what was checked: {fix}"),
    "encoding": Text("left alone, the file's encoding lacks a character: {fix}"),
    "link": Text("left alone, the file is a symbolic link, fix what it leads to: {fix}"),
    "unwritable": Text("could not be written: {fix}"),
}


@click.command(short_help="Repairs what can be repaired safely.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--root", type=click.Path(path_type=Path), help="The folder of the knowledge base, when it is not the repository."
)
@click.option("--config", type=click.Path(path_type=Path), help="The settings file, instead of .kbcheck.yaml.")
@click.option("--select", multiple=True, metavar="RULE", help="Fix what these rules find (name, code or KB3).")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option("--unsafe", is_flag=True, help="Also the fixes that a person should review.")
@click.option("--diff", is_flag=True, help="Show the changes as a patch, and write nothing.")
@click.option("--interactive", is_flag=True, help="Ask for each fix, the unsafe ones too.")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="Exit 1 when this severity remains [default: warning]."
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@language_option
def fix(
    paths: tuple[Path, ...],
    root: Path | None,
    config: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    color: str,
    language: str | None,
    *,
    unsafe: bool,
    diff: bool,
    interactive: bool,
) -> int:
    """Repairs what can be repaired safely in the knowledge base that PATHS are in, and reports what remains.

    With PATHS: what concerns these files and folders, which can be a link in another file that leads to them.
    """
    folder, inside = base_of(paths, root)
    request = Request(folder, inside, config, split(select), split(ignore), language, usual_language())
    if diff:
        if interactive:
            raise UsageError("--diff shows all changes at once: leave --interactive out")
        return _show_patch(request, fail_on, unsafe=unsafe)
    report, settings = apply_fixes(request, unsafe=unsafe, asking=_asking(color) if interactive else None)
    for note in report.notes:
        click.echo(f"kbcheck: {escaped(note)}", err=True)
    write_reports(report, Output("text", None, {}, color), folder)
    return EXIT_FINDINGS if fails(report.diagnostics, fail_on or settings.fail_on, outages=False) else EXIT_CLEAN


def apply_fixes(request: Request, *, unsafe: bool, asking: _Asking | None = None) -> tuple[Report, Settings]:
    """Fixes the files and says on stderr what was done; the report of what remains."""
    repaired, settings = run_fix(request, asking or (lambda diagnostic, _: best_fix(diagnostic, unsafe=unsafe)))
    repaired = repaired.written(request.root)
    for line in _told(repaired):
        click.echo(f"kbcheck: {line}", err=True)
    # What could not be written is still wrong on disk.
    unwritten = any(one.reason not in ("encoding", "link") for one in repaired.refused)
    return _remaining(request) if unwritten else repaired.last, settings


def _remaining(request: Request) -> Report:
    from kbcheck.engine import check

    return check(request)[0]


def _show_patch(request: Request, fail_on: str | None, *, unsafe: bool) -> int:
    """Prints the patch. Nothing is repaired by that: the exit code is that of what is there."""
    repaired, settings = run_fix(request, lambda diagnostic, _: best_fix(diagnostic, unsafe=unsafe))
    shown = patch(repaired.contents.before, repaired.contents.after)
    if sys.stdout.isatty():
        for line in shown.decode("utf-8", "replace").splitlines():
            click.echo(escaped(line))
    else:  # the bytes that `git apply` wants, whatever the encoding of the files is
        sys.stdout.flush()
        sys.stdout.buffer.write(shown)
        sys.stdout.buffer.flush()
    for line in _told(repaired, would=True):
        click.echo(f"kbcheck: {line}", err=True)
    return (
        EXIT_FINDINGS if fails(repaired.first.diagnostics, fail_on or settings.fail_on, outages=False) else EXIT_CLEAN
    )


def _told(repaired: Repaired[Report], *, would: bool = False) -> Iterator[str]:
    """What was done, a line each, what could not be, and the sum."""
    words = _words(repaired.last)
    for one in repaired.done:
        yield words.said("would fix {fix}", fix=_named(one)) if would else words.said("fixed {fix}", fix=_named(one))
    for refused in repaired.refused:
        yield words.said(_REFUSED[refused.reason].template, fix=_named(refused.chosen))
    sums = {
        "done": len(repaired.done),
        "files": len({edit.path for one in repaired.done for edit in one.fix.edits}),
        "left": len(repaired.last.diagnostics),
    }
    if would:
        yield words.said(
            "findings that would be fixed: {done}, in files: {files}; left: {left}. Nothing was written", **sums
        )
    else:
        yield words.said("findings fixed: {done}, in files: {files}; left: {left}", **sums)


def _named(one: Chosen) -> str:
    """Where, which rule, what: a line and column would be those of a text that is gone."""
    return f"{escaped(one.diagnostic.path)}: {one.diagnostic.rule}: {escaped(one.fix.title, 400)}"


def _words(report: Report) -> Texts:
    return texts_in(report.language)


class _Asking:
    """Asks a person, finding by finding, which of the fixes to apply."""

    def __init__(self, *, color: bool) -> None:
        self._color = color
        self._answer: str | None = None  # for all that follow: apply, or skip

    def __call__(self, diagnostic: Diagnostic, report: Report) -> Fix | None:
        """The fix that the person wants; None to leave the finding as it is."""
        if self._answer is None:
            return self._asked(diagnostic, report)
        return best_fix(diagnostic, unsafe=False) if self._answer == "all" else None

    def _asked(self, diagnostic: Diagnostic, report: Report) -> Fix | None:
        words = _words(report)
        width = shutil.get_terminal_size().columns
        click.echo("\n" + render_finding(report, diagnostic, color=self._color, width=width))
        fixes = diagnostic.fixes[:9]
        for number, fix in enumerate(fixes[1:], 2):
            click.echo(f"    {number}: {escaped(fix.title, 400)}")
        while True:
            answer = self._typed(words)
            if answer in words.said("y yes").split():
                return fixes[0]
            if answer in ("", *words.said("n no").split()):
                return None
            if answer.isdecimal() and 1 <= int(answer) <= len(fixes):
                return fixes[int(answer) - 1]
            is_all = answer in words.said("a all").split()
            if is_all or answer in words.said("q quit").split():
                self._answer = "all" if is_all else "none"
                return self(diagnostic, report)
            click.echo(
                words.said(
                    "y: apply the first fix; 2 to 9: another one; n: leave it; a: this and all that follow, if safe; "
                    "q: write what was answered so far; Ctrl-C: write nothing"
                )
            )

    def _typed(self, words: Texts) -> str:
        """What the person types. The end of the input (Ctrl-D) is "quit"; Ctrl-C leaves everything as it is."""
        question = words.said("Apply? [y]es, [n]o, a number, [a]ll safe ones, [q]uit")
        try:
            return str(click.prompt(question, default="", show_default=False)).strip().lower()
        except click.Abort as stop:
            if isinstance(stop.__context__, EOFError):
                click.echo()
                return words.said("q quit").split()[0]
            click.echo("\nkbcheck: " + words.said("stopped, nothing was written"), err=True)
            raise


def _asking(color: str) -> _Asking:
    """Raises `UsageError` where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("--interactive asks in a terminal, and this is none; use --diff to see the changes first")
    return _Asking(color=colored(color, to_file=False))
