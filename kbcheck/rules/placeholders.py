"""How writers mark a text that is still to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge.extraction.literals import lines_with
from kbcheck.rules.prose import not_prose

# What stands alone on a line, in a cell or in a heading means that the text is to come; in the middle of a
# sentence only words that nobody writes for their own sake do ("un formulaire à compléter" is a sentence).
_TO_COME = r"[àa] (?:venir|compl[ée]ter|d[ée]finir|r[ée]diger|pr[ée]ciser|remplir|documenter)"
_UNDER_WAY = r"en construction|en (?:cours )?d['’e] ?(?:r[ée]daction|[ée]criture|construction)"
_WIP = r"work[ -]in[ -]progress|wip"
_IN_PROGRESS = rf"(?:{_UNDER_WAY}|{_WIP})"
_STATE_OF_WORK = re.compile(_IN_PROGRESS, re.IGNORECASE)
_ALONE = (
    rf"(?:tk|tbd|tbc|todo|fixme|xxx+|{_TO_COME}|{_IN_PROGRESS}|coming soon|to be (?:completed|defined|written|done))"
)
# The quantifiers are possessive (`*+`): a line of a thousand spaces is read once.
_LINE_ALONE = re.compile(
    rf"^[ \t>]*+(?:#{{1,6}}[ \t]++)?(?:[-*+][ \t]++(?:\[[ xX]\][ \t]++)?|\d{{1,3}}[.)][ \t]++)?[*_(\[«\"]*+[ \t]*+"
    rf"(?P<text>{_ALONE}(?: \({_ALONE}\))?)[ \t]*+[*_)\]»\"]*+[ \t.:!…]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_CELL_ALONE = re.compile(rf"[(\[]?\s*{_ALONE}\s*[)\]]?[.…!]*", re.IGNORECASE)
# What comes of itself, in time, is not a text to come: "Les formations à venir", "Travaux en cours et à venir".
_IN_TIME = re.compile(
    r"(?:formation|session|atelier|[ée]v[ée]nement|date|rendez-vous|rencontre|s[ée]ance|webinaire|conf[ée]rence|[ée]volution"
    r"|version|fonctionnalit[ée]|ann[ée]e|mois|semaine|jour|[ée]lection|changement|travaux|d[ée]cennie|g[ée]n[ée]ration)s?\s$|\b(?:et|ou)\s$",
    re.IGNORECASE,
)
_HEADING_END = re.compile(
    rf"(?:(?<=\s){_TO_COME}|\(\s*(?:{_ALONE}|brouillon|draft|[ée]bauche|travail pr[ée]liminaire)\s*\))$", re.IGNORECASE
)
_IN_SENTENCE = re.compile(
    r"(?<![\w/.\"“-])(?<!«\s)(?:TODO|FIXME|TBD)(?![\w/-]|\s*list)|(?<!like )(?<!such as )(?<!comme )\blorem ipsum\b"
    r"|(?<=:)[*_ \t]{0,6}(?P<blank>XXX+)(?=[*_|.\\ \t]*$)"  # "Users: XXX"; in a sentence it is a blank of a template
    rf"|(?i:\((?:section |page |contenu |lien |document |terme |nom |titre )?(?:{_TO_COME}|{_UNDER_WAY})(?=\s*[:)]))"
    rf"|(?i:(?<!progress )\((?:{_WIP})(?=\)[*_\\ \t]*$))"  # "Limit work in progress (WIP)." is a sentence
    rf"|(?i:\b(?:page|note|section|rubrique|fiche|article|document|contenu)s? (?:est |sont )?(?:encore |actuellement )?{_IN_PROGRESS})"
    r"|(?i:\b(?:page|section|document) is (?:still )?(?:under construction|a work in progress))",
    re.MULTILINE,
)
_OPEN_QUESTION = re.compile(
    r"^[ \t>]*(?:[-*+][ \t]+)?[*_]*(?P<text>points? à (?:discuter|clarifier|trancher))\b", re.IGNORECASE | re.MULTILINE
)

# Parts of words, at least one of which is in whatever the patterns above match, in lower case.
_TELLING = (
    *("venir", "compléter", "completer", "finir", "diger", "ciser", "remplir", "documenter"),
    *("construction", "criture", "daction", "in progress", "in-progress", "wip"),
    *("tk", "tbd", "tbc", "todo", "fixme", "xxx", "coming soon"),
    *("to be completed", "to be defined", "to be written", "to be done"),
    *("discuter", "clarifier", "trancher", "lorem"),
)
_LONGEST_LINE = 100_000  # characters: what is longer is an image in base64


def placeholders(document: Document, words: tuple[str, ...]) -> Iterator[tuple[Span, str]]:
    """The texts that stand for text to come, in the order of the page, each with the message that says so.

    `words` are those of the team that count wherever they stand.
    """
    found: dict[Span, str] = {}
    for span, message in _placeholders(document, words):
        found.setdefault(span, message)
    hidden = not_prose(document)
    title = document.headings[0] if document.headings and document.has_body else None
    if title and _STATE_OF_WORK.fullmatch(title.text):
        found.pop(title.span, None)  # the page of a phase that is called so, or on the work in progress of a team
    reported = -1
    for span, message in sorted(found.items()):
        if span.start >= reported and not hidden.covers(span.start):
            yield span, message
            reported = span.end


def _placeholders(document: Document, words: tuple[str, ...]) -> Iterator[tuple[Span, str]]:
    text = document.text
    for start, end in _telling_lines(document):
        for match in _LINE_ALONE.finditer(text, start, end):
            yield Span(*match.span("text")), "default"
        for match in _IN_SENTENCE.finditer(text, start, end):
            opening = match.start("blank") if match["blank"] else match.start() + (match[0][0] == "(")
            yield Span(opening, match.end()), "default"
        for match in _OPEN_QUESTION.finditer(text, start, end):
            yield Span(*match.span("text")), "open-question"
    for heading in document.headings:
        ending = _HEADING_END.search(heading.text)
        start = text.find(ending[0], heading.span.start, heading.span.end) if ending else -1
        if ending and start >= 0 and not _IN_TIME.search(heading.text[: ending.start()]):
            yield Span(start, start + len(ending[0])), "default"
    for table in document.tables:
        for cell in (cell for row in table.rows for cell in row):
            if _CELL_ALONE.fullmatch(cell.text):
                yield cell.span, "default"
    for word in words:
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield Span(*match.span()), "default"


def _telling_lines(document: Document) -> list[tuple[int, int]]:
    """Start and end of the lines that hold a word of the patterns above: reading every line with them is slow."""
    found = {line for word in _TELLING for line in lines_with(word, document.lowered)}
    return sorted((start, end) for start, end in found if end - start < _LONGEST_LINE)
