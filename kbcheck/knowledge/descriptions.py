"""The pages that describe entities: whether title and sections are those of what they are said to describe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kbcheck.config import KindSettings
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge.extraction.takes import title_of
from kbcheck.knowledge.likeness import is_like
from kbcheck.knowledge.model import FRONT_MATTER, Entity, Key, Model
from kbcheck.knowledge.names import name_key, read_name


class Title(Struct, frozen=True):
    """The title of a page, without its number and its emoji, and its place."""

    text: str
    span: Span


class WrongTarget(Struct, frozen=True):
    """A text that leads to the page of another entity: `title` is that page's, `right` the page that it names, if any."""

    place: Entity
    label: str
    span: Span
    target: str
    title: Title
    right: str | None


class Descriptions:
    """The pages of entities and what stands on them."""

    def __init__(self, model: Model, kinds: Mapping[str, KindSettings], documents: Mapping[str, Document]) -> None:
        self._model = model
        self._kinds = kinds
        self._documents = documents

    def title(self, path: str) -> Title | None:
        """The first heading of level 1 of a page, else the `title` of its front matter, else its first heading."""
        document = self._documents.get(path)
        if document is None or document.format != "markdown":
            return None
        title = title_of(document)
        return Title(read_name(title.text).text, title.span) if title else None

    # Labels and the pages they lead to

    def wrong_targets(self, path: str) -> Iterator[WrongTarget]:
        """The names and labels in a page that lead to a page whose title is plainly the name of another entity."""
        for entity in self._model.mentioned_in(path):
            title = self.title(entity.target) if entity.target and entity.target != path else None
            if entity.target is None or title is None:
                continue
            other = self._named.get(name_key(title.text))
            texts = ((entity.name, entity.span), *((label.text, label.span) for label in entity.labels))
            for text, span in texts:
                if other is not None and not self._is_meant(text, title, other):
                    right = self._pages.get(name_key(text))
                    yield WrongTarget(entity, text, span, entity.target, title, right)
                    break

    def _is_meant(self, text: str, title: Title, other: frozenset[Key]) -> bool:
        """Whether a text may stand for the page with that title: a name of the same entity, or one much like it."""
        if is_like(text, title.text):
            return True
        own = self._named.get(name_key(text), frozenset())
        if own & other:
            return True
        names = {name for key in other for one in self._model.mentions_of(key) for name in (one.name, *one.aliases)}
        return any(is_like(text, name) for name in names)

    @cached_property
    def _named(self) -> Mapping[str, frozenset[Key]]:
        """The entities by the keys of their names and aliases."""
        named: dict[str, set[Key]] = {}
        for one in self._model.mentions:
            for name in (one.name, *one.aliases):
                named.setdefault(name_key(name), set()).add(one.key)
        return {key: frozenset(keys) for key, keys in named.items()}

    @cached_property
    def _pages(self) -> Mapping[str, str]:
        """The page whose title is a name, for each name that is the title of one page only."""
        pages: dict[str, str | None] = {}
        for path in self._described:
            title = self.title(path)
            if title:
                key = name_key(title.text)
                pages[key] = None if key in pages else path
        return {key: path for key, path in pages.items() if path}

    @cached_property
    def _described(self) -> Mapping[str, frozenset[Key]]:
        """For every page, the entities that it describes."""
        found: dict[str, set[Key]] = {}
        for one in self._model.mentions:
            if one.target:
                found.setdefault(one.target, set()).add(one.key)
        return {path: frozenset(keys) for path, keys in found.items()}

    # The page of an entity

    def misnamed(self, document: Document) -> tuple[Entity, Title] | None:
        """The entity that a page declares, when neither its name, nor an alias or its id is in the title, nor the title in one."""
        entity, title = self._owner(document.path), self.title(document.path)
        if entity is None or title is None or entity.form != FRONT_MATTER:
            return None
        mentions = self._model.mentions_of(entity.key)
        names = {entity.id, *(name for one in mentions for name in (one.name, *one.aliases))}
        words = f" {name_key(title.text)} "
        keys = [f" {name_key(name)} " for name in names]
        return None if any(key in words or words in key for key in keys) else (entity, title)

    def missing_sections(self, document: Document) -> tuple[Entity, tuple[str, ...]] | None:
        """The entity of a page, and the headings that the settings want on each page of its kind and that are not there."""
        entity = self._owner(document.path)
        wanted = self._kinds[entity.kind].sections if entity and entity.kind in self._kinds else ()
        if entity is None or not document.has_body:
            return None
        headings = [" ".join(heading.text.split()) for heading in document.headings]
        missing = tuple(one for one in wanted if not any(re.search(one, text, re.IGNORECASE) for text in headings))
        return (entity, missing) if missing else None

    def _owner(self, path: str) -> Entity | None:
        """The one entity that a page describes: the one it declares, else the only one that leads there."""
        own = next((one for one in self._model.mentioned_in(path) if one.form == FRONT_MATTER), None)
        if own is not None:
            return own
        keys = self._described.get(path, frozenset())
        return self._model.entity(next(iter(keys))) if len(keys) == 1 else None
