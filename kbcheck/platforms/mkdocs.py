"""MkDocs, with or without the theme Material: `mkdocs.yml` says which folder is the site, and the navigation.

Sources: MkDocs's user guide ("Configuration", "Writing your docs") and its `structure/pages.py`: a link with `.md` names a
file, seen from the page's; other links stay as they are, and are seen from the page's address, which ends with a slash
(`use_directory_urls`). Ids are those of Python-Markdown's extension `toc`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, splitext
from typing import Any, ClassVar

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.files import Tree
from kbcheck.platforms.platform import Navigation, NavigationEntry, Redirect, joined
from kbcheck.platforms.site import (
    Files,
    Site,
    configuration_file,
    configurations,
    site_address,
    with_attribute_ids,
)
from kbcheck.platforms.slugs import mkdocs_numbered, mkdocs_slug, pymdownx_slug
from kbcheck.schema.values import mapping, strings, value_at
from kbcheck.schema.yaml import YamlDocument, YamlPath

_CONFIGURATIONS = ("mkdocs.yml", "mkdocs.yaml")
# Plugins that add pages to those of the folder, or move them, or that give links another meaning.
_MAKING_PAGES = frozenset(
    (
        *("gen-files", "monorepo", "multirepo", "api-autonav", "simple", "same-dir", "mkdocs-jupyter", "i18n"),
        *("mkdoxy", "include_dir_to_nav", "ezlinks", "roamlinks"),
    )
)
# Functions of hooks after which a page has other headings than its file.
_CHANGING_TEXT = re.compile(r"\bdef on_(?:page_(?:read_source|markdown|content)|post_page)\b")
_MAKING_FILES = re.compile(r"\bdef on_(?:files|config|startup)\b")
_MOST_HOOKS = 50
# Files that themes bring to the site: those of MkDocs itself, and Material.
_OF_THEMES = re.compile(r"img/(?:favicon\.ico|grid\.png)|assets/(?:images/favicon\.png|(?:stylesheets|javascripts)/.+)")
# Plugins that define labels of `[text][label]` elsewhere.
_DEFINING = frozenset({"autorefs", "mkdocstrings", "macros", "ezlinks"})
# Plugins that change what the navigation of the configuration says.
_MAKING_NAVIGATION = frozenset(
    ("awesome-pages", "awesome-nav", "literate-nav", "section-index", "monorepo", "api-autonav")
)
# Markdown of extensions that brings text, and with it headings, from elsewhere: snippets, mkdocstrings, macros.
_BROUGHT_IN = re.compile(r"^[ \t]*(?:-+8<-+|::: ?[\w.]+)|\{\{|\{%", re.MULTILINE)
_TAB = re.compile(r"^ *===[!+]* +\"", re.MULTILINE)
_HEADING_EXTRAS = re.compile(r"(?<!\s)\s*+\{:?[^{}]*\}\s*$")


class MkDocs(Site):
    """A site that MkDocs makes."""

    name: ClassVar[str] = "mkdocs"
    index_names: ClassVar[tuple[str, ...]] = ("index.md", "README.md")
    wants_spaces_encoded: ClassVar[bool] = (
        False  # Python-Markdown, inlinepatterns.py: a target goes on to its parenthesis
    )
    yaml_tags: ClassVar[tuple[str, ...]] = ("!!python/", "!ENV", "!relative")

    def __init__(self, files: Files) -> None:
        """As `mkdocs.yml` says."""
        self._path = files.configuration or configuration_file(files.tree, _CONFIGURATIONS) or ""
        document = files.documents.get(self._path)
        self._text = document.text if document is not None else ""
        self._data = document.data if document is not None and document.data else YamlDocument()
        self._settings = mapping(self._data.value)
        folder = self._settings.get("docs_dir")
        super().__init__(files, joined(dirname(self._path), folder.strip("/") if isinstance(folder, str) else "docs"))
        self._has_folder_addresses = self._settings.get("use_directory_urls") is not False
        self.exclude(_patterns(self._settings.get("exclude_docs")))
        self.public = (self.folder,)
        changes_text = _DEFINING & self._plugins.keys() or self._hooks_have(_CHANGING_TEXT)
        self.knows_references = not changes_text and "pymdownx.snippets" not in self._extensions

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """`mkdocs.yml`, most often at the root."""
        return configuration_file(tree, _CONFIGURATIONS) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """`mkdocs.yml` of each site, and what may be its hooks: which they are stands in the file."""
        hooks = sorted(path for path in tree.files if path.endswith(".py") and "hook" in path)
        return [*cls.configurations(tree), *hooks[:_MOST_HOOKS]]

    @classmethod
    def configurations(cls, tree: Tree) -> Sequence[str]:
        """All that are called so."""
        return configurations(tree, _CONFIGURATIONS, configuration_file(tree, _CONFIGURATIONS))

    # Anchors

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """Headings, and whatever has an id by the extension `attr_list`."""
        return with_attribute_ids(super().anchors(document), document)

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The id of an attribute list, else the slug."""
        return mkdocs_numbered(
            heading.attribute_id or self._slug(_HEADING_EXTRAS.sub("", heading.text)) for heading in document.headings
        )

    def _slug(self, text: str) -> str:
        if "slugify" not in self._toc:
            return mkdocs_slug(text, self._separator)
        name, options = self._slugify
        if name.startswith("pymdownx."):
            return pymdownx_slug(text, self._separator, case=str(options.get("case", "none")))
        return mkdocs_slug(text, self._separator, is_ascii=False)

    @cached_property
    def _toc(self) -> Mapping[str, Any]:
        return mapping(self._extensions.get("toc"))

    @property
    def _separator(self) -> str:
        separator = self._toc.get("separator")
        return separator if isinstance(separator, str) and separator else "-"

    @cached_property
    def _slugify(self) -> tuple[str, Mapping[str, Any]]:
        """The name of the function that makes slugs, and what it is given; "" for one that is not known."""
        match = re.search(r"slugify:\s*!!python/(?:name|object/apply):([\w.]+)", self._text)
        options = mapping(mapping(self._toc.get("slugify")).get("kwds"))
        known = match is not None and match[1] in _SLUGIFIERS and not options.get("percent_encode")
        return (match[1] if match and known else ""), options

    @cached_property
    def _extensions(self) -> Mapping[str, Any]:
        """The Markdown extensions with their options."""
        return _named(self._settings.get("markdown_extensions"))

    def knows_anchors(self, document: Document) -> bool:
        """Not where text comes from elsewhere or is changed by a program, nor with a function for slugs that is not known."""
        if self._hooks_have(_CHANGING_TEXT) or ("slugify" in self._toc and not self._slugify[0]):
            return False
        if "slugify" in mapping(self._extensions.get("pymdownx.tabbed")) and _TAB.search(document.text):
            return False
        return not _BROUGHT_IN.search(document.text)

    def generated_fragment(self, fragment: str) -> bool:
        """Footnotes (`#fn:1`), the tabs and lines of code of Material (`#__tabbed_1_2`), the top."""
        return fragment.startswith(("fn:", "fnref:", "__")) or fragment == "top"

    # Links

    def is_folder_address(self, document: Document) -> bool:
        """Every page's address ends with a slash, unless `use_directory_urls` says no."""
        return self._has_folder_addresses or self.is_index(document.path)

    def address(self, document: Document) -> str | None:
        """The path without extension; that of the folder for its index page."""
        below = splitext(self.below(document.path) or "")[0]
        return "" if below in ("index", "README") else below.removesuffix("/index").removesuffix("/README")

    def source_path(self, written: str, page: str) -> str:
        """An entry of the navigation is a path below `docs_dir`."""
        return joined(self.folder, written) if page == self._path else super().source_path(written, page)

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """An entry of the navigation is a file; everything else may be an address too."""
        if page == self._path:
            yield self.source_path(written, page)
        else:
            yield from super().meanings(link, written, page)

    def is_directory_link(self, path: str) -> bool:
        """A path without extension: MkDocs leaves it as it is, and no page is shown for a folder without `index.md`."""
        return splitext(path)[1] == ""

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """An absolute path is left as it is, and leads to wherever the host has it; plugins may make pages."""
        if page == self._path:
            return not self._may_be_made(joined(self.folder, written))
        if written.startswith("/") and self._absolute_links != "relative_to_docs":
            return False
        path = self.source_path(written, page)
        return not (self._may_be_made(path) or _OF_THEMES.fullmatch(self.below(path) or ""))

    @cached_property
    def _absolute_links(self) -> object:
        validation = mapping(self._settings.get("validation"))
        return mapping(validation.get("links")).get("absolute_links", validation.get("absolute_links"))

    @cached_property
    def _plugins(self) -> Mapping[str, Any]:
        """The plugins with their options; the name without that of the theme (`material/search`)."""
        return {basename(name): options for name, options in _named(self._settings.get("plugins")).items()}

    @cached_property
    def _makes_pages(self) -> bool:
        made = _MAKING_PAGES & self._plugins.keys() or self._hooks_have(_MAKING_FILES)
        return bool(made) or "INHERIT" in self._settings

    def _hooks_have(self, functions: re.Pattern[str]) -> bool:
        """Whether one of the hooks defines such a function, or cannot be read."""
        paths = [joined(dirname(self._path), path) for path in strings(self._settings.get("hooks"))]
        read = [self.files.documents.get(path) for path in paths]
        is_strange = "hooks" in self._settings and not paths
        return is_strange or any(document is None or bool(functions.search(document.text)) for document in read)

    def _may_be_made(self, path: str) -> bool:
        """Whether a plugin may make a page at a path: lists of posts, below the folder of a blog."""
        if self._makes_pages:
            return True
        if "blog" not in self._plugins:
            return False
        folder = mapping(self._plugins["blog"]).get("blog_dir", "blog")
        blog = joined(self.folder, folder if isinstance(folder, str) else "blog")
        is_in_blog = path == blog or path.startswith(blog + "/")
        return is_in_blog and not (path.startswith(blog + "/posts/") and path.endswith(".md"))

    def knows_address(self, address: str) -> bool:
        """Every page is made of a file, unless a plugin makes some."""
        return not splitext(address)[1] and not self._may_be_made(joined(self.folder, address))

    def sites(self) -> Sequence[str]:
        """`site_url`."""
        return site_address(self._settings.get("site_url"))

    # Navigation and redirects

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """`nav`, unless a plugin makes another one."""
        nav = self._settings.get("nav")
        if not isinstance(nav, list) or _MAKING_NAVIGATION & self._plugins.keys():
            return None
        entries = tuple(_entries(nav, ("nav",), "", 1, self._data))
        return Navigation(self._path, entries, "not_in_nav" not in self._settings and not self._makes_pages)

    def entry_target(self, path: str) -> str | None:
        """Its path below `docs_dir`."""
        return self.below(path)

    def redirects(self) -> tuple[Redirect, ...]:
        """The `redirect_maps` of the plugin `redirects`."""
        found: list[Redirect] = []
        for place, targets in self._redirect_maps:
            for source, target in targets.items():
                if isinstance(target, str) and "://" not in target:
                    path = joined(self.folder, target.partition("#")[0])
                    span = self._data.spans[*place, source]
                    found.append(Redirect(joined(self.folder, source), path, self._path, span))
        return tuple(found)

    @property
    def _redirect_maps(self) -> Iterator[tuple[YamlPath, Mapping[str, Any]]]:
        """Where the plugin `redirects` is told what leads where, and what it is told."""
        plugins = self._settings.get("plugins")
        for index, plugin in enumerate(plugins if isinstance(plugins, list) else ()):
            targets = mapping(value_at(plugin, ("redirects", "redirect_maps")))
            if targets:
                yield ("plugins", index, "redirects", "redirect_maps"), targets

    @property
    def redirect_map(self) -> tuple[str, YamlPath] | None:
        """The `redirect_maps` of the plugin `redirects`, where it has some."""
        return next(((self._path, place) for place, _ in self._redirect_maps), None)

    def redirect_source(self, path: str) -> str | None:
        """The path below `docs_dir`."""
        return self.below(path)


_SLUGIFIERS = frozenset(("pymdownx.slugs.slugify", "markdown.extensions.toc.slugify_unicode"))


def _entries(value: object, place: YamlPath, label: str, depth: int, data: YamlDocument) -> Iterator[NavigationEntry]:
    """The entries of a value of `nav`: a path, a title with a path, or a title with a list of entries."""
    if isinstance(value, str):
        span = data.spans[place]
        if not value.endswith("/") and "*" not in value:
            yield NavigationEntry(Link("inline", value, span, span, label), depth)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _entries(one, (*place, index), "", depth + bool(label), data)
    elif isinstance(value, dict):
        for title, below in value.items():
            yield from _entries(below, (*place, title), title, depth, data)


def _named(value: object) -> Mapping[str, Any]:
    """A list of names, some with options (`- toc: {…}`), or a mapping of them."""
    if isinstance(value, dict):
        return value
    named: dict[str, Any] = {}
    for one in value if isinstance(value, list) else ():
        named |= one if isinstance(one, dict) else {one: None} if isinstance(one, str) else {}
    return named


def _patterns(value: object) -> list[str]:
    """`exclude_docs`: patterns as in `.gitignore`, one a line."""
    lines = (line.strip() for text in strings(value) for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "!"))]
