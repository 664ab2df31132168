"""Questions on a terminal that are answered by yes or no, in the language of the base."""

from __future__ import annotations

import sys

import click

from kbcheck.reports.terminal import escaped
from kbcheck.texts import Texts


def can_ask() -> bool:
    """Whether somebody is there who sees a question and can answer it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, texts: Texts, *, usual: bool) -> bool:
    """The answer; an empty one is the usual one, which is shown in capitals. Raises `click.Abort` on Ctrl-C."""
    hint = texts.said("[Y/n]") if usual else texts.said("[y/N]")
    yes, no = texts.said("y yes").split(), texts.said("n no").split()
    while True:
        answer: str = click.prompt(f"{escaped(question)} {hint}", default="", show_default=False, prompt_suffix=" ")
        answer = answer.strip().lower()
        if not answer or answer in (*yes, *no):
            return answer in yes if answer else usual
        click.echo(texts.said("Please answer {yes} or {no}.", yes=yes[0], no=no[0]))
