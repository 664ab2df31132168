"""Names of roles, phases and deliverables: what is shown, and the key by which two spellings are the same name."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from kbcheck.platforms.slugs import folded

# Emoji (Unicode, emoji-data.txt), their joiners and selectors, flags, zero-width spaces.
_EMOJI = re.compile(
    "[\u200b\u200d\u20e3\ufe0e\ufe0f\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23fa\u25aa\u25ab\u25b6\u25c0"
    "\u25fb-\u25fe\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_STEP = r"(?:étape|etape|step|phase|niveau|level|stage|stade|module)"
# "3.", "Étape 3 :", "1.3. ", "1.3 "; what follows a sign is no further digit ("24/7", "1-2 personnes").
_ORDER = re.compile(
    rf"(?:{_STEP}\s+)?(?:n°\s*)?(?:\d{{1,3}}\.){{0,5}}(?P<number>\d{{1,3}})"
    r"(?:\s*[.):°/–—-](?!\d)\s*(?=\S)|(?<=\d\.\d)\s+(?=[^\W\d_]))",
    re.IGNORECASE,
)
# "Étape 3" and nothing else: the whole is the name, and says the order too.
_ORDER_ALONE = re.compile(rf"{_STEP}\s+(?:n°\s*)?(?P<number>\d{{1,3}})", re.IGNORECASE)
_TRIMMED = " \t.:;,…–—-"
_QUOTES = {"«": "»", "“": "”", '"': '"'}
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)$")
_BULLET = re.compile(r"^[-•*–]\s*")

ARTICLES = frozenset({"le", "la", "les", "un", "une", "des", "du", "de", "the", "a", "an", "of"})
_ELISION = re.compile(r"\b(?:l|d|qu|s|n)'")
#: The endings of inclusive writing, without accents; what stands before them is the first form.
INCLUSIVE_ENDING = (
    r"(?:e|s|es|ne|nes|se|ses|te|tes|fe|fes|ffe|ffes|ve|ves|le|lle|lles|eure|eures|euse|euses|ere|eres|ice|ices|rice|rices"
    r"|trice|trices|enne|ennes|ienne|iennes|onne|onnes)"
)
# chargé(e), intrapreneur·e, chef.fe, intrapreneur/e, chargé·e·s
_INCLUSIVE = re.compile(rf"(?<=\w\w)(?:\({INCLUSIVE_ENDING}\)(?:s\b)?|[·•‧⋅./]{INCLUSIVE_ENDING}\b)+(?:[·•‧⋅.]s\b)?")
_INCLUSIVE_PARENTHESIS = re.compile(rf"\w\w\({INCLUSIVE_ENDING}\)s?$")
_NOT_WORD = re.compile(r"[^\w]+")
# Both forms in full: "Designer / designeuse", "chef ou cheffe de produit", "le chef / la cheffe".
_BOTH_FORMS = re.compile(r"(?:(?<!\s)\s*|)(?:/|\s(?:ou|or|et|and)\s|[·•‧⋅])\s*")
# How a feminine ends where the masculine ends otherwise; accents are off, and the longest ending comes first.
_FEMININE = (
    ("teur", "trice"),
    ("eur", "euse"),
    ("er", "euse"),
    ("er", "ere"),
    ("ier", "iere"),
    ("f", "ffe"),
    ("f", "ve"),
    ("x", "se"),
    ("n", "nne"),
    ("l", "lle"),
    ("t", "tte"),
    ("", "esse"),
    ("", "e"),
)


class Name(Struct, frozen=True):
    """A name as people read it, the order that stood before it, and what stood behind it in parentheses.

    The second of two forms in full ("Designer / designeuse") is an alias too.
    """

    text: str
    order: int | None = None
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=50_000)  # names come back: in lists, in tables, in the base before a change
def read_name(text: str) -> Name:
    """The name in one line of text without markup: "**3️⃣ Étape 3 : MVP (PO)**" is MVP, order 3, alias PO."""
    plain = _EMOJI.sub(" ", _KEYCAP.sub(r"\1.", text))
    plain = _BULLET.sub("", _SPACES.sub(" ", plain).strip())
    order = _ORDER.match(plain)
    name = plain[order.end() :] if order else plain
    name = _bare(name)
    parenthesis = _PARENTHESIS.search(name)
    aliases: tuple[str, ...] = ()
    if parenthesis and parenthesis.start() > 0 and not _INCLUSIVE_PARENTHESIS.search(name):
        aliases = (parenthesis[1].strip(),) if parenthesis[1].strip() else ()
        name = _bare(name[: parenthesis.start()])
    number = order or _ORDER_ALONE.fullmatch(name)
    other = _other_form(name)
    return Name(name or plain, int(number["number"]) if number else None, (*aliases, *((other,) if other else ())))


def _bare(name: str) -> str:
    """Without the signs around it, and without quotes around the whole; those of a word inside stay."""
    name = name.strip(_TRIMMED)
    for opening, closing in _QUOTES.items():
        is_open, is_closed = name.startswith(opening), name.endswith(closing)
        if is_open and is_closed and len(name) > 1:
            return name[1:-1].strip(_TRIMMED)
        if is_open and closing not in name[1:]:
            return name[1:].strip(_TRIMMED)
        if is_closed and opening not in name[:-1]:
            return name[:-1].strip(_TRIMMED)
    return name


@lru_cache(maxsize=50_000)  # names come back: in lists, in tables, in the base before a change
def name_key(name: str) -> str:
    """What two spellings of one name have in common: no accents, case, articles, plural or inclusive endings."""
    text = _INCLUSIVE.sub("", _EMOJI.sub(" ", _plain(name)))
    halves = _forms(text)
    words = _words(text)
    if halves:
        words = _first_form(*map(_words, halves)) or words
    kept = [singular(word) for word in words if word not in ARTICLES]
    return " ".join(kept or words)


def _plain(name: str) -> str:
    """Without case and accents, with one kind of apostrophe."""
    return folded(name.replace("’", "'"))


def _words(text: str) -> list[str]:
    return _NOT_WORD.sub(" ", _ELISION.sub("", text)).split()


def singular(word: str) -> str:
    """A word without the `s` of its plural; a short one keeps it."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _forms(text: str) -> tuple[str, str] | None:
    """What stands before and after the one sign that can part two forms of a name."""
    parts = _BOTH_FORMS.split(text, maxsplit=2)
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def _other_form(name: str) -> str | None:
    """The second form, where a name says both: that which is not the key of the whole."""
    halves = _forms(name)
    if halves is None or not _first_form(*(_words(_plain(half)) for half in halves)):
        return None
    first, second = halves
    # "chargé / chargée de déploiement": what follows the second form belongs to both
    rest = second.split(" ", 1)[1:] if " " not in first else []
    return next((form for form in (second, " ".join((first, *rest))) if name_key(form) != name_key(name)), None)


def _first_form(first: list[str], second: list[str]) -> list[str] | None:
    """The words of the name in its masculine form, of two halves that are its two forms; None when they are not."""
    left = [word for word in first if word not in ARTICLES] or first
    right = [word for word in second if word not in ARTICLES] or second
    if not left or not right:
        return None
    if len(left) == len(right):
        words = [one if one == other else _masculine(one, other) for one, other in zip(left, right, strict=True)]
        if None not in words:
            return [word for word in words if word] if left != right else None
    masculine = _masculine(left[-1], right[0])
    return [*left[:-1], masculine, *right[1:]] if masculine else None


def _masculine(one: str, other: str) -> str | None:
    """Which of two words is the masculine of the other; None when they are two words."""
    one, other = singular(one), singular(other)
    for masculine, feminine in ((one, other), (other, one)):
        if len(masculine) > 2 and any(
            masculine.endswith(ending) and feminine == masculine[: len(masculine) - len(ending)] + changed
            for ending, changed in _FEMININE
        ):
            return masculine
    return None
