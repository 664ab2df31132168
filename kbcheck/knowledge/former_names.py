"""Names that a team has given up: `deprecated-names` of a page, `model: {KIND: {deprecated: …}}`; where they still stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kbcheck.config import KindSettings
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.documents.ranges import Ranges
from kbcheck.knowledge.model import FRONT_MATTER, Model
from kbcheck.knowledge.names import INCLUSIVE_ENDING, name_key
from kbcheck.schema.values import strings

# Change logs say what was called how, and when.
_LOG = re.compile(
    r"(?:^|/)(?:change-?log|changes|history|historique|journal|nouveautes|release-?notes|notes-de-version|versions?)"
    r"(?:[-_.][^/]*)?\.md$|(?:^|/)(?:change-?logs?|release-?notes)/",
    re.IGNORECASE,
)
# So do these words, before a name: "anciennement", "ex-".
_FORMERLY = re.compile(
    r"\b(?:anciennement|ancien nom|ex|auparavant|autrefois|formerly|previously|former name|once)"
    r"(?: (?:called|known as|appel[ée]e?s?|nomm[ée]e?s?))?[\s:\"“«’'(*_-]{0,4}(?:l[ea]s? |une? )?$",
    re.IGNORECASE,
)
_LOOK_BACK = 60  # characters before a name in which such a word stands
_WORD = re.compile(r"\w+")
_ARTICLES = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "of", "the"})
# Between two words of a name: a space or a sign, the end of a line, and any article.
_BETWEEN = (
    r"(?:[ \u00a0]{1,2}|[-/]|[ \u00a0]?\r?\n[ \t>]{0,4})"
    r"(?:(?:de|du|des|d['’]|la|le|les|l['’]|of|the)[ \u00a0]{0,2}){0,2}"
)
# Plural and inclusive endings: "chefs", "chef·fe", "chargé(e)s".
_ENDING = rf"(?:\({INCLUSIVE_ENDING}\)s?|[·•‧⋅./]{INCLUSIVE_ENDING}\b(?:[·.]s)?|s|x)?"
# Words that change before a vowel, or are another one before it.
_ELIDED = re.compile(r"\b(?:l|d|qu)['’]$", re.IGNORECASE)
_FULL = re.compile(r"\b(?:l[ea]|de|du|au|que|ce|an?)\s+$", re.IGNORECASE)
_VOWELS = frozenset("aeiouyhàâéèêëîïôùûœ")
_MOST = 300  # former names of a base; beyond, it is no list that people wrote


class Renaming(Struct, frozen=True):
    """A former name of an entity, and the name that it has now."""

    kind: str
    former: str
    present: str


class FormerName(Struct, frozen=True):
    """A place that still has a former name; `text` is what to write instead, where that is certain."""

    renaming: Renaming
    span: Span
    text: str | None
    in_heading: bool = False


class FormerNames:
    """Where the pages of a base have names that it has given up."""

    def __init__(self, model: Model, kinds: Mapping[str, KindSettings]) -> None:
        self._model = model
        self._kinds = kinds

    @cached_property
    def _patterns(self) -> tuple[tuple[Renaming, re.Pattern[str]], ...]:
        """The longest names first: a part of one is not told once more."""
        found = sorted(renamings(self._model, self._kinds).values(), key=lambda one: -len(one.former))
        return tuple((one, pattern) for one in found[:_MOST] if (pattern := _pattern(one.former)))

    @cached_property
    def _longer(self) -> tuple[re.Pattern[str], ...]:
        """Names of today that hold a former one: "responsable" is given up, "responsable produit" is not."""
        formers = [f" {name_key(renaming.former)} " for renaming, _ in self._patterns]
        present = {name for one in self._model.entities for name in (one.name, *one.aliases)}
        present |= {renaming.present for renaming, _ in self._patterns}
        given_up = {key for _, key in renamings(self._model, self._kinds)}
        return tuple(
            pattern
            for name in sorted(present)
            if name_key(name) not in given_up and any(former in f" {name_key(name)} " for former in formers)
            if (pattern := _pattern(name))
        )

    def of(self, document: Document, hidden: Ranges) -> Iterator[FormerName]:
        """The places of a page with a former name; `hidden` is what is no prose there. Change logs are left alone."""
        if not self._patterns or _LOG.search(document.path):
            return
        told = [Span(*match.span()) for pattern in self._longer for match in pattern.finditer(document.text)]
        headings = Ranges(heading.span for heading in document.headings)
        for renaming, pattern in self._patterns:
            longer = Ranges(tuple(told))
            for match in pattern.finditer(document.text):
                before = document.text[max(match.start() - _LOOK_BACK, 0) : match.start()]
                if not any(each.covers(match.start()) for each in (hidden, longer)) and not _FORMERLY.search(before):
                    told.append(Span(*match.span()))
                    text = _instead(renaming, match[0], before)
                    yield FormerName(renaming, told[-1], text, headings.covers(match.start()))


def renamings(model: Model, kinds: Mapping[str, KindSettings]) -> Mapping[tuple[str, str], Renaming]:
    """The former names of a base, by kind and key. One that is the name of an entity today as well is no former one."""
    said = [
        Renaming(entity.kind, former, entity.name)
        for entity in model.mentions
        if entity.form == FRONT_MATTER
        for former in strings(entity.attributes.get("deprecated-names"))
    ]
    said += [Renaming(kind, *names) for kind, settings in kinds.items() for names in settings.deprecated.items()]
    present = {(one.kind, name_key(one.name)) for one in model.mentions if one.form == FRONT_MATTER}
    keyed = {(one.kind, name_key(one.former)): one for one in said}
    return {key: one for key, one in keyed.items() if key not in present and name_key(one.present) != key[1] and key[1]}


def _pattern(name: str) -> re.Pattern[str] | None:
    """The name as whole words, in plural and inclusive writing too; an acronym in capitals only ("PM", but not "2 pm")."""
    words = _content(name)
    if not words or len(name) > 200:
        return None
    inside = rf"{_ENDING}{_BETWEEN}".join(map(re.escape, words))
    return re.compile(rf"(?<![\w-]){inside}{_ENDING}(?![\w-])", 0 if name.isupper() else re.IGNORECASE)


def _content(name: str) -> list[str]:
    return [word for word in _WORD.findall(name) if word.casefold() not in _ARTICLES]


def _instead(renaming: Renaming, written: str, before: str) -> str | None:
    """The present name, where exactly the former one is written and the word before it need not change."""
    present = renaming.present
    stays = _ELIDED.search(before) is None if present[:1].casefold() not in _VOWELS else _FULL.search(before) is None
    if not stays or _content(written.casefold()) != _content(renaming.former.casefold()):
        return None
    if written.isupper() or present.isupper() or written[:1].isupper() == renaming.former[:1].isupper():
        return present
    return (present[:1].upper() if written[:1].isupper() else present[:1].lower()) + present[1:]
