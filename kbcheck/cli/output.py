"""The options that say in which formats a report is written, and where."""

from __future__ import annotations

from pathlib import Path

import click

from kbcheck.errors import UsageError
from kbcheck.reports.formats import FORMATS
from kbcheck.selection import did_you_mean

format_option = click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)

#: The option of every command that reports findings; `report_files` reads it.
reports_option = click.option(
    "--report",
    "more_reports",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write the report into this file as well, in this format. May be given several times.",
)


def report_files(reports: tuple[str, ...]) -> dict[Path, str]:
    """The format of each file that `--report` names. Raises `UsageError` for an unknown format, or a file named twice."""
    files: dict[Path, str] = {}
    for written in reports:
        name, sign, file = written.partition("=")
        if not sign or not file:
            raise UsageError(
                "--report takes a format and a file, such as sarif=kbcheck.sarif: {written}", written=written
            )
        if name not in FORMATS:
            raise UsageError("no format is called “{name}”{hint}", name=name, hint=did_you_mean(name, FORMATS))
        if Path(file) in files:
            raise UsageError("two reports cannot be written to one file: {file}", file=file)
        files[Path(file)] = name
    return files
