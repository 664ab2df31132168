"""`kbcheck rules` and `kbcheck explain`: what is checked, and why."""

from __future__ import annotations

import click

from kbcheck.errors import UsageError
from kbcheck.rules.catalogue import load_catalogue
from kbcheck.selection import did_you_mean


@click.command()
def rules() -> None:
    """Lists all rules: code, name, severity, whether it repairs, and what it reports."""
    for rule in load_catalogue():
        click.echo(f"{rule.code}  {rule.name:28} {rule.severity:8} {rule.summary}")


@click.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Shows the page of RULE (a name or a code): what it reports, why, examples, settings."""
    catalogue = load_catalogue()
    try:
        found = catalogue[rule]
    except KeyError:
        raise UsageError(f"no rule is called “{rule}”{did_you_mean(rule, catalogue.names)}") from None
    click.echo(f"{found.code} · {found.severity} · fix: {found.fix}\n\n{found.body}", nl=False)
