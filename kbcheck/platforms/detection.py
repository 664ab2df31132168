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
