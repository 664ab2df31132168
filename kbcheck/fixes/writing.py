"""Writing the files that fixes change, never one outside the root."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from kbcheck.files import is_inside, read_bytes, replace_file

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write(root: Path, path: str, content: bytes) -> None:
    """Gives the file `path` (relative to `root`) the bytes `content`, in one step; its permissions stay.

    A symbolic link stays one: what it leads to is written, when that is inside the root. Raises OSError, also for a file that
    nobody may write, although its folder would let it be replaced.
    """
    real = os.path.realpath(root / path)
    if not is_inside(os.path.realpath(root), real):
        raise PermissionError(1, "the file is a link to a place outside of the knowledge base", path)
    file = Path(real)
    if file.exists() and not file.stat().st_mode & _WRITABLE:
        raise PermissionError(errno.EACCES, "the file is read-only", path)
    replace_file(file, content)


def is_unchanged(root: Path, path: str, content: bytes) -> bool:
    """Whether a file still has the bytes that were checked."""
    return read_bytes(root, path) == content
