"""VitePress: the folder that holds `.vitepress/` is the site, or the `srcDir` below it.

Sources: VitePress's documentation ("Routing", "Asset Handling", "Site Config"), and for what is a dead link the check of
its own build (`recordDeadLink` in node/markdownToVue.ts): a link without extension, with `.md` or with `.html` is a page,
`/guide/` the page `guide/index.md`, and a path with another extension a file. It says nothing of dead anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import dirname, splitext
from typing import ClassVar

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.files import Tree
from kbcheck.platforms.platform import Navigation, NavigationEntry, joined
from kbcheck.platforms.script import NOTHING, Literal, elements, entries, exported
from kbcheck.platforms.site import Files, Site, climbed, first_file, site_address
from kbcheck.platforms.slugs import numbered, vitepress_slug

_FOLDER = ".vitepress"
_CONFIGURATIONS = tuple(
    f"{_FOLDER}/{name}.{ending}"
    for name in ("config", "config/index")
    for ending in ("ts", "mts", "js", "mjs", "cts", "cjs")
)
_PAGE_ENDINGS = ("", ".md", ".html")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});")
_EMOJI = re.compile(r":[a-z0-9_+-]+:")
_ATTRIBUTES = re.compile(r"[ \t]*\{[^{}]*\}[ \t]*$")
_INCLUDE = "<!--@include:"


class VitePress(Site):
    """A site that VitePress makes."""

    name: ClassVar[str] = "vitepress"

    def __init__(self, files: Files) -> None:
        """Read from the configuration, as far as it consists of literals."""
        self._top = _top_folder(files.tree) or ""
        self._configuration = _configuration(files.tree)
        document = files.documents.get(self._configuration or "")
        self._exported = exported(document.text) if document is not None else NOTHING
        source = self._exported.text("srcDir") or "."
        super().__init__(files, joined(self._top, source.strip("/")), (self._exported.text("base") or "").strip("/"))
        self.public = (joined(self.folder, "public"),)
        self.exclude([one.value for one in elements(self._exported.get("srcExclude")) if isinstance(one.value, str)])

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """A folder `.vitepress` with a configuration in it, at the root or in a folder of it."""
        return _configuration(tree) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The configuration in `.vitepress`."""
        path = _configuration(tree)
        return [path] if path else []

    # Anchors

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The id in braces, else the slug of the text; entities count as they are written (`restoreEntities`)."""
        slugs = []
        for heading in document.headings:
            text = heading.text if heading.spaced is None else heading.spaced
            source = document.text[heading.span.start : heading.span.end]
            if "&" in source:
                text = _with_entities(text, source)
            slugs.append(heading.attribute_id or vitepress_slug(_ATTRIBUTES.sub("", text)))
        return numbered(slugs)

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """The ids; where a heading may have the name of an emoji (`:tada:`), with that name and without."""
        anchors = dict(super().anchors(document))
        for heading in document.headings:
            if _EMOJI.search(heading.text):
                anchors.setdefault(vitepress_slug(_EMOJI.sub("", heading.text)), heading.span)
        return anchors

    def knows_anchors(self, document: Document) -> bool:
        """Not of a page that includes another, of one that a component makes, nor where slugs are the configuration's own."""
        if len(document.headings) < 2 and "<script" in document.text:
            return False
        own = self._exported.get("markdown", "anchor")
        return _INCLUDE not in document.text and (own is None or (own.is_whole and not own.may_have("slugify")))

    # Links

    def source_meanings(self, path: str, written: str) -> Iterator[str]:
        """A page by its name with `.md`, `.html` or nothing; `guide/` is `guide/index.md`; else the file itself."""
        stem, ending = splitext(path)
        if written.endswith("/") or not path:
            yield joined(path, "index.md")
        elif ending in _PAGE_ENDINGS:
            yield f"{stem}.md"
        if ending != ".md":
            yield path
        if not written.endswith("/") and ending not in (".md", ".html"):
            yield f"{path}.md"  # `v1.2` has no extension but a version number

    def source_path(self, written: str, page: str) -> str:
        """In the configuration, paths are those of the site."""
        if page == self._configuration:
            return joined(self.folder, written.strip("/"))
        return super().source_path(written, page)

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """A page of the configuration is one below the folder; another target may also be a public file."""
        if page == self._configuration:
            yield from self.source_meanings(self.source_path(written, page), written)
            return
        yield from self.source_meanings(self.source_path(written, page), written)
        if written.startswith("/"):
            asked = written.strip("/")
            if link.syntax.startswith("html") and asked.startswith(self.base + "/"):
                asked = asked[len(self.base) + 1 :]  # VitePress puts `base` before the targets of Markdown only
                yield from self.source_meanings(joined(self.folder, asked), written)
            yield joined(self.public[0], asked)
            if not splitext(asked)[1]:
                yield joined(self.public[0], f"{asked}.html")

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Not where routes are made by a program (`[name].md`), rewritten, or excused by `ignoreDeadLinks: true`."""
        address = written.strip("/") if written.startswith("/") else climbed(dirname(self.below(page) or ""), written)
        is_made = any(address.startswith(folder) for folder in self._dynamic)
        ignored = self._exported.get("ignoreDeadLinks")
        return not is_made and "rewrites" not in entries(self._exported) and (ignored is None or ignored.value is False)

    @cached_property
    def _dynamic(self) -> tuple[str, ...]:
        """The folders, seen from the site's, whose pages are made by a program."""
        names = (self.below(path) for path in self.files.documents if "[" in path)
        return tuple({name.partition("[")[0] for name in names if name})

    def knows_address(self, address: str) -> bool:
        """Every page is made of a file, unless routes are rewritten or made by a program."""
        return not splitext(address)[1] and "rewrites" not in entries(self._exported) and not self._dynamic

    def sites(self) -> Sequence[str]:
        """The host that is given for the sitemap, and `base`."""
        return site_address(self._exported.text("sitemap", "hostname"), self.base)

    def is_content(self, path: str) -> bool:
        """Not the patterns of pages that a program makes (`[name].md`)."""
        return "[" not in path and super().is_content(path)

    # Navigation

    def entry_target(self, path: str) -> str | None:
        """Its address, which begins with a slash: without one it would be seen from the `base` of its group."""
        below = self.below(path)
        return None if below is None else "/" + re.sub(r"(?:(^|/)index)?\.md$", r"\1", below)

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """The sidebars and the menus of the theme's configuration and of its languages."""
        themes = [self._exported.get("themeConfig")]
        themes += [locale.get("themeConfig") for locale in entries(self._exported.get("locales")).values()]
        parts = [theme.get(part) for theme in themes if theme is not None for part in ("sidebar", "nav")]
        read = [part for part in parts if part is not None]
        found = [entry for part in read for entry in _entries(part, 1, "")]
        if self._configuration is None or not found:
            return None
        found.sort(key=lambda entry: entry.link.span)
        return Navigation(self._configuration, tuple(found), all(map(_is_whole, read)))


def _top_folder(tree: Tree) -> str | None:
    """The folder that holds `.vitepress`: the one nearest to the root."""
    configuration = _configuration(tree)
    return None if configuration is None else configuration.partition(_FOLDER)[0].rstrip("/")


def _configuration(tree: Tree) -> str | None:
    folders = [folder for folder in tree.folders if folder == _FOLDER or folder.endswith("/" + _FOLDER)]
    tops = sorted(
        (folder.removesuffix(_FOLDER).rstrip("/") for folder in folders), key=lambda top: (top.count("/"), top)
    )
    return first_file(tree, _CONFIGURATIONS, tops)


def _entries(value: Literal, depth: int, base: str) -> Iterator[NavigationEntry]:
    """The entries of a sidebar: a list of groups and links, or several by the paths where they are shown."""
    if isinstance(value.value, list):
        for one in value.value:
            yield from _entries(one, depth, base)
        return
    pairs = entries(value)
    if not pairs.keys() & {"text", "link", "items"}:
        for below in pairs.values():
            yield from _entries(below, depth, base)
        return
    base = value.text("base") or base
    link = value.get("link")
    if link is not None and isinstance(link.value, str):
        target = (base + link.value) if base and not link.value.startswith(("/", "http")) else link.value
        yield NavigationEntry(Link("inline", target, link.span, link.span, value.text("text") or ""), depth)
    if "items" in pairs:
        yield from _entries(pairs["items"], depth + (link is not None), base)


def _is_whole(value: Literal) -> bool:
    return value.is_whole and all(map(_is_whole, (*entries(value).values(), *elements(value))))


def _with_entities(text: str, source: str) -> str:
    """A heading text with its character references as they are written."""
    from html import unescape

    done = 0
    for match in _ENTITY.finditer(source):
        character = unescape(match[0])
        at = text.find(character, done)
        if at >= 0 and character != match[0]:
            text = text[:at] + match[0] + text[at + len(character) :]
            done = at + len(match[0])
    return text
