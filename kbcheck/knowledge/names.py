"""Names of roles, phases and deliverables: what is shown, and the key by which two spellings are the same name."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

# Emoji, their joiners and selectors, flags, zero-width spaces.
_EMOJI = re.compile(
    "[\u200b\u200d\u20e3\ufe0e\ufe0f\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_ORDER = re.compile(
    r"(?:(?:étape|etape|step|phase|niveau|level|stage|stade|module)\s+)?(?:n°\s*)?(\d{1,3})\s*[.):°/–—-]\s*(?=\S)",
    re.IGNORECASE,
)
_TRIMMED = ' \t.:;,…–—-«»"“”'
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)$")
_BULLET = re.compile(r"^[-•*–]\s*")

_ARTICLES = frozenset({"le", "la", "les", "un", "une", "des", "du", "de", "the", "a", "an", "of"})
_ELISION = re.compile(r"\b(?:l|d|qu|s|n)'")
# Inclusive writing is reduced to its first form: chargé(e), intrapreneur·e, chef.fe, intrapreneur/e.
_INCLUSIVE = re.compile(
    r"(?<=\w\w)(?:\((?:e|s|es|ne|se|fe|trice|rice)\)|[·./](?:e|s|es|ne|se|fe|trice|rice)\b)+(?:[·.]s\b)?"
)
_NOT_WORD = re.compile(r"[^\w]+")


class Name(Struct, frozen=True):
    """A name as people read it, the order that stood before it, and what stood behind it in parentheses."""

    text: str
    order: int | None = None
    aliases: tuple[str, ...] = ()


def read_name(text: str) -> Name:
    """The name in one line of text without markup: "**3️⃣ Étape 3 : MVP (PO)**" is MVP, order 3, alias PO."""
    plain = _EMOJI.sub(" ", _KEYCAP.sub(r"\1.", text))
    plain = _BULLET.sub("", _SPACES.sub(" ", plain).strip())
    order = _ORDER.match(plain)
    name = plain[order.end() :] if order else plain
    name = name.strip(_TRIMMED)
    parenthesis = _PARENTHESIS.search(name)
    aliases: tuple[str, ...] = ()
    if parenthesis and parenthesis.start() > 0:
        aliases = (parenthesis[1].strip(),) if parenthesis[1].strip() else ()
        name = name[: parenthesis.start()].strip(_TRIMMED)
    return Name(name or plain, int(order[1]) if order else None, aliases)


def name_key(name: str) -> str:
    """What two spellings of one name have in common: no accents, case, articles, plural or inclusive endings."""
    text = unicodedata.normalize("NFKD", name.replace("’", "'")).replace("œ", "oe").replace("Œ", "oe").casefold()
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = _INCLUSIVE.sub("", _EMOJI.sub(" ", text))
    words = _NOT_WORD.sub(" ", _ELISION.sub("", text)).split()
    kept = [_singular(word) for word in words if word not in _ARTICLES]
    return " ".join(kept or words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
