"""The command line: thin. A command parses its options, calls the engine and picks a reporter.

Exit codes: 0 nothing found, 1 findings, 2 the user must act, 3 a bug of kbcheck; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from kbcheck import __version__
from kbcheck.errors import UsageError

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_BUG = 3
EXIT_INTERRUPTED = 130

_BUG = "kbcheck: this is a bug of kbcheck ({error}); please report it with the command you ran. KBCHECK_DEBUG=1 shows where."

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
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kbcheck", message="%(prog)s %(version)s")
def kbcheck() -> None:
    """Checks a knowledge base written in Markdown: links, navigation, front matter, and the structure behind them."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit code."""
    # A file name that is no UTF-8, or a terminal that is not, must not end a run.
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w")  # noqa: PTH123, SIM115 - closed by the caller (`kbcheck >&-`)
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    try:
        if COMPLETION_VARIABLE in os.environ:
            from kbcheck.cli.completion import complete

            return complete(os.environ[COMPLETION_VARIABLE])
        result = kbcheck.main(args=arguments, prog_name="kbcheck", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except UsageError as error:
        click.echo(f"kbcheck: {_harmless(error)}", err=True)
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader of our output has gone (`kbcheck check | head`): nothing more to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CLEAN
    except Exception as error:  # the last resort: a person gets one line, not a traceback
        if os.environ.get("KBCHECK_DEBUG"):
            raise
        click.echo(_BUG.format(error=f"{type(error).__name__}: {_harmless(error)}"), err=True)
        return EXIT_BUG
    return result if isinstance(result, int) else EXIT_CLEAN


def _harmless(error: Exception) -> str:
    """The lines of a message, which may quote file names and content, without what would steer a terminal."""
    from kbcheck.reports.terminal import escaped

    return "\n".join(map(escaped, str(error).split("\n")))
