"""Where a link's target is written, to the character, and the addresses that stand bare in the text.

Parsers tell the range of a whole link and the target that is meant; an edit needs the place of the target alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from kbcheck.diagnostics import Span
from kbcheck.documents.events import LinkValue
from kbcheck.documents.ranges import Ranges

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# Behind the target: an optional title, then the parenthesis that ends the link (CommonMark 6.3).
_REST_OF_LINK = re.compile(
    r"""[\s>]*+(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\))?[\s>]*+\)""", re.DOTALL
)
_SPACE = re.compile(r"[\s>]*+")
_BRACKETED = re.compile(r"<((?:[^<>\\\n]|\\.)*+)>")
_BARE_TARGET = re.compile(r"(?:[^\s()\\]|\\.)*+", re.DOTALL)
_MAX_CANDIDATES = 50

# GitHub Flavored Markdown 6.9, "Autolinks (extension)"; a pipe ends a table cell.
_BARE_URL = re.compile(r"(?:https?://|www\.)[^\s<>|`\"\ue000]++")
_NOT_BEFORE_URL = re.compile(r"[\w/@=\"']")
_TRAILING = "?!.,:;*_~'\"»”’…"


def target_span(text: str, start: int, end: int, value: LinkValue) -> Span:
    """The span of the target of the link `text[start:end]`; of a use of a reference, the whole use."""
    if value.form == "autolink":
        return Span(start + 1, end - 1)
    if value.form == "definition":
        found = _definition_target(text, start, end, value.target)
    elif value.form == "inline":
        found = _inline_target(text, start, end, value.target)
    else:
        found = None
    return Span(*found) if found else Span(start, end)


def unescape_target(written: str) -> str:
    """The target that is meant by `written`: backslash escapes and character references decoded (CommonMark 2.4, 2.5)."""
    return unescape(_ESCAPE.sub(r"\1", written)) if "\\" in written or "&" in written else written


def _inline_target(text: str, start: int, end: int, target: str) -> tuple[int, int] | None:
    """Tries each `](` from the last one back: the text of a link can hold an image, with a target of its own."""
    begin = end - 1 - len(target)
    if text.startswith("](", begin - 2) and text.startswith(target, begin) and begin - 2 >= start:
        return begin, end - 1  # nearly all links: no title, nothing escaped
    opening = end
    for _ in range(_MAX_CANDIDATES):
        opening = text.rfind("](", start, opening)
        if opening < 0:
            return None
        begin = _SPACE.match(text, opening + 2, end).end()  # type: ignore[union-attr]  # it matches the empty string
        written = _written_target(text, begin, end)
        rest = _REST_OF_LINK.match(text, written[2], end)
        if rest and rest.end() == end and unescape_target(text[written[0] : written[1]]) == target:
            return written[:2]
    return None


def _definition_target(text: str, start: int, end: int, target: str) -> tuple[int, int] | None:
    opening = start
    while (opening := text.find("]:", opening, end)) >= 0:
        opening += 2
        begin = _SPACE.match(text, opening, end).end()  # type: ignore[union-attr]  # it matches the empty string
        written = _written_target(text, begin, end)
        if unescape_target(text[written[0] : written[1]]) == target:
            return written[:2]
    return None


def _written_target(text: str, begin: int, end: int) -> tuple[int, int, int]:
    """Start and end of the target that begins at `begin`, and the offset behind it and its angle brackets."""
    bracketed = _BRACKETED.match(text, begin, end)
    if bracketed:
        return (*bracketed.span(1), bracketed.end())
    position = begin
    depth = 0
    while True:
        position = _BARE_TARGET.match(text, position, end).end()  # type: ignore[union-attr]  # matches the empty string
        character = text[position : position + 1] if position < end else ""
        if character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        else:
            return begin, position, position
        position += 1


def bare_urls(text: str, covered: Iterable[Span]) -> Iterator[Span]:
    """The addresses that stand bare in a text, outside the `covered` ranges."""
    if "://" not in text and "www." not in text:
        return
    ranges = Ranges(covered)
    done = 0
    for start in sorted(_url_starts(text)):
        match = _BARE_URL.match(text, start) if start >= done else None
        if match and not _NOT_BEFORE_URL.match(text, start - 1, start) and not ranges.covers(start):
            done = match.end()
            yield Span(start, start + len(_trimmed(match[0])))


def _url_starts(text: str) -> Iterator[int]:
    """Where an address may start. Looking for fixed strings is several times faster than a regular expression."""
    colon = text.find("://")
    while colon >= 0:
        yield colon - 5 if text.startswith("https", colon - 5) else colon - 4
        colon = text.find("://", colon + 3)
    www = text.find("www.")
    while www >= 0:
        yield www
        www = text.find("www.", www + 4)


def _trimmed(url: str) -> str:
    """Without the punctuation that ends the sentence around it; a closing parenthesis stays if it was opened inside."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end:
        if url[end - 1] in _TRAILING:
            end -= 1
        elif url[end - 1] == ")" and surplus > 0:
            end -= 1
            surplus -= 1
        else:
            break
    return url[:end]
