"""From the bytes of a file to its `Document`: front matter, template tags, then the Markdown events folded into facts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from kbcheck.documents.events import ParserName, parser
from kbcheck.documents.facts import Document, Problem
from kbcheck.documents.fold import Fold
from kbcheck.documents.front_matter import read_front_matter
from kbcheck.documents.page import Page
from kbcheck.documents.shortcodes import read_shortcodes, shortcode_links
from kbcheck.documents.template import FILLER, blank, read_tags, template_links
from kbcheck.files import PAGE_SUFFIXES, Mojibake, Source, find_mojibake
from kbcheck.schema.yaml import read_yaml

#: What is read as YAML rather than as a page; JSON is YAML.
DATA_SUFFIXES = (".yml", ".yaml", ".json")


def read_document(source: Source, parser_name: ParserName | None = None) -> Document:
    """The facts of a file that was read. Pure: the same source gives the same Document."""
    problems = [Problem(found.kind, found.span, found.reason) for found in source.problems]
    if source.path.lower().endswith(DATA_SUFFIXES):
        data = read_yaml(source.text)
        return Document(source.path, source.text, format="yaml", data=data, problems=tuple(problems))
    if not source.path.lower().endswith(PAGE_SUFFIXES):
        return Document(source.path, source.text, format="text", problems=tuple(problems))
    return _read_markdown(source.path, source.text, problems, parser_name)


def _read_markdown(path: str, text: str, problems: list[Problem], parser_name: ParserName | None) -> Document:
    garbled = find_mojibake(text)
    problems += (Problem("mojibake", found.span, found.found, found.repaired) for found in garbled)
    front_matter, front_matter_problems = read_front_matter(text)
    problems += front_matter_problems

    start = front_matter.span.end if front_matter else 0
    body = blank(text[:start]) + text[start:]
    body = _repaired(body, (found for found in garbled if found.span.start >= start))
    shortcodes, body = read_shortcodes(body)
    tags, tag_problems, body = read_tags(body)
    page = Page(_parsable(body))
    Fold(page).read(parser(parser_name)(page.text))
    page.add_tags(tags, chain(template_links(tags, text), shortcode_links(shortcodes, text)))
    page.add_wiki_links()
    page.add_undefined_references()
    page.add_spaced_targets()
    problems += (problem for problem in tag_problems if not page.in_code(problem.span.start))
    return page.document(path, text, front_matter, problems)


def _repaired(text: str, garbled: Iterable[Mojibake]) -> str:
    """The text that was meant, as long as the text that is there: the facts are those of the repaired text."""
    pieces: list[str] = []
    done = 0
    for found in garbled:
        length = found.span.end - found.span.start
        pieces += text[done : found.span.start], found.repaired.ljust(length, FILLER)
        done = found.span.end
    return "".join((*pieces, text[done:]))


def _parsable(text: str) -> str:
    """The text as parsers want it, character for character: line ends are LF (CommonMark 2.1), no NUL (2.3)."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text.replace("\0", "\ufffd") if "\0" in text else text
