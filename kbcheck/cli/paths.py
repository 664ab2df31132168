"""The paths of a command line: which knowledge base they are in, and what they are called there; the options that name it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kbcheck.config import find_root
from kbcheck.errors import UsageError, reason

root_option = click.option(
    "--root", type=click.Path(path_type=Path), help="The folder of the knowledge base, when it is not the repository."
)
config_option = click.option(
    "--config", type=click.Path(path_type=Path), help="The settings file, instead of .kbcheck.yaml."
)


def base_of(paths: tuple[Path, ...], root: Path | None) -> tuple[Path, tuple[str, ...]]:
    """The root of the base that all `paths` are in, and the paths relative to it, with `/`; none for the root itself.

    Raises `UsageError` when a path does not exist or lies outside.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError(
            "the current folder cannot be used: {reason}; change to another one", reason=reason(error)
        ) from None
    for path in (*paths, *((root,) if root else ())):
        if not os.path.lexists(path):
            raise UsageError("no such path: {path}", path=path)
    if root and not root.is_dir():
        raise UsageError("the root of a knowledge base is a folder: {root}", root=root)
    folder = Path(os.path.abspath(root)) if root else _root_of(paths[0] if paths else Path())
    inside = tuple(inside_base(path, folder) for path in paths)
    return folder, () if "." in inside else inside


def _root_of(path: Path) -> Path:
    """The base that a path is in; when nothing marks one, a folder is a base, and a file is in that of this folder."""
    absolute, here = Path(os.path.abspath(path)), Path.cwd()
    unmarked = absolute if absolute.is_dir() else here if absolute.is_relative_to(here) else absolute.parent
    return find_root(path) or unmarked


def inside_base(path: Path, folder: Path) -> str:
    """A path relative to the root of the base, with `/`, whether it exists or not. Raises `UsageError` outside of it."""
    # Not resolve(): a symbolic link is the path that its author sees.
    relative = os.path.relpath(os.path.abspath(path), folder)
    if relative == ".." or relative.startswith(f"..{os.sep}"):
        raise UsageError(
            "{path} is not in the knowledge base {folder}; check one base at a time, or name it with --root",
            path=path,
            folder=folder,
        )
    return relative.replace(os.sep, "/")
