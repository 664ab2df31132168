"""A generator that kbcheck does not know: which addresses it gives the pages, nobody here can say."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import splitext
from typing import ClassVar

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Link
from kbcheck.files import Tree
from kbcheck.platforms.platform import Platform
from kbcheck.platforms.slugs import letters

# Files and folders at the root, or in `docs/`, that say which generator makes a site of the pages; each is named in the
# generator's own documentation.
_GENERATORS = {
    ".vuepress": "VuePress",
    ".eleventy.js": "Eleventy",
    "eleventy.config.js": "Eleventy",
    "eleventy.config.mjs": "Eleventy",
    "eleventy.config.cjs": "Eleventy",
    "_toc.yml": "Jupyter Book",
    "conf.py": "Sphinx",
    "book.toml": "mdBook",
    "antora.yml": "Antora",
    "astro.config.mjs": "Astro",
    "astro.config.ts": "Astro",
    "gatsby-config.js": "Gatsby",
    "gatsby-config.ts": "Gatsby",
    "gridsome.config.js": "Gridsome",
    "nuxt.config.js": "Nuxt",
    "nuxt.config.ts": "Nuxt",
    "pelicanconf.py": "Pelican",
}
_NO_FILE = frozenset({"", ".html", ".htm"})


class OtherSite(Platform):
    """Pages in folders are made into a site; those at the root are read on GitHub, as everywhere.

    Relative links to files are judged as on GitHub, where generators agree with it. A link from the root of the site, or
    to a name without an ending, is an address: it is not called dead.
    """

    name: ClassVar[str] = "other"
    expects_indexes: ClassVar[bool] = False
    shows_fields: ClassVar[bool] = True

    def __init__(self, folder: str = "") -> None:
        super().__init__(folder)
        # The letters of the anchors of each page, which are kept with them: so no other mapping gets their identity.
        self._letters: dict[int, tuple[Mapping[str, Span], frozenset[str]]] = {}

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """A file of one of these generators."""
        return generator(tree) is not None

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Only of relative paths to files."""
        return not written.startswith("/") and splitext(written)[1].lower() not in _NO_FILE

    def has_anchor(self, anchors: Mapping[str, Span], fragment: str) -> bool:
        """Generators disagree on hyphens, accents and case, and hardly on the letters."""
        if id(anchors) not in self._letters:
            self._letters[id(anchors)] = anchors, frozenset(map(letters, anchors))
        return super().has_anchor(anchors, fragment) or letters(fragment) in self._letters[id(anchors)][1]

    def is_judged(self, path: str, listed: bool) -> bool:
        """Not what stands at the root: README.md, CONTRIBUTING.md."""
        return "/" in path


def generator(tree: Tree) -> str | None:
    """The name of the generator that publishes the repository, when it is one of these."""
    for name, generator in _GENERATORS.items():
        for path in (name, f"docs/{name}"):
            if tree.is_file(path) or tree.is_folder(path):
                return generator
    return None
