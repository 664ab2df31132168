"""`kbcheck check` and `kbcheck audit`: what is wrong with a knowledge base, without and with the links that lead out."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from kbcheck.cli import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED
from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.output import format_option, report_files, reports_option
from kbcheck.cli.outside import CheckCommand, ProgressLine, external_option, scope_of
from kbcheck.cli.paths import base_of, config_option, root_option
from kbcheck.cli.since import hook_paths, since_of, since_options
from kbcheck.config import Settings
from kbcheck.diagnostics import SEVERITIES, Diagnostic
from kbcheck.engine import Request
from kbcheck.engine import check as run_check
from kbcheck.errors import UsageError, reason
from kbcheck.reports.destination import Destination
from kbcheck.reports.formats import render
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped


@click.command(cls=CheckCommand, short_help="Checks the pages and the links between them.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@root_option
@config_option
@format_option
@click.option(
    "--output-file", type=click.Path(path_type=Path), help="Write the report there instead of on the terminal."
)
@reports_option
@click.option("--select", multiple=True, metavar="RULE", help="Run these rules only (name, code or KB3 for a family).")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="Exit 1 from this severity on [default: warning]."
)
@click.option(
    "--fail-on-outages",
    is_flag=True,
    help="Let sites that do not answer, and their certificates, count for the exit code.",
)
@since_options
@click.option("--budget", metavar="TIME", help="Stop looking at external links after so long, such as 120s or 5m.")
@click.option("--shard", metavar="N/M", help="Look at the N-th of M parts of the external hosts only.")
@click.option("--no-baseline", is_flag=True, help="Show the findings that .kbcheck-baseline.jsonl says are known, too.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--fix", is_flag=True, help="Apply the safe fixes first, and report what remains.")
@click.option("--unsafe", is_flag=True, help="With --fix: also the fixes that a person should review.")
@click.option(
    "--cache/--no-cache",
    default=True,
    envvar="KBCHECK_CACHE",
    help="Keep what was read of the pages in .kbcheck_cache.",
)
@language_option
def check(
    paths: tuple[Path, ...],
    root: Path | None,
    config: Path | None,
    output_format: str,
    output_file: Path | None,
    more_reports: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    fail_on_outages: bool,
    changed_since: str | None,
    changed_lines_only: bool,
    hook: bool,
    budget: str | None,
    shard: str | None,
    color: str,
    *,
    no_baseline: bool,
    cache: bool,
    language: str | None,
    external: str,
    fix: bool,
    unsafe: bool,
) -> int:
    """Checks the knowledge base that PATHS are in (by default the one of this folder).

    The whole base is read. With PATHS, findings are limited to these files and folders and to links that lead to them.

    With --changed-since REVISION, findings are limited to what the change since then has brought: those on changed lines, and
    elsewhere what the change broke, such as links to a page that was renamed.
    """
    folder, inside = hook_paths(paths, root) if hook else base_of(paths, root)
    since = since_of(changed_since, lines_only=changed_lines_only, hook=hook)
    files = report_files(more_reports)
    scope = scope_of(external, changed_since, budget, shard)
    request = Request(
        folder,
        inside,
        config,
        split(select),
        split(ignore),
        language,
        usual_language(),
        scope,
        since,
        baseline=not no_baseline,
        keep=cache,
    )
    if unsafe and not fix:
        raise UsageError("--unsafe says which fixes --fix applies: give both")
    if fix:
        _fix(request, unsafe=unsafe)
    report, settings = _run(request)
    write_reports(report, Output(output_format, output_file, files, color, changed_since), folder)
    return _exit_code(report, fail_on or settings.fail_on, outages=fail_on_outages)


check.params.append(external_option("off"))

audit = CheckCommand(
    "audit",
    callback=check.callback,
    params=[*check.params[:-1], external_option("all")],
    short_help="Checks the links that lead out as well.",
    help="""Checks the knowledge base that PATHS are in as `kbcheck check` does, and looks at its external links as well.

    What is found there is remembered for some days in .kbcheck_cache; `kbcheck external` shows it.""",
)


def _fix(request: Request, *, unsafe: bool) -> None:
    """Applies the fixes and says on stderr what they were."""
    from kbcheck.cli.fix import apply_fixes

    apply_fixes(replace(request, external=None), unsafe=unsafe)


def _run(request: Request) -> tuple[Report, Settings]:
    """The check, with its progress and its notes on stderr."""
    progress = ProgressLine()
    report, settings = run_check(request, on_progress=progress)
    progress.clear()
    for note in report.notes:
        click.echo(f"kbcheck: {escaped(note)}", err=True)
    return report, settings


def _exit_code(report: Report, threshold: str, *, outages: bool) -> int:
    if report.external and report.external.is_interrupted:
        return EXIT_INTERRUPTED
    return EXIT_FINDINGS if fails(report.diagnostics, threshold, outages=outages) else EXIT_CLEAN


def split(names: tuple[str, ...]) -> tuple[str, ...]:
    """`--select a,b --select c` is a, b and c."""
    return tuple(name.strip() for value in names for name in value.split(",") if name.strip())


class Output(Struct, frozen=True):
    """Which formats a report is written in: one on the terminal or into `file`, and more into `files`."""

    format: str
    file: Path | None
    files: Mapping[Path, str]
    color: str
    since: str | None = None


def write_reports(report: Report, output: Output, root: Path) -> None:
    """Writes a report on the base in `root` wherever it was asked for. Raises `UsageError` when it cannot be written."""
    plain = Destination(root, since=output.since)
    for file, name in output.files.items():
        write(render(report, name, plain), file)
    is_colored = colored(output.color, to_file=output.file is not None)
    shown = Destination(root, is_colored, shutil.get_terminal_size().columns, output.since)
    write(render(report, output.format, shown), output.file)


def write(text: str, output_file: Path | None) -> None:
    """Puts the report where it was asked for. Raises `UsageError` when it cannot be written there."""
    try:
        if output_file:
            output_file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        else:
            sys.stdout.write(text)
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has what it wanted: that is no error
        raise
    except OSError as error:
        raise UsageError(
            "the report cannot be written to {file}: {reason}", file=output_file or "stdout", reason=reason(error)
        ) from None


def colored(choice: str, *, to_file: bool) -> bool:
    """The option first, then NO_COLOR, then FORCE_COLOR, then whether somebody is watching."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return not to_file and sys.stdout.isatty()


def fails(diagnostics: Iterable[Diagnostic], threshold: str, *, outages: bool) -> bool:
    """Whether the command ends with findings: of this severity or worse and, unless `outages` count, definite ones."""
    if threshold == "never":
        return False
    failing = SEVERITIES[: SEVERITIES.index(threshold) + 1]
    return any(one.severity in failing and (one.definite or outages) for one in diagnostics)
