"""What `docusaurus.config.js` says of folders and plugins, as far as it consists of literals.

Sources: Docusaurus's documentation ("docusaurus.config.js", "Using Plugins", "Docs Multi-instance") and the documentation of
the plugins that are named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kbcheck.platforms.platform import joined
from kbcheck.platforms.script import NOTHING, Literal, elements, entries, exported

# Options of documents that change the addresses of their versions.
_VERSION_OPTIONS = ("versions", "lastVersion", "includeCurrentVersion", "onlyIncludeVersions", "disableVersioning")
# Plugins that make no pages but those that are read here, by the last part of their names.
_MAKING_NO_PAGES = frozenset(
    (
        *("docs", "blog", "pages", "sass", "css", "image", "zoom", "analytics", "gtag", "manager", "vercel"),
        *("pwa", "sitemap", "llms", "txt"),
    )
)
# Plugins that write documents, by a word in their names; those of the site's own may do anything.
_WRITING_DOCUMENTS = re.compile(
    r"typedoc|openapi|redoc|remote|api|graphql|redirect|jsdoc|doxygen|^\.|^@site", re.IGNORECASE
)
_REDIRECTED_ENDINGS = frozenset(("fromExtensions", "toExtensions", "id"))
_FUNCTION = re.compile(r"(?:async\s+)?function\b|\(")
_MAKING_ROUTES = re.compile(r"\baddRoute\b|\bcontentLoaded\b|\bloadContent\b")


class Docs(Struct, frozen=True):
    """A folder of documents, or of posts, and where in the site its addresses begin."""

    folder: str
    route: str
    identifier: str = "default"
    is_blog: bool = False


class _Plugin(Struct, frozen=True):
    """A plugin: its name (None for one that is written in the configuration), its options, where it stands."""

    name: str | None
    options: Mapping[str, Literal]
    start: int


class DocusaurusSettings:
    """The configuration in `text`; `folder` is the one it stands in."""

    def __init__(self, text: str, folder: str) -> None:
        self._text = text
        self._folder = folder
        self.exported = exported(text) if text else NOTHING

    @cached_property
    def docs(self) -> tuple[Docs, ...]:
        """The folders of documents, that of the preset first; the folder of posts last."""
        return tuple(self._instances())

    @cached_property
    def is_open(self) -> bool:
        """Whether the configuration may make pages that are not seen here: what is no literal in it, and plugins."""
        presets = self.exported.get("presets")
        read = presets is not None and all(isinstance(options.value, dict) for options in self._options)
        return not read or not self._are_plugins_read or not all(map(self._makes_no_pages, self._plugins))

    @cached_property
    def writes_documents(self) -> bool:
        """Whether a plugin may put documents beside those of the folders: where none does, links between these are known."""
        return not self._are_plugins_read or any(
            bool(_WRITING_DOCUMENTS.search(plugin.name or ".")) and not self._makes_no_pages(plugin)
            for plugin in self._plugins
        )

    @cached_property
    def has_version_options(self) -> bool:
        """Whether the addresses of versions may be others than usual."""
        docs = self._of_preset("docs")
        return docs is not None and any(docs.may_have(name) for name in _VERSION_OPTIONS)

    def _of_preset(self, name: str) -> Literal | None:
        return next((options.get(name) for options in self._options if options.get(name) is not None), None)

    def _instances(self) -> Iterator[Docs]:
        yield self._instance(self._of_preset("docs"), "docs")
        for options in self._options:
            if options.text("path") is not None and options.text("routeBasePath") is not None:
                yield self._instance(options, "docs", options.text("id") or "default")
        yield self._instance(self._of_preset("blog"), "blog", is_blog=True)

    def _instance(
        self, options: Literal | None, usual: str, identifier: str = "default", *, is_blog: bool = False
    ) -> Docs:
        path = (options.text("path") if options is not None else None) or usual
        route = options.text("routeBasePath") if options is not None else None
        return Docs(
            joined(self._folder, path), (usual if route is None else route).strip("/"), identifier, is_blog=is_blog
        )

    @cached_property
    def _options(self) -> list[Literal]:
        """The options of the presets, and of the plugins."""
        lists = [*elements(self.exported.get("presets")), *elements(self.exported.get("plugins"))]
        return [pair[1] for pair in map(elements, lists) if len(pair) > 1]

    @cached_property
    def _plugins(self) -> list[_Plugin]:
        found = []
        for plugin in elements(self.exported.get("plugins")):
            name, *options = elements(plugin) or [plugin]
            known = name.value if isinstance(name.value, str) else None
            found.append(_Plugin(known, entries(next(iter(options), None)), name.span.start))
        return found

    @property
    def _are_plugins_read(self) -> bool:
        plugins = self.exported.get("plugins")
        return self.exported.is_whole and self.exported is not NOTHING and (plugins is None or plugins.is_whole)

    def _makes_no_pages(self, plugin: _Plugin) -> bool:
        """Whether a plugin is one of those known to make no pages, one whose documents are read, or a function without routes."""
        if plugin.name is None:
            return bool(_FUNCTION.match(self._text, plugin.start)) and not _MAKING_ROUTES.search(self._text)
        if plugin.name.endswith("client-redirects"):
            return plugin.options.keys() <= _REDIRECTED_ENDINGS
        return plugin.name.rpartition("-")[2] in _MAKING_NO_PAGES
