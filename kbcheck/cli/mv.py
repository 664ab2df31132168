"""`kbcheck mv`: moves a page or a folder without breaking a link."""

from __future__ import annotations

from pathlib import Path

import click

from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.paths import base_of, inside_base
from kbcheck.engine import move
from kbcheck.errors import UsageError
from kbcheck.reports.terminal import escaped
from kbcheck.texts import texts_in


@click.command(short_help="Moves a page or a folder without breaking a link.")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--root", type=click.Path(path_type=Path), help="The folder of the knowledge base, when it is not the repository."
)
@click.option("--config", type=click.Path(path_type=Path), help="The settings file, instead of .kbcheck.yaml.")
@language_option
def mv(old: Path, new: Path, root: Path | None, config: Path | None, language: str | None) -> None:
    """Moves the page or folder OLD to NEW, and rewrites every link, navigation entry and redirect that names it.

    What git tracks is moved as `git mv` does. Where the platform has redirects, the old address gets one. When a
    link cannot be kept, nothing is moved.
    """
    folder, inside = base_of((old,), root)
    if not inside:
        raise UsageError("the root of a knowledge base cannot be moved: name a page or a folder in it")
    planned = move(folder, inside[0], inside_base(new, folder), config)
    done = texts_in(language or usual_language()).said(
        "{old} → {new}: files moved: {files}, places rewritten: {edits}, in files: {changed}",
        old=planned.old,
        new=planned.new,
        files=len(planned.files),
        edits=len(planned.edits),
        changed=len({edit.path for edit in planned.edits}),
    )
    click.echo(escaped(done))
