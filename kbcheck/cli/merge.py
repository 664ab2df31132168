"""`kbcheck merge`: the reports of several shards made into one."""

from __future__ import annotations

from pathlib import Path

import click

from kbcheck.cli import EXIT_CLEAN, EXIT_FINDINGS
from kbcheck.cli.check import Output, fails, write_reports
from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.output import format_option, report_files, reports_option
from kbcheck.cli.paths import base_of
from kbcheck.diagnostics import SEVERITIES
from kbcheck.engine import load_rules
from kbcheck.errors import UsageError, reason
from kbcheck.files import read
from kbcheck.reports.merge import NoReportError, as_report, merged, read_report


@click.command(short_help="Joins the reports of several shards.")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="The folder of the knowledge base, to show the lines of the findings.",
)
@format_option
@click.option(
    "--output-file", type=click.Path(path_type=Path), help="Write the report there instead of on the terminal."
)
@reports_option
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), default="warning", show_default=True,
    help="Exit 1 from this severity on.",
)  # fmt: skip
@click.option("--fail-on-outages", is_flag=True, help="Let sites that do not answer count for the exit code.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@language_option
def merge(
    reports: tuple[Path, ...],
    root: Path | None,
    output_format: str,
    output_file: Path | None,
    more_reports: tuple[str, ...],
    fail_on: str,
    fail_on_outages: bool,
    color: str,
    language: str | None,
) -> int:
    """Joins JSON REPORTS of one knowledge base, as `kbcheck audit --shard` writes them."""
    files = report_files(more_reports)
    try:
        together = merged([read_report(_text(path)) for path in reports])
    except NoReportError as error:
        raise UsageError("the reports cannot be joined: {reason}", reason=error) from None
    folder, _ = base_of((), root)
    texts = {each["path"]: read(folder, each["path"]).text for each in together["diagnostics"]}
    language = language or usual_language()
    rules = {rule.name: rule for rule in load_rules(folder).in_language(language)}
    report = as_report(together, texts, language, rules)
    write_reports(report, Output(output_format, output_file, files, color), folder)
    return EXIT_FINDINGS if fails(report.diagnostics, fail_on, outages=fail_on_outages) else EXIT_CLEAN


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError("{path} cannot be read: {reason}", path=path, reason=reason(error)) from None
    except UnicodeDecodeError:
        raise UsageError("{path} is not UTF-8", path=path) from None
