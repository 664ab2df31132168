"""`.kbcheck.yaml` when something moves: the paths and patterns in it that name the moved file or folder go along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kbcheck.config import Settings
from kbcheck.diagnostics import Edit, Span
from kbcheck.files import Tree, escape_glob, read
from kbcheck.fixes.redirects import scalar
from kbcheck.schema.yaml import read_yaml

# Where values, and where keys, are paths or patterns of paths (`schemas/config.schema.json`).
_VALUES: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?:include|exclude)/\d+"),
    re.compile(r"rules(?:/folder)?"),
    re.compile(r"schemas/(?:kinds|files)/.+"),
    re.compile(r"external/verdicts"),
    re.compile(r"extract/\d+/from(?:/\d+)?"),
)
_KEYS: tuple[re.Pattern[str], ...] = (re.compile(r"per-file-ignores/.+"), re.compile(r"schemas/files/.+"))


def settings_edits(settings: Settings, tree: Tree, old: str, new: str) -> Iterator[Edit]:
    """What changes in the settings file, when it stands below the root."""
    path = settings.file
    if path is None or PurePosixPath(path).is_absolute() or path.startswith(".."):
        return
    text = read(settings.root, path).text
    data = read_yaml(text)
    named = [(place, span, _VALUES) for place, span in data.spans.items()]
    named += [(place, span, _KEYS) for place, span in data.keys.items()]
    for place, span, kinds in named:
        written = text[span.start : span.end]
        if any(kind.fullmatch("/".join(map(str, place))) for kind in kinds):
            renamed = _renamed(written, tree, old, new)
            if renamed is not None:
                yield Edit(path, span, _as_scalar(renamed, text, span))


def _renamed(written: str, tree: Tree, old: str, new: str) -> str | None:
    """A path or pattern that begins with the old name, with the new one; None for any other."""
    start = re.match(r"(?:\./|/)?", written)
    assert start is not None  # it can be empty
    rest = written[start.end() :]
    for spelling, spelt in ((escape_glob(old), escape_glob(new)), (old, new)):
        if rest.rstrip("/") != spelling and not rest.startswith(f"{spelling}/"):
            continue
        # Without a slash before its end it means every file and folder of this name.
        if start[0] or "/" in rest.rstrip("/") or not _is_elsewhere(old, tree):
            return start[0] + spelt + rest[len(spelling) :]
    return None


def _is_elsewhere(name: str, tree: Tree) -> bool:
    return any(name in path.split("/")[1:] for path in (*tree.files, *tree.folders))


def _as_scalar(renamed: str, text: str, span: Span) -> str:
    """As it must be written where a plain scalar stood, or between quotes."""
    return renamed if text[span.start - 1 : span.start] in ("'", '"') else scalar(renamed, text[span.start : span.end])
