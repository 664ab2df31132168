"""Questions on a terminal that are answered by yes or no, in the language of the base."""

from __future__ import annotations

import sys

import click

from kbcheck.reports.terminal import escaped
from kbcheck.reports.words import spoken
from kbcheck.starting.words import WORDS


def can_ask() -> bool:
    """Whether somebody is there who sees a question and can answer it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, language: str, *, usual: bool) -> bool:
    """The answer; an empty one is the usual one, which is shown in capitals. Raises `click.Abort` on Ctrl-C."""
    yes, no, usually_yes, usually_no = spoken(WORDS, language).answers
    while True:
        hint = usually_yes if usual else usually_no
        answer: str = click.prompt(f"{escaped(question)} {hint}", default="", show_default=False, prompt_suffix=" ")
        answer = answer.strip().lower()
        if not answer or answer in (*yes, *no):
            return usual if not answer else answer in yes
        click.echo(spoken(WORDS, language).not_understood.format(yes=yes[0], no=no[0]))
