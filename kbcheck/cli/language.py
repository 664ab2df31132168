"""The language of messages: `--lang`, else that of the settings, else that of the environment."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import click

from kbcheck.texts import CATALOGUES, LANGUAGES, Texts, texts_in

#: The option of every command that speaks.
option = click.option("--lang", "language", type=click.Choice(LANGUAGES), help="The language of messages.")

# As much of the settings as the language needs. YAML without a top-level key at the beginning of a line says none here.
_LANGUAGE = re.compile(r"^language:[ \t]*[\"']?([a-z]+)", re.MULTILINE)
_SETTINGS_LIMIT = 200_000  # characters


def usual_language() -> str:
    """The language that the environment asks for; English when kbcheck does not speak it.

    As gettext looks for it (GNU gettext manual, “Specifying a priority list of languages”): the first of LC_ALL,
    LC_MESSAGES and LANG; and where that is a language at all, LANGUAGE before it, a list.
    """
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((value for value in variables if value), "")
    wanted = [locale]
    if locale.partition(".")[0] not in ("", "C", "POSIX"):
        wanted = [*os.environ.get("LANGUAGE", "").split(":"), locale]
    languages = (re.split("[_.@]", one)[0].lower() for one in wanted)
    return next((language for language in languages if language in LANGUAGES), "en")


def language_of(arguments: Sequence[str]) -> str:
    """The language of help and of errors, looked for before the options are read: one of them may be the error."""
    options = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    said = [value for value in _values(options, "--lang") if value in LANGUAGES]
    if said or "--version" in options:  # a version is a version: the settings need not be looked for
        return said[-1] if said else "en"
    return _language_of_settings(options) or usual_language()


def _values(options: Sequence[str], name: str) -> list[str]:
    """What is given to an option: `--name=value` or `--name value`."""
    values = [one.partition("=")[2] for one in options if one.startswith(f"{name}=")]
    return values + [value for one, value in pairwise(options) if one == name]


def _language_of_settings(options: Sequence[str]) -> str | None:
    """What the settings say in plain words; None when they say nothing, or cannot be read: that is told by others."""
    from kbcheck.config import FILE_NAMES, find_root

    try:
        start = next((one for one in (*_values(options, "--root"), *options) if os.path.lexists(one)), ".")
        root = find_root(Path(start))
        named = [Path(one) for one in _values(options, "--config")] or [root / name for name in FILE_NAMES if root]
        file = next((one for one in named if one.is_file()), None)
        if file is None:
            return None
        with file.open(encoding="utf-8-sig", errors="replace") as settings:
            match = _LANGUAGE.search(settings.read(_SETTINGS_LIMIT))
    except (OSError, ValueError):
        return None
    return match[1] if match and match[1] in LANGUAGES else None


def current_texts() -> Texts:
    """The texts of the running command's language, for what is said before it has read any settings, or without any."""
    return click.get_current_context().find_object(Texts) or texts_in("en")


@contextmanager
def spoken_by_click(language: str) -> Iterator[None]:
    """Has click say its own words (“Usage:”, “No such option”) in a language, from the catalogue `click`.

    click asks the default domain of Python's `gettext`, which asks the variable LANGUAGE first. Programs that are started
    meanwhile inherit it, but git is run in the locale C, where it has no meaning.
    """
    if language == "en":
        yield
        return
    gettext.bindtextdomain("click", CATALOGUES)
    gettext.textdomain("click")
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.textdomain("messages")  # Python's own default
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
