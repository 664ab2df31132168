"""The words of the reports: one record a language, singular and plural in pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

#: Singular and plural of something that is counted, with `{count}` where the number stands.
Forms = tuple[str, str]

_Words = TypeVar("_Words")


def spoken(words: Mapping[str, _Words], language: str) -> _Words:
    """The words of a language; the English ones when it has none."""
    return words.get(language, words["en"])


def counted(forms: Forms, count: int, **values: str) -> str:
    """“1 file”, “2 files”; in French, “0 fichier”. `values` fill what else stands in braces."""
    singular, plural = forms
    return (singular if count == 1 else plural).format(count=count, **values)
