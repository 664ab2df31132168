"""`kbcheck model`: the phases, roles and deliverables that were understood, and where they were found."""

from __future__ import annotations

from pathlib import Path

import click

from kbcheck.cli.paths import base_of
from kbcheck.engine import load_model


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--root", type=click.Path(path_type=Path), help="The folder of the knowledge base, when it is not the repository."
)
@click.option("--config", type=click.Path(path_type=Path), help="The settings file, instead of .kbcheck.yaml.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def model(path: Path | None, root: Path | None, config: Path | None, output_format: str) -> None:
    """Shows the roles, phases and deliverables that kbcheck read from the knowledge base in PATH."""
    folder, _ = base_of((path,) if path else (), root)
    understood, texts = load_model(folder, config)
    if output_format == "json":
        from kbcheck.reports.model import render_json as render
    else:
        from kbcheck.reports.model import render_text as render
    click.echo(render(understood, texts), nl=False)
