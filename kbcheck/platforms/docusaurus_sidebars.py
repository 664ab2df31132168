"""Docusaurus's sidebars, as far as they are literals: the documents they name, the pages that their categories ask for.

Source: Docusaurus's documentation ("Sidebar items").
"""

from __future__ import annotations

from collections.abc import Iterator

from kbcheck.documents.facts import Link
from kbcheck.platforms.docusaurus_addresses import category_address
from kbcheck.platforms.platform import NavigationEntry
from kbcheck.platforms.script import Literal, elements, entries


def sidebar_categories(value: Literal) -> Iterator[str]:
    """The addresses, from the route, of the pages that categories of a sidebar ask for."""
    for below in (*elements(value), *entries(value).values()):
        yield from sidebar_categories(below)
    if value.text("link", "type") == "generated-index":
        yield category_address(value.text("link", "slug"), value.text("label") or "")


def sidebar_entries(value: Literal, depth: int) -> Iterator[NavigationEntry]:
    """The documents that a sidebar names: by id alone, as `{type: 'doc', id}`, in categories and as what these link to."""
    if isinstance(value.value, list):
        for one in value.value:
            yield from sidebar_entries(one, depth)
    elif isinstance(value.value, str):
        yield _entry(value, "", depth)
    elif value.text("type") in ("doc", "ref"):
        identifier = value.get("id")
        if identifier is not None and isinstance(identifier.value, str):
            yield _entry(identifier, value.text("label") or "", depth)
    elif value.text("type") == "category" or value.get("type") is None:
        link = value.get("link")
        if link is not None:
            yield from sidebar_entries(link, depth)
        below = [value.get("items")] if value.get("items") is not None else list(entries(value).values())
        for one in below:
            if one is not None and isinstance(one.value, list):
                yield from sidebar_entries(one, depth + 1)


def _entry(literal: Literal, label: str, depth: int) -> NavigationEntry:
    return NavigationEntry(Link("inline", literal.value, literal.span, literal.span, label), depth)
