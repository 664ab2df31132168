"""All files of a base as Documents: from the cache where nothing has changed, else parsed, by several processes if it pays."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.files import Source, decode, read

# Characters; below this, the file of a cache would cost more than it saves, and so would a second process.
_WORTH_KEEPING = 100_000
_WORTH_A_PROCESS = 1_500_000
_MOST_PROCESSES = 8


def read_documents(
    root: Path,
    paths: Iterable[str],
    contents: Mapping[str, bytes] | None = None,
    *,
    keep: bool = False,
    tracked: bool | None = None,
) -> Mapping[str, Document]:
    """The Documents of the files at `paths` (relative to `root`), in that order.

    `contents` are bytes of files that are taken instead of those on disk. `keep`: facts of files that have not changed since
    the last run are taken from the cache, which is written anew; `tracked` says whether version control has its folder.
    """
    given = contents or {}
    sources = [decode(path, given[path]) if path in given else read(root, path) for path in paths]
    if not keep or _size(sources) < _WORTH_KEEPING:
        return {document.path: document for document in _parsed(sources)}
    from kbcheck.documents.cache import Cache, encoded

    cache = Cache(root, tracked=tracked)
    known = {source.path: cache.get(source) for source in sources}
    changed = [source for source in sources if known[source.path] is None]
    for source, document in zip(changed, _parsed(changed), strict=True):
        cache.add(source, encoded(document))
        known[source.path] = document
    cache.write()
    return {path: document for path, document in known.items() if document is not None}


def _size(sources: Iterable[Source]) -> int:
    return sum(len(source.text) for source in sources)


def _parsed(sources: Sequence[Source]) -> list[Document]:
    """The Documents of sources, in their order."""
    processes = min(_processors(), _size(sources) // (_WORTH_A_PROCESS // 2))
    # Elsewhere than on Linux a new process imports everything once more, and a fork of threads may stand still.
    if processes > 1 and sys.platform == "linux" and threading.active_count() == 1:
        from kbcheck.documents.processes import parsed_by

        return parsed_by(processes, sources)
    return [read_document(source) for source in sources]


def _processors() -> int:
    """How many processes can run at once here, but no more than a pool is worth."""
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _MOST_PROCESSES
    )
