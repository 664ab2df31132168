"""Where a page that the table of contents lacks would stand in it: behind its siblings, else below its section."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from posixpath import dirname, relpath
from typing import TYPE_CHECKING

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.paths import encoded
from kbcheck.knowledge.suggestions import meant_by_entries
from kbcheck.schema.yaml import read_yaml

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase
    from kbcheck.platforms.platform import Navigation

_BULLET = re.compile(r"([ \t]*)([*+-]|\d{1,9}[.)])[ \t]+(?=\[)")
_DEEPER = "  "
# What stands around an entry on a line of its own, before and after its target: `- Roles: roles.md` in YAML, and in a
# script `{ text: 'Roles', link: '/roles' },` with the label, or `'roles',` without one.
_YAML_BEFORE = re.compile(r"([ \t]*)- (?:[^#{}\[\]]{1,200}: )?['\"]?$")
_YAML_AFTER = re.compile(r"['\"]?[ \t]*$")
_SCRIPT_BEFORE = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<open>\{[ \t]*text:[ \t]*['\"])[^'\"\\]{1,200}(?P<middle>['\"],[ \t]*link:[ \t]*))?(?P<quote>['\"])$"
)
_SCRIPT_AFTER = re.compile(r"(?P<end>['\"](?:[ \t]*\})?),?[ \t]*$")
# In a script, a text with one of these would end its quotes, or mean something else there.
_SPECIAL = re.compile(r"['\"`\\$\x00-\x1f\u2028\u2029]")


class NewEntry(Struct, frozen=True):
    """Text to insert into the navigation's file at a character offset: a line of its own, with the line feed before it."""

    offset: int
    text: str


class NewEntries:
    """The entries that the navigation of a base lacks."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    def of(self, document: Document) -> NewEntry | None:
        """The entry of a page; None where there is no place for it on a line of its own, or a dead one means the page."""
        navigation = self._base.navigation
        contents = self._base.documents.get(navigation.path) if navigation else None
        if navigation is None or contents is None or not navigation.entries or document.path in self._meant:
            return None
        title = next((heading.text for heading in document.headings if heading.level == 1), "") or _name(document.path)
        sibling = self._sibling(document.path)
        if contents.format == "markdown":
            number, is_below = self._neighbour(document.path) if sibling is None else (sibling, False)
            return _in_markdown(document.path, title, number, is_below, navigation, contents)
        target = self._base.platform.entry_target(document.path)
        if target is None or sibling is None:
            return None
        write = _in_yaml if contents.format == "yaml" else _in_script
        return write(target, title, navigation.entries[sibling].link, contents.text)

    def is_repair(self, path: str) -> bool:
        """Whether a page lacks an entry because the one for it is dead, beyond reasonable doubt: it was renamed."""
        return self._meant.get(path, False)

    @cached_property
    def _meant(self) -> Mapping[str, bool]:
        """The pages that probably lack an entry because the one for them is dead, and whether that is sure."""
        found: dict[str, bool] = {}
        for path, is_sure in meant_by_entries(self._base):
            found[path] = is_sure or found.get(path, False)
        return found

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """For each page in the navigation, the number of the last entry that names it."""
        entries = self._base.navigation.entries if self._base.navigation else ()
        numbers = {entry.link.span: number for number, entry in enumerate(entries)}
        return {page: max(numbers[link.span] for link in links) for page, links in self._base.listed.items()}

    @cached_property
    def _last(self) -> Mapping[tuple[str, bool], int]:
        """For each folder, the last entry of a page in it; with True, also of the index pages of the folders in it."""
        found: dict[tuple[str, bool], int] = {}
        for page, number in self._numbers.items():
            folder = dirname(page)
            if not self._base.platform.is_index(page):
                found[folder, False] = max(number, found.get((folder, False), -1))
                above = folder
            else:
                above = dirname(folder)
            if folder:  # what stands at the root is beside no section
                found[above, True] = max(number, found.get((above, True), -1))
        return found

    def _sibling(self, path: str) -> int | None:
        """The last entry beside a page: of its folder; of an index page, one of the folder above."""
        folder = dirname(path)
        if not self._base.platform.is_index(path):
            return self._last.get((folder, False))
        return self._last.get((dirname(folder), True)) if folder else None

    def _neighbour(self, path: str) -> tuple[int, bool]:
        """The entry of the page's section, below which it belongs (True), else the last of the outermost entries."""
        for section in _sections(path):
            if section in self._numbers and section != path:
                return self._numbers[section], True
        return self._last_outermost, False

    @cached_property
    def _last_outermost(self) -> int:
        entries = self._base.navigation.entries if self._base.navigation else ()
        outermost = min(entry.depth for entry in entries)
        return max(number for number, entry in enumerate(entries) if entry.depth == outermost)


def _in_markdown(
    path: str, title: str, number: int, is_below: bool, navigation: Navigation, contents: Document
) -> NewEntry | None:
    """Behind an entry and what is below it; `is_below`: one step further in."""
    bullet = _BULLET.match(contents.text, _line_start(contents.text, navigation.entries[number].link.span.start))
    if bullet is None:
        return None
    last = _end_of_branch(number, navigation)
    offset = _end_of_line(contents.text, navigation.entries[last].link.span.end)
    label = re.sub(r"([\\\[\]])", r"\\\1", title)
    target = encoded(relpath(path, dirname(navigation.path) or "."))
    indent = bullet[1] + _DEEPER if is_below else bullet[1]
    return NewEntry(offset, f"\n{indent}{bullet[2]} [{label}]({target})")


def _in_yaml(target: str, title: str, beside: Link, text: str) -> NewEntry | None:
    """As the entry beside it is written: with a title or without."""
    before, after = _around(beside.target_span, text)
    bullet = _YAML_BEFORE.match(before)
    if bullet is None or not _YAML_AFTER.match(after):
        return None
    label = f"{_scalar(title)}: " if beside.text else ""
    return NewEntry(_end_of_line(text, beside.target_span.end), f"\n{bullet[1]}- {label}{_scalar(target)}")


def _scalar(text: str) -> str:
    """A text in YAML, in quotes where it would mean something else without (double quotes are those of JSON)."""
    return text if read_yaml(text).value == text else json.dumps(text, ensure_ascii=False)


def _in_script(target: str, title: str, beside: Link, text: str) -> NewEntry | None:
    """As the entry beside it is written, behind its comma."""
    before, after = _around(beside.target_span, text)
    opening, closing = _SCRIPT_BEFORE.match(before), _SCRIPT_AFTER.match(after)
    if opening is None or closing is None or _SPECIAL.search(target + title):
        return None
    label = f"{opening['open']}{title}{opening['middle']}" if opening["open"] else ""
    offset = beside.target_span.end + closing.end("end")
    return NewEntry(offset, f",\n{opening['indent']}{label}{opening['quote']}{target}{closing['end']}")


def _around(span: Span, text: str) -> tuple[str, str]:
    """What stands on a line before a span of it, and behind."""
    return text[_line_start(text, span.start) : span.start], text[span.end : _end_of_line(text, span.end)]


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


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _end_of_line(text: str, offset: int) -> int:
    match = re.compile(r"[\r\n]").search(text, offset)
    return match.start() if match else len(text)


def _name(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0].replace("-", " ").capitalize()
