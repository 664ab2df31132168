"""The report for people: findings grouped by file, each with the line it is about, and a summary at the end.

Colours are plain ANSI sequences: the usual library for them takes 47 ms to import.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from kbcheck.diagnostics import SEVERITIES, Diagnostic, Fix, Severity
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped, view

# Every word of the report that is not a rule's. A pair is singular and plural.
_CLEAN = "No problem found in {documents} ({seconds:.2f} s)"
_FOUND = "{severities} in {files} of {documents} ({seconds:.2f} s)"
_FOUND_IN_FILES = "{severities} in {documents} ({seconds:.2f} s)"
_FILES = ("{count} file", "{count} files")
_SEVERITIES: dict[Severity, tuple[str, str]] = {
    "error": ("{count} error", "{count} errors"),
    "warning": ("{count} warning", "{count} warnings"),
    "info": ("{count} info", "{count} infos"),
}
_FIXABLE = "{count} can be fixed safely"
_FIXABLE_UNSAFELY = "{count} can be fixed after review"
_NOTE = "note"
_MORE_NOTES = ("{count} more place", "{count} more places")
_FIX = "fix"
_UNSAFE_FIX = "fix (unsafe)"

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


def render_concise(report: Report) -> str:
    """One line a finding, `path:line:column severity CODE name: message`, and nothing when there is none."""
    page = _Page(report, color=False, width=0, frames=False)
    return "".join(f"{_header(page, diagnostic)}\n" for diagnostic in report.diagnostics)


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
    label = page.paint("info", f"{_NOTE}:")
    for related in diagnostic.related[:_SHOWN_NOTES]:
        place = _place(page.report, related.path, related.span.start)
        yield f"{label} {place} {escaped(related.message, _MESSAGE_LIMIT)}"
    if diagnostic.related[_SHOWN_NOTES:]:
        yield f"{label} {_counted(_MORE_NOTES, len(diagnostic.related) - _SHOWN_NOTES)}"


def _fixes(page: _Page, diagnostic: Diagnostic) -> Iterator[str]:
    """The best fix, if there is one."""
    for fix in diagnostic.fixes[:1]:
        label = page.paint("fix", f"{_FIX if fix.safe else _UNSAFE_FIX}:")
        yield f"{label} {escaped(fix.title, _MESSAGE_LIMIT)}{_replacement(page, diagnostic, fix)}"


def _replacement(page: _Page, diagnostic: Diagnostic, fix: Fix) -> str:
    """The old target and the new one, unless the title says them."""
    if fix.replacement is None or diagnostic.target is None or fix.replacement in fix.title:
        return ""
    target, replacement = (escaped(text, _MESSAGE_LIMIT) for text in (diagnostic.target, fix.replacement))
    return f": {target} → {page.paint('fix', replacement)}"


def _summary(page: _Page) -> Iterator[str]:
    report = page.report
    documents = _counted(_FILES, report.counts.documents)
    if not report.diagnostics:
        yield page.paint("clean", _CLEAN.format(documents=documents, seconds=report.seconds))
        return
    found = [severity for severity in SEVERITIES if report.count(severity)]
    severities = ", ".join(
        page.paint(severity, _counted(_SEVERITIES[severity], report.count(severity))) for severity in found
    )
    files = len({diagnostic.path for diagnostic in report.diagnostics})
    # The files with findings need not be documents (`.gitbook.yaml`): "2 of 1 file" would make nobody wiser.
    template = _FOUND if files <= report.counts.documents else _FOUND_IN_FILES
    yield template.format(severities=severities, files=files, documents=documents, seconds=report.seconds)
    if fixable := ", ".join(_fixable(report)):
        yield fixable


def _fixable(report: Report) -> Iterator[str]:
    """How many findings have a fix, by their best one."""
    best = [diagnostic.fixes[0].safe for diagnostic in report.diagnostics if diagnostic.fixes]
    if safe := sum(best):
        yield _FIXABLE.format(count=safe)
    if unsafe := len(best) - safe:
        yield _FIXABLE_UNSAFELY.format(count=unsafe)


def _counted(forms: tuple[str, str], count: int) -> str:
    singular, plural = forms
    return (singular if count == 1 else plural).format(count=count)
