"""What kbcheck says, in the language of its reader: English in the code, other languages in catalogues of GNU gettext.

A text stands where it is said, in English, with `{placeholders}`. Its translations stand under it in
`kbcheck/locale/LANGUAGE/LC_MESSAGES/kbcheck.po` (docs/translating.md says how they get there); what a rule says is
translated in its page. English needs no catalogue.
"""

from __future__ import annotations

import os
from functools import cache
from gettext import NullTranslations, translation

#: The languages that kbcheck speaks: English, and one for each folder of catalogues.
LANGUAGES = ("en", "fr")

#: The folder of the catalogues.
CATALOGUES = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 - read at every start


class Sayable:
    """Something that can be said in any language: a text, an error."""

    __slots__ = ()

    def spoken(self, texts: Texts) -> str:
        """The words, in the language of these texts."""
        raise NotImplementedError


class Text(Sayable):
    """A text with what fills its placeholders, said where no language is known yet. A value can be sayable, too."""

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash(self.template)

    def __repr__(self) -> str:
        return f"Text({self.template!r}, {self.values!r})"

    def __str__(self) -> str:
        return self.spoken(texts_in("en"))

    def spoken(self, texts: Texts) -> str:
        """The text in the language of `texts`, complete."""
        return texts.said(self.template, **self.values)


class Texts:
    """The texts of one language; those that its catalogue lacks are said in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = (
            NullTranslations() if language == "en" else translation("kbcheck", CATALOGUES, [language], fallback=True)
        )

    def translated(self, text: str) -> str:
        """A text as it is, without looking for placeholders."""
        return self._catalogue.gettext(text)

    def said(self, text: str | Sayable, /, **values: object) -> str:
        """A text with `values` in its placeholders."""
        if isinstance(text, Sayable):
            return text.spoken(self)
        return self._catalogue.gettext(text).format(**self._spoken(values))

    def counted(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """The form that the language uses with this number, which fills `{count}`: “1 file”, “2 files”, « 0 fichier »."""
        return self._catalogue.ngettext(singular, plural, count).format(count=count, **self._spoken(values))

    def _spoken(self, values: dict[str, object]) -> dict[str, object]:
        return {name: value.spoken(self) if isinstance(value, Sayable) else value for name, value in values.items()}


@cache
def texts_in(language: str) -> Texts:
    """The texts of a language; those of English when kbcheck does not speak it."""
    return Texts(language if language in LANGUAGES else "en")
