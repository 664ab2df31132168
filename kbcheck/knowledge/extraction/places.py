"""Where a part of a text stands in the source: by its letters, which are the same in both, markup aside."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from html import unescape
from typing import Protocol, TypeVar

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.documents.template import FILLER

# HTML tags, footnote marks, entities: each stops at the next one, so that the whole takes linear time.
_MARKUP = re.compile(
    r"</?[A-Za-z][^<>]*>|\[\^[^\[\]\s]{1,80}\]|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|\w{1,31});)"
)
_LETTER = re.compile(r"[^\W_]")


class Piece(Struct, frozen=True):
    """A text without markup, and where its source stands."""

    text: str
    span: Span


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


Placed = TypeVar("Placed", bound=_Placed)


def within(facts: Sequence[Placed], span: Span) -> Sequence[Placed]:
    """The facts, in the order of the page, that begin in a part of it."""
    first = bisect_left(facts, span.start, key=_start)
    return facts[first : bisect_left(facts, span.end, lo=first, key=_start)]


def first_in(facts: Sequence[Placed], span: Span) -> Placed | None:
    """The first of the facts that begin in a part of the page."""
    index = bisect_left(facts, span.start, key=_start)
    return facts[index] if index < len(facts) and facts[index].span.start < span.end else None


def _start(fact: _Placed) -> int:
    return fact.span.start


def part(document: Document, piece: Piece, start: int, end: int) -> Piece:
    """The text of a piece from one offset to another, without the spaces around it, and its place."""
    return Reading(document, piece).part(start, end)


def place(document: Document, piece: Piece, name: str) -> Span:
    """Where a name that was read from a piece stands in the source; the whole piece when that cannot be told."""
    found = _offsets(piece.text, name)
    return Reading(document, piece).span(*found) if found else piece.span


def _offsets(text: str, name: str) -> tuple[int, int] | None:
    """Where a name stands in a text, at the beginning of a word; spaces and emoji may be others there."""
    start = text.find(name)
    while start > 0 and text[start - 1].isalnum() and name[:1].isalnum():
        start = text.find(name, start + len(name))
    if start >= 0 and name:
        return start, start + len(name)
    letters = [match.start() for match in _LETTER.finditer(text)]
    wanted = "".join(_LETTER.findall(name))
    first = "".join(map(text.__getitem__, letters)).find(wanted)
    return (letters[first], letters[first + len(wanted) - 1] + 1) if wanted and first >= 0 else None


class Reading:
    """A piece letter by letter, to tell the places of its parts. What it costs grows with the piece, not with its parts."""

    def __init__(self, document: Document, piece: Piece) -> None:
        self._document = document
        self._piece = piece

    def part(self, start: int, end: int) -> Piece:
        """The text from one offset to another, without the spaces around it, and its place."""
        text = self._piece.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        return Piece(text, self.span(start, start + len(text)))

    def span(self, start: int, end: int) -> Span:
        """The place of the text from one offset to another; that of the whole piece when it cannot be told."""
        if self._shift is not None:
            return Span(self._shift + start, self._filled(self._shift + end))
        first, after = bisect_left(self._letters, start), bisect_left(self._letters, end)
        if first >= after or after > len(self._sources):
            return self._piece.span
        source, text = self._document.text, self._piece.text
        before, behind = text[start : self._letters[first]], text[self._letters[after - 1] + 1 : end]
        begin, stop = self._sources[first].start, self._sources[after - 1].end
        if source.endswith(before, self._piece.span.start, begin):
            begin -= len(before)
        rest = re.compile(r"\\?".join(map(re.escape, ("", *behind)))).match(source, stop, self._piece.span.end)
        return Span(begin, self._filled(rest.end() if rest and behind else stop))

    def _filled(self, end: int) -> int:
        """The end of a text with what fills its place up, where it is shorter than the garbled text that it is for."""
        while self._document.text.startswith(FILLER, end):
            end += 1
        return end

    @cached_property
    def _shift(self) -> int | None:
        """How far the text is from its source, where it stands there in one piece after nothing but marks."""
        span, text = self._piece.span, self._piece.text
        start = self._document.text.find(text, span.start, span.end) if text else -1
        return None if start < 0 or _LETTER.search(self._document.text, span.start, start) else start

    @cached_property
    def _letters(self) -> list[int]:
        """The offsets of the letters in the text."""
        return [match.start() for match in _LETTER.finditer(self._piece.text)]

    @cached_property
    def _sources(self) -> list[Span]:
        """The places of these letters in the source; none when the source has others."""
        text = self._piece.text
        found: list[Span] = []
        for letter, span in _source_letters(self._document, self._piece.span):
            if len(found) == len(self._letters):
                break
            if letter != text[self._letters[len(found)]]:
                return []
            found.append(span)
        return found if len(found) == len(self._letters) else []


def _source_letters(document: Document, span: Span) -> Iterator[tuple[str, Span]]:
    """The letters that readers see of a part of a page, and where each is written."""
    start = span.start
    for hidden in [*_hidden(document, span), Span(span.end, span.end)]:
        yield from _shown_letters(document.text, start, max(start, hidden.start))
        start = max(start, hidden.end)


def _shown_letters(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    for match in _MARKUP.finditer(text, start, end):
        yield from _plain_letters(text, start, match.start())
        for letter in _LETTER.findall(unescape(match["entity"] or "")):
            yield letter, Span(*match.span())
        start = match.end()
    yield from _plain_letters(text, start, end)


def _plain_letters(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    return ((match[0], Span(*match.span())) for match in _LETTER.finditer(text, start, end))


def _hidden(document: Document, span: Span) -> list[Span]:
    """What readers do not see of a part of a page: targets of links, images, template tags, comments."""
    hidden = [fact.span for facts in (document.tags, document.comments) for fact in within(facts, span)]
    hidden += (target for link in within(document.links, span) if (target := _behind_text(document, link)))
    return sorted(hidden)


def _behind_text(document: Document, link: Link) -> Span | None:
    """The part of a link that is not its text: `(target)`, `[label]`; all of an image."""
    if link.syntax in ("image", "image-reference"):
        return link.span
    if link.syntax not in ("inline", "reference"):
        return None
    limit = link.target_span.start if link.syntax == "inline" else link.span.end
    start = document.text.rfind("](" if link.syntax == "inline" else "][", link.span.start, limit)
    return Span(start, link.span.end) if start >= 0 else None
