"""The report for people: findings grouped by file, each with the line it is about, and a summary at the end.

Colours are plain ANSI sequences: the usual library for them takes 47 ms to import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec import Struct

from kbcheck.diagnostics import SEVERITIES, Diagnostic, Fix, Severity
from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped, view
from kbcheck.reports.words import Forms, counted, spoken


class _Words(Struct, frozen=True):
    """Every word of the report that is not a rule's, in one language. A pair is singular and plural."""

    clean: str
    found: str
    found_in_files: str
    files: Forms
    severities: Mapping[Severity, Forms]
    fixable: str
    fixable_unsafely: str
    note: str
    more_notes: Forms
    fix: str
    unsafe_fix: str
    decimal_mark: str
    external: str
    unchecked: str
    outcomes: Mapping[str, str]


_WORDS = {
    "en": _Words(
        clean="No problem found in {documents} ({seconds} s)",
        found="{severities} in {number} of {documents} ({seconds} s)",
        found_in_files="{severities} in {documents} ({seconds} s)",
        files=("{count} file", "{count} files"),
        severities={
            "error": ("{count} error", "{count} errors"),
            "warning": ("{count} warning", "{count} warnings"),
            "info": ("{count} info", "{count} infos"),
        },
        fixable="{count} can be fixed safely",
        fixable_unsafely="{count} can be fixed after review",
        note="note",
        more_notes=("{count} more place", "{count} more places"),
        fix="fix",
        unsafe_fix="fix (unsafe)",
        decimal_mark=".",
        external="External links: {outcomes}",
        unchecked="not checked {count}",
        outcomes={
            "alive": "alive {count}",
            "moved": "moved {count}",
            "dead": "dead {count}",
            "unreachable": "unreachable {count}",
            "certificate": "bad certificate {count}",
            "unverifiable": "unverifiable {count}",
        },
    ),
    "fr": _Words(
        clean="Aucun défaut trouvé dans {documents} ({seconds} s)",
        found="{severities} dans {files} sur {total} ({seconds} s)",
        found_in_files="{severities} dans {documents} ({seconds} s)",
        files=("{count} fichier", "{count} fichiers"),
        severities={
            "error": ("{count} erreur", "{count} erreurs"),
            "warning": ("{count} avertissement", "{count} avertissements"),
            "info": ("{count} remarque", "{count} remarques"),
        },
        fixable="à corriger sans risque : {count}",
        fixable_unsafely="à corriger après relecture : {count}",
        note="voir",
        more_notes=("{count} autre endroit", "{count} autres endroits"),
        fix="correction",
        unsafe_fix="correction (à relire)",
        decimal_mark=",",
        external="Liens externes : {outcomes}",
        unchecked="non vérifiées {count}",
        outcomes={
            "alive": "valides {count}",
            "moved": "déplacées {count}",
            "dead": "mortes {count}",
            "unreachable": "injoignables {count}",
            "certificate": "certificat en défaut {count}",
            "unverifiable": "invérifiables {count}",
        },
    ),
}

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "path": "1",
    "quiet": "2",
    "fix": "32",
    "clean": "1;32",
}

# A rule may quote a file's content in its message: this many characters of one are for reading.
_MESSAGE_LIMIT = 400
_SHOWN_NOTES = 5
_NARROWEST = 20


class _Page(Struct, frozen=True):
    """How the report is written: with colours or without, in how many columns, with code frames or without."""

    report: Report
    color: bool
    width: int
    frames: bool

    @property
    def words(self) -> _Words:
        """The words of the report's language; English when it is another."""
        return spoken(_WORDS, self.report.language)

    def paint(self, style: str, text: str) -> str:
        """`text` in a colour, when there are colours."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text


def render_text(report: Report, *, color: bool, width: int, frames: bool = True) -> str:
    """The report for a terminal of `width` columns, ending with a line end; `frames`: show the lines of the findings."""
    page = _Page(report, color=color, width=width, frames=frames)
    lines: list[str] = []
    for _, diagnostics in groupby(report.diagnostics, key=lambda diagnostic: diagnostic.path):
        for diagnostic in diagnostics:
            lines.extend(_finding(page, diagnostic))
        lines.append("")
    return "\n".join([*lines, *_summary(page), ""])


def render_for(report: Report, destination: Destination) -> str:
    """The report for the terminal that it is for."""
    return render_text(report, color=destination.color, width=destination.width)


def render_concise(report: Report) -> str:
    """One line a finding, `path:line:column severity CODE name: message`, and nothing when there is none."""
    page = _Page(report, color=False, width=0, frames=False)
    return "".join(f"{_header(page, diagnostic)}\n" for diagnostic in report.diagnostics)


def render_finding(report: Report, diagnostic: Diagnostic, *, color: bool, width: int) -> str:
    """One finding as it stands in the report for a terminal."""
    return "\n".join(_finding(_Page(report, color=color, width=width, frames=True), diagnostic))


def summary(report: Report) -> list[str]:
    """The lines at the end of the report: how much was found, how much of it can be fixed, what is known of the outside."""
    return list(_summary(_Page(report, color=False, width=0, frames=False)))


def severity_count(severity: Severity, count: int, language: str) -> str:
    """“3 errors”."""
    return counted(spoken(_WORDS, language).severities[severity], count)


def fix_label(fix: Fix, language: str) -> str:
    """What a fix is called: one that is not safe says so."""
    words = spoken(_WORDS, language)
    return words.fix if fix.safe else words.unsafe_fix


def outcomes_text(outcomes: Mapping[str, int], language: str) -> str:
    """How many external addresses came to which outcome, in words; nothing when none did."""
    words = _WORDS.get(language, _WORDS["en"]).outcomes
    return ", ".join(text.format(count=outcomes[name]) for name, text in words.items() if outcomes.get(name))


def _finding(page: _Page, diagnostic: Diagnostic) -> Iterator[str]:
    number = str(page.report.position(diagnostic.path, diagnostic.span.start).line)
    yield _header(page, diagnostic)
    if page.frames:
        yield from _frame(page, diagnostic, number)
    margin = " " * (len(number) + 3)
    for note in [*_notes(page, diagnostic), *_fixes(page, diagnostic)]:
        yield f"{margin}{page.paint('quiet', '=')} {note}"


def _header(page: _Page, diagnostic: Diagnostic) -> str:
    place = page.paint("path", _place(page.report, diagnostic.path, diagnostic.span.start))
    severity = page.paint(diagnostic.severity, diagnostic.severity)
    name = page.paint("quiet", f"{diagnostic.code} {diagnostic.rule}:")
    return f"{place} {severity} {name} {escaped(diagnostic.message, _MESSAGE_LIMIT)}"


def _place(report: Report, path: str, offset: int) -> str:
    """`path:line:column`, which terminals and editors make a link of."""
    position = report.position(path, offset)
    return f"{escaped(path)}:{position.line}:{position.column}"


def _frame(page: _Page, diagnostic: Diagnostic, number: str) -> Iterator[str]:
    """The line of a finding and carets below its span; of a span over several lines the first, of a whole file nothing."""
    start, end = diagnostic.span.start, diagnostic.span.end
    width = max(_NARROWEST, page.width - len(number) - 5)
    excerpt = page.report.excerpt(diagnostic.path, start, reach=width)
    if start == end == 0 or not excerpt.text:
        return
    stop = min(excerpt.offset + end - start, len(excerpt.text))
    shown = view(excerpt.text, excerpt.offset, stop, width, cut_before=excerpt.cut_before, cut_after=excerpt.cut_after)
    text = shown.before + page.paint(diagnostic.severity, shown.marked) + shown.after.rstrip()
    carets = page.paint(diagnostic.severity, "^" * max(1, shown.width))
    yield f"  {page.paint('quiet', f'{number} |')} {text}"
    yield f"  {page.paint('quiet', ' ' * len(number) + ' |')} {' ' * shown.column}{carets}"


def _notes(page: _Page, diagnostic: Diagnostic) -> Iterator[str]:
    label = page.paint("info", f"{page.words.note}:")
    for related in diagnostic.related[:_SHOWN_NOTES]:
        place = _place(page.report, related.path, related.span.start)
        yield f"{label} {place} {escaped(related.message, _MESSAGE_LIMIT)}"
    if diagnostic.related[_SHOWN_NOTES:]:
        yield f"{label} {counted(page.words.more_notes, len(diagnostic.related) - _SHOWN_NOTES)}"


def _fixes(page: _Page, diagnostic: Diagnostic) -> Iterator[str]:
    """The best fix, if there is one."""
    for fix in diagnostic.fixes[:1]:
        label = page.paint("fix", f"{fix_label(fix, page.report.language)}:")
        yield f"{label} {escaped(fix.title, _MESSAGE_LIMIT)}{_replacement(page, diagnostic, fix)}"


def _replacement(page: _Page, diagnostic: Diagnostic, fix: Fix) -> str:
    """The old target and the new one, unless the title says them."""
    if fix.replacement is None or diagnostic.target is None or fix.replacement in fix.title:
        return ""
    target, replacement = (escaped(text, _MESSAGE_LIMIT) for text in (diagnostic.target, fix.replacement))
    return f": {target} → {page.paint('fix', replacement)}"


def _summary(page: _Page) -> Iterator[str]:
    report, words = page.report, page.words
    total, number = report.counts.documents, len({diagnostic.path for diagnostic in report.diagnostics})
    found = [severity for severity in SEVERITIES if report.count(severity)]
    # The files with findings need not be documents (`.gitbook.yaml`): "2 of 1 file" would make nobody wiser.
    template = (words.found if number <= total else words.found_in_files) if found else words.clean
    summary = template.format(
        severities=", ".join(
            page.paint(severity, counted(words.severities[severity], report.count(severity))) for severity in found
        ),
        number=number,
        files=counted(words.files, number),
        total=total,
        documents=counted(words.files, total),
        seconds=f"{report.seconds:.2f}".replace(".", words.decimal_mark),
    )
    yield summary if found else page.paint("clean", summary)
    if fixable := ", ".join(_fixable(report, words)):
        yield fixable
    if report.external:
        counts = outcomes_text(report.external.outcomes, report.language) or "0"
        if unchecked := len(report.external.unchecked):
            counts += ", " + words.unchecked.format(count=unchecked)
        yield words.external.format(outcomes=counts)


def _fixable(report: Report, words: _Words) -> Iterator[str]:
    """How many findings have a fix, by their best one."""
    best = [diagnostic.fixes[0].safe for diagnostic in report.diagnostics if diagnostic.fixes]
    if safe := sum(best):
        yield words.fixable.format(count=safe)
    if unsafe := len(best) - safe:
        yield words.fixable_unsafely.format(count=unsafe)
