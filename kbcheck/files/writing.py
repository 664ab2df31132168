"""Files written whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Writes beside the file and takes its place: a reader sees the old text or the new one. Raises OSError."""
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
        if file.exists():
            shutil.copymode(file, beside)
        else:
            umask = os.umask(0)
            os.umask(umask)
            Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(file)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
