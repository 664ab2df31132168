"""Where a page that the table of contents lacks would stand in it: behind its siblings, else below its section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, relpath
from typing import TYPE_CHECKING

from msgspec import Struct

from kbcheck.documents.facts import Document
from kbcheck.knowledge.paths import encoded

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase
    from kbcheck.platforms.platform import Navigation

_BULLET = re.compile(r"([ \t]*)([*+-]|\d{1,9}[.)])[ \t]+(?=\[)")
_DEEPER = "  "


class NewEntry(Struct, frozen=True):
    """Text to insert into the navigation's file at a character offset: a line of its own, with the line feed before it."""

    offset: int
    text: str


def entry_for(document: Document, base: KnowledgeBase) -> NewEntry | None:
    """The entry of a page; None when the navigation is no list of links in Markdown."""
    navigation = base.navigation
    contents = base.documents.get(navigation.path) if navigation else None
    if navigation is None or contents is None or contents.format != "markdown" or not navigation.entries:
        return None
    number, is_below = _neighbour(document.path, navigation, base)
    line = _line_of(contents.text, navigation.entries[number].link.span.start)
    bullet = _BULLET.match(line)
    if bullet is None:
        return None
    last = _end_of_branch(number, navigation)
    offset = _end_of_line(contents.text, navigation.entries[last].link.span.end)
    title = next((heading.text for heading in document.headings if heading.level == 1), "") or _name(document.path)
    label = re.sub(r"([\\\[\]])", r"\\\1", title)
    target = encoded(relpath(document.path, dirname(navigation.path) or "."))
    indent = bullet[1] + _DEEPER if is_below else bullet[1]
    return NewEntry(offset, f"\n{indent}{bullet[2]} [{label}]({target})")


def _neighbour(path: str, navigation: Navigation, base: KnowledgeBase) -> tuple[int, bool]:
    """The entry behind which the page belongs, by its number, and whether the page is below it rather than beside it."""
    numbers = {entry.link.span: number for number, entry in enumerate(navigation.entries)}
    place = {page: max(numbers[link.span] for link in links) for page, links in base.listed.items()}
    siblings = [place[page] for page in _siblings(path, base) if page in place]
    if siblings:
        return max(siblings), False
    for section in _sections(path):
        if section in place and section != path:
            return place[section], True
    outermost = min(entry.depth for entry in navigation.entries)
    return max(number for number, entry in enumerate(navigation.entries) if entry.depth == outermost), False


def _siblings(path: str, base: KnowledgeBase) -> Iterator[str]:
    """The other pages of the folder; of an index page, those of the folder above and the index pages beside it."""
    folder = dirname(path)
    if not base.platform.is_index(path):
        yield from (page for page in base.folders.get(folder, ()) if page != path and not base.platform.is_index(page))
        return
    above = dirname(folder)
    for page in base.listed:
        beside = dirname(dirname(page)) if base.platform.is_index(page) else dirname(page)
        if folder and dirname(page) and page != path and beside == above and dirname(page) != folder:
            yield page


def _sections(path: str) -> Iterator[str]:
    """The index pages of the folders that a page is in, the nearest one first, without that of the root."""
    folder = dirname(path)
    while folder:
        yield f"{folder}/README.md"
        folder = dirname(folder)


def _end_of_branch(number: int, navigation: Navigation) -> int:
    """The number of the last entry below an entry, or its own."""
    depth = navigation.entries[number].depth
    for later in range(number + 1, len(navigation.entries)):
        if navigation.entries[later].depth <= depth:
            return later - 1
    return len(navigation.entries) - 1


def _line_of(text: str, offset: int) -> str:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return text[start : _end_of_line(text, offset)]


def _end_of_line(text: str, offset: int) -> int:
    match = re.compile(r"[\r\n]").search(text, offset)
    return match.start() if match else len(text)


def _name(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0].replace("-", " ").capitalize()
