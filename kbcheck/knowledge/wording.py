"""How alike the wording of two names, headings or anchors is: their letters, their words, the numbers in them.

For what somebody wrote and what is there, where a name was misspelt or reworded; `likeness` compares names of entities.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from kbcheck.knowledge.names import ARTICLES, singular
from kbcheck.platforms.slugs import folded, letters

#: Characters: longer texts are cut before they are compared, which is slow.
LONGEST = 100

_WORDS = re.compile(r"[^\W_]+")
_NUMBERS = re.compile(r"\d+")
# "1-opening-a-new-job": the number of a section, no year and no version.
_NUMBERING = re.compile(r"\d{1,2}[-_. ]+(?=[^\W\d_])")
_SHORTEST_STEM = 4  # letters: the least that two forms of a word have in common


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, a heading or an anchor in their order, without accents, case, articles and plural endings."""
    found = _WORDS.findall(folded(text[:LONGEST]))
    return tuple(singular(word) for word in found if word not in ARTICLES) or tuple(found)


def gist(text: str) -> str:
    """What the name of a page, its title and an anchor have in common that say the same: "1-the-phases", `phase.md`."""
    return "".join(words(_NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text))


@lru_cache(maxsize=50_000)  # one dead link stands in many pages
def likeness(one: str, other: str, least: float) -> float:
    """How alike the letters of two texts are, from 0 to 1; 0 when it is less than `least`, which is quickly seen."""
    matcher = SequenceMatcher(None, letters(one)[:LONGEST], letters(other)[:LONGEST], autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def agreement(one: str, other: str) -> float:
    """How many of the words of two texts they share, whatever their order, from 0 to 1: "configure-server", "Server config"."""
    first, second = words(one), words(other)
    left = list(second)
    for word in first:
        match = next((each for each in left if _is_form(word, each)), None)
        if match is not None:
            left.remove(match)
    shared = len(second) - len(left)
    return 2 * shared / (len(first) + len(second)) if first and second else 0.0


def has_words(text: str, wanted: str) -> bool:
    """Whether a text has all words that another one has."""
    own = words(text)
    return all(any(_is_form(word, each) for each in own) for word in words(wanted))


def _is_form(one: str, other: str) -> bool:
    """Whether two words are one, or forms of one: "config", "configure"."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _SHORTEST_STEM and longer.startswith(shorter))


def same_numbers(one: str, other: str) -> bool:
    """Whether two names have the same numbers: 2023 and 2024 are two years, not one spelt in two ways."""
    return _NUMBERS.findall(one) == _NUMBERS.findall(other)
