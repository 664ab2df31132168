"""`kbcheck model`: the phases, roles and deliverables that were understood, and where they were found."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.paths import base_of, config_option, root_option
from kbcheck.engine import Request, understand
from kbcheck.errors import UsageError
from kbcheck.reports.model import Understood, render_text
from kbcheck.reports.model_json import render_json
from kbcheck.reports.model_matrix import render_matrix
from kbcheck.reports.model_mermaid import render_mermaid


@click.command(short_help="Shows the roles, phases and deliverables.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@root_option
@config_option
@click.option("--output-format", type=click.Choice(["text", "json", "mermaid"]), default="text", show_default=True)
@click.option("--matrix", is_flag=True, help="Phases, deliverables and responsible roles as one table, holes visible.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only these, and all of them: `--kind role`.")
@language_option
def model(
    path: Path | None,
    root: Path | None,
    config: Path | None,
    output_format: str,
    kinds: tuple[str, ...],
    language: str | None,
    *,
    matrix: bool,
) -> None:
    """Shows the roles, phases and deliverables that kbcheck read from the knowledge base in PATH, and where.

    What is guessed is marked with the rule that found it; `kbcheck init --model` writes these rules into the settings.
    """
    if (matrix or kinds) and output_format != "text":
        raise UsageError(
            "{option} is for the terminal: leave --output-format out", option="--matrix" if matrix else "--kind"
        )
    if matrix and kinds:
        raise UsageError("--matrix shows phases, deliverables and roles: leave --kind out")
    folder, _ = base_of((path,) if path else (), root)
    understood = understand(Request(folder, config=config, language=language, usual_language=usual_language()))
    click.echo(_rendered(understood, "matrix" if matrix else output_format, kinds), nl=False)


def _rendered(understood: Understood, output_format: str, kinds: tuple[str, ...]) -> str:
    if output_format == "json":
        return render_json(understood.model, understood.texts)
    if output_format == "mermaid":
        return render_mermaid(understood.model)
    width = shutil.get_terminal_size().columns
    if output_format == "matrix":
        return render_matrix(understood.model, understood.words, width=width)
    return render_text(understood, width=width, kinds=kinds)
