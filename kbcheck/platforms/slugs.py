"""Slugs: from the text of a heading to its anchor, and how repeated anchors are told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# "Alphabetic" symbols of Unicode (circled and squared letters): word characters for GitHub, not letters by category.
_ALPHABETIC_SYMBOLS = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))


class _GitHubCharacters(dict[int, str | None]):
    """For `str.translate`: which characters of a heading GitHub keeps, found out once for each character."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        kept = (
            category[0] in "LM"
            or category in ("Nd", "Nl", "Pc")
            or character == "-"
            or any(first <= code <= last for first, last in _ALPHABETIC_SYMBOLS)
        )
        self[code] = "-" if character == " " else character if kept else None
        return self[code]


_GITHUB = _GitHubCharacters()


def github_slug(text: str) -> str:
    r"""GitHub's anchor of a heading text: lower case, only word characters, hyphens and spaces, which become hyphens.

    Source: `[^\p{Word}\- ]` of GitHub's own html-pipeline (TableOfContentsFilter); the package github-slugger 2.0 keeps the
    same characters in every code point assigned in Unicode 13.
    """
    return text.lower().translate(_GITHUB)


# Each of these is a word of its own in the anchor, but for the dots, which stay dots.
_GITBOOK_SYMBOLS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "…": "...", "&": "and", "<": "-less-than-", ">": "-greater-than-"}
    | dict.fromkeys("'’‘", "")
)
_GITBOOK_RUN = re.compile(r"[^a-z0-9._]+")
_GITBOOK_ADVERTISEMENT = re.compile(r"(?<![a-z0-9_])ad(?=s?(?![a-z0-9_])|vertis)")
_GITBOOK_LONGEST = 100


def gitbook_slug(text: str) -> str:
    """GitBook's anchor of a heading text, as derived from anchors that GitBook wrote (see docs/decisions.md).

    Accents are dropped, apostrophes deleted, `&`, `<` and `>` become words, every other run of characters one hyphen; an
    anchor does not start with a digit (`id-2fa`) and has 100 characters at most.
    """
    text = unicodedata.normalize("NFD", text.lower()).translate(_GITBOOK_SYMBOLS)
    text = "".join(character for character in text if not unicodedata.combining(character))
    slug = _GITBOOK_RUN.sub("-", text).strip("-")
    if slug[:1].isdigit():
        slug = "id-" + slug
    return slug[:_GITBOOK_LONGEST]


def past_blockers(slug: str) -> str:
    """The anchor that GitBook makes today of one with a word that advertisement blockers look for: `azure-a-d`."""
    return _GITBOOK_ADVERTISEMENT.sub("a-d", slug)[:_GITBOOK_LONGEST]


def numbered(slugs: Iterable[str]) -> list[str]:
    """The slugs made unique as github-slugger does it: the second `a` becomes `a-1`, unless a heading is called so."""
    seen: dict[str, int] = {}
    unique = []
    for slug in slugs:
        candidate = slug
        while candidate in seen:
            seen[slug] += 1
            candidate = f"{slug}-{seen[slug]}"
        seen[candidate] = 0
        unique.append(candidate)
    return unique
