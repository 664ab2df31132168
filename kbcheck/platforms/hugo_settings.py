"""The configuration of a Hugo site: one file, a folder `config/_default`, or both.

Source: Hugo's documentation ("Configuration introduction"). Each file of the folder holds what its name says: all keys in
`hugo` or `config`, those below `params` in `params`, and those below `languages.fr.menus` in `menus.fr`. The folder goes
before the file. Environments other than the default are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import basename, dirname, splitext
from typing import Any

from kbcheck.documents.facts import Document
from kbcheck.files import Tree
from kbcheck.platforms.platform import joined
from kbcheck.platforms.site import Files, configuration_file, first_file, toml
from kbcheck.schema.values import mapping

_ENDINGS = (".toml", ".yaml", ".yml", ".json")
_DEFAULT = "config/_default"
_OWN = tuple(f"{name}{ending}" for name in ("hugo", f"{_DEFAULT}/hugo") for ending in _ENDINGS)
_OLD = tuple(f"{name}{ending}" for name in ("config", f"{_DEFAULT}/config") for ending in _ENDINGS)
_FOLDERS = ("", "docs", "site", "website", "exampleSite")
_WHOLE = ("hugo", "config")


def main_file(tree: Tree) -> str | None:
    """The file that says that this is a Hugo site; one of a name that other programs use needs `content` beside it."""
    own = configuration_file(tree, _OWN, "content")
    if own is not None:
        return own
    for folder in _FOLDERS:
        old = first_file(tree, _OLD, (folder,))
        if old is not None and tree.is_folder(joined(folder, "content")):
            return old
    return None


def top_folder(path: str) -> str:
    """The folder of the site, by its main file."""
    folder = dirname(path)
    return folder.removesuffix(_DEFAULT).rstrip("/") if folder.endswith(_DEFAULT) else folder


def setting_files(tree: Tree) -> list[str]:
    """All files of the configuration, those first that others go before."""
    path = main_file(tree)
    if path is None:
        return []
    folder = joined(top_folder(path), _DEFAULT) + "/"
    parts = sorted(each for each in tree.files if each.startswith(folder) and splitext(each)[1] in _ENDINGS)
    whole = [each for each in parts if splitext(basename(each))[0] in _WHOLE]
    return list(dict.fromkeys((path, *whole, *parts)))


def merged_settings(files: Files) -> Mapping[str, Any]:
    """The configuration, its keys in lower case: Hugo reads them without regard to case."""
    settings: dict[str, Any] = {}
    for path in setting_files(files.tree):
        values: Mapping[str, Any] = _keys_lowered(_values(files.documents.get(path)))
        name, _, language = splitext(basename(path))[0].lower().partition(".")
        if _DEFAULT in path and name not in _WHOLE:
            values = {name: values}
            values = {"languages": {language: values}} if language else values
        settings = _merged(settings, values)
    return settings


def mounted_elsewhere(settings: Mapping[str, Any], top: str, tree: Tree) -> Iterator[str | None]:
    """The folders of `content` that may hold pages which are not in the folders of pages: `""` for all of it.

    None stands for a module that is not here and may bring pages: of any section that the site does not have itself.
    A module without mounts of its own mounts its folder `content`, if it has one ("Configure modules").
    """
    module = mapping(settings.get("module"))
    for mount in _mappings(module.get("mounts")):
        below = _below_content(mount)
        if below or (below is not None and not tree.is_folder(joined(top, str(mount.get("source"))))):
            yield below
    for imported in _mappings(module.get("imports")):
        vendored = joined(top, f"_vendor/{imported.get('path')}")
        if imported.get("disable") is True:
            continue
        if "mounts" in imported:
            found = map(_below_content, _mappings(imported["mounts"]))
            yield from (below for below in found if below is not None)
        elif not tree.is_folder(vendored):
            yield None
        elif tree.is_folder(f"{vendored}/content"):
            yield ""


def _below_content(mount: Mapping[str, Any]) -> str | None:
    """Where a mount puts pages, seen from `content`; None when it brings other files."""
    first, _, below = str(mount.get("target")).strip("/").partition("/")
    return below.lower() if first == "content" else None


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return list(map(mapping, value)) if isinstance(value, list) else []


def _merged(settings: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(settings)
    for key, value in later.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = _merged(found[key], value) if both else value
    return found


def _values(document: Document | None) -> Mapping[str, Any]:
    if document is None:
        return {}
    return mapping(document.data.value) if document.data is not None else toml(document.text)


def _keys_lowered(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        str(key).lower(): _keys_lowered(value)
        if isinstance(value, dict)
        else [_keys_lowered(one) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list)
        else value
        for key, value in settings.items()
    }
