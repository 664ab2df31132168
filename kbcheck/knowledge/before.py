"""A knowledge base as it was before a change: what the change broke was not broken there.

The settings are those of today, also when they were changed: a rule that was switched on yesterday breaks nobody's page.
"""

from __future__ import annotations

from collections.abc import Mapping

from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.files import Change, decode, former_contents, with_files
from kbcheck.knowledge.base import KnowledgeBase
from kbcheck.platforms.detection import detect


def base_before(base: KnowledgeBase, change: Change) -> KnowledgeBase:
    """The base without the change. Only files that were changed are read again, from what git kept of them.

    Raises GitError.
    """
    settings, today = base.settings, base.paths.tree
    former = frozenset(path for path in change.before.values() if path is not None) | change.gone
    files = (today.files - change.before.keys()) | former
    tree = with_files(today, files, include=settings.include, exclude=settings.excluded)
    platform = detect(tree, settings.platform)
    documents = _documents(base, change, (*tree.pages, *platform.configuration_files(tree)))
    own = tuple(base.own_repositories)
    before = KnowledgeBase(settings, tree, documents, platform.configured(documents, tree), own)
    return before.with_repairs(offered=False)


def _documents(base: KnowledgeBase, change: Change, paths: tuple[str, ...]) -> Mapping[str, Document]:
    """The Documents at these paths as they were, and what was read beside them: schemas, data, the settings."""
    of_today = {*base.paths.tree.pages, *base.platform.configuration_files(base.paths.tree)}
    beside = [path for path in base.documents if path not in of_today]
    wanted = list(dict.fromkeys((*paths, *beside)))
    contents = former_contents(base.settings.root, change, wanted)
    found: dict[str, Document] = {}
    for path in wanted:
        content = contents.get(path)
        if content is not None and path != base.settings.file:
            found[path] = read_document(decode(path, content))
        elif path in base.documents and (path in beside or path not in change.before):
            found[path] = base.documents[path]
    return found
