"""`kbcheck model`: the phases, roles and deliverables that were understood, and where they were found."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from kbcheck.cli.paths import base_of
from kbcheck.engine import load_model
from kbcheck.errors import UsageError
from kbcheck.knowledge import Model
from kbcheck.reports.model import render_json, render_text
from kbcheck.reports.model_matrix import render_matrix
from kbcheck.reports.model_mermaid import render_mermaid


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--root", type=click.Path(path_type=Path), help="The folder of the knowledge base, when it is not the repository."
)
@click.option("--config", type=click.Path(path_type=Path), help="The settings file, instead of .kbcheck.yaml.")
@click.option("--output-format", type=click.Choice(["text", "json", "mermaid"]), default="text", show_default=True)
@click.option("--matrix", is_flag=True, help="Phases, deliverables and responsible roles as one table, holes visible.")
def model(path: Path | None, root: Path | None, config: Path | None, output_format: str, *, matrix: bool) -> None:
    """Shows the roles, phases and deliverables that kbcheck read from the knowledge base in PATH."""
    if matrix and output_format != "text":
        raise UsageError("--matrix is a table for the terminal: leave --output-format out")
    folder, _ = base_of((path,) if path else (), root)
    understood, texts = load_model(folder, config)
    click.echo(_rendered(understood, texts, "matrix" if matrix else output_format), nl=False)


def _rendered(understood: Model, texts: Mapping[str, str], output_format: str) -> str:
    if output_format == "matrix":
        return render_matrix(understood, width=shutil.get_terminal_size().columns)
    if output_format == "mermaid":
        return render_mermaid(understood)
    return (render_json if output_format == "json" else render_text)(understood, texts)
