"""The knowledge base: all documents, the tree they stand in, and the questions that rules ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from posixpath import dirname

from kbcheck.config import Settings
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.files import Tree, default_branch
from kbcheck.knowledge.addresses import RepositoryAddress, repository_names
from kbcheck.knowledge.history import History, letters
from kbcheck.knowledge.model import Model
from kbcheck.knowledge.paths import Paths
from kbcheck.knowledge.references import References
from kbcheck.knowledge.resolver import Resolution, link_path, resolve
from kbcheck.knowledge.schemas import PageSchemas
from kbcheck.knowledge.suggested_anchors import name_letters
from kbcheck.platforms.platform import Navigation, Platform, Redirect


class KnowledgeBase:
    """Read-only. Everything is worked out when it is first asked for, and once."""

    def __init__(
        self,
        settings: Settings,
        tree: Tree,
        documents: Mapping[str, Document],
        platform: Platform,
        repositories: tuple[str, ...] = (),
    ) -> None:
        """`documents` are all pages and configuration files by path; `repositories` the own ones (`host/owner/name`)."""
        self.settings = settings
        self.documents = documents
        self.platform = platform
        self.paths = Paths(tree)
        self._github = Platform()
        self._repositories = repository_names((*settings.repository, *repositories))
        self._anchors: dict[tuple[str, str], Mapping[str, Span]] = {}
        self._anchors_by_letters: dict[tuple[str, str], Mapping[str, str]] = {}
        self._resolutions: dict[str, tuple[tuple[Link, Resolution], ...]] = {}

    # Pages and platforms

    @cached_property
    def pages(self) -> tuple[Document, ...]:
        """The Markdown documents, by path."""
        return tuple(document for _, document in sorted(self.documents.items()) if document.format == "markdown")

    def is_content(self, path: str) -> bool:
        """Whether a file is meant to be a page of the published base: not the table of contents, for one."""
        return self.platform.is_content(path) and not (self.navigation and path == self.navigation.path)

    def is_published(self, path: str) -> bool:
        """Whether readers see this page on the platform's site; without a navigation every page is."""
        return self.navigation is None or path == self.navigation.path or path in self.listed

    def platform_of(self, path: str) -> Platform:
        """A page outside the published set is seen on GitHub only, and follows its rules."""
        return self.platform if self.is_published(path) else self._github

    def anchors(self, path: str, platform: Platform | None = None) -> Mapping[str, Span] | None:
        """The anchors of a page, or of a folder's index page; None where nothing can be said (an image, a folder).

        `platform` is the one that shows the page; without it, that of its readers.
        """
        document = self.documents.get(self.index_page(path))
        if document is None or document.format != "markdown":
            return None
        shown_by = platform or self.platform_of(document.path)
        if not shown_by.knows_anchors(document):
            return None
        key = document.path, shown_by.name
        if key not in self._anchors:
            self._anchors[key] = shown_by.anchors(document)
        return self._anchors[key]

    def anchor_of_any_case(self, path: str, fragment: str, platform: Platform) -> str | None:
        """The anchor of a page that differs from `fragment` in upper and lower case only."""
        key = path, platform.name
        if key not in self._anchors_by_letters:
            anchors = self.anchors(path, platform) or {}
            self._anchors_by_letters[key] = {anchor.casefold(): anchor for anchor in reversed(list(anchors))}
        return self._anchors_by_letters[key].get(fragment.casefold())

    # Links

    def resolve(self, link: Link, document: Document) -> Resolution:
        """Where a link of a document leads, and why it does not get there."""
        return resolve(link, document, self)

    def resolutions(self, document: Document) -> tuple[tuple[Link, Resolution], ...]:
        """Every link of a document with where it leads; uses of a reference are judged at its definition."""
        if document.path not in self._resolutions:
            self._resolutions[document.path] = tuple((link, self.resolve(link, document)) for link in _judged(document))
        return self._resolutions[document.path]

    def is_own_repository(self, address: RepositoryAddress) -> bool:
        """Whether the address is one of this repository, under its present name or a former one."""
        return address.name in self._repositories

    @cached_property
    def default_branches(self) -> tuple[str, ...]:
        """The branches that readers are meant to see: of the settings, else of the clone, else the usual names."""
        branch = self.settings.branch or default_branch(self.settings.root)
        return (branch, "HEAD") if branch else ("main", "master", "HEAD")

    @cached_property
    def linked(self) -> Mapping[str, tuple[str, ...]]:
        """For every file or folder that links lead to, the pages that hold such a link.

        A link to a folder leads to its index page too. Links of a page to itself and those of the navigation do not count.
        """
        sources: dict[str, list[str]] = {}
        for document in self.pages:
            if self.navigation and document.path == self.navigation.path:
                continue
            for _, resolution in self.resolutions(document):
                if resolution.path is not None and resolution.path != document.path:
                    for path in {resolution.path, self.index_page(resolution.path)}:
                        sources.setdefault(path, []).append(document.path)
        return {path: tuple(dict.fromkeys(pages)) for path, pages in sources.items()}

    def index_page(self, path: str) -> str:
        """The page that is shown for a folder, when `path` is one and has it; else `path`."""
        readme = f"{path}/README.md" if path else "README.md"
        return readme if path not in self.documents and readme in self.documents else path

    # Navigation

    @cached_property
    def navigation(self) -> Navigation | None:
        """The table of contents, on platforms that have one."""
        return self.platform.navigation(self.documents)

    @cached_property
    def listed(self) -> Mapping[str, tuple[Link, ...]]:
        """For every page in the navigation, the links that name it there."""
        if self.navigation is None:
            return {}
        listed: dict[str, list[Link]] = {}
        for entry in self.navigation.entries:
            path = link_path(entry.link.target, self.navigation.path, self.platform.folder)
            for meaning in self.platform.meanings(path) if path is not None else ():
                if meaning in self.documents:
                    listed.setdefault(meaning, []).append(entry.link)
        return {path: tuple(links) for path, links in listed.items()}

    @cached_property
    def redirects(self) -> tuple[Redirect, ...]:
        """The redirects that the platform's configuration declares."""
        return self.platform.redirects()

    def is_redirected(self, path: str) -> bool:
        """Whether a redirect leads from this path to a page that exists."""
        address = path.removesuffix("/README.md").removesuffix(".md")
        return any(
            redirect.source in (path, address) and redirect.target in self.documents for redirect in self.redirects
        )

    # Folders

    @cached_property
    def folders(self) -> Mapping[str, tuple[str, ...]]:
        """The pages that stand directly in each folder, for pages meant to be published."""
        folders: dict[str, list[str]] = {}
        for document in self.pages:
            if self.is_content(document.path):
                folders.setdefault(dirname(document.path), []).append(document.path)
        return {folder: tuple(pages) for folder, pages in folders.items()}

    def is_section(self, path: str) -> bool:
        """Whether a page stands for a section: it is the index of a folder or has sub-pages in the navigation."""
        if self.platform.is_index(path) and len(self.folders.get(dirname(path), ())) > 1:
            return True
        entries = self.navigation.entries if self.navigation else ()
        own = {link.span for link in self.listed.get(path, ())}
        return any(entry.link.span in own and after.depth > entry.depth for entry, after in pairwise(entries))

    # What dead links may mean

    @cached_property
    def holders(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """For the letters of every anchor, the pages that have it, each with the anchor itself."""
        found: dict[str, list[tuple[str, str]]] = {}
        for document in self.pages:
            for anchor in self.anchors(document.path) or ():
                found.setdefault(letters(anchor), []).append((document.path, anchor))
        return {key: tuple(pages) for key, pages in found.items()}

    @cached_property
    def titled(self) -> Mapping[str, tuple[str, ...]]:
        """For the letters of every page's title and name, the pages that are called so."""
        found: dict[str, list[str]] = {}
        for document in self.pages:
            titles = (heading.text for heading in document.headings[:1] if heading.level == 1)
            for key in {name_letters(document.path), *map(letters, titles)}:
                found.setdefault(key, []).append(document.path)
        return {key: tuple(pages) for key, pages in found.items()}

    # The past

    @cached_property
    def history(self) -> History:
        """What git remembers of paths and headings that are gone."""
        return History(self.settings.root)

    # The model

    @cached_property
    def model(self) -> Model:
        """The roles, phases and deliverables of the base, and their relations."""
        from kbcheck.knowledge.extraction import extract

        return extract(self.pages, self.schemas.kinds)

    @cached_property
    def schemas(self) -> PageSchemas:
        """The schemas that judge front matter, those of kbcheck and those that the settings name."""
        return PageSchemas(self.settings.schemas, self.documents)

    @cached_property
    def references(self) -> References:
        """The ids that pages refer to in front matter, and what there is to refer to."""
        return References(self.pages, self.schemas, self.model)


def _judged(document: Document) -> list[Link]:
    """The links whose target is written at their place; what only repeats a tag's link, and what nobody uses, is left out."""
    used = {_label(link.label) for link in document.links if link.syntax in ("reference", "image-reference")}
    return [
        link
        for link in document.links
        if link.syntax not in ("reference", "image-reference")
        and not (link.syntax == "inline" and link.tag)
        and not (link.syntax == "definition" and _label(link.label) not in used)
    ]


def _label(label: str | None) -> str:
    """Reference labels are compared without case, runs of white space as one space (CommonMark 4.7)."""
    return " ".join((label or "").casefold().split())
