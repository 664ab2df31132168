"""`kbcheck init`: the first lines of the settings, written from what is found in the knowledge base."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.paths import base_of
from kbcheck.engine import Request, propose_extraction
from kbcheck.errors import UsageError, reason
from kbcheck.files import replace_file
from kbcheck.reports.extraction import render_extraction, with_extraction
from kbcheck.reports.terminal import escaped


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--root", type=click.Path(path_type=Path), help="The folder of the knowledge base, when it is not the repository."
)
@click.option("--config", type=click.Path(path_type=Path), help="The settings file, instead of .kbcheck.yaml.")
@click.option("--model", is_flag=True, help="Write what `kbcheck model` guesses as `extract:`, to be corrected.")
@click.option("--stdout", "--dry-run", "shown", is_flag=True, help="Show the lines, and write nothing.")
@language_option
def init(
    path: Path | None, root: Path | None, config: Path | None, language: str | None, *, model: bool, shown: bool
) -> None:
    """Writes settings for the knowledge base in PATH, from what is found there.

    Lines are added to .kbcheck.yaml, which is made when there is none. What stands there already is never changed.
    """
    if not model:
        raise UsageError("say what to write: `kbcheck init --model` writes what `kbcheck model` guesses")
    folder, _ = base_of((path,) if path else (), root)
    request = Request(folder, config=config, language=language, usual_language=usual_language())
    understood, proposals, file = propose_extraction(request)
    if not proposals:
        raise UsageError("nothing was guessed, so there is nothing to write; see `extract:` in the settings")
    section = render_extraction(proposals, understood.words)
    if shown:
        click.echo(section, nl=False)
        return
    _add(section, file)
    click.echo(
        understood.words.said(
            "{path}: what was guessed stands there now; correct it, then look at `kbcheck model` again.",
            path=escaped(os.path.relpath(file)),
        )
    )


def _add(section: str, file: Path) -> None:
    """Puts the section at the end of a settings file, all of it or nothing. Raises `UsageError` when that cannot be done."""
    try:
        before = file.read_bytes().decode("utf-8") if os.path.lexists(file) else ""
        after = with_extraction(before, section)
        if after is None:
            raise UsageError(
                "nothing can be added at the end of this file; see `kbcheck init --stdout`", place=str(file)
            )
        replace_file(Path(os.path.realpath(file)), after.encode())
    except OSError as error:
        raise UsageError("the settings cannot be written: {reason}", place=str(file), reason=reason(error)) from None
