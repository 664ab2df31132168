"""The help of the commands in another language: copies of the commands, their texts translated."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from typing import TypeVar

import click

#: Says an English text in the language that is wanted.
Say = Callable[[str], str]

_Command = TypeVar("_Command", bound=click.Command)


def translated(command: _Command, say: Say) -> _Command:
    """The command with its help, its options, what stands for their values, and its own commands in another language.

    `say` is given each paragraph of a help text on one line.
    """
    spoken = copy(command)
    spoken.help = _paragraphs(command.help, say)
    spoken.short_help = _paragraphs(command.short_help, say)
    context = click.Context(command)
    spoken.params = [_parameter(parameter, context, say) for parameter in command.params]
    spoken.options_metavar = say(command.options_metavar or "")
    if isinstance(spoken, click.Group):
        spoken.subcommand_metavar = say(spoken.subcommand_metavar)
        spoken.commands = {name: translated(one, say) for name, one in spoken.commands.items()}
    return spoken


def _paragraphs(text: str | None, say: Say) -> str | None:
    if not text:
        return text
    return "\n\n".join(say(" ".join(paragraph.split())) for paragraph in inspect.cleandoc(text).split("\n\n"))


def _parameter(parameter: click.Parameter, context: click.Context, say: Say) -> click.Parameter:
    spoken = copy(parameter)
    if isinstance(spoken, click.Option):
        spoken.help = _paragraphs(spoken.help, say)
    if not getattr(spoken, "is_flag", False):
        shown, word = parameter.make_metavar(context), _word(parameter)
        if word in shown:  # not so for a choice, which shows what can be chosen
            spoken.metavar = shown.replace(word, say(word))
    return spoken


def _word(parameter: click.Parameter) -> str:
    """What stands for the value in help: PATH, RULE."""
    if parameter.metavar:
        return parameter.metavar
    return (parameter.name or "" if isinstance(parameter, click.Argument) else parameter.type.name).upper()
