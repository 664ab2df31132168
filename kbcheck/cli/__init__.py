"""The command line: thin. A command parses its options, calls the engine and picks a reporter.

Exit codes: 0 nothing found, 1 findings, 2 the user must act, 3 a bug of kbcheck; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from kbcheck import __version__
from kbcheck.cli.language import language_of, spoken_by_click
from kbcheck.cli.language import option as language_option
from kbcheck.errors import UsageError
from kbcheck.texts import Sayable, Texts, texts_in

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_BUG = 3
EXIT_INTERRUPTED = 130

# A command is imported when it is called: `kbcheck --version` pays for none of them.
_COMMANDS = {
    "check": "check",
    "audit": "check",
    "fix": "fix",
    "mv": "mv",
    "baseline": "baseline",
    "explain": "rules",
    "rules": "rules",
    "model": "model",
    "init": "init",
    "external": "external",
    "merge": "merge",
    "completion": "completion",
}

#: Set by the script of `kbcheck completion` when it asks what can follow.
COMPLETION_VARIABLE = "_KBCHECK_COMPLETE"


class _Commands(click.Group):
    """The commands by name, each imported from its module on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(f"kbcheck.cli.{module}"), cmd_name)
        return command if ctx.obj is None else _in_language(command, ctx.obj)


def _in_language(command: click.Command, texts: Texts) -> click.Command:
    if texts.language == "en":
        return command
    from kbcheck.cli.translation import translated

    return translated(command, texts.translated)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kbcheck", message="%(prog)s %(version)s")
@language_option
@click.pass_context
def kbcheck(ctx: click.Context, language: str | None) -> None:
    """Checks a knowledge base written in Markdown: links, navigation, front matter, and the structure behind them."""
    ctx.default_map = {name: {"language": language} for name in _COMMANDS}


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit code."""
    # A file name that is no UTF-8, or a terminal that is not, must not end a run.
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w")  # noqa: PTH123, SIM115 - closed by the caller (`kbcheck >&-`)
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    if COMPLETION_VARIABLE in os.environ:
        from kbcheck.cli.completion import complete

        sys.exit(complete(os.environ[COMPLETION_VARIABLE]))
    texts = texts_in(language_of(sys.argv[1:] if arguments is None else arguments))
    with spoken_by_click(texts.language):
        code = _exit_code(arguments, texts)
    sys.exit(code)


def _exit_code(arguments: list[str] | None, texts: Texts) -> int:
    try:
        command = _in_language(kbcheck, texts)
        result = command.main(args=arguments, prog_name="kbcheck", standalone_mode=False, obj=texts)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except UsageError as error:
        click.echo(f"kbcheck: {_harmless(texts.said(error))}", err=True)
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader of our output has gone (`kbcheck check | head`): nothing more to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CLEAN
    except Exception as error:  # the last resort: a person gets one line, not a traceback
        if os.environ.get("KBCHECK_DEBUG"):
            raise
        words = _harmless(texts.said(error) if isinstance(error, Sayable) else str(error))
        click.echo(f"kbcheck: {_bug(f'{type(error).__name__}: {words}', texts)}", err=True)
        return EXIT_BUG
    return result if isinstance(result, int) else EXIT_CLEAN


def _bug(error: str, texts: Texts) -> str:
    return texts.said(
        "this is a bug of kbcheck ({error}); please report it with the command you ran. KBCHECK_DEBUG=1 shows where.",
        error=error,
    )


def _harmless(message: str) -> str:
    """The lines of a message, which may quote file names and content, without what would steer a terminal."""
    from kbcheck.reports.terminal import escaped

    return "\n".join(map(escaped, message.split("\n")))
