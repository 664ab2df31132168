"""What was found in a repository, and what to do next, as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kbcheck.config import KINDS
from kbcheck.reports.model_words import kind_count
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped, padded, width_of
from kbcheck.reports.text import summary
from kbcheck.starting.survey import Survey
from kbcheck.texts import texts_in

_INDENT = "  "
_SHOWN_RULES = 4
_SHOWN_FOLDERS = 6


def found_text(survey: Survey, folder: str) -> str:
    """What was found in the folder of this name, a line each."""
    texts = survey.texts
    lines = [
        (texts.said("pages"), _pages(survey)),
        (texts.said("platform"), _platform(survey)),
        (texts.said("site"), _site(survey)),
        (texts.said("repository"), _repository(survey)),
        (texts.said("model"), _model(survey)),
    ]
    if survey.doubtful:
        lines.append((texts.said("left out"), folders_text(survey)))
    head = texts.said("Found in {folder}:", folder=folder)
    return f"{head}\n{columns(lines)}"


def columns(lines: Iterable[tuple[str, str]]) -> str:
    """Two columns, the first as wide as its widest text; each line with its end."""
    lines = list(lines)
    widest = max(width_of(first) for first, _ in lines)
    return "".join(f"{_INDENT}{padded(first, widest)}  {second}\n" for first, second in lines)


def folders_text(survey: Survey) -> str:
    """The folders that look like no part of the base."""
    shown = [
        survey.texts.counted("{folder} ({count} page)", "{folder} ({count} pages)", one.pages, folder=escaped(one.path))
        for one in survey.doubtful[:_SHOWN_FOLDERS]
    ]
    return ", ".join([*shown, *(["…"] if survey.doubtful[_SHOWN_FOLDERS:] else [])])


def _pages(survey: Survey) -> str:
    texts, count = survey.texts, len(survey.base.pages)
    match survey.page_language:
        case "en":
            return texts.counted("{count} page, in English", "{count} pages, in English", count)
        case "fr":
            return texts.counted("{count} page, in French", "{count} pages, in French", count)
        case _:
            return texts.counted("{count} page", "{count} pages", count)


def _platform(survey: Survey) -> str:
    texts, name = survey.texts, survey.base.platform.name
    if survey.base.settings.platform:
        return survey.base.settings.platform
    evidence = escaped(survey.evidence or "")
    if survey.publisher:
        return texts.said(
            "{publisher}, by {evidence}; kbcheck does not know it, and judges fewer of its links",
            publisher=survey.publisher,
            evidence=evidence,
        )
    if evidence:
        return texts.said("{found}, by {evidence}", found=name, evidence=evidence)
    return texts.said("none found: the pages are judged as GitHub shows them")


def _site(survey: Survey) -> str:
    if survey.base.settings.site:
        return escaped(survey.base.settings.site)
    sites = ", ".join(map(escaped, survey.base.platform.sites()))
    if not sites:
        return survey.texts.said("none found")
    return survey.texts.said("{found}, by {evidence}", found=sites, evidence=escaped(survey.evidence or ""))


def _repository(survey: Survey) -> str:
    texts = survey.texts
    if survey.base.settings.repository:
        return ", ".join(map(escaped, survey.base.settings.repository))
    if survey.repositories:
        return texts.said("{repository}, as git says", repository=", ".join(map(escaped, survey.repositories)))
    if survey.top is None:
        return texts.said("no git repository")
    return texts.said("a git repository without an address elsewhere")


def _model(survey: Survey) -> str:
    texts = survey.texts
    kinds = Counter(entity.kind for entity in survey.base.model.entities)
    if not kinds:
        return texts.said("none found")
    usual = [kind for kind in KINDS if kind in kinds]
    counts = ", ".join(kind_count(texts, kind, kinds[kind]) for kind in dict.fromkeys((*usual, *kinds)))
    if survey.proposals:
        return texts.said("{counts} (guessed: `kbcheck model` shows where)", counts=counts)
    return texts.said("{counts} (`kbcheck model` shows where)", counts=counts)


def result_text(report: Report) -> str:
    """How many findings of each severity there are, and of which rules, the most frequent first; then what else is to know."""
    notes = (f"{_INDENT}{escaped(note)}" for note in report.notes)
    rules = Counter(diagnostic.rule for diagnostic in report.diagnostics).most_common(_SHOWN_RULES)
    counts = ", ".join(f"{rule} {count}" for rule, count in rules)
    return "".join(f"{line}\n" for line in (summary(report)[0], *([f"{_INDENT}{counts}"] if counts else []), *notes))


def next_text(report: Report, place: str, *, is_known: bool, has_new_hook: bool) -> str:
    """The commands that come next; `place` is the path to name in them, with a space before it, when it is another folder.

    `is_known`: there is a baseline. `has_new_hook`: git does not know of the hook yet.
    """
    texts = texts_in(report.language)
    lines = [(f"kbcheck check{place}", texts.said("shows each finding with its line"))]
    fixable = sum(diagnostic.fixes[0].safe for diagnostic in report.diagnostics if diagnostic.fixes)
    if fixable:
        repairs = texts.counted("shows the repair of one finding", "shows the repairs of {count} findings", fixable)
        lines.append((f"kbcheck fix --diff{place}", repairs))
    if report.counts.entities:
        understood = texts.said("shows what was understood of phases, roles and deliverables")
        lines.append((f"kbcheck model{place}", understood))
    if report.diagnostics and not is_known:
        known = texts.said("takes these findings as known: then only new ones make a check fail")
        lines.append((f"kbcheck baseline{place}", known))
    if has_new_hook:
        lines.append(("pre-commit install", texts.said("lets git run the hook, once in each clone")))
    head = texts.said("Next:")
    return f"\n{head}\n{columns(lines)}"
