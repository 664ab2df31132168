"""Parsing by several processes: what they send back are the bytes that the cache keeps."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from kbcheck.documents.build import read_document
from kbcheck.documents.cache import decoded, encoded
from kbcheck.documents.facts import Document
from kbcheck.files import Source

# Parts of the work for each process, so that one with long pages keeps no other waiting.
_PARTS = 4


def parsed_by(processes: int, sources: Sequence[Source]) -> list[Document]:
    """The Documents of sources, in their order. Where a process dies, this one does all the work."""
    step = -(-len(sources) // (processes * _PARTS))
    parts = [sources[start : start + step] for start in range(0, len(sources), step)]
    try:
        with ProcessPoolExecutor(processes, get_context("fork"), _leave_interrupts_to_parent) as pool:
            found = [facts for part in pool.map(_facts, parts) for facts in part]
    except (BrokenProcessPool, OSError):
        return [read_document(source) for source in sources]
    return [decoded(facts, source) for facts, source in zip(found, sources, strict=True)]


def _facts(sources: Sequence[Source]) -> list[bytes]:
    return [encoded(read_document(source)) for source in sources]


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
