"""Docusaurus: documents below `docs/`, their versions below `versioned_docs/`, posts below `blog/`, files below `static/`.

Sources: Docusaurus's documentation ("Markdown links", "Create a doc", "Docs multi-instance", "Versioning") and its code:
`resolveMarkdownLinkPathname` of @docusaurus/utils for links to files, `docusaurus_addresses` for addresses,
`parseMarkdownHeadingId` and github-slugger for ids. Translations below `i18n/LOCALE/` have the addresses of what they
translate, after that of the locale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, splitext
from typing import ClassVar

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading, Link
from kbcheck.files import Tree
from kbcheck.platforms.docusaurus_addresses import (
    category_files,
    document_address,
    post_address,
    unnumbered,
    unnumbered_folder,
)
from kbcheck.platforms.docusaurus_settings import Docs, DocusaurusSettings
from kbcheck.platforms.docusaurus_sidebars import sidebar_categories, sidebar_entries
from kbcheck.platforms.platform import Navigation, joined
from kbcheck.platforms.script import entries, exported
from kbcheck.platforms.site import (
    Files,
    Site,
    address_key,
    configuration_file,
    configurations,
    first_file,
    site_address,
    strings,
    within,
)
from kbcheck.platforms.slugs import github_slug, numbered

_ENDINGS = ("js", "ts", "mjs", "cjs", "mts", "cts")
_CONFIGURATIONS = tuple(f"docusaurus.config.{ending}" for ending in _ENDINGS)
_SIDEBARS = tuple(f"sidebars.{ending}" for ending in (*_ENDINGS, "json"))
_VERSIONS = ("versions.json",)
_VERSION = re.compile(r"versioned_docs/version-([^/]+)/")
_LOCALE = re.compile(r"i18n/([^/]+)/docusaurus-plugin-content-(docs|blog|pages)(?:-([^/]+))?/")
_TRANSLATED_VERSION = re.compile(r"(?:current|version-([^/]+))/")
_CATEGORIES = ("_category_.json", "_category_.yml", "_category_.yaml")
_MOST_CATEGORIES = 1000
_SCRIPT_PAGE = re.compile(r"src/pages/((?:[^/_.][^/]*/)*[^/_.][^/]*)\.(?:jsx?|tsx?)$")
_POST_DATE = re.compile(r"\d{4}/\d\d?/\d\d?/")
_PARTIAL = re.compile(r"\bimport\s[^'\"]{0,300}['\"]([^'\"\n]{1,300}\.mdx?)['\"]")
_COMMENT_ID = re.compile(r"(?:\{/\*|<!--)\s*#([^\s*]+)[^*\n]{0,100}(?:\*/\}|-->)\s*$")


class _Place(Struct, frozen=True):
    """Where a page stands: its path in the folder of documents or posts, where the addresses of these begin, its locale."""

    docs: Docs
    inside: str
    route: str
    locale: str = ""


class Docusaurus(Site):
    """A site that Docusaurus makes. Its `folder` is the one of the configuration, in which everything else is."""

    name: ClassVar[str] = "docusaurus"
    index_names: ClassVar[tuple[str, ...]] = ("index.md", "index.mdx", "README.md", "README.mdx")

    def __init__(self, files: Files) -> None:
        """Read from the configuration, as far as it consists of literals."""
        self._path = files.configuration or configuration_file(files.tree, _CONFIGURATIONS) or ""
        document = files.documents.get(self._path)
        self._settings = DocusaurusSettings(document.text if document is not None else "", dirname(self._path))
        self._exported = self._settings.exported
        super().__init__(files, dirname(self._path), (self._exported.text("baseUrl") or "").strip("/"))
        self.public = (joined(self.folder, "static"),)
        self._docs = self._settings.docs

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """`docusaurus.config.js` (or `.ts`) at the root or in a usual folder."""
        return configuration_file(tree, _CONFIGURATIONS) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The configuration of each site, the sidebars beside it, and what asks for the pages of categories."""
        beside = [
            first_file(tree, names, (dirname(path),))
            for path in cls.configurations(tree)
            for names in (_SIDEBARS, _VERSIONS)
        ]
        categories = sorted(path for path in tree.files if path.endswith(_CATEGORIES))
        return [*cls.configurations(tree), *filter(None, beside), *categories[:_MOST_CATEGORIES]]

    @classmethod
    def configurations(cls, tree: Tree) -> Sequence[str]:
        """All that are called so."""
        return configurations(tree, _CONFIGURATIONS, configuration_file(tree, _CONFIGURATIONS))

    # The configuration

    @cached_property
    def _versions(self) -> list[str]:
        """The versions of the documents, the latest first: its addresses have no version in them."""
        path = first_file(self.files.tree, _VERSIONS, (self.folder,))
        document = self.files.documents.get(path or "")
        return strings(document.data.value) if document is not None and document.data is not None else []

    # Pages

    def is_source(self, path: str) -> bool:
        """What is below a folder of documents or of posts, but for partials, whose names start with an underscore."""
        below = self.below(path) or ""
        is_page = self._place(path) is not None or below.startswith("src/pages/") or bool(_LOCALE.match(below))
        if not is_page or any(part.startswith(("_", ".")) for part in path.split("/")):
            return False
        return self.fields(path).get("draft") is not True

    def is_judged(self, path: str, listed: bool) -> bool:
        """Also partials; documents may lie outside the folder of the configuration (`path: "../docs"`)."""
        below = self.below(path) or ""
        return self._place(path) is not None or below.startswith("src/") or bool(_LOCALE.match(below))

    def address(self, document: Document) -> str | None:
        """The route of the folder, then that of the document or post, the locale before both."""
        place = self._place(document.path)
        if place is not None:
            make = post_address if place.docs.is_blog else document_address
            return joined(place.locale, make(place.inside, self.fields(document.path), place.route))
        below = self.below(document.path) or ""
        match = _LOCALE.match(below)
        locale, inside = (match[1], below[match.end() :]) if match else ("", below.removeprefix("src/pages/"))
        return joined(locale, address_key(inside))

    def more_addresses(self, document: Document) -> Sequence[str]:
        """The address as links are compared, when a `slug` ends in `index`."""
        own = self.own_address(document.path)
        return [] if own is None else [address_key(own)]

    def _place(self, path: str) -> _Place | None:
        """Where a document or a post stands, also one of another version or a translation; None for other pages."""
        first = self._docs[0]
        for docs in self._docs:
            if path.startswith(docs.folder + "/"):
                version = "current" if docs is first else ""
                return _Place(docs, path[len(docs.folder) + 1 :], self._route(docs, version))
        below = self.below(path) or ""
        match = _VERSION.match(below)
        if match:
            return _Place(first, below[match.end() :], self._route(first, match[1]))
        match = _LOCALE.match(below)
        return self._translated(match, below[match.end() :]) if match else None

    def _translated(self, match: re.Match[str], inside: str) -> _Place | None:
        locale, kind, identifier = match[1], match[2], match[3] or "default"
        for docs in self._docs:
            if docs.is_blog is (kind == "blog") and docs.identifier == identifier and kind != "pages":
                if docs.is_blog:
                    return _Place(docs, inside, docs.route, locale)
                version = _TRANSLATED_VERSION.match(inside)
                if version:
                    route = self._route(docs, version[1] or "current")
                    return _Place(docs, inside[version.end() :], route, locale)
        return None

    def _route(self, docs: Docs, version: str) -> str:
        """Where the addresses of a version begin: the latest one has none in them, that in `docs/` is `next` then."""
        if version == "current":
            return joined(docs.route, "next") if docs is self._docs[0] and self._versions else docs.route
        return docs.route if version in ("", *self._versions[:1]) else joined(docs.route, version)

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """Also the pages of categories, and those that are programs."""
        found = dict(super().addresses)
        for docs in self._docs:
            route = self._route(docs, "current" if docs is self._docs[0] else "")
            for path, slug in category_files(self.files.documents, docs.folder):
                found.setdefault(address_key(joined(route, slug)), path)
        sidebars = self.files.documents.get(self._sidebars)
        if sidebars is not None and sidebars.format == "text":
            for slug in sidebar_categories(exported(sidebars.text)):
                found.setdefault(address_key(joined(self._route(self._docs[0], "current"), slug)), self._sidebars)
        for path in self.files.tree.files:
            match = _SCRIPT_PAGE.match(self.below(path) or "")
            if match:
                found.setdefault(address_key(match[1]), path)
        return found

    def asked_address(self, written: str, page: str) -> str | None:
        """From a translation, an address from the root is one of its locale."""
        asked = super().asked_address(written, page)
        match = _LOCALE.match(self.below(page) or "")
        if asked is None or match is None or not written.startswith("/"):
            return asked
        return asked if asked.startswith(match[1] + "/") else joined(match[1], asked)

    def site_meanings(self, address: str) -> Iterator[str]:
        """A page that is not translated is shown as it is."""
        yield from super().site_meanings(address)
        locale, _, rest = address.partition("/")
        if locale in self._locales:
            yield from super().site_meanings(rest)

    @cached_property
    def _locales(self) -> frozenset[str]:
        folder = joined(self.folder, "i18n") + "/"
        return frozenset(
            path[len(folder) :].partition("/")[0] for path in self.files.tree.folders if path.startswith(folder)
        )

    def is_folder_address(self, document: Document) -> bool:
        """Only with `trailingSlash`: an address without a slash is that of a file, even for an index page."""
        slash = self._exported.get("trailingSlash")
        return slash is not None and slash.value is True

    # Anchors

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The id in braces or in a comment at the end, else github-slugger's; the title at the top of a page has none."""
        images = {link.span: link.text for link in document.links if link.syntax in ("image", "image-reference")}
        spans = list(images)
        slugs = []
        for heading in document.headings:
            comment = _COMMENT_ID.search(document.text, heading.span.start, heading.span.end)
            slugs.append(
                heading.attribute_id
                or (
                    comment[1]
                    if comment
                    else github_slug(
                        _shown_text(heading, document, [(span, images[span]) for span in within(spans, heading.span)])
                    )
                )
            )
        # Headings of the first level lose theirs, after it was counted: `Heading` of the classic theme.
        return [
            "" if heading.level == 1 else slug for heading, slug in zip(document.headings, numbered(slugs), strict=True)
        ]

    def knows_anchors(self, document: Document) -> bool:
        """Not of a page that imports one that is not there; nor where `maintainCase` may be."""
        return super().knows_anchors(document) and "anchorsMaintainCase" not in entries(self._exported)

    def shown_in(self, document: Document) -> Sequence[Document] | None:
        """The pages that it imports."""
        shown = []
        for match in _PARTIAL.finditer(document.text) if "import" in document.text else ():
            path = match[1].replace("\\", "")  # `\_` is an underscore to JavaScript
            is_own = path.startswith("@site/")
            found = joined(self.folder, path[6:]) if is_own else joined(dirname(document.path), path)
            imported = self.files.documents.get(found)
            if imported is None:
                return None
            shown.append(imported)
        return shown

    # Links

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """A target with `.md` is a file, seen from the page, then from the folders of documents, then from the site's.

        Other targets are addresses. `@site/` is the site's folder; an entry of the sidebars is the id of a document.
        """
        if page == self._sidebars:
            yield from self._identified(written)
            return
        if written.startswith("@site/"):
            yield joined(self.folder, written.removeprefix("@site/"))
            return
        ending = splitext(written)[1]
        if ending not in (".md", ".mdx"):
            yield from super().meanings(link, written, page)
            return
        if not written.startswith("/"):
            yield self.source_path(written, page)
            place = self._place(page)
            if place is not None and place.locale:  # what is translated may lead to what is not
                yield joined(dirname(joined(place.docs.folder, place.inside)), written)
        if not written.startswith("."):
            for docs in self._docs:
                yield joined(docs.folder, written.strip("/"))
            yield joined(self.folder, written.strip("/"))

    def own_folders(self) -> Sequence[str]:
        """Also those of documents, posts and versions."""
        return (*super().own_folders(), *(docs.folder for docs in self._docs))

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """A link to a file, or to an address below that of the documents when nothing else makes pages there."""
        if page == self._sidebars:
            return not self._settings.is_open
        if written.startswith("@site/") or splitext(written)[1] in (".md", ".mdx"):
            return True
        if link.is_image:
            return link.syntax != "html-image"
        address = self.asked_address(written, page)
        place = self._place(page)
        if address is None:
            return False
        if place is not None and not place.docs.is_blog and not written.startswith("/"):
            # Whatever the route of a version is, its documents are together below it.
            route = joined(place.locale, place.route)
            is_beside = not route or address.startswith(route + "/")
            return is_beside and not (
                self._settings.writes_documents or splitext(address)[1] or "/category/" in f"/{address}"
            )
        return self._knows(address)

    def _knows(self, address: str) -> bool:
        """Whether nothing else makes pages at an address: below that of the documents, or that of a post with its date."""
        locale, _, rest = address.partition("/")
        rest = rest if locale in self._locales else address
        if self._settings.is_open or splitext(rest)[1]:
            return False
        docs, blog = self._docs[0], self._docs[-1]
        if rest.startswith(f"{blog.route}/"):
            return bool(_POST_DATE.match(rest[len(blog.route) + 1 :]))
        inside = rest.removeprefix(f"{docs.route}/")
        is_of_version = bool(self._versions) and ("category/" in inside or self._settings.has_version_options)
        return bool(docs.route) and inside != rest and not is_of_version and not inside.startswith("tags")

    def knows_address(self, address: str) -> bool:
        """As a root-relative link is known."""
        return self._knows(address)

    def sites(self) -> Sequence[str]:
        """`url` and `baseUrl`."""
        return site_address(self._exported.text("url"), self._exported.text("baseUrl"))

    # Navigation

    @cached_property
    def _sidebars(self) -> str:
        return first_file(self.files.tree, _SIDEBARS, (self.folder,)) or ""

    def _identified(self, identifier: str) -> Iterator[str]:
        path = self._by_identifier.get(identifier)
        yield path or joined(self._docs[0].folder, f"{identifier}.md")

    @cached_property
    def _by_identifier(self) -> Mapping[str, str]:
        """The documents of the current version by id: the path without numbers, its last part the `id` of the front matter."""
        found: dict[str, str] = {}
        docs = self._docs[0]
        for path, document in self.files.documents.items():
            if document.format == "markdown" and path.startswith(docs.folder + "/"):
                inside = splitext(path[len(docs.folder) + 1 :])[0]
                own = self.fields(document.path).get("id")
                name = own if isinstance(own, str) else unnumbered(basename(inside))
                found[joined(unnumbered_folder(inside), name)] = path
        return found

    def source_path(self, written: str, page: str) -> str:
        """An entry of the sidebars is most often the path of a document without its ending."""
        return joined(self._docs[0].folder, written) if page == self._sidebars else super().source_path(written, page)

    def entry_target(self, path: str) -> str | None:
        """Its id."""
        return self._identifiers.get(path)

    @cached_property
    def _identifiers(self) -> Mapping[str, str]:
        return {path: identifier for identifier, path in self._by_identifier.items()}

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """The sidebars of the current version, as far as they are literals."""
        document = documents.get(self._sidebars)
        if document is None or document.format != "text":
            return None
        sidebars = exported(document.text)
        found = tuple(entry for sidebar in entries(sidebars).values() for entry in sidebar_entries(sidebar, 1))
        return Navigation(self._sidebars, found, is_complete=False) if found else None


def _shown_text(heading: Heading, document: Document, images: Sequence[tuple[Span, str]]) -> str:
    """The text of a heading with the description of its first image (`toString` of mdast-util-to-string)."""
    text = (heading.text if heading.spaced is None else heading.spaced).strip()
    if not images:
        return text
    span, description = images[0]
    before = document.text[heading.span.start : span.start].rstrip()
    if not before or text == before:
        return f"{text} {description}" if before else f"{description} {text}"
    return text.replace(f"{before} ", f"{before} {description}", 1)
