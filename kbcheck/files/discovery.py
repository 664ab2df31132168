"""Which files a knowledge base has: asked of git where there is a repository, else read from the folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.errors import reason
from kbcheck.files.git import GitError, Listing, has_repository, listed_files
from kbcheck.files.globs import compile_globs
from kbcheck.files.kept import KEPT
from kbcheck.texts import Text

#: The names of Markdown files end with one of these, in any letter case.
PAGE_SUFFIXES = (".md", ".markdown", ".mdx")

#: Folders whose files nobody wrote for readers; so are virtual environments, known by the file in them.
LEFT_OUT = frozenset({".git", KEPT, "__pycache__", "node_modules"})
_ENVIRONMENT_MARK = "pyvenv.cfg"


class Tree(Struct, frozen=True):
    """The files of a knowledge base. Paths are relative to `root`, with `/`, spelled as git or the disk spells them.

    `files` are all files, `folders` the folders that hold them, up to the root, which is `""`. A symbolic link counts as
    what it leads to, except that nothing below a linked folder is listed. `pages` are the Markdown files to check, sorted.
    `notes` are sentences about what could not be looked at. `untracked` are the files that git does not ignore and does not
    track; `tracks_cache` says that it tracks files in kbcheck's own folder. A name whose bytes are no UTF-8 holds lone surrogates
    (`os.fsdecode`): encode with `surrogateescape` or `backslashreplace` before showing it.
    """

    root: Path
    files: frozenset[str]
    folders: frozenset[str]
    pages: tuple[str, ...]
    notes: tuple[Text, ...] = ()
    untracked: frozenset[str] = frozenset()
    tracks_cache: bool = False

    def is_file(self, path: str) -> bool:
        """Whether there is a file of exactly this name."""
        return path in self.files

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of exactly this name, without a slash at its end."""
        return path in self.folders


def discover(root: Path, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Tree:
    """The files below `root`: tracked by git or not ignored by it; all of them where git cannot tell.

    `include` and `exclude` are patterns as in `kbcheck.files.globs`. They choose the pages only: a file exists even when
    it is not checked.
    """
    notes: list[Text] = []
    found = _Found(os.path.realpath(root))
    listing = _from_git(root, notes)
    # Git ends the name of a repository inside this one with a slash.
    listed = [path.rstrip("/") for path in (*listing.tracked, *listing.untracked)]
    found.add(listed or _from_folders(found.root, notes))
    return Tree(
        root=root,
        files=frozenset(found.files),
        folders=frozenset(found.folders),
        pages=_pages(found.files, include, exclude),
        notes=tuple(notes),
        untracked=frozenset(listing.untracked),
        tracks_cache=any(path.casefold().split("/")[0] == KEPT for path in listing.tracked),
    )


def with_files(tree: Tree, files: frozenset[str], *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Tree:
    """The same tree with other files; folders without files, such as submodules, are as they were."""
    others = tree.folders - _folders(tree.files)
    folders = others | _folders(files) | _folders(others)
    return replace(tree, files=files, folders=folders, pages=_pages(files, include, exclude))


def tracked_only(tree: Tree, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Tree:
    """The same tree without the files that git does not track: what a commit that is being made will hold."""
    if not tree.untracked:
        return tree
    kept = with_files(tree, tree.files - tree.untracked, include=include, exclude=exclude)
    return replace(kept, untracked=frozenset())


def _folders(paths: Iterable[str]) -> frozenset[str]:
    """The folders that hold any of these paths, up to the root."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def is_inside(root: str, path: str) -> bool:
    """Whether `path` is below `root` and not among what is left out. Both without symbolic links (`os.path.realpath`)."""
    prefix = root if root.endswith(os.sep) else root + os.sep
    return path.startswith(prefix) and ".git" not in path[len(prefix) :].casefold().split(os.sep)


def _pages(files: Iterable[str], include: Sequence[str], exclude: Sequence[str]) -> tuple[str, ...]:
    pages: Iterable[str] = (path for path in files if path.lower().endswith(PAGE_SUFFIXES))
    if include:
        pages = filter(compile_globs(include), pages)
    if exclude:
        is_excluded = compile_globs(exclude)
        pages = (path for path in pages if not is_excluded(path))
    return tuple(sorted(pages))


def _from_git(root: Path, notes: list[Text]) -> Listing:
    """The paths that git lists; none where git cannot tell."""
    nothing = Listing((), ())
    if not has_repository(root):
        return nothing
    try:
        listing = listed_files(root)
    except GitError as error:
        note = Text(
            "The files that git ignores are looked at as well, since git did not list the others: {reason}",
            reason=error,
        )
        notes.append(note)
        return nothing
    if listing == nothing:
        notes.append(
            Text("Git lists no file of this folder, perhaps because it ignores it: all its files are looked at.")
        )
    return listing


def _from_folders(root: str, notes: list[Text]) -> Iterator[str]:
    """The paths of everything below `root` that is not a folder, without following symbolic links."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as scan:
                entries = {entry.name: entry.is_dir(follow_symlinks=False) for entry in scan}
        except OSError as error:
            named = Text(
                "The folder {folder!r} could not be listed: {reason}.", folder=folder or ".", reason=reason(error)
            )
            notes.append(named)
            continue
        if folder and _ENVIRONMENT_MARK in entries:
            continue
        for name, is_folder in entries.items():
            path = f"{folder}/{name}" if folder else name
            if name in LEFT_OUT:
                continue
            if is_folder:
                waiting.append(path)
            else:
                yield path


class _Found:
    """Collects the files and folders that are really there."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.files: set[str] = set()
        self.folders: set[str] = {""}
        self._real_folders = {"": True}  # whether a folder can be entered: neither left out nor a symbolic link

    def add(self, paths: Iterable[str]) -> None:
        """Add what stands at each path; nothing for what is not there."""
        paths = list(paths)
        for path in paths:
            folder, _, name = path.rpartition("/")
            if name == _ENVIRONMENT_MARK and folder:
                self._real_folders[folder] = False
        for path in paths:
            folder = path.rpartition("/")[0]
            if self._can_enter(folder):
                self._add(path, folder)

    def _add(self, path: str, folder: str) -> None:
        mode = self._mode(path)
        if stat.S_ISLNK(mode):
            mode = self._mode_of_target(path)
        if stat.S_ISREG(mode):
            self.files.add(path)
        elif stat.S_ISDIR(mode) and path.rpartition("/")[2] not in LEFT_OUT:  # a submodule or a linked folder
            self.folders.add(path)
        else:
            return
        while folder not in self.folders:
            self.folders.add(folder)
            folder = folder.rpartition("/")[0]

    def _can_enter(self, folder: str) -> bool:
        unknown: list[str] = []
        while folder not in self._real_folders:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        known = self._real_folders[folder]
        for below in reversed(unknown):
            known = known and below.rpartition("/")[2] not in LEFT_OUT and stat.S_ISDIR(self._mode(below))
            self._real_folders[below] = known
        return known

    def _mode(self, path: str) -> int:
        """The kind of file, as in `stat.st_mode`; 0 when there is none."""
        try:
            return os.lstat(os.path.join(self.root, path)).st_mode
        except (OSError, ValueError):
            return 0

    def _mode_of_target(self, path: str) -> int:
        """The same of what a symbolic link leads to. Only its kind is asked: a target outside the root is never read."""
        try:
            # realpath, too, raises for a link that is gone between two of its questions (/proc).
            return os.stat(os.path.realpath(os.path.join(self.root, path))).st_mode
        except (OSError, ValueError):
            return 0
