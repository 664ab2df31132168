"""The knowledge base: all documents, the tree they stand in, and the questions that rules ask of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cached_property
from itertools import pairwise
from posixpath import dirname
from urllib.parse import unquote

from kbcheck.config import Settings
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.documents.page import label_key
from kbcheck.files import Tree, default_branch
from kbcheck.knowledge.addresses import RepositoryAddress, repository_names
from kbcheck.knowledge.history import History
from kbcheck.knowledge.model import Model
from kbcheck.knowledge.outlines import Outlines
from kbcheck.knowledge.paths import Paths
from kbcheck.knowledge.places import Places
from kbcheck.knowledge.references import References
from kbcheck.knowledge.resolver import Resolution, existing, path_written, resolve
from kbcheck.knowledge.schemas import PageSchemas
from kbcheck.knowledge.structure import Structure
from kbcheck.knowledge.suggested_entries import NewEntries
from kbcheck.knowledge.suggested_sections import MovedSections
from kbcheck.knowledge.titles import Titles
from kbcheck.knowledge.verdicts import Address, Verdict, address_of
from kbcheck.platforms.gitbook import has_spaces
from kbcheck.platforms.other import OtherSite
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
        self._repositories = repository_names((*settings.repository, *repositories))
        self._anchors: dict[tuple[str, str], Mapping[str, Span] | None] = {}
        self._anchors_by_letters: dict[tuple[str, str], Mapping[str, str]] = {}
        self._resolutions: dict[str, tuple[tuple[Link, Resolution], ...]] = {}
        self._verdicts: Mapping[str, Verdict] = {}
        self.offers_repairs = True

    # Pages and platforms

    @cached_property
    def pages(self) -> tuple[Document, ...]:
        """The Markdown documents, by path."""
        return tuple(document for _, document in sorted(self.documents.items()) if document.format == "markdown")

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The texts of the documents, by path."""
        return {path: document.text for path, document in self.documents.items()}

    def is_content(self, path: str) -> bool:
        """Whether a file is meant to be a page of the published base: not the table of contents, for one."""
        return self.platform.is_content(path) and not (self.navigation and path == self.navigation.path)

    def is_published(self, path: str) -> bool:
        """Whether readers see this page on the platform's site; without a navigation every page is."""
        return self.platform.is_published(path, self._is_listed(path))

    def _is_listed(self, path: str) -> bool:
        return self.navigation is None or path == self.navigation.path or path in self.listed

    def platform_of(self, path: str) -> Platform:
        """A page outside the published set is seen on GitHub only, and follows its rules, or is one of another site's."""
        if self.navigation is not None and path == self.navigation.path:
            return self.platform
        return self.platform if self.platform.is_judged(path, self._is_listed(path)) else self.platform.elsewhere(path)

    def anchors(self, path: str, platform: Platform | None = None) -> Mapping[str, Span] | None:
        """The anchors of a page, or of a folder's index page; None where nothing can be said (an image, a folder).

        `platform` is the one that shows the page; without it, that of its readers.
        """
        document = self.documents.get(self.index_page(path))
        if document is None or document.format != "markdown":
            return None
        shown_by = platform or self.platform_of(document.path)
        key = document.path, shown_by.name
        if key not in self._anchors:
            self._anchors[key] = shown_by.anchors(document) if shown_by.knows_anchors(document) else None
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
            links = (*self.schemas.links(document), *filter(self.platform.is_link, self._links(document)))
            self._resolutions[document.path] = tuple((link, self.resolve(link, document)) for link in links)
        return self._resolutions[document.path]

    def _links(self, document: Document) -> Iterable[Link]:
        """The links of a page, or the entries of a table of contents in a configuration file."""
        if self.navigation and document.path == self.navigation.path and document.format != "markdown":
            return (entry.link for entry in self.navigation.entries)
        return _judged(document)

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

    @cached_property
    def orphans(self) -> frozenset[str]:
        """The pages that no other page links to, nor to a folder they are in, in a base without a table of contents.

        None where that is most of many pages: readers of that base do not move by its links, or kbcheck does not see them.
        """
        if self.navigation is not None or not self.platform.expects_indexes or not self.linked:
            return frozenset()
        pages = [
            page.path for page in self.pages if self.is_content(page.path) and not self.platform.is_index(page.path)
        ]
        found = frozenset(path for path in pages if not any(one in self.linked for one in _and_folders(path)))
        return frozenset() if is_habit(len(found), len(pages)) else found

    def index_page(self, path: str) -> str:
        """The page that is shown for a folder, when `path` is one and has it; else `path`."""
        if path in self.documents:
            return path
        return next((page for page in self.platform.index_pages(path) if page in self.documents), path)

    # The published site

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """The addresses of the own published site without `https://` and `www.`, those of the settings first."""
        declared = (self.settings.site,) if self.settings.site else ()
        return tuple(dict.fromkeys(filter(None, map(_site_key, (*declared, *self.platform.sites())))))

    def site_path(self, target: str) -> str | None:
        """What an absolute address names on the own published site, "" for its home page; None for another site's."""
        for site in self.sites if self.platform.has_site else ():
            address = _site_key(target)
            if address == site or address.startswith(site + "/"):
                return unquote(address[len(site) :]).strip("/")
        return None

    @cached_property
    def knows_publisher(self) -> bool:
        """Whether it is known what makes of the pages what readers see: not where files of another one are seen."""
        is_chosen = self.settings.platform is not None
        holds_spaces = type(self.platform) is Platform and not is_chosen and has_spaces(self.paths.tree)
        return not (isinstance(self.platform, OtherSite) or holds_spaces)

    @property
    def knows_site(self) -> bool:
        """Whether all pages below the address of the own site are made from this repository: the settings say so."""
        return self.settings.site is not None

    # The outside world

    @property
    def own_repositories(self) -> frozenset[str]:
        """The names of this repository, `host/owner/name` in lower case, former ones among them."""
        return self._repositories

    def with_verdicts(self, verdicts: Mapping[str, Verdict]) -> KnowledgeBase:
        """The same base with what is known of addresses outside, by `Address.page`."""
        base = copy(self)
        vars(base)["_verdicts"] = verdicts
        return base

    @cached_property
    def linking(self) -> tuple[Document, ...]:
        """The documents that can have links to addresses outside: pages, and the table of contents in another format."""
        path = self.navigation.path if self.navigation else None
        contents = self.documents.get(path) if path else None
        return self.pages if contents is None or contents.format == "markdown" else (*self.pages, contents)

    def external_links(self, document: Document) -> Iterator[tuple[Link, Address]]:
        """The links of a document that lead to an address outside that can be looked at."""
        for link, resolution in self.resolutions(document):
            if resolution.status == "external":
                address = address_of(link.target)
                if address is not None:
                    yield link, address

    def verdicts(self, document: Document) -> Iterator[tuple[Link, Address, Verdict]]:
        """The links of a document to addresses of which something is known."""
        if self._verdicts:
            for link, address in self.external_links(document):
                verdict = self._verdicts.get(address.page)
                if verdict is not None:
                    yield link, address, verdict

    @cached_property
    def unverifiable(self) -> Mapping[str, tuple[str, Link, int]]:
        """For each host that lets nobody look, the first page and link that lead there, and how many addresses do."""
        first: dict[str, tuple[str, Link]] = {}
        pages: dict[str, set[str]] = {}
        for document in self.linking:
            for link, address, verdict in self.verdicts(document):
                if verdict.outcome == "unverifiable":
                    first.setdefault(address.host, (document.path, link))
                    pages.setdefault(address.host, set()).add(address.page)
        return {host: (path, link, len(pages[host])) for host, (path, link) in first.items()}

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
            path = self._page_of_entry(entry.link, self.navigation.path)
            if path is not None:
                listed.setdefault(path, []).append(entry.link)
        return {path: tuple(links) for path, links in listed.items()}

    def _page_of_entry(self, link: Link, navigation: str) -> str | None:
        """The page that an entry of the table of contents names; which pages are published depends on it."""
        written = path_written(link.target)
        for spelling in dict.fromkeys((unquote(written), written)):
            for path in existing(link, spelling, navigation, self.platform, self.paths) if spelling else ():
                if path in self.documents:
                    return path
        return None

    @cached_property
    def redirects(self) -> tuple[Redirect, ...]:
        """The redirects that the platform's configuration declares."""
        return self.platform.redirects()

    def is_redirected(self, path: str) -> bool:
        """Whether a redirect leads from this path to a page that exists."""
        redirected = self.platform.redirected
        return any(redirected.get(address) in self.documents for address in self.platform.addresses_of(path))

    @cached_property
    def outlines(self) -> Outlines:
        """The headings of the pages meant to be published, and the levels that they skip."""
        return Outlines(page for page in self.pages if self.is_content(page.path))

    @cached_property
    def titles(self) -> Titles:
        """What the pages are called."""
        return Titles(self)

    # Folders

    @cached_property
    def folders(self) -> Mapping[str, tuple[str, ...]]:
        """The pages that stand directly in each folder, for pages meant to be published."""
        folders: dict[str, list[str]] = {}
        for document in self.pages:
            if self.is_content(document.path):
                folders.setdefault(dirname(document.path), []).append(document.path)
        return {folder: tuple(pages) for folder, pages in folders.items()}

    @cached_property
    def without_index(self) -> tuple[str, ...]:
        """The folders below the root that hold pages but no index page, in order."""
        is_index = self.platform.is_index
        return tuple(folder for folder, pages in self.folders.items() if folder and not any(map(is_index, pages)))

    def is_section(self, path: str) -> bool:
        """Whether a page stands for a section: it is the index of a folder or has sub-pages in the navigation."""
        if self.platform.is_index(path) and len(self.folders.get(dirname(path), ())) > 1:
            return True
        entries = self.navigation.entries if self.navigation else ()
        own = {link.span for link in self.listed.get(path, ())}
        return any(entry.link.span in own and after.depth > entry.depth for entry, after in pairwise(entries))

    # What dead links may mean

    def with_repairs(self, *, offered: bool) -> KnowledgeBase:
        """The same base, which looks for repairs of dead links or leaves that alone: git is asked for their history."""
        base = copy(self)
        base.offers_repairs = offered
        return base

    @cached_property
    def places(self) -> Places:
        """The headings and titles of all pages, ready for the search of one that is like another."""
        return Places(self)

    @cached_property
    def moved_sections(self) -> MovedSections:
        """Where sections stand today that were elsewhere."""
        return MovedSections(self)

    @cached_property
    def new_entries(self) -> NewEntries:
        """The entries that the navigation lacks."""
        return NewEntries(self)

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

        return extract(self, self.schemas.kinds)

    @cached_property
    def schemas(self) -> PageSchemas:
        """The schemas that judge front matter, those of kbcheck and those that the settings name."""
        return PageSchemas(self.settings.schemas, self.documents)

    @cached_property
    def references(self) -> References:
        """The ids that pages refer to in front matter, and what there is to refer to."""
        return References(self.pages, self.schemas, self.model)

    @cached_property
    def structure(self) -> Structure:
        """What the model of the base has, lacks and contradicts."""
        return Structure(self.model, self.settings.model, self.references, self.documents, self.navigation, self.listed)


# So few pages are worth a look each.
_FEW = 20
_ORIGIN = re.compile(r"(?:https?:)?//(?:www\.)?([^/?#]+)([^?#]*)", re.IGNORECASE)


def is_habit(count: int, total: int) -> bool:
    """Whether so many of all pages, or folders, do something that it is how the base is made: many, and more than half."""
    return count > max(_FEW, total // 2)


def _site_key(address: str) -> str:
    """A web address without scheme, `www.`, query, fragment and slashes at its end, the host in lower case."""
    match = _ORIGIN.match(address)
    return (match[1].lower() + match[2]).rstrip("/") if match else ""


def _judged(document: Document) -> list[Link]:
    """The links whose target is written at their place; what only repeats a tag's link, and what nobody uses, is left out."""
    used = {label_key(link.label or "") for link in document.links if link.syntax in ("reference", "image-reference")}
    return [
        link
        for link in document.links
        if link.syntax not in ("reference", "image-reference")
        and not (link.syntax == "inline" and link.tag)
        and not (link.syntax == "definition" and label_key(link.label or "") not in used)
    ]


def _and_folders(path: str) -> Iterator[str]:
    """A path and the folders it is in, without the root: whoever opens a folder on GitHub sees what is in it."""
    while path:
        yield path
        path = dirname(path)
