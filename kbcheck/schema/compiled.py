"""What is read of kbcheck's own files once, and kept as Python keeps its modules: in `__pycache__`, beside the sources.

It may be missing, broken or old at any time: then the files are read, and nobody is told. Nothing of it depends on a
knowledge base.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import msgspec

from kbcheck import __version__


def compiled(name: Path, sources: Iterable[Path], make: Callable[[], Any]) -> Any:
    """What `make` makes of files: a plain value (mappings, lists, text, numbers), that of the last time where it still holds.

    It is kept beside the path `name`. The sources are known by name, size and the time of their last change.
    """
    state = [__version__, *map(_state, sources)]
    kept = Path(cache_from_source(f"{name}.py")).with_suffix(".msgpack")
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        known: tuple[list[str], Any] = msgspec.msgpack.decode(kept.read_bytes(), type=tuple[list[str], Any])
        if known[0] == state:
            return known[1]
    value = make()
    if not sys.dont_write_bytecode:
        _keep(kept, msgspec.msgpack.encode((state, value)))
    return value


def _state(file: Path) -> str:
    status = file.stat()
    return f"{file.name} {status.st_size} {status.st_mtime_ns}"


def _keep(file: Path, content: bytes) -> None:
    """Writes a file whole or not at all, as several runs may at once; where it cannot be written there is none."""
    unfinished = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(file)
