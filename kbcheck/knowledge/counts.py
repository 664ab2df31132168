"""How many there are, in words or digits, before a list of them: « 6 grandes phases », "three steps"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge.model import EntityList, Model

_FRENCH = ("deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = {word: number for words in (_FRENCH, _ENGLISH) for number, word in enumerate(words, 2)}
_NOUNS = {
    "phase": r"phases?|[ée]tapes?|stades?|niveaux?|jalons?|steps?|stages?|levels?",
    "role": r"r[ôo]les?|profils?|m[ée]tiers?|acteurs?|roles?|profiles?",
    "deliverable": r"livrables?|documents?|deliverables?",
    "task": r"t[âa]ches?|activit[ée]s?|tasks?|activities",
    "gate": r"jalons?|points? de passage|gates?|milestones?",
}
# What may stand between the number and the noun without changing what is counted: not "autres", "premières".
_ADJECTIVES = r"(?:(?:grand(?:e)?s|principa(?:les|ux)|diff[ée]rent(?:e)?s|successi(?:ves|fs)|types? de|main|major|key|different|big)\s+)?"
# Before the number: what says that it is not all of them, or another one.
_NOT_ALL = re.compile(
    r"(?:\b(?:moins|plus|jusqu'?[àa]|jusqu’[àa]|de|à|entre|et|ou|des|ces|une? des|sur|least|most|than|to|and|or|of|these|first"
    r"|last|next|other)|[-–/\d])\s*$",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"\s+(?:restante?s|facultati[fv]e?s|obligatoires|optionnel(?:le)?s|suppl[ée]mentaires|pr[ée]c[ée]dente?s)\b",
    re.IGNORECASE,
)
_LINES = 12  # before the first of a list, in which the sentence stands
# What stands between that sentence and the list: headers of tables, tags of the platform, images.
_FRAME = re.compile(r"\s*(?:\||<|\{%|!\[|:::|[-*_]{3,}\s*$|$)")
_ENTRY = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")


class Announced(Struct, frozen=True):
    """A number of entities that is said before a list which has another: the words and their place; that of the list."""

    text: str
    span: Span
    count: int
    found: EntityList


def announced(document: Document, model: Model) -> Iterator[Announced]:
    """The numbers in the sentences and headings that introduce a list of this page, where the list disagrees."""
    told: set[Span] = set()
    lists = [one for one in model.lists_in(document.path) if one.kind in _NOUNS]
    for found in lists:
        size = len({entity.key for entity in found.entities})
        counts = list(_counts(document, found))
        if size > 1 and counts and all(said != size for said, _ in counts):
            _, span = counts[-1]
            if span not in told:
                told.add(span)
                yield Announced(document.text[span.start : span.end], span, size, found)


def _counts(document: Document, found: EntityList) -> Iterator[tuple[int, Span]]:
    """The numbers that the introduction of a list says of its kind."""
    pattern = _PATTERNS[found.kind]
    for start, end in _introduction(document.text, min(entity.span.start for entity in found.entities)):
        for match in pattern.finditer(document.text, start, end):
            before = document.text[max(start, match.start() - 20) : match.start()]
            if not _NOT_ALL.search(before) and not _PART_OF.match(document.text, match.end()):
                number = match["number"].casefold()
                yield _WORDS.get(number) or int(number), Span(*match.span())


def _introduction(text: str, first: int) -> Iterator[tuple[int, int]]:
    """The lines that introduce what begins at an offset: the paragraph right before it, and the heading right above."""
    end = text.rfind("\n", 0, first) + 1
    paragraph = "above"
    for _ in range(_LINES if end else 0):
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start : end - 1]
        if line.lstrip()[:1] == "#":
            yield start, end
            return
        if not line.strip():
            paragraph = "over" if paragraph == "here" else paragraph
        elif not _FRAME.match(line):
            if paragraph == "over" or _ENTRY.match(line):
                return
            paragraph = "here"
            yield start, end
        if start == 0:
            return
        end = start


_PATTERNS = {
    kind: re.compile(
        rf"(?<![\w,.])(?P<number>\d{{1,2}}|{'|'.join(_WORDS)})\s+{_ADJECTIVES}(?:{noun})(?!\w)", re.IGNORECASE
    )
    for kind, noun in _NOUNS.items()
}
