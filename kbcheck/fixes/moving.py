"""Moving a page or a folder: every link, navigation entry and redirect that names it goes along, or nothing moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, splitext
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from kbcheck.diagnostics import Edit, Lines, Span
from kbcheck.documents.facts import Document, Link
from kbcheck.errors import UsageError
from kbcheck.files import PAGE_SUFFIXES, Tree
from kbcheck.fixes.redirects import redirect_edits
from kbcheck.fixes.retarget import retargeted
from kbcheck.knowledge import KnowledgeBase, Resolution
from kbcheck.knowledge.paths import percent_encoded
from kbcheck.knowledge.resolver import path_written
from kbcheck.platforms.platform import joined
from kbcheck.schema.yaml import YamlPath
from kbcheck.texts import Text

_UNMOVED = ("external", "template", "empty", "broken-marker", "unknown", "missing-page")
# Their target is a name that the platform looks up, not a path from the page.
_LOOKED_UP = ("wiki", "wiki-embed", "reference", "image-reference")


class Move(Struct, frozen=True):
    """A file or folder `old` becomes `new`; `files` says it of every file, `edits` (at the old paths) what is rewritten."""

    old: str
    new: str
    files: Mapping[str, str]
    edits: tuple[Edit, ...]


def plan_move(base: KnowledgeBase, old: str, new: str) -> Move:
    """What moving `old` to `new` (relative to the root) changes. Raises `UsageError` where it cannot be done whole."""
    files = _moved_files(base, old, new)
    _refuse_configuration(base, files)
    edits = [edit for document in base.pages for edit in _link_edits(document, base, old, new)]
    edits += _front_matter_edits(base, old, new)
    edits += _navigation_edits(base, old, new)
    edits += redirect_edits(base, files)
    return Move(old, new, files, tuple(dict.fromkeys(edits)))


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


def _refuse_configuration(base: KnowledgeBase, files: Mapping[str, str]) -> None:
    fixed = {document.path for document in base.documents.values() if document.format != "markdown"}
    fixed |= {base.navigation.path} if base.navigation else set()
    for path in sorted(fixed & files.keys()):
        raise UsageError(
            "{path} stays where {platform} looks for it: move the other files one by one",
            path=path,
            platform=base.platform.name,
        )


# Links


def _link_edits(document: Document, base: KnowledgeBase, old: str, new: str) -> Iterator[Edit]:
    for link in document.links:
        edit = _link_edit(link, document, base, old, new)
        if edit is not None:
            yield edit


def _link_edit(link: Link, document: Document, base: KnowledgeBase, old: str, new: str) -> Edit | None:
    if link.syntax in _LOOKED_UP or not base.platform.is_link(link):
        return None
    resolution = base.resolve(link, document)
    if resolution.status in _UNMOVED or resolution.is_site_address:
        return None
    if resolution.branch is not None:
        return _address_edit(link, resolution, document, base, old, new)
    asked = _asked(link, resolution, document, base)
    if asked is None:
        return None
    page = moved_path(document.path, old, new)
    wanted = _asked_after(asked, resolution, base, old, new)
    if wanted is None or _asked_by(link.target, page, base) == wanted:
        return None
    written = document.text[link.target_span.start : link.target_span.end]
    in_markdown = link.syntax in ("inline", "image", "definition")
    bracketed = in_markdown and document.text[: link.target_span.start].endswith("<")
    target = retargeted(
        written, link.target, page, wanted, base.platform.folder, in_markdown=in_markdown, bracketed=bracketed
    )
    return Edit(document.path, link.target_span, target)


def _asked_by(target: str, page: str, base: KnowledgeBase) -> str | None:
    """The path that a target in a page asks for; None when it asks for none."""
    written = path_written(target)
    return base.platform.source_path(unquote(written), page) if written else None


def _asked(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> str | None:
    """The same of a link; a name can hold a literal `%20`."""
    literal = _asked_by(link.target.replace("%", "%25"), document.path, base)
    found = literal is not None and resolution.path == literal
    return literal if found else _asked_by(link.target, document.path, base)


def _asked_after(asked: str, resolution: Resolution, base: KnowledgeBase, old: str, new: str) -> str | None:
    """What must be asked for after the move: without `.md` or `/README.md`, where these were left out before.

    None where the platform looks for something else than the path that is written: that link stays as it is.
    """
    found = resolution.path
    if found is None or found == asked or resolution.status != "ok":
        return moved_path(asked, old, new)
    stem, ending = splitext(asked)
    if ending == ".html" and splitext(found)[0] == stem:
        return splitext(moved_path(found, old, new))[0] + ending
    if not found.startswith(asked):
        return None
    left_out = found[len(asked) :]
    after = moved_path(found, old, new)
    return after.removesuffix(left_out) if after.endswith(left_out) else after


def _address_edit(
    link: Link, resolution: Resolution, document: Document, base: KnowledgeBase, old: str, new: str
) -> Edit | None:
    """The absolute address of a moved file in the own repository, on the branch that readers see."""
    path = resolution.path or ""
    after = moved_path(path, old, new)
    if after == path or resolution.status == "missing-file" or resolution.branch not in base.default_branches:
        return None
    written = document.text[link.target_span.start : link.target_span.end]
    for spelling, spelt in ((path, after), (percent_encoded(path), percent_encoded(after))):
        start, found, rest = written.rpartition(f"/{spelling}")
        if found and rest[:1] in ("", "#", "?", "/"):
            return Edit(document.path, link.target_span, f"{start}/{spelt}{rest}")
    place = Lines(document.text).position(link.target_span.start)
    raise UsageError(
        "this address of the moved file cannot be rewritten: do it by hand first",
        place=f"{document.path}:{place.line}:{place.column}",
    )


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
    asked = _asked_by(value, document.path, base)
    page = moved_path(document.path, old, new)
    if asked is None or not base.paths.tree.is_file(asked) or document.text[span.start : span.end] != value:
        return
    after = moved_path(asked, old, new)
    if _asked_by(value, page, base) != after:
        target = retargeted(value, value, page, after, base.platform.folder, in_markdown=False, bracketed=True)
        yield Edit(document.path, span, target)


def _navigation_edits(base: KnowledgeBase, old: str, new: str) -> Iterator[Edit]:
    """Entries in a configuration file; those of a page in Markdown are links of that page."""
    navigation = base.navigation
    document = base.documents.get(navigation.path) if navigation else None
    if navigation is not None and document is not None and document.format != "markdown":
        for entry in navigation.entries:
            edit = _link_edit(entry.link, document, base, old, new)
            if edit is not None:
                yield edit


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
    for document in before.pages:
        moved = after.documents[move.files.get(document.path, document.path)]
        for link, other in zip(document.links, moved.links, strict=True):
            was, now = before.resolve(link, document), after.resolve(other, moved)
            path = moved_path(was.path or "", move.old, move.new)
            if was.status == "ok" and (now.status != "ok" or now.path != path):
                place = Lines(document.text).position(link.target_span.start)
                raise UsageError(
                    "this link would not lead to {path} any more: rewrite it first",
                    place=f"{document.path}:{place.line}:{place.column}",
                    path=unquote(path),
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
