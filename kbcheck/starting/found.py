"""What was found in a repository, and what to do next, as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped, padded, width_of
from kbcheck.reports.text import summary
from kbcheck.reports.words import counted, spoken
from kbcheck.starting.survey import Survey
from kbcheck.starting.words import WORDS, StartWords

_INDENT = "  "
_SHOWN_RULES = 4
_SHOWN_FOLDERS = 6


def found_text(survey: Survey, folder: str) -> str:
    """What was found in the folder of this name, a line each."""
    words = spoken(WORDS, survey.language)
    found = [_pages(survey, words), _platform(survey, words), _site(survey, words), _repository(survey, words)]
    lines = [*zip(words.labels, [*found, _model(survey, words)], strict=False)]
    if survey.doubtful:
        lines.append((words.labels[-1], folders_text(survey, words)))
    return f"{words.found_in.format(folder=folder)}\n{columns(lines)}"


def columns(lines: Iterable[tuple[str, str]]) -> str:
    """Two columns, the first as wide as its widest text; each line with its end."""
    lines = list(lines)
    widest = max(width_of(first) for first, _ in lines)
    return "".join(f"{_INDENT}{padded(first, widest)}  {second}\n" for first, second in lines)


def folders_text(survey: Survey, words: StartWords) -> str:
    """The folders that look like no part of the base."""
    shown = [counted(words.folder, one.pages, folder=escaped(one.path)) for one in survey.doubtful[:_SHOWN_FOLDERS]]
    return ", ".join([*shown, *(["…"] if survey.doubtful[_SHOWN_FOLDERS:] else [])])


def _pages(survey: Survey, words: StartWords) -> str:
    pages = counted(words.pages, len(survey.base.pages))
    language = words.languages.get(survey.page_language or "")
    return f"{pages}, {language}" if language else pages


def _platform(survey: Survey, words: StartWords) -> str:
    if survey.base.settings.platform:
        return survey.base.settings.platform
    if survey.evidence:
        return words.by.format(platform=survey.base.platform.name, evidence=escaped(survey.evidence))
    if survey.publisher:
        return words.as_github_unknown.format(publisher=survey.publisher)
    return words.as_github


def _site(survey: Survey, words: StartWords) -> str:
    if survey.base.settings.site:
        return escaped(survey.base.settings.site)
    sites = ", ".join(map(escaped, survey.base.platform.sites()))
    return words.by.format(platform=sites, evidence=escaped(survey.evidence or "")) if sites else words.nothing


def _repository(survey: Survey, words: StartWords) -> str:
    if survey.base.settings.repository:
        return ", ".join(map(escaped, survey.base.settings.repository))
    if survey.repositories:
        return words.from_git.format(repository=", ".join(map(escaped, survey.repositories)))
    return words.no_git if survey.top is None else words.no_address


def _model(survey: Survey, words: StartWords) -> str:
    kinds = Counter(entity.kind for entity in survey.base.model.entities)
    if not kinds:
        return words.nothing
    model_words = survey.understood.words
    usual = [kind for kind in model_words.kinds if kind in kinds]
    counts = ", ".join(model_words.kind(kind, kinds[kind]) for kind in dict.fromkeys((*usual, *kinds)))
    return (words.guessed if survey.proposals else words.declared).format(counts=counts)


def result_text(report: Report) -> str:
    """How many findings of each severity there are, and of which rules, the most frequent first; then what else is to know."""
    notes = (f"{_INDENT}{escaped(note)}" for note in report.notes)
    rules = Counter(diagnostic.rule for diagnostic in report.diagnostics).most_common(_SHOWN_RULES)
    counts = ", ".join(f"{rule} {count}" for rule, count in rules)
    return "".join(f"{line}\n" for line in (summary(report)[0], *([f"{_INDENT}{counts}"] if counts else []), *notes))


def next_text(report: Report, language: str, place: str, *, is_known: bool, has_new_hook: bool) -> str:
    """The commands that come next; `place` is the path to name in them, with a space before it, when it is another folder.

    `is_known`: there is a baseline. `has_new_hook`: git does not know of the hook yet.
    """
    words = spoken(WORDS, language)
    return f"\n{words.next}\n{columns(_commands(report, words, place, is_known=is_known, has_new_hook=has_new_hook))}"


def _commands(
    report: Report, words: StartWords, place: str, *, is_known: bool, has_new_hook: bool
) -> Iterator[tuple[str, str]]:
    yield f"kbcheck check{place}", words.next_check
    fixable = sum(diagnostic.fixes[0].safe for diagnostic in report.diagnostics if diagnostic.fixes)
    if fixable:
        yield f"kbcheck fix --diff{place}", counted(words.next_fix, fixable)
    if report.counts.entities:
        yield f"kbcheck model{place}", words.next_model
    if report.diagnostics and not is_known:
        yield f"kbcheck baseline{place}", words.next_baseline
    if has_new_hook:
        yield "pre-commit install", words.next_hook
