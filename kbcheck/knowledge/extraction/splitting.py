"""How one line or one cell becomes several names: at line breaks, slashes or commas, outside brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.documents.facts import Document
from kbcheck.knowledge.extraction.places import Piece, Reading

_MARKS = {"br": "\n", "slash": "/", "comma": ","}
_BRACKETS = {"(": ")", "[": "]", "«": "»"}
_LIST_MARK = re.compile(r"\s*(?:[-•*–]\s*)?")


def pieces(document: Document, whole: Piece, split: tuple[str, ...]) -> Iterator[Piece]:
    """The names in a line or a cell, each with its place; marks of lists before them are dropped.

    What holds nothing is one empty piece: whether that is a fault is not said here.
    """
    reading = Reading(document, whole)
    found = False
    for start, end in _parts(whole.text, frozenset(_MARKS[name] for name in split)):
        mark = _LIST_MARK.match(whole.text, start, end)
        piece = reading.part(mark.end() if mark else start, end)
        if any(map(str.isalnum, piece.text)):
            found = True
            yield piece
    if not found:
        yield Piece(whole.text.strip(), whole.span)


def _parts(text: str, marks: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The offsets of the parts between marks. A line break parts them everywhere, the others outside brackets."""
    closing: list[str] = []
    start = 0
    for index, character in enumerate(text):
        if character == "\n" and character in marks:
            closing.clear()
        elif character in _BRACKETS:
            closing.append(_BRACKETS[character])
        elif closing and character == closing[-1]:
            closing.pop()
        if character in marks and not closing and _parts_here(text, index):
            yield start, index
            start = index + 1
    yield start, len(text)


def _parts_here(text: str, index: int) -> bool:
    """Whether a mark parts two names: "SRE/DevOps" is one, and so is "1,5"."""
    before, after = text[max(index - 1, 0) : index], text[index + 1 : index + 2]
    if text[index] == "/":
        return not before or not after or before.isspace() or after.isspace()
    return text[index] != "," or not (before.isdigit() and after.isdigit())
