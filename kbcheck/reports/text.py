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
from kbcheck.texts import Text, Texts, texts_in

_OUTCOMES = {
    "alive": Text("alive {count}"),
    "moved": Text("moved {count}"),
    "dead": Text("dead {count}"),
    "unreachable": Text("unreachable {count}"),
    "certificate": Text("bad certificate {count}"),
    "unverifiable": Text("unverifiable {count}"),
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
    def words(self) -> Texts:
        """The texts of the report's language."""
        return texts_in(self.report.language)

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
    words = texts_in(language)
    match severity:
        case "error":
            return words.counted("{count} error", "{count} errors", count)
        case "warning":
            return words.counted("{count} warning", "{count} warnings", count)
        case "info":
            return words.counted("{count} info", "{count} infos", count)


def fix_label(fix: Fix, language: str) -> str:
    """What a fix is called: one that is not safe says so."""
    words = texts_in(language)
    return words.said("fix") if fix.safe else words.said("fix (unsafe)")


def outcomes_text(outcomes: Mapping[str, int], language: str) -> str:
    """How many external addresses came to which outcome, in words; nothing when none did."""
    words = texts_in(language)
    found = {name: text for name, text in _OUTCOMES.items() if outcomes.get(name)}
    return ", ".join(words.said(text.template, count=outcomes[name]) for name, text in found.items())


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
    label = page.paint("info", page.words.said("note:"))
    for related in diagnostic.related[:_SHOWN_NOTES]:
        place = _place(page.report, related.path, related.span.start)
        yield f"{label} {place} {escaped(related.message, _MESSAGE_LIMIT)}"
    if diagnostic.related[_SHOWN_NOTES:]:
        more = len(diagnostic.related) - _SHOWN_NOTES
        yield f"{label} {page.words.counted('{count} more place', '{count} more places', more)}"


def _fixes(page: _Page, diagnostic: Diagnostic) -> Iterator[str]:
    """The best fix, if there is one."""
    for fix in diagnostic.fixes[:1]:
        label = page.paint("fix", page.words.said("{label}:", label=fix_label(fix, page.report.language)))
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
    counts = {
        "severities": ", ".join(
            page.paint(severity, severity_count(severity, report.count(severity), report.language))
            for severity in found
        ),
        "documents": words.counted("{count} file", "{count} files", total),
        "seconds": words.said("{seconds}.{hundredths} s", **_seconds(report)),
    }
    if not found:
        summary = words.said("No problem found in {documents} ({seconds})", **counts)
    elif number > total:
        # The files with findings need not be documents (`.gitbook.yaml`): "2 of 1 file" would make nobody wiser.
        summary = words.said("{severities} in {documents} ({seconds})", **counts)
    else:
        summary = words.said("{severities} in {files} ({seconds})", files=_share(words, number, total), **counts)
    yield summary if found else page.paint("clean", summary)
    if fixable := ", ".join(_fixable(report, words)):
        yield fixable
    if report.external:
        outcomes = outcomes_text(report.external.outcomes, report.language) or "0"
        if unchecked := len(report.external.unchecked):
            outcomes += ", " + words.said("not checked {count}", count=unchecked)
        yield words.said("External links: {outcomes}", outcomes=outcomes)


def _seconds(report: Report) -> dict[str, str]:
    """The time that the run took, without the sign between the seconds and their hundredths."""
    return dict(zip(("seconds", "hundredths"), f"{report.seconds:.2f}".split("."), strict=True))


def _share(words: Texts, number: int, total: int) -> str:
    """“2 of 5 files”: English looks at the second number to choose between “file” and “files”, others at the first."""
    if total == 1:
        return words.counted("{count} of {total} file", "{count} of {total} file", number, total=total)
    return words.counted("{count} of {total} files", "{count} of {total} files", number, total=total)


def _fixable(report: Report, words: Texts) -> Iterator[str]:
    """How many findings have a fix, by their best one."""
    best = [diagnostic.fixes[0].safe for diagnostic in report.diagnostics if diagnostic.fixes]
    if safe := sum(best):
        yield words.said("{count} can be fixed safely", count=safe)
    if unsafe := len(best) - safe:
        yield words.said("{count} can be fixed after review", count=unsafe)
