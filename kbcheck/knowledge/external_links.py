"""The links of a base that lead out of it, and what is known of the addresses they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Protocol

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.resolver import Resolution
from kbcheck.knowledge.verdicts import Address, Verdict, address_of
from kbcheck.platforms.platform import Navigation


class Pages(Protocol):
    """What is asked of the knowledge base."""

    documents: Mapping[str, Document]

    @property
    def pages(self) -> tuple[Document, ...]:
        """The Markdown documents, by path."""

    @property
    def navigation(self) -> Navigation | None:
        """The table of contents, on platforms that have one."""

    def resolutions(self, document: Document) -> tuple[tuple[Link, Resolution], ...]:
        """Every link of a document with where it leads."""


class ExternalLinks:
    """Read-only. `verdicts` are what is known, by `Address.page`."""

    def __init__(self, base: Pages, verdicts: Mapping[str, Verdict]) -> None:
        self._base = base
        self._verdicts = verdicts

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents that can have such links: pages, and the table of contents in another format."""
        navigation = self._base.navigation
        contents = self._base.documents.get(navigation.path) if navigation else None
        return self._base.pages if contents is None or contents.format == "markdown" else (*self._base.pages, contents)

    def of(self, document: Document) -> Iterator[tuple[Link, Address]]:
        """The links of a document that lead to an address outside that can be looked at."""
        for link, resolution in self._base.resolutions(document):
            if resolution.status == "external":
                address = address_of(link.target)
                if address is not None:
                    yield link, address

    def verdicts(self, document: Document) -> Iterator[tuple[Link, Address, Verdict]]:
        """The links of a document to addresses of which something is known."""
        if self._verdicts:
            for link, address in self.of(document):
                verdict = self._verdicts.get(address.page)
                if verdict is not None:
                    yield link, address, verdict

    @cached_property
    def unverifiable(self) -> Mapping[str, tuple[str, Link, int]]:
        """For each host that lets nobody look, the first page and link that lead there, and how many addresses do."""
        first: dict[str, tuple[str, Link]] = {}
        pages: dict[str, set[str]] = {}
        for document in self.documents:
            for link, address, verdict in self.verdicts(document):
                if verdict.outcome == "unverifiable":
                    first.setdefault(address.host, (document.path, link))
                    pages.setdefault(address.host, set()).add(address.page)
        return {host: (path, link, len(pages[host])) for host, (path, link) in first.items()}
