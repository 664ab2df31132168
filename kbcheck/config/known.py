"""Settings whose form was found right in an earlier run: to find it out once more would take a tenth of a second.

What is kept, `.kbcheck_cache/settings`, may be missing, broken or old at any time: then the form is looked at again.
"""

from __future__ import annotations

import contextlib
from hashlib import blake2b
from pathlib import Path

from kbcheck import __version__
from kbcheck.files import replace_file
from kbcheck.files.kept import KEPT, is_foreign, made_folder
from kbcheck.schema.resources import schemas_folder

_FILE = "settings"


def is_known(root: Path, text: str) -> bool:
    """Whether the last run on the base at `root` found the form of these settings right."""
    try:
        known = (root / KEPT / _FILE).read_bytes()
    except OSError:
        return False
    return known == _digest(text) and not is_foreign(root)


def remember(root: Path, text: str) -> None:
    """Keeps that the form of these settings is right; where nothing can be written, nothing is."""
    if not is_foreign(root):
        with contextlib.suppress(OSError):
            replace_file(made_folder(root) / _FILE, _digest(text))


def _digest(text: str) -> bytes:
    """What tells settings apart, and the schemas that judge them."""
    states = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(schemas_folder().iterdir())]
    content = "\0".join((__version__, repr(states), text))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest().encode()
