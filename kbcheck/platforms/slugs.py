"""Slugs: from the text of a heading to its anchor, and how repeated anchors are told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def folded(text: str) -> str:
    """A text without accents and case, its ligatures as two letters."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character))


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """What the anchors of all platforms have in common: letters and digits, without accents and case."""
    return "".join(filter(str.isalnum, folded(text)))


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


def gitbook_slug(text: str, longest: int | None = _GITBOOK_LONGEST) -> str:
    """GitBook's anchor of a heading text, as derived from anchors that GitBook wrote (see docs/decisions.md).

    Accents are dropped, apostrophes deleted, `&`, `<` and `>` become words, every other run of characters one hyphen; an
    anchor does not start with a digit (`id-2fa`) and has 100 characters at most, or `longest`.
    """
    return _whole_gitbook_slug(text)[:longest]


@lru_cache(maxsize=50_000)  # asked for whole and for cut, and once more for the base before a change
def _whole_gitbook_slug(text: str) -> str:
    text = unicodedata.normalize("NFD", text.lower()).translate(_GITBOOK_SYMBOLS)
    text = "".join(character for character in text if not unicodedata.combining(character))
    slug = _GITBOOK_RUN.sub("-", text).strip("-")
    return "id-" + slug if slug[:1].isdigit() else slug


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


# `rSpecial` and `rControl` of @mdit-vue/shared.
_VITEPRESS_RUN = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'“”‘’<>,.?/]+")
_CONTROL = re.compile("[\u0000-\u001f]")
_COMBINING = re.compile("[\u0300-\u036f]")


def vitepress_slug(text: str) -> str:
    """VitePress's anchor of a heading text: accents dropped, every run of punctuation or spaces one hyphen.

    Source: `slugify` of @mdit-vue/shared, which VitePress hands to markdown-it-anchor. An anchor does not start with a digit.
    """
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text))
    slug = _VITEPRESS_RUN.sub("-", _CONTROL.sub("", text)).strip("-")
    return ("_" + slug if slug[:1].isdecimal() and slug[0].isascii() else slug).lower()


_NOT_MKDOCS = re.compile(r"[^\w\s-]")


def mkdocs_slug(text: str, separator: str = "-", *, is_ascii: bool = True) -> str:
    """MkDocs's anchor of a heading text: `slugify` (or `slugify_unicode`) of markdown.extensions.toc, Python-Markdown 3."""
    text = unicodedata.normalize("NFKD" if is_ascii else "NFKC", text)
    if is_ascii:
        text = text.encode("ascii", "ignore").decode("ascii")
    text = _NOT_MKDOCS.sub("", text).strip().lower()
    return re.sub(rf"[{re.escape(separator)}\s]+", lambda run: separator, text)


_TAG = re.compile(r"<[^<>]*+>")
_NOT_PYMDOWNX = re.compile(r"[^\w\- ]")


def pymdownx_slug(text: str, separator: str = "-", *, case: str = "none", form: str = "NFC") -> str:
    """The anchor that `pymdownx.slugs.slugify` makes, which Material for MkDocs recommends for other languages."""
    normalized = _TAG.sub("", unicodedata.normalize("NFD" if form == "NFD" else "NFC", text)).strip()
    change = {"lower": str.lower, "fold": str.casefold, "lower-ascii": _lower_ascii}.get(case, str)
    return _NOT_PYMDOWNX.sub("", change(normalized)).replace(" ", separator)


def _lower_ascii(text: str) -> str:
    return "".join(character.lower() if character.isascii() else character for character in text)


_ENDS_IN_NUMBER = re.compile(r"(.*)_([0-9]{1,18})", re.DOTALL)


def mkdocs_numbered(slugs: Iterable[str]) -> list[str]:
    """The slugs made unique as `unique` of markdown.extensions.toc does it: `a`, `a_1`, `a_2`; an empty one is `_1`."""
    seen: set[str] = set()
    onward: dict[str, str] = {}  # from a taken id to a later one: without it, a thousand equal headings are slow
    unique = []
    for slug in slugs:
        candidate = slug
        while candidate in seen or not candidate:
            candidate = onward.get(candidate) or _next_number(candidate)
        if slug != candidate:
            onward[slug] = candidate
        seen.add(candidate)
        unique.append(candidate)
    return unique


def _next_number(slug: str) -> str:
    match = _ENDS_IN_NUMBER.fullmatch(slug)
    return f"{match[1]}_{int(match[2]) + 1}" if match else f"{slug}_1"


# kramdown turns these into typographic characters, which are no part of the id.
_KRAMDOWN_TYPOGRAPHY = re.compile(r"(?<!-)-{2,3}(?!-)|\.\.\.")
_KRAMDOWN_START = re.compile(r"^[^a-zA-Z]+")
_NOT_KRAMDOWN = re.compile(r"[^a-zA-Z0-9 -]")


def kramdown_gfm_slug(text: str, code: Iterable[str] = ()) -> str:
    """The anchor that Jekyll makes by default: `generate_gfm_header_id` of kramdown-parser-gfm, GitHub's but for dashes.

    In the `code` parts of the text, dashes are no typography.
    """
    for part in code:
        text = text.replace(part, part.replace("-", "\ue000"), 1)
    return github_slug(_KRAMDOWN_TYPOGRAPHY.sub("", text).replace("\ue000", "-").replace("\t", " "))


def kramdown_slug(text: str) -> str:
    """The anchor of kramdown's own parser (`input: kramdown`): `basic_generate_id` of kramdown's base converter."""
    text = _KRAMDOWN_START.sub("", text)
    return _NOT_KRAMDOWN.sub("", text).replace(" ", "-").lower() or "section"


def hugo_slug(source: str) -> str:
    """Hugo's anchor of a heading, made from its Markdown as written, of which only letters and digits are kept.

    Source: `sanitizeAnchorName` of hugo's markup/goldmark/autoid.go, with the default type `github`.
    """
    kept = []
    for character in source.strip():
        if character in "- ":
            kept.append("-")
        elif character == "_" or unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Nd":
            lower = character.lower()
            kept.append(lower if len(lower) == 1 else lower[0])
    return "".join(kept)


def hugo_numbered(slugs: Iterable[str]) -> list[str]:
    """The slugs made unique as Hugo does it: `a`, `a-1`; one without letters and digits is `heading`."""
    return numbered(slug or "heading" for slug in slugs)


_OBSIDIAN_RUN = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+")


def obsidian_key(text: str) -> str:
    """What Obsidian compares when a link names a heading: the text without punctuation and case.

    Source: `stripHeading` of Obsidian's API (obsidian.d.ts), "normalizes headings for link matching by stripping special
    characters and shortening spaces".
    """
    return _OBSIDIAN_RUN.sub(" ", text).strip().casefold()
