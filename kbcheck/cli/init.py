"""`kbcheck init`: what is found in a repository, and the files that a team begins with."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

import click
from msgspec import Struct

from kbcheck import REPOSITORY
from kbcheck.baseline import FILE_NAME as BASELINE_FILE
from kbcheck.cli.baseline import take_in
from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.outside import with_value
from kbcheck.cli.paths import base_of, config_option, root_option
from kbcheck.cli.questions import ask, can_ask
from kbcheck.config import FILE_NAMES
from kbcheck.engine import Request
from kbcheck.engine import check as run_check
from kbcheck.errors import UsageError, reason
from kbcheck.files import replace_file
from kbcheck.reports.terminal import escaped
from kbcheck.starting.found import folders_text, found_text, next_text, result_text
from kbcheck.starting.hook import FILE as HOOK_FILE
from kbcheck.starting.settings_file import missing_settings
from kbcheck.starting.steps import KEPT, Step, hook_step, settings_step, workflow_step
from kbcheck.starting.survey import Survey, surveyed
from kbcheck.starting.workflow import FILES, HOSTS, host_of
from kbcheck.texts import Texts

_AUTO, _NONE = "auto", "none"
_WORKFLOWS = (*FILES, _AUTO, _NONE)
_WORKFLOW_FILES = frozenset(Path(path).name for path in FILES.values())


class Wanted(Struct, frozen=True):
    """What the options say; None where they say nothing. `asks`: then a person is asked. `shown`: nothing is written."""

    model: bool | None
    hook: bool | None
    workflow: str | None
    baseline: bool | None
    asks: bool
    shown: bool


class _InitCommand(click.Command):
    """A command whose option `--workflow` may stand without a value, also before a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_value(args, "--workflow", _WORKFLOWS, _AUTO))


@click.command(cls=_InitCommand, short_help="Writes the settings to begin with, and more when asked.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@root_option
@config_option
@click.option(
    "--model/--no-model", default=None, help="Write what `kbcheck model` guesses as `extract:`, to be corrected."
)
@click.option("--hook/--no-hook", default=None, help="Add the hook to .pre-commit-config.yaml.")
@click.option(
    "--workflow",
    type=click.Choice(_WORKFLOWS),
    help="Add the check of each change. Without a value: for the host that the repository's address names.",
)
@click.option(
    "--baseline/--no-baseline", default=None, help="Take the findings of today as known, in .kbcheck-baseline.jsonl."
)
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: write the settings, and what the options name.")
@click.option(
    "--stdout", "--dry-run", "shown", is_flag=True, help="Show the files as they would be, and write nothing."
)
@language_option
def init(
    path: Path | None,
    root: Path | None,
    config: Path | None,
    workflow: str | None,
    language: str | None,
    *,
    model: bool | None,
    hook: bool | None,
    baseline: bool | None,
    yes: bool,
    shown: bool,
) -> None:
    """Looks at a knowledge base, writes its first files.

    It says what it found in the base that PATH is in. The files are the settings, .kbcheck.yaml and, where options name them
    or the answers on a terminal say so, the hook for pre-commit, the workflow of the code host, and the findings of today as
    known. What stands in a file already is never changed.
    """
    folder, _ = base_of((path,) if path else (), root)
    request = Request(folder, config=config, language=language, usual_language=usual_language(), keep=not shown)
    survey = surveyed(request)
    wanted = Wanted(model, hook, workflow, baseline, can_ask() and not yes and not shown, shown)
    if model and not survey.proposals and survey.base.settings.extract is None:
        raise UsageError("nothing was guessed, so there is nothing to write; see `extract:` in the settings")
    click.echo(found_text(survey, escaped(folder.name or str(folder))), err=shown)
    steps = tuple(_steps(survey, wanted))
    if shown:
        _show(steps, survey.texts)
        return
    _carry_out(steps, survey.texts)
    _first_result(Request(folder, config=config, language=survey.language, keep=True), survey, wanted, steps)


def _steps(survey: Survey, wanted: Wanted) -> Iterator[Step]:
    """What is to be done, each step asked for before the next; nothing is written yet."""
    texts = survey.texts
    left_out = _left_out(survey, wanted)
    model, missing = wanted.model, False
    if survey.base.settings.file is not None:
        missing = _adds_missing(survey, wanted, left_out)
    if model is None and survey.proposals:
        model = wanted.asks and ask(
            texts.said("Write the guessed phases, roles and deliverables as `extract:`, to be corrected?"),
            texts,
            usual=False,
        )
    yield settings_step(survey, left_out, model=bool(model), missing=missing)
    hook = wanted.hook
    if hook is None and survey.top is not None:
        question = texts.said("Add the hook to {file}, so that pre-commit checks each commit?", file=HOOK_FILE)
        hook = wanted.asks and ask(question, texts, usual=False)
    if hook:
        yield hook_step(survey)
    host = _host(survey, wanted)
    if host:
        yield workflow_step(survey, host)


def _left_out(survey: Survey, wanted: Wanted) -> tuple[str, ...]:
    """The patterns of folders that are no part of the base."""
    if not survey.doubtful or survey.base.settings.exclude:
        return ()
    question = survey.texts.said("Leave {folders} out?", folders=folders_text(survey))
    if wanted.asks and not ask(question, survey.texts, usual=True):
        return ()
    return tuple(folder.pattern for folder in survey.doubtful)


def _adds_missing(survey: Survey, wanted: Wanted, left_out: tuple[str, ...]) -> bool:
    """Whether what was found is to be added to settings that do not say it: shown to everybody, asked on a terminal."""
    lines = missing_settings(survey, left_out)
    if not lines:
        return False
    file = escaped(survey.base.settings.file or FILE_NAMES[0])
    click.echo(survey.texts.said("{file} does not say yet:", file=file), err=wanted.shown)
    click.echo("".join(f"  {escaped(line)}\n" for line in lines.splitlines()), err=wanted.shown)
    return wanted.asks and ask(survey.texts.said("Add these lines to {file}?", file=file), survey.texts, usual=False)


def _host(survey: Survey, wanted: Wanted) -> str | None:
    """The code host whose check is wanted. Raises `UsageError` when it is to be guessed and cannot be."""
    likely = host_of(survey.repositories, survey.top)
    if wanted.workflow is None:
        if likely is None or not wanted.asks:
            return None
        question = survey.texts.said(
            "Write {file}, so that {host} checks each change?", file=FILES[likely], host=HOSTS[likely]
        )
        return likely if ask(question, survey.texts, usual=False) else None
    if wanted.workflow == _AUTO and likely is None:
        raise UsageError("the repository's address names no known host: say --workflow github or --workflow gitlab")
    return {_AUTO: likely, _NONE: None}.get(wanted.workflow, wanted.workflow)


def _show(steps: tuple[Step, ...], texts: Texts) -> None:
    """The files on stdout, where one alone can be redirected into a file; everything else on stderr."""
    for step in steps:
        file = _shown_path(step.file)
        said = (
            texts.said("{file} would be:", file=file)
            if step.text is not None
            else texts.said(step.said.template, file=file)
        )
        click.echo(said, err=True)
        if step.text is not None:
            click.echo(step.text, nl=False)


def _carry_out(steps: tuple[Step, ...], texts: Texts) -> None:
    """Writes the files, each whole. Raises `UsageError` for the first one that cannot be written."""
    for step in steps:
        if step.text is not None:
            try:
                step.file.parent.mkdir(parents=True, exist_ok=True)
                replace_file(Path(os.path.realpath(step.file)), step.text.encode())
            except OSError as error:
                raise UsageError(
                    "the file cannot be written: {reason}", place=str(step.file), reason=reason(error)
                ) from None
        click.echo(texts.said(step.said.template, file=_shown_path(step.file)))
    if all(step.text is None for step in steps):
        click.echo(texts.said("Nothing to change: everything is there already."))


def _first_result(request: Request, survey: Survey, wanted: Wanted, steps: tuple[Step, ...]) -> None:
    """What a check finds now, the question whether that is known, and the next commands."""
    texts = survey.texts
    report, _ = run_check(request)
    click.echo(f"\n{result_text(report)}", nl=False)
    file = request.root / BASELINE_FILE
    baseline = wanted.baseline
    has_baseline = os.path.lexists(file)
    if baseline is None and report.diagnostics and not has_baseline:
        question = texts.said(
            "Take today's findings as known, in {file}, and show new ones only from now on?", file=BASELINE_FILE
        )
        baseline = wanted.asks and ask(question, texts, usual=_writes(steps, _WORKFLOW_FILES))
    if baseline and has_baseline:
        click.echo(texts.said(KEPT.template, file=BASELINE_FILE))
    elif baseline:
        take_in(report, request.root, request.config)
    place = "" if Path.cwd() == request.root else f" {shlex.quote(_shown_path(request.root))}"
    is_known = bool(baseline) or has_baseline
    click.echo(next_text(report, place, is_known=is_known, has_new_hook=_writes(steps, {HOOK_FILE})), nl=False)
    if REPOSITORY.startswith("https://example.org/") and _writes(steps, {HOOK_FILE, *_WORKFLOW_FILES}):
        click.echo(
            texts.said(
                "In the hook and the workflow, put the address of your copy of kbcheck in place of {address}.",
                address=REPOSITORY,
            )
        )


def _writes(steps: tuple[Step, ...], names: Collection[str]) -> bool:
    """Whether one of the steps writes a file of one of these names."""
    return any(step.text is not None and step.file.name in names for step in steps)


def _shown_path(path: Path) -> str:
    return escaped(os.path.relpath(path))
