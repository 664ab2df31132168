"""Which platform publishes a repository: what the settings say, else what its files show."""

from __future__ import annotations

from kbcheck.files import Tree
from kbcheck.platforms.gitbook import GitBook
from kbcheck.platforms.platform import Platform

#: The most telling first; GitHub is always possible.
PLATFORMS: dict[str, type[Platform]] = {"gitbook": GitBook, "github": Platform}


def detect(tree: Tree, name: str | None = None) -> type[Platform]:
    """The platform of that name, else the first whose files are there."""
    if name:
        return PLATFORMS[name]
    return next(platform for platform in PLATFORMS.values() if platform.detected(tree))


# Files at the root, or in docs/, that say that a site is made of the pages in a way not known here.
_OTHERS = {
    "_config.yml": "Jekyll",
    "mkdocs.yml": "MkDocs",
    "docusaurus.config.js": "Docusaurus",
    "docusaurus.config.ts": "Docusaurus",
    "hugo.toml": "Hugo",
    ".vitepress": "VitePress",
    ".vuepress": "VuePress",
    ".eleventy.js": "Eleventy",
    ".obsidian": "Obsidian",
}


def unknown_platform(tree: Tree) -> str | None:
    """The name of a platform that publishes the repository and that kbcheck does not know."""
    for name, platform in _OTHERS.items():
        for path in (name, f"docs/{name}"):
            if tree.is_file(path) or tree.is_folder(path):
                return platform
    return None
