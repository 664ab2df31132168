"""Moving a page or a folder: every link, navigation entry and redirect that names it goes along, or nothing moves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from posixpath import dirname
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Edit, Lines, Span
from kbcheck.documents.facts import Document, Link
from kbcheck.errors import UsageError
from kbcheck.files import PAGE_SUFFIXES, Tree
from kbcheck.fixes.former_addresses import former_address_edits
from kbcheck.fixes.redirects import redirect_edits
from kbcheck.fixes.retarget import retargeted
from kbcheck.fixes.settings import settings_edits
from kbcheck.fixes.spellings import Moving, asked_by, spellings
from kbcheck.knowledge import KnowledgeBase, Resolution
from kbcheck.platforms.platform import joined
from kbcheck.schema.yaml import YamlPath
from kbcheck.texts import Text

_UNMOVED = ("external", "template", "empty", "broken-marker", "unknown", "missing-page", "outside-root")


class Move(Struct, frozen=True):
    """A file or folder `old` becomes `new`; `files` says it of every file, `edits` (at the old paths) what is rewritten."""

    old: str
    new: str
    files: Mapping[str, str]
    edits: tuple[Edit, ...] = ()

    def path(self, path: str) -> str:
        """What a path is called after the move, also one at which nothing is."""
        return moved_path(path, self.old, self.new)

    def with_edits(self, edits: Iterator[Edit]) -> Move:
        """The same with more to rewrite."""
        return replace(self, edits=tuple(dict.fromkeys((*self.edits, *edits))))


def begun(base: KnowledgeBase, old: str, new: str) -> Move:
    """The move of `old` to `new` (relative to the root), nothing rewritten yet. Raises `UsageError` where it cannot be."""
    files = _moved_files(base, old, new)
    _refuse_configuration(base, old, files)
    _refuse_symbolic_links(base.paths.tree, files)
    return Move(old, new, files)


def configuration_edits(before: KnowledgeBase, after: KnowledgeBase, move: Move) -> Iterator[Edit]:
    """What changes in the navigation, the redirects and the settings. `after`: with the files at their new places."""
    navigation = before.navigation
    if navigation is not None:
        yield from _link_edits(before.documents[navigation.path], before, after, move)
    yield from redirect_edits(before, after, move.files)
    yield from settings_edits(before.settings, before.paths.tree, move.old, move.new)


def link_edits(before: KnowledgeBase, after: KnowledgeBase, move: Move) -> Iterator[Edit]:
    """What changes in the pages. `after`: with the navigation rewritten, on which it depends what a link means."""
    navigation = before.navigation.path if before.navigation else None
    for document in before.pages:
        if document.path != navigation:
            yield from _link_edits(document, before, after, move)
    yield from _front_matter_edits(before, move.old, move.new)
    # Last: with the old address among its own, a page would be found by links that still name it.
    yield from former_address_edits(before, after, move.files)


def _moved_files(base: KnowledgeBase, old: str, new: str) -> dict[str, str]:
    tree = base.paths.tree
    if tree.is_file(old):
        if old.lower().endswith(PAGE_SUFFIXES) and not new.lower().endswith(PAGE_SUFFIXES):
            raise UsageError(
                "{new} would be no page: its name must end with .md, as that of {old} does", new=new, old=old
            )
        return {old: new}
    if not tree.is_folder(old) or not old:
        raise UsageError(
            "{old} is no file or folder of this knowledge base that can be moved", old=old or Text("the root")
        )
    if f"{new}/".startswith(f"{old}/"):
        raise UsageError("{old} cannot be moved into itself", old=old)
    return {path: moved_path(path, old, new) for path in tree.files if path.startswith(f"{old}/")}


def moved_path(path: str, old: str, new: str) -> str:
    """What a path is called after the move."""
    if path == old:
        return new
    return new + path[len(old) :] if path.startswith(f"{old}/") else path


def _refuse_configuration(base: KnowledgeBase, old: str, files: Mapping[str, str]) -> None:
    name, tree = base.platform.name, base.paths.tree
    fixed = {path for path in base.platform.configuration_files(tree) if not path.endswith((".html", ".htm"))}
    fixed |= {base.navigation.path} if base.navigation else set()
    for path in sorted(fixed & files.keys()):
        raise UsageError(
            "{path} stays where {platform} looks for it: move the other files one by one", path=path, platform=name
        )
    if any(folder and f"{folder}/".startswith(f"{old}/") for folder in base.platform.own_folders()):
        raise UsageError("{path} stays where {platform} looks for it: move what is in it", path=old, platform=name)


def _refuse_symbolic_links(tree: Tree, files: Mapping[str, str]) -> None:
    """Links of the file system are followed by no rule here: one that is moved, or whose file is, would lead nowhere."""
    root = Path(os.path.realpath(tree.root))
    moved = {str(root / path) for path in files}
    for path in sorted(tree.files):
        place = root / path
        if place.is_symlink() and (path in files) != (os.path.realpath(place) in moved):
            raise UsageError("{path} is a symbolic link that would lead nowhere any more: remove it first", path=path)


# Links


def _links(document: Document, base: KnowledgeBase) -> Sequence[Link]:
    """The links of a page that have a target of their own, or the entries of a navigation in a configuration file."""
    if base.navigation and document.path == base.navigation.path and document.format != "markdown":
        return [entry.link for entry in base.navigation.entries]
    return [link for link in document.links if link.syntax not in ("reference", "image-reference")]


def _link_edits(document: Document, before: KnowledgeBase, after: KnowledgeBase, move: Move) -> Iterator[Edit]:
    for link in _links(document, before):
        was = _meant(before.resolve(link, document), move)
        if not before.platform.is_link(link) or was.status in _UNMOVED or _is_elsewhere(was, before):
            continue
        page = move.path(document.path)
        moving = Moving(link, document, was, page, move.path(was.path or ""), before, after)
        edit = _edit(moving, move)
        if edit is not None:
            yield edit


def _meant(was: Resolution, move: Move) -> Resolution:
    """Where a link is meant to lead: one with the wrong letters must not lose the page that moves."""
    if was.status in ("case-mismatch", "unicode-form") and was.actual and move.path(was.actual) != was.actual:
        return Resolution("ok", was.actual, was.fragment)
    return was


def _is_elsewhere(was: Resolution, base: KnowledgeBase) -> bool:
    """Whether an address names another branch, where nothing moves, or a link works by a redirect only."""
    if was.branch is not None:
        return was.branch not in base.default_branches
    return was.status == "ok" and not base.paths.exists(was.path or "")


def _edit(moving: Moving, move: Move) -> Edit | None:
    """The first spelling with which the link leads where it led; none when nothing has to change, or nothing helps."""
    moved = moving.after.documents[moving.page]
    written, target = moving.written, moving.link.target
    for spelling in spellings(moving):
        tried = target if spelling == written else spelling
        now = moving.after.resolve(replace(moving.link, target=tried), moved)
        if _leads(now, moving.was, move, moving.before):
            span = moving.link.target_span
            return None if spelling == written else Edit(moving.document.path, span, spelling)
    return None


def _leads(now: Resolution, was: Resolution, move: Move, base: KnowledgeBase) -> bool:
    """Whether a link leads after the move where it led before, as well or as badly."""
    if _is_elsewhere(was, base):
        return True
    same = now.status == was.status and now.path == move.path(was.path or "") and now.fragment == was.fragment
    return same and now.is_site_address == was.is_site_address and (now.branch is None) == (was.branch is None)


# Front matter


def _front_matter_edits(base: KnowledgeBase, old: str, new: str) -> Iterator[Edit]:
    """Fields that name a file, as `cover: ../assets/cover.png` does on GitBook."""
    for document in base.pages:
        yaml = document.front_matter.yaml if document.front_matter else None
        if yaml is None:
            continue
        for path, span in yaml.spans.items():
            value = _value_at(path, yaml.value)
            if isinstance(value, str) and "." in value:
                yield from _field_edit(value, span, document, base, old, new)


def _value_at(path: YamlPath, value: Any) -> Any:
    for step in path:
        value = value[step]
    return value


def _field_edit(value: str, span: Span, document: Document, base: KnowledgeBase, old: str, new: str) -> Iterator[Edit]:
    asked = asked_by(value, document.path, base)
    page = moved_path(document.path, old, new)
    if asked is None or not base.paths.tree.is_file(asked) or document.text[span.start : span.end] != value:
        return
    after = moved_path(asked, old, new)
    if asked_by(value, page, base) != after:
        target = retargeted(value, value, page, after, base.platform.folder, in_markdown=False, bracketed=True)
        yield Edit(document.path, span, target)


# Afterwards


def moved_tree(tree: Tree, move: Move) -> Tree:
    """The tree as it is after the move."""
    files = frozenset(move.files.get(path, path) for path in tree.files)
    folders = {""}
    for path in (*files, *(moved_path(folder, move.old, move.new) for folder in tree.folders)):
        folder = dirname(path) if path in files else path
        while folder and folder not in folders:
            folders.add(folder)
            folder = dirname(folder)
    pages = tuple(sorted(move.files.get(path, path) for path in tree.pages))
    return Tree(tree.root, files, frozenset(folders), pages, tree.notes)


def refuse_other_meanings(before: KnowledgeBase, after: KnowledgeBase, move: Move) -> None:
    """Raises `UsageError` when a link that led somewhere leads elsewhere, or nowhere, after the move."""
    for document in before.documents.values():
        moved = after.documents[move.path(document.path)]
        for link, other in zip(_links(document, before), _links(moved, after), strict=True):
            was = _meant(before.resolve(link, document), move)
            if was.status == "ok" and not _leads(after.resolve(other, moved), was, move, before):
                place = Lines(document.text).position(link.target_span.start)
                raise UsageError(
                    "this link would not lead to {path} any more: rewrite it first",
                    place=f"{document.path}:{place.line}:{place.column}",
                    path=move.path(was.path or ""),
                )


def new_place(root: Path, old: str, new: str) -> str:
    """The new path; `new` may be an existing folder to move into. Raises `UsageError` for what cannot be."""
    if (root / new).is_dir() and not _is_same(root / old, root / new):
        new = joined(new, old.rpartition("/")[2])
    if ".git" in new.casefold().split("/"):
        raise UsageError("nothing can be moved into a .git folder")
    if (root / new).exists() and not _is_same(root / old, root / new):
        raise UsageError("{new} exists already: remove it first, or choose another name", new=new)
    for path in (old, new):
        place = root / path
        while place != root:
            if place.is_symlink():
                raise UsageError(
                    "{path} is a symbolic link: move what it leads to", path=place.relative_to(root).as_posix()
                )
            if place != root / path and place.exists() and not place.is_dir():
                raise UsageError("{path} is a file, not a folder to move into", path=place.relative_to(root).as_posix())
            place = place.parent
    if old == new:
        raise UsageError("{old} is there already", old=old)
    return new


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names are one file: the case alone changes, on a system that does not see it."""
    return one.exists() and other.exists() and one.samefile(other)
