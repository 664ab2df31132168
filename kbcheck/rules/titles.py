"""Whether a title is the name of a file."""

from __future__ import annotations

import re

# `6.-choix-des-investigations`, as GitBook makes a file name of a title.
_NUMBERED = re.compile(r"\d{1,3}[.-]+[^\W\d_]+(?:-\w+)+")
# Words that join others. Names of programs (`mariadb-find-rows`) have words with hyphens too, but none of these.
_FRENCH = (
    "à",
    "au",
    "aux",
    "avec",
    "dans",
    "de",
    "des",
    "du",
    "en",
    "et",
    "la",
    "le",
    "les",
    "ou",
    "par",
    "pour",
    "sur",
    "un",
)
_ENGLISH = ("and", "for", "how", "of", "the", "what", "with")
_JOINING = frozenset((*_FRENCH, *_ENGLISH))
_FEWEST_WORDS = 3


def is_file_name(title: str, path: str) -> bool:
    """Whether the title of the page at this path is the file's name, with its extension or plainly made for a file."""
    name = path.rpartition("/")[2]
    if title.casefold().endswith(name.casefold()):
        return True
    stem = path.rpartition("/")[0].rpartition("/")[2] if name == "README.md" else name.removesuffix(".md")
    words = title.split("-")
    is_slug = _NUMBERED.fullmatch(title) or (len(words) >= _FEWEST_WORDS and not _JOINING.isdisjoint(words))
    return title.casefold() == stem.casefold() and bool(is_slug)
