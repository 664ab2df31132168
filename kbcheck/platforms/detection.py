"""Which platform publishes a repository: what the settings say, else what its files show."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import normpath

from kbcheck.documents.facts import Document
from kbcheck.files import Tree
from kbcheck.platforms.gitbook import CONFIGURATION, GitBook
from kbcheck.platforms.platform import Platform

#: The most telling first; GitHub is always possible.
PLATFORMS: dict[str, type[Platform]] = {"gitbook": GitBook, "github": Platform}


def detect(tree: Tree, name: str | None = None) -> type[Platform]:
    """The platform of that name, else the first whose files are there."""
    if name:
        return PLATFORMS[name]
    return next(platform for platform in PLATFORMS.values() if platform.detected(tree))


def published_folder(platform: type[Platform], documents: Mapping[str, Document]) -> str:
    """The folder that is published: `root:` of `.gitbook.yaml`, else the whole repository ("")."""
    document = documents.get(CONFIGURATION) if platform is GitBook else None
    value = document.data.value if document and document.data else None
    root = value.get("root") if isinstance(value, dict) else None
    folder = normpath(root.strip("/")) if isinstance(root, str) and root.strip("/.") else ""
    return "" if folder == "." else folder
