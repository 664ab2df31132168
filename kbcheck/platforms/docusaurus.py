"""Docusaurus: documents below `docs/`, their versions below `versioned_docs/`, posts below `blog/`, files below `static/`.

Sources: Docusaurus's documentation ("Markdown links", "Create a doc", "Docs multi-instance", "Versioning") and its code:
`resolveMarkdownLinkPathname` of @docusaurus/utils for links to files, `getSlug` and `numberPrefix` of plugin-content-docs for
addresses, `parseMarkdownHeadingId` and github-slugger for ids.
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
from kbcheck.platforms.platform import Navigation, NavigationEntry, joined
from kbcheck.platforms.script import NOTHING, Literal, elements, entries, exported
from kbcheck.platforms.site import (
    Files,
    Site,
    address_key,
    configuration_file,
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
_NUMBER = re.compile(r"^\d+[ \t]*[-_.]+[ \t]*(?=[^-_.\s])")
# `2024-01-02-name` and `1.2 name` are no numbered files: "ignored" of DefaultNumberPrefixParser.
_NO_NUMBER = re.compile(r"^\d+[-_.]\d+")
_VERSION = re.compile(r"versioned_docs/version-([^/]+)/")
_LOCALE = re.compile(r"i18n/[^/]+/docusaurus-plugin-content-docs[^/]*/(?:current|version-[^/]+)/")
_PARTIAL = re.compile(r"^import\s[^\n]{0,300}\.mdx?['\"]", re.MULTILINE)
_COMMENT_ID = re.compile(r"(?:\{/\*|<!--)\s*#([^\s*]+)[^*\n]{0,100}(?:\*/\}|-->)\s*$")


class _Docs(Struct, frozen=True):
    """A folder of documents, and where in the site its addresses begin."""

    folder: str
    route: str


class Docusaurus(Site):
    """A site that Docusaurus makes. Its `folder` is the one of the configuration, in which everything else is."""

    name: ClassVar[str] = "docusaurus"
    index_names: ClassVar[tuple[str, ...]] = ("index.md", "index.mdx", "README.md", "README.mdx")

    def __init__(self, files: Files) -> None:
        """Read from the configuration, as far as it consists of literals."""
        self._path = configuration_file(files.tree, _CONFIGURATIONS) or ""
        document = files.documents.get(self._path)
        self._exported = exported(document.text) if document is not None else NOTHING
        super().__init__(files, dirname(self._path), (self._exported.text("baseUrl") or "").strip("/"))
        self.public = (joined(self.folder, "static"),)
        self._docs = tuple(self._instances())

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """`docusaurus.config.js` (or `.ts`) at the root or in a usual folder."""
        return configuration_file(tree, _CONFIGURATIONS) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The configuration, and the sidebars beside it."""
        path = configuration_file(tree, _CONFIGURATIONS)
        folder = (dirname(path),) if path else ()
        return [
            file for file in (path, first_file(tree, _SIDEBARS, folder), first_file(tree, _VERSIONS, folder)) if file
        ]

    # The configuration

    @cached_property
    def _presets(self) -> list[Literal]:
        """The options of the presets, and of the plugins that read documents."""
        lists = [*elements(self._exported.get("presets")), *elements(self._exported.get("plugins"))]
        return [pair[1] for pair in map(elements, lists) if len(pair) > 1]

    def _instances(self) -> Iterator[_Docs]:
        """The folders of documents: that of the preset, then those of further instances of the plugin."""
        first = next((options.get("docs") for options in self._presets if options.get("docs") is not None), None)
        yield self._instance(first, "docs")
        for options in self._presets:
            if options.text("path") is not None and options.text("routeBasePath") is not None:
                yield self._instance(options, "docs")
        blog = next((options.get("blog") for options in self._presets if options.get("blog") is not None), None)
        yield self._instance(blog, "blog")

    def _instance(self, options: Literal | None, usual: str) -> _Docs:
        path = (options.text("path") if options is not None else None) or usual
        route = options.text("routeBasePath") if options is not None else None
        return _Docs(joined(self.folder, path), (usual if route is None else route).strip("/"))

    @cached_property
    def _versions(self) -> list[str]:
        """The versions of the documents, the latest first: its addresses have no version in them."""
        path = first_file(self.files.tree, _VERSIONS, (self.folder,))
        document = self.files.documents.get(path or "")
        return strings(document.data.value) if document is not None and document.data is not None else []

    @cached_property
    def _is_open(self) -> bool:
        """Whether the configuration may make pages that are not seen here: what is no literal in it, and plugins."""
        known = self._exported.is_whole and self._exported is not NOTHING
        presets = self._exported.get("presets")
        plugins = self._exported.get("plugins")
        read = presets is not None and all(isinstance(options.value, dict) for options in self._presets)
        return not known or not read or (plugins is not None and bool(elements(plugins) or not plugins.is_whole))

    # Pages

    def is_source(self, path: str) -> bool:
        """What is below a folder of documents or of posts, but for partials, whose names start with an underscore."""
        if not self.is_judged(path, listed=True) or any(part.startswith(("_", ".")) for part in path.split("/")):
            return False
        return self.fields(path).get("draft") is not True

    def is_judged(self, path: str, listed: bool) -> bool:
        """Also partials; documents may lie outside the folder of the configuration (`path: "../docs"`)."""
        below = self.below(path) or ""
        of_plugin = bool(_VERSION.match(below) or _LOCALE.match(below)) or below.startswith("src/pages/")
        return of_plugin or any(path.startswith(docs.folder + "/") for docs in self._docs)

    def address(self, document: Document) -> str | None:
        """The route of the folder, then the `slug`, or the path without numbers; None for a post, whose date counts."""
        below = self.below(document.path) or ""
        if below.startswith("src/pages/"):
            return address_key(below.removeprefix("src/pages/"))
        docs, inside, route = self._place(document.path)
        if docs is None or (docs.folder.endswith("blog") and docs is self._docs[-1]):
            return None
        fields = self.fields(document.path)
        slug, identifier = fields.get("slug"), fields.get("id")
        folder = "/".join(map(_unnumbered, filter(None, dirname(inside).split("/"))))
        if isinstance(slug, str):
            return address_key(joined(route, slug.strip("/") if slug.startswith("/") else joined(folder, slug)))
        name = _unnumbered(splitext(basename(inside))[0])
        if name.lower() in ("index", "readme", basename(folder).lower()) and "/" in inside:
            return address_key(joined(route, folder))
        return address_key(joined(route, joined(folder, identifier if isinstance(identifier, str) else name)))

    def _place(self, path: str) -> tuple[_Docs | None, str, str]:
        """The folder of documents that a file is in, or is a version of; its path from there; where its address begins.

        The address of a translation is not worked out.
        """
        first = self._docs[0]
        for docs in self._docs:
            if path.startswith(docs.folder + "/"):
                is_next = docs is first and bool(self._versions)
                return docs, path[len(docs.folder) + 1 :], joined(docs.route, "next") if is_next else docs.route
        below = self.below(path) or ""
        match = _VERSION.match(below)
        if match is None:
            return None, "", ""
        route = first.route if [match[1]] == self._versions[:1] else joined(first.route, match[1])
        return first, below[match.end() :], route

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
        ids = numbered(slugs)
        if ids and document.headings[0].level == 1 and not document.headings[0].attribute_id:
            ids[0] = ""  # moved out of the text, after its slug was counted
        return ids

    def knows_anchors(self, document: Document) -> bool:
        """Not of a page that imports another; nor where `maintainCase` may be."""
        return not _PARTIAL.search(document.text) and "anchorsMaintainCase" not in str(entries(self._exported).keys())

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
            return not self._is_open
        if written.startswith("@site/") or splitext(written)[1] in (".md", ".mdx"):
            return True
        if link.is_image:
            return link.syntax != "html-image"
        address = self.asked_address(written, page)
        route = self._docs[0].route
        is_document = address is not None and bool(route) and address.startswith(route + "/")
        return is_document and not self._is_open and not self._has_categories and not splitext(address or "")[1]

    @cached_property
    def _has_categories(self) -> bool:
        """Whether pages are made for categories of documents, or the documents have versions with addresses of their own."""
        names = ("_category_.json", "_category_.yml", "_category_.yaml")
        made = any(path.endswith(names) or path.endswith("versions.json") for path in self.files.tree.files)
        sidebars = self.files.documents.get(self._sidebars)
        return made or (sidebars is not None and "generated-index" in sidebars.text)

    def is_broken_marker(self, target: str) -> bool:
        """Docusaurus has none."""
        return False

    def knows_address(self, address: str) -> bool:
        """As a root-relative link is known."""
        route = self._docs[0].route
        return bool(route) and address.startswith(route + "/") and not (self._is_open or self._has_categories)

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
                folder = "/".join(map(_unnumbered, filter(None, dirname(inside).split("/"))))
                own = self.fields(document.path).get("id")
                found[joined(folder, own if isinstance(own, str) else _unnumbered(basename(inside)))] = path
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
        found = tuple(entry for sidebar in entries(sidebars).values() for entry in _sidebar(sidebar, 1))
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


def _unnumbered(name: str) -> str:
    """A name without the number in front that orders files: `01-intro` is `intro`."""
    return name if _NO_NUMBER.match(name) else _NUMBER.sub("", name)


def _sidebar(value: Literal, depth: int) -> Iterator[NavigationEntry]:
    """The documents that a sidebar names: by id alone, as `{type: 'doc', id}`, in categories and as what these link to."""
    if isinstance(value.value, list):
        for one in value.value:
            yield from _sidebar(one, depth)
    elif isinstance(value.value, str):
        yield _entry(value, "", depth)
    elif value.text("type") in ("doc", "ref"):
        identifier = value.get("id")
        if identifier is not None and isinstance(identifier.value, str):
            yield _entry(identifier, value.text("label") or "", depth)
    elif value.text("type") == "category" or value.get("type") is None:
        link = value.get("link")
        if link is not None:
            yield from _sidebar(link, depth)
        below = [value.get("items")] if value.get("items") is not None else list(entries(value).values())
        for one in below:
            if one is not None and isinstance(one.value, list):
                yield from _sidebar(one, depth + 1)


def _entry(literal: Literal, label: str, depth: int) -> NavigationEntry:
    span: Span = literal.span
    return NavigationEntry(Link("inline", literal.value, span, span, label), depth)
