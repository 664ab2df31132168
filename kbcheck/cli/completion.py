"""`kbcheck completion`: the script that lets a shell complete commands, options, rule names, formats and paths.

The script is click's own, and calls kbcheck at each TAB. That must not wait for the modules of the commands: what can be
completed stands in `completion.json` beside this module, made from the commands themselves by
`python -m kbcheck.cli.completion`; a test holds it to them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

from kbcheck.cli import COMPLETION_VARIABLE

SHELLS = ("bash", "zsh", "fish")
TABLE = Path(__file__).with_name("completion.json")

# What stands for a value in the usage line, and what it is completed with.
_RULE, _REPORT = "RULE", "FORMAT=FILE"


@click.command(short_help="Prints what completes commands in a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Prints the script that completes commands.

    docs/getting-started.md says where it goes.
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(click.Group("kbcheck"), {}, "kbcheck", COMPLETION_VARIABLE).source())


def complete(instruction: str) -> int:
    """Answers what the script asks (`bash_complete`), and gives the exit code."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return shell_complete(_group("kbcheck", table), {}, "kbcheck", COMPLETION_VARIABLE, instruction)


# ---- the table, from the commands


def table_text() -> str:
    """The table of all commands as they are now."""
    from kbcheck.cli import kbcheck

    return json.dumps(_described(kbcheck), indent=1, sort_keys=True) + "\n"


def _described(command: click.Command, parent: click.Context | None = None) -> dict[str, Any]:
    context = click.Context(command, parent, **command.context_settings)
    described: dict[str, Any] = {"params": [_parameter(each) for each in command.get_params(context)]}
    if isinstance(command, click.Group):
        names = command.list_commands(context)
        described["commands"] = {
            name: _described(command.get_command(context, name) or command, context) for name in names
        }
    return described


def _parameter(parameter: click.Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {"names": [*parameter.opts, *parameter.secondary_opts], "nargs": parameter.nargs}
    metavar = parameter.metavar or (parameter.name or "").upper()
    if isinstance(parameter, click.Option):
        described |= {"flag": parameter.is_flag, "multiple": parameter.multiple}
    if isinstance(parameter.type, click.Choice):
        described["choices"] = list(parameter.type.choices)
    elif isinstance(parameter.type, click.Path):
        described["is_path"] = True
    elif metavar == _REPORT:
        from kbcheck.reports.formats import FORMATS

        described["choices"] = [f"{name}=" for name in FORMATS]
    elif metavar == _RULE:
        described["is_rule"] = True
    return described


# ---- light commands, from the table


def _group(name: str, described: Mapping[str, Any]) -> click.Group:
    commands = {
        each: _group(each, inner) if "commands" in inner else click.Command(each, params=_parameters(inner))
        for each, inner in described["commands"].items()
    }
    return click.Group(name, commands, params=_parameters(described))


def _parameters(described: Mapping[str, Any]) -> list[click.Parameter]:
    return [_light(each) for each in described["params"]]


def _light(described: Mapping[str, Any]) -> click.Parameter:
    names, is_path = described["names"], described.get("is_path")
    kind: click.ParamType[Any] = click.Path() if is_path else click.STRING
    complete: Any = None if is_path else partial(_values, described)  # paths are completed by their type
    if not names[0].startswith("-"):
        return click.Argument(names, type=kind, nargs=described["nargs"], required=False, shell_complete=complete)
    return click.Option(
        names,
        type=None if described["flag"] else kind,
        is_flag=described["flag"],
        multiple=described["multiple"],
        shell_complete=complete,
    )


def _values(
    described: Mapping[str, Any], _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What can stand there; of several values with commas, the last one is completed."""
    before, comma, last = incomplete.rpartition(",") if described.get("is_rule") else ("", "", incomplete)
    names = rule_names() if described.get("is_rule") else described.get("choices", ())
    return [CompletionItem(f"{before}{comma}{name}") for name in names if name.startswith(last)]


def rule_names() -> Iterator[str]:
    """The names of the rules that ship: those of their pages."""
    from kbcheck.schema.resources import rules_folder

    for family in sorted(entry.path for entry in os.scandir(rules_folder()) if entry.is_dir()):
        names = sorted(entry.name for entry in os.scandir(family))
        yield from (name.removesuffix(".md") for name in names if name.endswith(".md") and name.count(".") == 1)


if __name__ == "__main__":
    TABLE.write_text(table_text(), encoding="utf-8")
    sys.exit()
