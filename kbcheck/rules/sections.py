"""What stands below the headings of a page: nothing at all, or a sentence that announces what never comes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import LONGEST_MARK, Document, Heading
from kbcheck.rules.prose import COMPONENT, not_prose, paragraph

# What shows nothing: comments, ends of blocks, rules, attributes of the heading, tags without text of their own.
# Everything is possessive (`++`): the text is read once.
_NOTHING = re.compile(
    r"(?:\s++|<!--.*?-->|\{%\s*+end[\w-]++\s*+%\}|\{:?\s*+[#.][^{}\n]*+\}|[-*_=#]++(?=\s|\Z)"
    r"|</?(?:a|br|center|details|div|hr|p|section|span)\b[^<>]*+>)*+",
    re.DOTALL,
)

# A heading that says what there is to say: a sentence, a remark, the date of a meeting.
_SAYS_ALL = re.compile(
    r"[.:;!…]\W*$|: |\bcancell?ed|\bannul[ée]|\boption(?:al|nel)|\b\d{4}\b|\b\d{1,2}[/.-]\d{1,2}\b"
    r"|\b(?:jan|feb|f[ée]v|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|ao[ûu]t|sep|oct|nov|dec|d[ée]c)\w*\.?,? \d"
    r"|\b\d{1,2}(?:er|st|nd|rd|th)? (?:jan|feb|f[ée]v|mar|apr|avr|mai|may|ju[inl]|aug|ao[ûu]|sep|oct|nov|d[ée]c)",
    re.IGNORECASE,
)
_POINTING = frozenset("↓⬇👇")
_LONGEST_TITLE = 8  # words; what is longer is a sentence

# The last words of a sentence that announces a list, a link or an example.
_ANNOUNCES = re.compile(
    r"(?:\b(?:suivante?s?|ci-dessous|ci-apr[èe]s|par exemple|[àa] savoir|voici|following|as follows|below|for example)\b)"
    r"(?:\]\([^)\s]*\)|[^.!?:])*+:[*_\s\\]*(?:&#x20;)?[\s\\]*$",
    re.IGNORECASE,
)
_LONGEST_SENTENCE = 400
_COLON = 12  # characters from the end: stars, a space of GitBook's (`&#x20;`), a backslash may follow it
_LIST_MARK = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")


def empty_sections(document: Document) -> Iterator[tuple[Heading, int]]:
    """The first heading of every run of headings without a text, and how many the run has; the page's title is none."""
    headings = document.outline
    titled = bool(headings) and headings[0].level == 1
    links = [link.span.start for link in document.links if link.text]
    run: list[Heading] = []
    for heading, following in pairwise((*headings[titled:], None)):
        assert heading is not None  # None stands behind the last one
        if _is_empty(document, heading, following):
            run.append(heading)
            continue
        if _is_gap(run, links):
            yield run[0], len(run)
        run = []
    if _is_gap(run, links):
        yield run[0], len(run)


def _is_empty(document: Document, heading: Heading, following: Heading | None) -> bool:
    if following is not None and following.level > heading.level:
        return False
    text = document.text
    if COMPONENT.search(text, heading.span.start, heading.span.end):
        return False
    end = (
        len(text)
        if following is None
        else max(text.rfind("\n", heading.span.end, following.span.start), heading.span.end)
    )
    return _NOTHING.fullmatch(text, heading.span.end, end) is not None


def _is_gap(run: list[Heading], links: list[int]) -> bool:
    """Whether these headings should have a text: they are no menu, and none of them says all there is to say."""
    return bool(run) and not any(_is_menu(heading, links) or _says_all(heading.text) for heading in run)


def _is_menu(heading: Heading, links: list[int]) -> bool:
    """Whether the heading is a link, or has no words: a picture."""
    following = bisect_left(links, heading.span.start)
    return not any(map(str.isalnum, heading.text)) or (following < len(links) and links[following] < heading.span.end)


def _says_all(text: str) -> bool:
    if (
        len(text) == 1 or text.rstrip("\ufe0f")[-1:] in _POINTING
    ):  # a letter of a glossary; "Next page ↓", which the site shows below
        return True
    return len(text.split()) > _LONGEST_TITLE or _SAYS_ALL.search(text) is not None


def broken_promises(document: Document) -> Iterator[Span]:
    """The sentences that announce something and are the last ones of the page; list items, the last ones of a section.

    A paragraph before a heading is no such thing: the sections that follow are what it announces.
    """
    hidden = not_prose(document)
    for end, is_page_end in _ends(document):
        if ":" not in document.text[max(0, end - _COLON) : end]:
            continue
        start = max(paragraph(document.text, end).start, end - _LONGEST_SENTENCE)
        line = document.text.rfind("\n", 0, end) + 1
        is_announced = _ANNOUNCES.search(document.text, start, end)
        is_last = is_page_end or _LIST_MARK.match(document.text, line)
        if is_announced and is_last and not hidden.covers(end - 1):
            yield Span(max(start, line), end)


def _ends(document: Document) -> Iterator[tuple[int, bool]]:
    """Where the text before each heading ends, and that of the page, which is True."""
    text = document.text
    for heading in document.headings:
        line = text.rfind("\n", max(0, heading.span.start - LONGEST_MARK), heading.span.start)
        if line > 0:
            yield _before_spaces(text, line), False
    yield _before_spaces(text, len(text)), True


def _before_spaces(text: str, end: int) -> int:
    while end and text[end - 1].isspace():
        end -= 1
    return end
