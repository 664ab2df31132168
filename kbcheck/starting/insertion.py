"""Lines added to a YAML file that people wrote: comments, order and line ends stay, and the rest means what it meant."""

from __future__ import annotations

import re

from kbcheck.schema.yaml import YamlDocument, read_yaml

_DASH = re.compile(r"([ ]*)-[ ]+")


def with_section(text: str, section: str) -> str | None:
    """A YAML mapping with more keys at its end; None where they would not be read as that, or are there already.

    `section` is lines of YAML, each with its line feed; an empty `text` is a file that is not there.
    """
    ends = _line_ends(text)
    gap = "" if not text else ends if text.endswith("\n") else ends * 2
    before = read_yaml(text)
    mapping, more = before.value if text.strip() else {}, read_yaml(section).value
    if mapping is None and not before.errors:  # nothing but comments
        mapping = {}
    if not isinstance(mapping, dict) or mapping.keys() & more.keys():
        return None
    return _if_read_as({**mapping, **more}, text + gap + section.replace("\n", ends), before)


def with_entry(text: str, key: str, entry: str) -> str | None:
    """A YAML mapping whose list `key` has one entry more, at its end; None where that cannot be done for certain.

    `entry` is lines beginning with `- `, comments before it. A list that is not there is added to the end of the file.
    """
    before = read_yaml(text)
    mapping = before.value or {}
    if not isinstance(mapping, dict) or key not in mapping:
        return with_section(text, f"{key}:\n{_indented(entry, 2)}")
    entries = mapping[key]
    if not isinstance(entries, list) or not entries:
        return None
    first, last = before.spans[key, 0], before.spans[key, len(entries) - 1]
    start = text.rfind("\n", 0, first.start) + 1
    dash = _DASH.fullmatch(text[start : first.start])
    if dash is None:  # a list in brackets
        return None
    place = _end_of_entry(text, last.end, len(dash[1]))
    ends = _line_ends(text)
    gap = "" if text[:place].endswith("\n") else ends
    lines = _indented(entry, len(dash[1])).replace("\n", ends)
    wanted = {**mapping, key: [*entries, *read_yaml(entry).value]}
    return _if_read_as(wanted, text[:place] + gap + lines + text[place:], before)


def _end_of_entry(text: str, end: int, column: int) -> int:
    """The offset after the last line of a list's entry, and after comments below it that stand deeper than its dash."""
    place = _next_line(text, end)
    while place < len(text):
        after = _next_line(text, place)
        line = text[place:after]
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) <= column:
            break
        place = after
    return place


def _next_line(text: str, offset: int) -> int:
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def _indented(lines: str, columns: int) -> str:
    return "".join(" " * columns + line for line in lines.splitlines(keepends=True))


def _line_ends(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _if_read_as(wanted: object, text: str, before: YamlDocument) -> str | None:
    """The new text where it means what is wanted, and is no more at fault than the old one (tags that kbcheck ignores)."""
    after = read_yaml(text)
    return text if after.value == wanted and len(after.errors) == len(before.errors) else None
