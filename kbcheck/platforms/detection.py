"""Which platform publishes a repository: what the settings say, else what its files show."""

from __future__ import annotations

from kbcheck.files import Tree
from kbcheck.platforms.docusaurus import Docusaurus
from kbcheck.platforms.gitbook import GitBook
from kbcheck.platforms.hugo import Hugo
from kbcheck.platforms.jekyll import Jekyll
from kbcheck.platforms.mkdocs import MkDocs
from kbcheck.platforms.obsidian import Obsidian
from kbcheck.platforms.other import OtherSite
from kbcheck.platforms.platform import Platform
from kbcheck.platforms.vitepress import VitePress

#: The most telling first (many a site's pages are written in Obsidian); GitHub is always possible.
PLATFORMS: dict[str, type[Platform]] = {
    platform.name: platform
    for platform in (VitePress, Docusaurus, MkDocs, GitBook, Hugo, Jekyll, OtherSite, Obsidian, Platform)
}


def detect(tree: Tree, name: str | None = None) -> type[Platform]:
    """The platform of that name, else the first whose files are there.

    A table of contents called SUMMARY.md says GitBook only where nothing else makes the site: many a
    repository that has left GitBook for another generator still has it.
    """
    if name:
        return PLATFORMS[name]
    found = next((platform for platform in PLATFORMS.values() if platform.detected(tree)), Platform)
    return GitBook if found is Platform and tree.is_file("SUMMARY.md") else found
