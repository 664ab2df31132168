"""Menus that are data: `_data/navigation.yml` of Jekyll's themes, `menus` in Hugo's configuration.

Neither has one form for all sites; what they have in common is that an entry names its address or its page under a key of
these. Sources: Jekyll's tutorial "Navigation", Hugo's documentation ("Menus").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.platforms.platform import NavigationEntry
from kbcheck.schema.values import value_at
from kbcheck.schema.yaml import YamlDocument, YamlPath

_TARGETS = ("pageref", "url", "link", "href")
_LABELS = ("title", "name", "text", "label")
_MOST_DEPTH = 10
_TOML_TABLE = re.compile(r"^[ \t]*\[\[?[ \t]*([^\]\n]+?)[ \t]*\]", re.MULTILINE)
_TOML_VALUE = re.compile(
    r"""^[ \t]*(pageRef|url|name)[ \t]*=[ \t]*(?:"([^"\n]*)"|'([^'\n]*)')""", re.MULTILINE | re.IGNORECASE
)


def yaml_menu(data: YamlDocument, top: YamlPath = ()) -> list[NavigationEntry]:
    """The entries below a place of a YAML file that name an address from the root of the site."""
    return list(_entries(value_at(data.value, top), top, 1, data))


def _entries(value: object, place: YamlPath, depth: int, data: YamlDocument) -> Iterator[NavigationEntry]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        names = {key.lower(): key for key in value if isinstance(key, str)}
        target = next((names[name] for name in _TARGETS if name in names), None)
        written = value.get(target)
        label = next((value[names[name]] for name in _LABELS if name in names), "")
        span = data.spans.get((*place, str(target)))
        if isinstance(written, str) and _is_address(written) and span is not None:
            yield _entry(written, span, label if isinstance(label, str) else "", depth)
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        if isinstance(one, dict | list):
            yield from _entries(one, (*place, key), depth + isinstance(value, list), data)


def toml_menu(document: Document, *, is_whole_file: bool) -> list[NavigationEntry]:
    """The entries of the tables of menus in a TOML file, or of all its tables when it is a file of menus."""
    text = document.text
    tables = [(match.start(), match[1]) for match in _TOML_TABLE.finditer(text)] if "[" in text else []
    found = []
    for index, (start, name) in enumerate(tables):
        end = tables[index + 1][0] if index + 1 < len(tables) else len(text)
        if not is_whole_file and not re.match(r"(?:languages\.[\w-]+\.)?menus?\.", name):
            continue
        values = {match[1].lower(): match for match in _TOML_VALUE.finditer(text, start, end)}
        target = values.get("pageref") or values.get("url")
        if target is not None and _is_address(target[target.lastindex or 0]):
            label = values.get("name")
            span = Span(*target.span(target.lastindex or 0))
            found.append(_entry(target[target.lastindex or 0], span, label[label.lastindex or 0] if label else "", 1))
    return found


def _is_address(written: str) -> bool:
    return written.startswith("/") and not written.startswith("//") and "{{" not in written


def _entry(target: str, span: Span, label: str, depth: int) -> NavigationEntry:
    return NavigationEntry(Link("inline", target, span, span, label), depth)
