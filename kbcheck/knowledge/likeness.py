"""Names that a careful reader takes for one another although their keys differ: a small word, a letter, a longer ending.

Names meet in buckets, never each with each: ten thousand of them cost a thousand times what ten cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Literal, NamedTuple

from kbcheck.knowledge.names import name_key

# Small words that names gain and lose: "Expert (en) Recherche Utilisateur". Articles are no part of a key.
_SMALL = frozenset(
    {"en", "pour", "et", "dans", "au", "aux", "sur", "par", "in", "for", "and", "to", "on", "at", "with", "by"}
)
_LONG_WORD = 8  # letters: in a shorter word, one letter more or less makes another word
_STUB = 6  # letters: the least that two forms of a word have in common
_LONGEST = 80  # letters: what is longer is a sentence
_CROWD = 30  # so many names in one bucket are a series ("Lot A", "Lot B"), not one name


class _Mark(NamedTuple):
    """A bucket of names that have all in common but one word, and of that word what is said here."""

    tag: Literal["joined", "letter", "ending"]
    others: str
    stub: str


def is_like(one: str, other: str) -> bool:
    """Whether two names can mean one entity: all words of one in the other, half of the words shared, initials, variants.

    For a label and the title of the page that it leads to: far more is alike here than in `variants`.
    """
    keys = name_key(one), name_key(other)
    first, second = (set(key.split()) - _SMALL for key in keys)
    if first <= second or second <= first or 2 * len(first & second) >= len(first | second):
        return True
    return is_acronym(one, other) or is_acronym(other, one) or is_variant(*keys)


def is_acronym(acronym: str, *names: str) -> bool:
    """Whether a text has the initials of one of the names: "PO" of "Product owner"."""
    return any(name_key(acronym) == "".join(word[0] for word in name_key(name).split()) for name in names)


def is_variant(one: str, other: str) -> bool:
    """Whether two different keys are one name spelt in two ways."""
    return any(True for _ in variants((one, other)))


def variants(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs of keys that are one name in two spellings, each pair once, in the order of the keys."""
    order = {key: number for number, key in enumerate(dict.fromkeys(keys)) if len(key) <= _LONGEST}
    buckets: dict[_Mark, dict[str, str]] = {}
    for key in order:
        for mark, word in _marks(key):
            buckets.setdefault(mark, {})[key] = word
    found = {
        pair
        for mark, words in buckets.items()
        if len(words) <= _CROWD
        for pair in combinations(words, 2)
        if _is_one(mark, *(words[key] for key in pair))
    }
    yield from sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]]))


def _marks(key: str) -> Iterator[tuple[_Mark, str]]:
    """The buckets that a key is in, each with the word that is compared there."""
    words = [word for word in key.split() if word not in _SMALL]
    joined = "".join(words)
    if not any(character.isdigit() for character in joined) and len(joined) >= _STUB:
        yield _Mark("joined", "", joined), ""  # "back end", "backend"; "mise en service", "mise service"
    for place, word in enumerate(words):
        others = " ".join((*words[:place], "*", *words[place + 1 :]))
        if len(word) >= _LONG_WORD and word.isalpha():
            for stub in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                yield _Mark("letter", others, stub), word
        if len(word) >= _STUB and len(words) > 1:
            yield _Mark("ending", others, word[:_STUB]), word


def _is_one(mark: _Mark, one: str, other: str) -> bool:
    """Whether two words of a bucket are one: with a letter more, or a longer ending ("décision", "décisionnaire")."""
    if mark.tag == "joined":
        return True
    if mark.tag == "letter":
        return abs(len(one) - len(other)) == 1
    return one != other and (one.startswith(other) or other.startswith(one))
