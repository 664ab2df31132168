"""Carrying out a move: the file or folder first, then what is rewritten; back again when something goes wrong."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from kbcheck.diagnostics import Fix
from kbcheck.errors import UsageError, reason
from kbcheck.files import GitError, move, read
from kbcheck.fixes.contents import Contents
from kbcheck.fixes.moving import Move
from kbcheck.fixes.writing import is_unchanged, write
from kbcheck.knowledge import KnowledgeBase
from kbcheck.texts import Text

_OBSTACLES = {
    "changed": Text("a file that must be rewritten has changed, or mixes encodings: correct it first"),
    "encoding": Text("a file that must be rewritten cannot hold the new name in its encoding: save it as UTF-8 first"),
}


def rewritten(base: KnowledgeBase, planned: Move) -> Contents:
    """The bytes of the files with rewritten links, by their old paths. Raises `UsageError` when one cannot be rewritten."""
    root = base.paths.tree.root
    contents = Contents(root)
    others = {edit.path for edit in planned.edits} - base.documents.keys()  # the settings
    texts = {**base.texts, **{path: read(root, path).text for path in others}}
    for edit in planned.edits:
        (obstacle,) = Contents(root).apply([Fix("", (edit,))], texts)
        if obstacle:
            raise UsageError(_OBSTACLES[obstacle], place=edit.path)
    list(contents.apply([Fix("", planned.edits)], texts))
    return contents


def carry_out(root: Path, planned: Move, contents: Contents) -> None:
    """Moves and writes. Raises `UsageError` when that fails; everything is then as it was, as far as the system lets it."""
    for path in contents.changed:
        if not is_unchanged(root, path, contents.before[path]):
            obstacle = _OBSTACLES["changed"]
            raise UsageError(obstacle, place=path)
    try:
        _move(root, planned.old, planned.new)
    except (OSError, GitError) as error:
        _remove_empty_folders(root, planned.new)
        raise UsageError("{old} cannot be moved: {reason}", old=planned.old, reason=reason(error)) from None
    written: list[str] = []
    try:
        for path in contents.changed:
            write(root, planned.files.get(path, path), contents.after[path])
            written.append(path)
    except OSError as error:
        with suppress(OSError, GitError):
            for path in written:
                write(root, planned.files.get(path, path), contents.before[path])
            _move(root, planned.new, planned.old)
        raise UsageError("a link cannot be rewritten, so nothing was moved: {reason}", reason=reason(error)) from None


def _move(root: Path, old: str, new: str) -> None:
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    if not move(root, old, new):
        shutil.move(root / old, root / new)
    _remove_empty_folders(root, old)


def _remove_empty_folders(root: Path, path: str) -> None:
    """The folders that a path was in, as long as nothing is in them: git knows no empty folder."""
    folder = (root / path).parent
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
