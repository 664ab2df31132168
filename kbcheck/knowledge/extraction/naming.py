"""From a unit to its name: what is written there, cleaned of numbers and marks; or why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.config import KindSettings
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.extraction.locators import located
from kbcheck.knowledge.extraction.places import Piece, place
from kbcheck.knowledge.extraction.takes import title_of
from kbcheck.knowledge.extraction.units import Unit
from kbcheck.knowledge.extraction.vocabulary import Locator, Rule
from kbcheck.knowledge.names import Name, name_key, read_name
from kbcheck.knowledge.resolver import Resolution

# For rows, the first cell that says something; a second line in it explains the first one.
_FIRST_CELL = Locator(cell="first-filled", first="line")
# A link whose text is the path that it leads to has no text of its own.
_PATH_LIKE = re.compile(r"[\w./-]+(?:\.mdx?|/)$")
# `3.-build.md`, `3_build/README.md`: a number before a name; `2.1-x.md` counts sections.
_FILE_NUMBER = re.compile(r"(?:^|/)(\d{1,3})[.)]?[-_ ]+[^\d/][^/]*(?:/(?:readme|index|_index))?\.\w+$", re.IGNORECASE)


def _keys(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(map(name_key, texts))


#: What is written where a name is still to come: a finding.
_TO_COME = _keys(
    ("à venir", "à compléter", "à définir", "à préciser", "à rédiger", "TBD", "TODO", "Tk", "to come", "to be defined")
)
#: What is written where there is none on purpose.
_NOTHING = _keys(("", "N/A", "NA", "none", "néant", "aucun", "aucune", "sans objet", "etc", "idem"))


def says_nothing(key: str) -> bool:
    """Whether the key of a text says that there is no name: it is empty, or N/A."""
    return key in _NOTHING


class Pages(Protocol):
    """What naming asks of the knowledge base."""

    documents: Mapping[str, Document]

    def resolve(self, link: Link, document: Document) -> Resolution:
        """Where a link leads."""

    def index_page(self, path: str) -> str:
        """The page that is shown for a folder."""


class Written(Struct, frozen=True):
    """A name as it is written at a place, its key, and the number before it.

    `is_nothing` where the place is empty or says that there is nothing to name, `is_to_come` where it says that the name is
    still to be written.
    """

    piece: Piece
    name: Name
    key: str
    number: int | None
    is_nothing: bool
    is_to_come: bool


class Namer:
    """Reads the names of units, with the words that a team has for those that are none."""

    def __init__(self, base: Pages, kinds: Mapping[str, KindSettings], placeholders: Iterable[str]) -> None:
        self._base = base
        self._to_come = _TO_COME | _keys(placeholders)
        self._left_out = {kind: _keys((*own.homonyms, *own.wildcards)) for kind, own in kinds.items()}
        self._titles: dict[str, str] = {}

    def written(self, rule: Rule, unit: Unit) -> Written | None:
        """The name of a unit as its rule reads it; None when the rule skips it, or the settings say that it is none."""
        where = rule.name or (_FIRST_CELL if unit.form == "table-row" else Locator())
        piece = located(where, unit)
        if piece is None and where.else_ == "skip":
            return None
        if piece is None and where.else_ == "title":
            piece = title_of(unit.document)
        piece = piece or Piece("", unit.piece.span)
        shown = self._shown(piece.text, unit)
        if shown != piece.text:  # it stands in another page
            piece = Piece(shown, place(unit.document, piece, piece.text))
        name = read_name(" ".join(piece.text.split()))
        key = name_key(name.text)
        if key in self._left_out.get(rule.kind, ()):
            return None
        is_nothing = says_nothing(key) or not any(map(str.isalnum, name.text))
        return Written(piece, name, key, _number(rule, unit, name), is_nothing, key in self._to_come)

    def page_of(self, link: Link, document: Document) -> str | None:
        """The page of the base that a link leads to; None when it leads elsewhere.

        The links of a data file are those of the page that shows it: they may start at the root.
        """
        path = self._base.resolve(link, document).path
        page = self._base.index_page(path) if path is not None else None
        if page not in self._base.documents and document.format == "yaml" and not link.target.startswith("/"):
            path = self._base.resolve(replace(link, target=f"/{link.target}"), document).path
            page = self._base.index_page(path) if path is not None else None
        return page if page in self._base.documents else None

    def _shown(self, text: str, unit: Unit) -> str:
        """The text; where it is no more than the path of the page that a link leads to, the title of that page."""
        if unit.link is None or (text.strip() and not _PATH_LIKE.fullmatch(text.strip()) and text != unit.link.target):
            return text
        page = self.page_of(unit.link, unit.document)
        return (self._title(page) if page else "") or text

    def _title(self, page: str) -> str:
        """The title of a page; empty when it has none."""
        if page not in self._titles:
            document = self._base.documents[page]
            title = title_of(document) if document.format == "markdown" else None
            self._titles[page] = title.text if title else ""
        return self._titles[page]


def _number(rule: Rule, unit: Unit, name: Name) -> int | None:
    """The number before a name: written there, at the start of the unit, by an ordered list, or in the name of the file."""
    if isinstance(rule.order, Locator):
        place = located(rule.order, unit)
        digits = re.search(r"\d{1,6}", place.text) if place else None
        return int(digits[0]) if digits else None
    if not rule.numbered:
        return None
    if name.order is not None:
        return name.order
    start = read_name(unit.piece.text).order if unit.form != "page" else None
    if start is not None or unit.number is not None:
        return start if start is not None else unit.number
    file_number = _FILE_NUMBER.search(unit.document.path) if unit.form == "page" else None
    return int(file_number[1]) if file_number else None
