"""The folders that ship with kbcheck: `schemas/` and `rules/`.

In a wheel they are `kbcheck/_schemas` and `kbcheck/_rules`; in a checkout or an editable install they stand beside the
package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kbcheck.errors import UsageError

_PACKAGE = Path(__file__).parents[1]
_SUFFIX = ".schema.json"
_COMMON = "urn:kbcheck:schema:common"
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)


def schemas_folder() -> Path:
    """The folder of the JSON Schemas; raises `UsageError` when the installation lacks it."""
    return _folder("schemas")


def rules_folder() -> Path:
    """The folder of the rule catalogue; raises `UsageError` when the installation lacks it."""
    return _folder("rules")


def _folder(name: str) -> Path:
    for folder in (_PACKAGE / f"_{name}", _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise UsageError("this installation of kbcheck has no {folder}: install it again", folder=name)


@cache
def schema_names() -> frozenset[str]:
    """The names of the shipped schemas: `role`, `phase`, `config`, ..."""
    return frozenset(path.name.removesuffix(_SUFFIX) for path in schemas_folder().glob(f"*{_SUFFIX}"))


@cache
def entity_kinds() -> frozenset[str]:
    """The kinds of entities that have a shipped schema: those built on what all described pages have in common."""
    return frozenset(name for name in schema_names() if json.loads(schema_text(name)).get("$ref") == _COMMON)


def schema_text(name: str) -> str:
    """The text of the shipped schema `name`; raises `LookupError` when there is none of that name."""
    if name not in schema_names():
        message = f"no schema `{name}`"
        raise LookupError(message)
    return (schemas_folder() / f"{name}{_SUFFIX}").read_text("utf-8")


@cache
def schema_messages(language: str) -> Mapping[str, str]:
    """What the pages of the schema rules say of each kind of violation; in English where a translation does not."""
    pages = sorted((rules_folder() / "schema").glob("*.md"))
    messages: dict[str, str] = {}
    for suffix in ("", f".{language}"):  # `NAME.fr.md` is a translation of `NAME.md`
        for page in pages:
            if page.stem.partition(".")[1:] == suffix.partition(".")[1:]:
                messages.update(_messages(page))
    return messages


def _messages(page: Path) -> dict[str, str]:
    from kbcheck.schema.yaml import read_yaml

    front_matter = _FRONT_MATTER.match(page.read_text("utf-8"))
    value = read_yaml(front_matter[1]).value if front_matter else None
    messages: dict[str, Any] = (value or {}).get("messages") or {}
    return {kind: message["text"] if isinstance(message, dict) else message for kind, message in messages.items()}
