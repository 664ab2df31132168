"""The language of messages: `--lang`, else that of the settings, else that of the environment."""

from __future__ import annotations

import os

import click

LANGUAGES = ("en", "fr")

#: The option of every command that speaks.
option = click.option("--lang", "language", type=click.Choice(LANGUAGES), help="The language of messages.")


def usual_language() -> str:
    """The language that the environment asks for, as POSIX looks for it; English when kbcheck does not speak it."""
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((value for value in variables if value), "")
    language = locale.partition("_")[0].partition(".")[0].lower()
    return language if language in LANGUAGES else "en"
