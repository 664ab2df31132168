"""The files that `kbcheck init` makes or extends, each as a step: the whole new text, or that it stays as it is."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from msgspec import Struct

from kbcheck.config import FILE_NAMES
from kbcheck.errors import UsageError, reason
from kbcheck.starting.extraction import render_extraction
from kbcheck.starting.hook import FILE as HOOK_FILE
from kbcheck.starting.hook import has_hook, hook_entry, with_hook
from kbcheck.starting.insertion import with_section
from kbcheck.starting.settings_file import missing_settings, settings_text
from kbcheck.starting.survey import Survey
from kbcheck.starting.workflow import FILES, WORKFLOWS, github_workflow, has_kbcheck, with_gitlab_job
from kbcheck.texts import Text

#: Bytes; no configuration that a person wrote is larger.
_SIZE_LIMIT = 1_000_000


class Step(Struct, frozen=True):
    """One file: its new text, None when it stays as it is, and what happens with it: the template of a sentence about `{file}`."""

    file: Path
    text: str | None
    said: Text


WRITTEN = Text("{file}: written")
ADDED = Text("{file}: added to it")
KEPT = Text("{file}: there already, left as it is")
KEPT_EXTRACT = Text("{file}: `extract:` is there already, left as it is")


def settings_step(survey: Survey, left_out: Collection[str], *, model: bool, missing: bool) -> Step:
    """The settings: a first file, or one that gets `extract:` (`model`) and what it leaves open (`missing`).

    Raises `UsageError` when lines cannot be added to the file for certain.
    """
    settings = survey.base.settings
    file = survey.root / (settings.file or FILE_NAMES[0])
    extract = render_extraction(survey.proposals, survey.texts) if model else ""
    if settings.file is None:
        text = settings_text(survey, left_out)
        return Step(file, f"{text}\n{extract}" if extract else text, WRITTEN)
    if model and settings.extract is not None:
        extract = ""
    section = "\n".join(filter(None, (missing_settings(survey, left_out) if missing else "", extract)))
    if not section:
        return Step(file, None, KEPT_EXTRACT if model and settings.extract is not None else KEPT)
    after = with_section(_read(file, survey.root) or "", section)
    if after is None:
        raise UsageError("nothing can be added at the end of this file; see `kbcheck init --stdout`", place=str(file))
    return Step(file, after, ADDED)


def hook_step(survey: Survey) -> Step:
    """The hook, in a new configuration of pre-commit or in the one that is there. Raises `UsageError`."""
    file = _top(survey) / HOOK_FILE
    before = _read(file, _top(survey))
    if before is not None and has_hook(before):
        return Step(file, None, KEPT)
    entry = hook_entry(survey.inside, survey.texts)
    after = with_hook(before or "", entry)
    if after is None:
        raise UsageError(
            "nothing can be added to this file for certain; add to `repos:` by hand:\n{lines}",
            place=str(file),
            lines=entry,
        )
    return Step(file, after, WRITTEN if before is None else ADDED)


def workflow_step(survey: Survey, host: str) -> Step:
    """The check on a code host: a new workflow for GitHub, a job in the pipeline of GitLab. Raises `UsageError`."""
    top = _top(survey)
    file = top / FILES[host]
    before = _read(file, top)
    if host == "github":
        there = next((path for path in _workflows(top) if _speaks_of_kbcheck(path, top)), None)
        if there or before is not None:
            return Step(there or file, None, KEPT)
        return Step(file, github_workflow(survey.inside, survey.texts), WRITTEN)
    if before is not None and has_kbcheck(before):
        return Step(file, None, KEPT)
    after = with_gitlab_job(before or "", survey.inside, survey.texts)
    if after is None:
        lines = with_gitlab_job("", "", survey.texts)
        raise UsageError(
            "nothing can be added to this file for certain; add by hand:\n{lines}", place=str(file), lines=lines
        )
    return Step(file, after, WRITTEN if before is None else ADDED)


def _top(survey: Survey) -> Path:
    if survey.top is None:
        raise UsageError("hooks and workflows belong to a git repository, and this is none: begin with `git init`")
    return survey.top


def _workflows(top: Path) -> list[Path]:
    folder = top / WORKFLOWS
    if not _is_below(folder, top) or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".yaml") and path.is_file())


def _speaks_of_kbcheck(path: Path, top: Path) -> bool:
    try:
        return has_kbcheck(_read(path, top) or "")
    except UsageError:  # whatever it is, it is none of ours
        return False


def _read(file: Path, top: Path) -> str | None:
    """The text of a file; None where there is none. Raises `UsageError` for what can be no file of this repository."""
    if not _is_below(file, top):
        raise UsageError("the file is a link that leads out of the repository", place=str(file))
    if not os.path.lexists(file):
        return None
    if not file.is_file():
        raise UsageError("this is no file, so nothing can be written there", place=str(file))
    try:
        with file.open("rb") as stream:
            content = stream.read(_SIZE_LIMIT + 1)
        if len(content) > _SIZE_LIMIT:
            raise UsageError("the file is too large to be a configuration", place=str(file))
        return content.decode("utf-8")
    except OSError as error:
        raise UsageError("the file cannot be read: {reason}", place=str(file), reason=reason(error)) from None
    except UnicodeDecodeError:
        raise UsageError("the file is not UTF-8: save it in that encoding", place=str(file)) from None


def _is_below(path: Path, top: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top))
