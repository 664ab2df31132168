"""What pages are called: in their front matter, in their first heading, in the navigation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.names import name_key, read_name


class Pages(Protocol):
    """What is asked of the knowledge base."""

    documents: Mapping[str, Document]

    @property
    def pages(self) -> tuple[Document, ...]:
        """The Markdown documents, by path."""

    @property
    def listed(self) -> Mapping[str, tuple[Link, ...]]:
        """For every page in the navigation, the links that name it there."""

    def is_content(self, path: str) -> bool:
        """Whether a file is meant to be a page of the published base."""

    def is_published(self, path: str) -> bool:
        """Whether readers see this page on the platform's site."""


class Titles:
    """The titles of all pages, as keys (`title_key`)."""

    def __init__(self, base: Pages) -> None:
        self._base = base
        self._own: dict[str, frozenset[str]] = {}  # by path

    def of(self, path: str) -> frozenset[str]:
        """What a page may be called: its own titles, and its entries in the navigation."""
        return self.own(path) | {title_key(link.text) for link in self._base.listed.get(path, ())}

    def own(self, path: str) -> frozenset[str]:
        """The title of a page in its front matter, and its first heading."""
        if path not in self._own:
            document = self._base.documents.get(path)
            self._own[path] = frozenset() if document is None else _titles(document)
        return self._own[path]

    @cached_property
    def pages(self) -> Mapping[str, tuple[str, ...]]:
        """For every title, the published pages that are called so."""
        found: dict[str, list[str]] = {}
        for document in self._base.pages:
            if self._base.is_content(document.path) and self._base.is_published(document.path):
                for key in self.of(document.path):
                    found.setdefault(key, []).append(document.path)
        return {key: tuple(paths) for key, paths in found.items()}

    @cached_property
    def owners(self) -> Mapping[str, tuple[str, ...]]:
        """For every title, the published pages that have it for their own, whatever the navigation calls them."""
        return {key: tuple(path for path in paths if key in self.own(path)) for key, paths in self.pages.items()}


def _titles(document: Document) -> frozenset[str]:
    """The keys of a page's own titles."""
    written = (document.fields.get("title"), *(heading.text for heading in document.headings[:1]))
    return frozenset(title_key(title) for title in written if isinstance(title, str))


def is_alike(key: str, path: str, titles: Iterable[str]) -> bool:
    """Whether a name, as a key, has a word in common with a page's path or titles: then it may well mean that page."""
    squeezed = re.sub(r"[\W_]", "", f"{name_key(path)} {path.casefold()}")
    words = [word for word in key.split() if len(word) > 3] or [key.replace(" ", "")]
    others = {word for title in titles for word in title.split()}
    return any(word in squeezed or word in others for word in words) or key.replace(" ", "") in squeezed


def title_key(text: str) -> str:
    """What two spellings of a title have in common."""
    return name_key(read_name(text).text)
