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
from kbcheck.platforms.site import Files, Site, address_key, climbed, configurations, site_address
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
_MOST_PARAMETERS = 4  # of a pattern: each makes looking for it slower
# The path, a part of the file behind `#`, lines in braces.
_INCLUDE = re.compile(r"<!--\s*@include:\s*([^\s#{>][^\n#{>]{0,300}?)(?:#[^\n{>]*)?(?:\{[^\n}>]*\})?\s*-->")
_INCLUDING = re.compile(r"<!--\s*@include:")


class VitePress(Site):
    """A site that VitePress makes."""

    name: ClassVar[str] = "vitepress"

    def __init__(self, files: Files) -> None:
        """Read from the configuration, as far as it consists of literals."""
        self._configuration = files.configuration or next(iter(self.configurations(files.tree)), None)
        self._top = (self._configuration or "").rpartition(_FOLDER)[0].rstrip("/")
        document = files.documents.get(self._configuration or "")
        self._exported = exported(document.text) if document is not None else NOTHING
        source = self._exported.text("srcDir") or "."
        super().__init__(files, joined(self._top, source.strip("/")), (self._exported.text("base") or "").strip("/"))
        self.public = (joined(self.folder, "public"),)
        self._rewrites = [
            _rewrite(pattern, to.value) for pattern, to in entries(self._exported.get("rewrites")).items()
        ]
        self.exclude([one.value for one in elements(self._exported.get("srcExclude")) if isinstance(one.value, str)])

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """A folder `.vitepress` with a configuration in it, at the root or in a folder of it."""
        return bool(cls.configurations(tree))

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The configuration in `.vitepress`, of each site."""
        return list(cls.configurations(tree))

    @classmethod
    def configurations(cls, tree: Tree) -> Sequence[str]:
        """All of them; the main one is nearest to the root."""
        return configurations(tree, _CONFIGURATIONS, None)

    def address(self, document: Document) -> str | None:
        """The path, as `rewrites` has it."""
        below = self.below(document.path) or ""
        return address_key(self._rewritten.get(below, below))

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

    def own_anchors(self, document: Document) -> Mapping[str, Span]:
        """The ids; where a heading may have the name of an emoji (`:tada:`), with that name and without."""
        anchors = dict(super().own_anchors(document))
        for heading in document.headings:
            if _EMOJI.search(heading.text):
                anchors.setdefault(vitepress_slug(_EMOJI.sub("", heading.text)), heading.span)
        return anchors

    def knows_anchors(self, document: Document) -> bool:
        """Not of a page that a component makes, nor where slugs are the configuration's own, or an included file is not there."""
        if len(document.headings) < 2 and "<script" in document.text:
            return False
        own = self._exported.get("markdown", "anchor")
        is_usual = own is None or (own.is_whole and not own.may_have("slugify"))
        return is_usual and super().knows_anchors(document)

    def shown_in(self, document: Document) -> Sequence[Document] | None:
        """The pages that it includes; files of another kind are code."""
        paths = [match[1].strip() for match in _INCLUDE.finditer(document.text)] if "@include" in document.text else []
        if len(paths) < len(_INCLUDING.findall(document.text)):
            return None
        found = [
            joined(self.folder, path[2:]) if path.startswith("@/") else joined(dirname(document.path), path)
            for path in paths
        ]
        if not all(map(self.files.tree.is_file, found)):
            return None
        read = [self.files.documents.get(path) for path in found]
        return [page for page in read if page is not None and page.format == "markdown"]

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
        if self._rewritten:
            yield from self._rewritten_meanings(written, page)
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
        return not is_made and self._knows_rewrites and (ignored is None or ignored.value is False)

    def _rewritten_meanings(self, written: str, page: str) -> Iterator[str]:
        """Paths are seen from where a page is shown, and lead to what is shown there (`rewrites`)."""
        below = self.below(page) or page
        shown = self._rewritten.get(below, below)
        asked = written.strip("/") if written.startswith("/") else joined(dirname(shown), written)
        for meaning in self.source_meanings(asked, written):
            source = self._sources.get(meaning)
            if source is not None:
                yield joined(self.folder, source)

    @cached_property
    def _rewritten(self) -> Mapping[str, str]:
        """For the pages that are shown elsewhere than they stand, both seen from the site's folder, the place."""
        found: dict[str, str] = {}
        for path in self.files.documents if self._rewrites else ():
            below = self.below(path)
            for rewrite in filter(None, self._rewrites):
                match = rewrite[0].fullmatch(below) if below is not None and path.endswith(".md") else None
                if match:
                    found.setdefault(match[0], match.expand(rewrite[1]))
        return found

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return {shown: source for source, shown in self._rewritten.items()}

    @property
    def _knows_rewrites(self) -> bool:
        """Whether every rewritten route could be read."""
        rewrites = self._exported.get("rewrites")
        return rewrites is None or (
            isinstance(rewrites.value, dict) and rewrites.is_whole and None not in self._rewrites
        )

    @cached_property
    def _dynamic(self) -> tuple[str, ...]:
        """The folders, seen from the site's, whose pages are made by a program."""
        names = (self.below(path) for path in self.files.documents if "[" in path)
        return tuple({name.partition("[")[0] for name in names if name})

    def knows_address(self, address: str) -> bool:
        """Every page is made of a file, unless routes are rewritten or made by a program."""
        return not splitext(address)[1] and self._knows_rewrites and not self._dynamic

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


# A part of a pattern of `rewrites`: `:name`, `:name*` for several folders. Others are not read (path-to-regexp).
_PARAMETER = re.compile(r":(\w+)[*+?]?")


def _rewrite(pattern: str, to: object) -> tuple[re.Pattern[str], str] | None:
    """A pattern for pages and where they are shown (a template for `expand`); None for one that is not read."""
    names = _PARAMETER.findall(pattern)
    literal = _PARAMETER.sub("", pattern) + (_PARAMETER.sub("", to) if isinstance(to, str) else "")
    if not isinstance(to, str) or len(set(names)) < len(names) or set("(){}*?+:\\") & set(literal):
        return None
    if not set(_PARAMETER.findall(to)) <= set(names) or len(names) > _MOST_PARAMETERS:
        return None
    source = ""
    done = 0
    for match in _PARAMETER.finditer(pattern):
        source += re.escape(pattern[done : match.start()])
        source += f"(?P<{match[1]}>{'.*' if match[0][-1] in '*+' else '[^/]+'})"
        done = match.end()
    return re.compile(source + re.escape(pattern[done:])), _PARAMETER.sub(r"\\g<\1>", to)


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
