"""The report as GitHub-flavoured Markdown: for a step summary on GitHub, for a note of a merge request on GitLab.

A step summary of more than 1 MiB is refused (docs.github.com, “Workflow commands”, job summaries), and so is a note of more
than 1,000,000 characters on GitLab: what does not fit is counted at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from kbcheck.diagnostics import Diagnostic
from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped
from kbcheck.reports.text import fix_label, severity_count, summary
from kbcheck.texts import texts_in

_LIMIT = 990_000  # bytes, which leaves room for the last line
_MESSAGE_LIMIT = 400  # characters

# What is Markdown in a line of text or in a cell of a table.
_MARKUP = {"<": "&lt;", ">": "&gt;", "&": "&amp;"} | {char: f"\\{char}" for char in "\\`*_[]|~^$=!"}
_SPECIAL = re.compile(r"[<>&\\`*_\[\]|~^$=!@#%]|://")
_BACKTICKS = re.compile("`+")
# Between a sign and a name it stops the hosts from making a mention (@), a reference (#, !, %, &, $, ~) or a link of them.
_JOINER = "\u2060"
_REFERENCES = "@#!%&$~"


def render_markdown(report: Report, destination: Destination) -> str:
    """The report in at most 1,000,000 bytes of UTF-8."""
    found = destination.by_weight(report)
    lines = ["## kbcheck", "", *(f"{inline(line)}  " for line in summary(report)), *_rules(report)]
    room = _LIMIT - sum(map(_size, lines))
    shown = 0
    for one, new in _findings(report, destination, found):
        room -= sum(map(_size, new))
        if room < 0:
            break
        lines += new
        shown += one
    if more := len(found) - shown:
        words = texts_in(report.language)
        lines += [
            "",
            words.counted(
                "{count} more finding does not fit in here.", "{count} more findings do not fit in here.", more
            ),
        ]
    return "\n".join(lines) + "\n"


def _size(line: str) -> int:
    return len(line.encode()) + 1


def _rules(report: Report) -> Iterator[str]:
    """How many findings each rule has, the one with the most first."""
    counts = Counter((one.code, one.rule) for one in report.diagnostics)
    if not counts:
        return
    words = texts_in(report.language)
    yield from ("", f"| {words.said('Rule')} | {words.said('Findings')} |", "| --- | ---: |")
    for (code, rule), count in counts.most_common():
        yield f"| {code} {inline(rule)} | {count} |"


def _findings(
    report: Report, destination: Destination, found: Iterable[Diagnostic]
) -> Iterator[tuple[bool, list[str]]]:
    """Lines of the report: whether they are a finding, or the head of a table."""
    words = texts_in(report.language)
    for severity, group in groupby(found, key=lambda one: one.severity):
        title = severity_count(severity, report.count(severity), report.language)
        yield False, ["", f"### {title}", "", f"| {words.said('Place')} | {words.said('Finding')} |", "| --- | --- |"]
        for one in group:
            yield True, [f"| {_place(report, destination, one)} | {_said(report, one)} |"]


def _place(report: Report, destination: Destination, one: Diagnostic) -> str:
    position = report.position(one.path, one.span.start)
    text = code(f"{destination.path(one.path)}:{position.line}:{position.column}")
    address = destination.address(one.path, position.line)
    return f"[{text}](<{address}>)" if address else text


def _said(report: Report, one: Diagnostic) -> str:
    text = f"{one.code} {inline(one.rule)}: {inline(one.message)}"
    if not one.fixes:
        return text
    fix = one.fixes[0]
    label = texts_in(report.language).said("{label}:", label=fix_label(fix, report.language))
    return f"{text}<br>{inline(label)} {inline(fix.title)}"


def inline(text: str) -> str:
    """Text as itself in a paragraph or a cell of a table: no markup, no HTML, no mention."""
    return _SPECIAL.sub(_literal, escaped(text, _MESSAGE_LIMIT))


def _literal(match: re.Match[str]) -> str:
    sign = match[0]
    if sign == "://":  # what was found in a page is not one click away
        return f":{_JOINER}//"
    names = sign in _REFERENCES and match.string[match.end() : match.end() + 1].strip() != ""
    return _MARKUP.get(sign, sign) + (_JOINER if names else "")


def code(text: str) -> str:
    """Text of one line as code, also in a cell of a table."""
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|")
