"""Words of which every match of a regular expression holds one: a page that has none of them need not be searched.

Rules that look at every line of every page are most of the cost of extraction, and find something in few pages. A word
that markup breaks in two, or an entity in it, is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

_LINE = re.compile(r"[^\r\n]+")
_LINE_END = re.compile(r"[\r\n]")
#: Shorter words are in every page.
_SHORTEST = 3


@cache
def words_of(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Words in lower case, one of which is in all text that matches; None when that cannot be told."""
    try:
        # CPython's own parser of patterns: no public interface. Without it every page is searched.
        tree = import_module("re._parser").parse(pattern.pattern, pattern.flags)
        return _of_sequence(tree)
    except (ImportError, AttributeError, TypeError, ValueError, RecursionError):
        return None


def may_match(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text has one of the words without which nothing in it matches."""
    words = words_of(pattern)
    if words is None:
        return True
    lowered = text.lower()
    return any(word in lowered for word in words)


def lines_that_may_match(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """The offsets of the lines, without their line ends, that have one of the words without which none matches."""
    words = words_of(pattern)
    lowered = text.lower() if words else ""
    if words is None or len(lowered) != len(text):  # there are letters that are two in lower case
        return [match.span() for match in _LINE.finditer(text)]
    found = {line for word in words for line in _lines_with(word, lowered)}
    return sorted(found)


def _lines_with(word: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        line_end = _LINE_END.search(text, start)
        end = line_end.start() if line_end else len(text)
        begin = text.rfind("\n", 0, start) + 1
        yield max(begin, text.rfind("\r", begin, start) + 1), end
        start = text.find(word, end)


def _of_sequence(tree: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Of what follows one another, the part that says most: the one whose shortest word is the longest."""
    best: frozenset[str] | None = None
    word = ""
    for operation, value in (*tree, ("END", None)):
        name = str(operation)
        if name == "LITERAL" and chr(value).isalnum():
            word += chr(value).lower()
            continue
        best, word = _better(best, frozenset((word,))), ""
        best = _better(best, _of(name, value))
    return best


def _of(name: str, value: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        return _of_sequence(value[-1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _of_sequence(value[2]) if value[0] > 0 else None
    if name == "ATOMIC_GROUP":
        return _of_sequence(value)
    if name == "BRANCH":
        found = [_of_sequence(branch) for branch in value[1]]
        return None if None in found else frozenset(word for words in found if words for word in words)
    return None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if other is None or min(map(len, other), default=0) < _SHORTEST:
        return one
    return other if one is None or min(map(len, other)) > min(map(len, one)) else one
