"""`kbcheck baseline`: the findings of today are known, and from now on only new ones are shown."""

from __future__ import annotations

from pathlib import Path

import click

from kbcheck.baseline import FILE_NAME, Known, baseline_text, compared, known_of, read_baseline, written
from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.paths import base_of, config_option, root_option
from kbcheck.engine import Request, load_rules
from kbcheck.engine import check as run_check
from kbcheck.errors import UsageError, reason
from kbcheck.files import replace_file
from kbcheck.reports.report import Report


@click.command(short_help="Takes the findings of today for known.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@root_option
@config_option
@click.option("--prune", is_flag=True, help="Take out of the file what was fixed; add nothing.")
@click.option("--force", is_flag=True, help="Write the file anew, with what has come in since.")
@language_option
def baseline(
    path: Path | None, root: Path | None, config: Path | None, language: str | None, *, prune: bool, force: bool
) -> None:
    """Writes the findings in the knowledge base of PATH to .kbcheck-baseline.jsonl: `kbcheck check` then shows new ones only.

    A file that is there can only become shorter, by --prune, unless --force says otherwise. External links are left out.
    """
    folder, _ = base_of((path,) if path else (), root)
    known = None if force and not prune else read_baseline(folder)
    if known is None and prune:
        raise UsageError("there is no {file} to prune; `kbcheck baseline` writes it", file=FILE_NAME)
    if known is not None and not prune:
        raise UsageError(
            "there is a {file} already: --prune takes out what was fixed, --force takes in what is new as well",
            file=FILE_NAME,
        )
    report, _ = run_check(
        Request(folder, config=config, language=language, usual_language=usual_language(), baseline=False)
    )
    if not prune:
        take_in(report, folder, config)
        return
    rules = _lasting_rules(folder, config)
    kept = list(compared(report.diagnostics, report.texts, known or (), rules).met)
    _write(folder, kept)
    click.echo(written(kept, report.language))


def take_in(report: Report, folder: Path, config: Path | None) -> None:
    """Writes the findings of a report on a whole base as known, and says so. Raises `UsageError`."""
    rules = _lasting_rules(folder, config)
    kept = known_of((one for one in report.diagnostics if one.rule in rules), report.texts)
    _write(folder, kept)
    click.echo(written(kept, report.language))


def _lasting_rules(folder: Path, config: Path | None) -> list[str]:
    """The rules whose findings do not depend on the day."""
    return [rule.name for rule in load_rules(folder, config) if not rule.is_about_outside]


def _write(folder: Path, known: list[Known]) -> None:
    """Writes the file; without a known finding there is none. Raises `UsageError` when that cannot be done."""
    file = folder / FILE_NAME
    try:
        if known:
            replace_file(file, baseline_text(known).encode())
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            "the known findings cannot be written: {reason}", place=str(file), reason=reason(error)
        ) from None
