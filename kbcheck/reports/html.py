"""The audit as one page of HTML: nothing to load, no script, readable on a screen, on paper and by a screen reader.

All content goes through `_text`, and the page's own policy (CSP) forbids everything but its style sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby, pairwise

from msgspec import Struct

from kbcheck.diagnostics import SEVERITIES, Diagnostic, Severity
from kbcheck.knowledge.model import ROLE_PARTICIPATES_IN, ROLE_RESPONSIBLE_FOR, Key, Model
from kbcheck.reports.destination import Destination
from kbcheck.reports.html_style import STYLE
from kbcheck.reports.model_matrix import HOLE, Row, holes, no_matrix, rows_of_cycles, titles_of
from kbcheck.reports.model_words import SUBJECT
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped
from kbcheck.reports.text import fix_label, severity_count, summary
from kbcheck.texts import Text, Texts, texts_in

_MESSAGE_LIMIT = 400
_REACH = 60  # characters of a line on each side of a finding
_OPEN = 100  # with more findings, the pages are folded
_SHOWN_RELATED = 5
_CODE = re.compile("`([^`]+)`")


_SEVERITIES: Mapping[Severity, Text] = {"error": Text("error"), "warning": Text("warning"), "info": Text("info")}


class _Page(Struct, frozen=True):
    report: Report
    destination: Destination

    @property
    def words(self) -> Texts:
        return texts_in(self.report.language)


def render_html(report: Report, destination: Destination) -> str:
    """The whole page."""
    page = _Page(report, destination)
    words = page.words
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    parts = [
        "<!doctype html>",
        f'<html lang="{words.language}">',
        '<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_title(page)} – kbcheck</title>",
        f"<style>{STYLE}</style>\n</head>\n<body>",
        f'<a class="skip" href="#findings">{words.said("Skip to the findings")}</a>',
        *_header(page),
        "<main>",
        *_rules(page),
        *_findings(page),
        *(_coverage(page, report.model) if report.model else ()),
        "</main>",
        f"<footer><p>{_text(_made(page))}</p></footer>",
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _prose(text: str) -> str:
    """A sentence of a rule page, where what stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", _text(text))


def _title(page: _Page) -> str:
    """It names the base: several audits lie side by side on somebody's desk."""
    return _text(page.words.said("Audit of the knowledge base “{name}”", name=page.destination.name))


def _made(page: _Page) -> str:
    return page.words.said(
        "Made on {day} by kbcheck {version}; pages read as {platform} shows them.",
        day=page.destination.day.isoformat(),
        version=page.report.version,
        platform=page.report.platform,
    )


def _text(text: str, limit: int | None = _MESSAGE_LIMIT) -> str:
    """Content as text of the page, or as the value of an attribute."""
    return escape(escaped(text, limit).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd"))


def _header(page: _Page) -> Iterator[str]:
    report, words = page.report, page.words
    counts = report.counts
    yield f"<header><h1>{_title(page)}</h1>"
    yield "".join(f"<p>{_text(line)}</p>" for line in summary(report))
    yield '<ul class="numbers">'
    for severity in SEVERITIES:
        text = severity_count(severity, report.count(severity), report.language)
        number, _, name = text.partition(" ")
        yield f'<li class="{severity}"><b>{number}</b> {name}</li>'
    numbers = (
        (counts.documents, words.said("pages")),
        (counts.links, words.said("links")),
        (counts.entities, words.said("phases, roles, deliverables")),
    )
    yield from (f"<li><b>{number}</b> {name}</li>" for number, name in numbers)
    yield "</ul>"
    yield f'<nav aria-label="{words.said("Contents")}"><ul>'
    sections = {"rules": words.said("By rule"), "findings": words.said("Findings")}
    if report.model:
        sections["coverage"] = words.said("Phases, deliverables, roles")
    yield from (f'<li><a href="#{name}">{title}</a></li>' for name, title in sections.items())
    yield "</ul></nav></header>"


def _rules(page: _Page) -> Iterator[str]:
    """How often each rule spoke, and what it is about."""
    report, words = page.report, page.words
    yield f'<section id="rules"><h2>{words.said("By rule")}</h2>'
    counts = Counter(one.rule for one in report.diagnostics)
    if not counts:
        yield f"<p>{words.said('Nothing was found.')}</p></section>"
        return
    first = {one.rule: one for one in reversed(report.diagnostics)}
    yield '<div class="wide"><table><thead><tr>'
    titles = map(words.said, (Text("Rule"), Text("Severity"), Text("Findings"), Text("What it reports")))
    yield "".join(f'<th scope="col">{title}</th>' for title in titles) + "</tr></thead><tbody>"
    for rule, count in sorted(
        counts.items(), key=lambda entry: (SEVERITIES.index(first[entry[0]].severity), -entry[1])
    ):
        known = report.rules.get(rule)
        yield (
            f'<tr><th scope="row">{_text(f"{first[rule].code} {rule}")}</th><td>{_badge(page, first[rule].severity)}</td>'
            f'<td class="number">{count}</td><td>{_prose(known.summary) if known else ""}</td></tr>'
        )
    yield "</tbody></table></div></section>"


def _badge(page: _Page, severity: Severity) -> str:
    return f'<span class="badge {severity}">{page.words.said(_SEVERITIES[severity])}</span>'


def _findings(page: _Page) -> Iterator[str]:
    """By severity, then by page."""
    report = page.report
    yield f'<section id="findings"><h2>{page.words.said("Findings")}</h2>'
    if not report.diagnostics:
        yield f"<p>{page.words.said('Nothing was found.')}</p>"
    state = " open" if len(report.diagnostics) <= _OPEN else ""
    for severity in SEVERITIES:
        found = [one for one in report.diagnostics if one.severity == severity]
        if not found:
            continue
        yield f'<section id="{severity}"><h3>{severity_count(severity, len(found), report.language)}</h3>'
        for path, group in groupby(found, key=lambda one: one.path):
            of_page = list(group)
            name = _text(page.destination.path(path), None)
            yield f"<details{state}><summary><code>{name}</code> ({len(of_page)})</summary><ul>"
            yield from (line for one in of_page for line in _finding(page, one))
            yield "</ul></details>"
        yield "</section>"
    yield "</section>"


def _finding(page: _Page, one: Diagnostic) -> Iterator[str]:
    report, words = page.report, page.words
    position = report.position(one.path, one.span.start)
    place = words.said("line {line}, column {column}", line=position.line, column=position.column)
    address = page.destination.address(one.path, position.line)
    if address:
        place = f'<a href="{_text(address, None)}">{place}</a>'
    yield f'<li class="{one.severity}"><p><span class="rule">{_text(f"{one.code} {one.rule}")}</span> {place}<br>'
    yield f"{_text(one.message)}</p>"
    yield from _frame(report, one)
    for related in one.related[:_SHOWN_RELATED]:
        where = report.position(related.path, related.span.start)
        name = f"<code>{_text(f'{page.destination.path(related.path)}:{where.line}', None)}</code>"
        yield f"<p>{words.said('see also {place}: {message}', place=name, message=_text(related.message))}</p>"
    for fix in one.fixes[:1]:
        label, text = fix_label(fix, report.language), _text(fix.title) + _replacement(one)
        yield f'<p class="fix">{words.said("{label}: {text}", label=label, text=text)}</p>'
    yield "</li>"


def _replacement(one: Diagnostic) -> str:
    """The new target, unless the title says it."""
    replacement = one.fixes[0].replacement
    return "" if not replacement or replacement in one.fixes[0].title else f" → <code>{_text(replacement)}</code>"


def _frame(report: Report, one: Diagnostic) -> Iterator[str]:
    """The line of a finding, what it is about marked; of a whole file nothing."""
    start, end = one.span.start, one.span.end
    excerpt = report.excerpt(one.path, start, _REACH)
    if start == end == 0 or not excerpt.text.strip():
        return
    stop = min(excerpt.offset + end - start, len(excerpt.text))
    before, marked, after = excerpt.text[: excerpt.offset], excerpt.text[excerpt.offset : stop], excerpt.text[stop:]
    head, tail = "…" if excerpt.cut_before else "", "…" if excerpt.cut_after else ""
    mark = f"<mark>{_text(marked)}</mark>" if marked else ""
    yield f"<pre><code>{head}{_text(before)}{mark}{_text(after.rstrip())}{tail}</code></pre>"


# The coverage: phases × deliverables × roles


def _coverage(page: _Page, model: Model) -> Iterator[str]:
    words = page.words
    groups = [rows for rows in rows_of_cycles(model, words) if rows]
    yield f'<section id="coverage"><h2>{words.said("Phases, deliverables, roles")}</h2>'
    if not groups:
        yield f"<p>{_text(no_matrix(words))}</p>"
    else:
        caption = words.said("Deliverables of each phase, and the roles responsible for them")
        yield f'<div class="wide"><table><caption>{caption}</caption><thead><tr>'
        yield "".join(f'<th scope="col">{_text(title)}</th>' for title in titles_of(words)) + "</tr></thead>"
        expected = any(responsible != HOLE for rows in groups for _, _, responsible in rows)
        for rows in groups:
            yield "<tbody>"
            yield from _matrix_rows(page, rows, responsible_expected=expected)
            yield "</tbody>"
        yield "</table></div>"
        yield from (f"<p>{_text(line)}</p>" for line in holes(model, words))
    yield from _roles(page, model)
    yield "</section>"


def _matrix_rows(page: _Page, rows: Sequence[Row], *, responsible_expected: bool) -> Iterator[str]:
    """A phase, which is said once, is the head of all its rows.

    In a base that names nobody for any deliverable, nobody is missing in particular.
    """
    starts = [number for number, (title, _, _) in enumerate(rows) if title] + [len(rows)]
    lengths = {start: after - start for start, after in pairwise(starts)}
    for number, (title, deliverable, responsible) in enumerate(rows):
        span = lengths.get(number)
        head = f'<th scope="rowgroup" rowspan="{span}">{_text(title)}</th>' if span else ""
        last = _cell(page, responsible) if responsible_expected else f"<td>{HOLE}</td>"
        yield f"<tr>{head}{_cell(page, deliverable)}{last}</tr>"


def _cell(page: _Page, text: str) -> str:
    if text in ("", HOLE):
        return f'<td class="hole">{HOLE} {page.words.said("missing")}</td>'
    return f"<td>{_text(text)}</td>"


def _roles(page: _Page, model: Model) -> Iterator[str]:
    roles = list(model.of_kind("role"))
    if not roles:
        return
    words = page.words
    relations = (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN)
    yield f'<div class="wide"><table><caption>{words.said("What each role does")}</caption><thead><tr>'
    titles = map(words.said, (Text("Role"), *(SUBJECT[relation] for relation in relations)))
    yield "".join(f'<th scope="col">{_text(title)}</th>' for title in titles) + "</tr></thead><tbody>"
    for role in roles:
        cells = (_names(model, model.others(relation, "subject").get(role.key, ())) for relation in relations)
        yield f'<tr><th scope="row">{_text(role.name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
    yield "</tbody></table></div>"


def _names(model: Model, keys: Sequence[Key]) -> str:
    return _text(", ".join(map(model.name, keys)), None) or HOLE
