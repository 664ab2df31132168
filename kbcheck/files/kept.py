"""The folder of what kbcheck keeps from one run to the next: `.kbcheck_cache`, below the root of the base."""

from __future__ import annotations

import os
from pathlib import Path

from kbcheck.files.git import is_tracked

#: Its name; what is in it may be deleted at any time.
KEPT = ".kbcheck_cache"

# https://bford.info/cachedir/: programs that make backups leave such a folder out.
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by kbcheck; may be deleted at any time.\n"


def is_foreign(root: Path, *, tracked: bool | None = None) -> bool:
    """Whether the folder is not ours to read or write: it is under version control, or a link that leads out of the root.

    Who writes pages could otherwise write what is known of them, or have us write elsewhere. `tracked`: what is known
    already of the version control.
    """
    folder = root / KEPT
    if not os.path.lexists(folder):
        return False
    is_outside = not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root))
    return is_outside or (is_tracked(root, KEPT) if tracked is None else tracked)


def made_folder(root: Path) -> Path:
    """The folder, made where it is missing; no version control takes it in. Raises OSError."""
    folder = root / KEPT
    if not folder.is_dir():
        folder.mkdir()
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
        (folder / "CACHEDIR.TAG").write_text(_SIGNATURE, encoding="ascii")
    return folder
