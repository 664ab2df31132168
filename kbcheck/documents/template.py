"""Template tags in Markdown (`{% hint %}` of GitBook and Jekyll): read, then blanked in place.

The tags are not Markdown: a tag glued to a paragraph or a heading would change how CommonMark reads it. They are replaced
by as many characters as they have, so that every offset still holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Link, Problem, TemplateTag

# A tag may run over a line end but not over a blank line; longer ones are not tags of any platform.
_LONGEST_TAG = 2000
_NAME = re.compile(r"\s*+([A-Za-z][\w-]*+)\s*+")
_NOT_LINE_END = re.compile(r"[^\r\n]")
_TAGS = re.compile(r"\{%[^{}]*+%\}")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_ARGUMENT = re.compile(r"""([\w-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_BARE = re.compile(r"\s*+([^\s%}]++)")
_QUOTED = re.compile(r"""\s*+(?:"([^"]*+)"|'([^']*+)')""")

#: Stands for a blanked tag that text follows on its line: not white space, or the text would become indented code.
FILLER = "\ue000"

# Tags that link to a page or a file: GitBook's documentation, "Content blocks" (content-ref, file, include).
_LINK_ARGUMENTS = {"content-ref": "url", "file": "src", "embed": "url", "swagger": "src", "openapi": "src"}

# Jekyll's own (jekyllrb.com, "Tags filters"): a path from the site's root, or the name of a post, without quotes.
_BARE_TARGETS = frozenset({"link", "post_url"})


def read_tags(text: str) -> tuple[list[TemplateTag], list[Problem], str]:
    """The tags of a text, those that are never closed, and the text with its tags blanked."""
    if "{%" not in text:
        return [], [], text
    tags: list[TemplateTag] = []
    problems: list[Problem] = []
    pieces: list[str] = []
    done = 0
    start = text.find("{%")
    while start >= 0:
        end = _end_of_tag(text, start)
        name = _NAME.match(text, start + 3 if text.startswith("-", start + 2) else start + 2)
        if name and end:
            arguments = text[name.end() : end - 2].rstrip().removesuffix("-").rstrip()
            tags.append(TemplateTag(name[1], arguments, Span(start, end)))
            pieces += text[done:start], blank(text[start:end], filler(text, start, end))
            done = end
        elif name:
            problems.append(Problem("unclosed-template-tag", Span(start, name.end(1)), name[1]))
        start = text.find("{%", end or start + 2)
    pieces.append(text[done:])
    return tags, problems, "".join(pieces)


def _end_of_tag(text: str, start: int) -> int | None:
    """The offset behind `%}`, or None when the tag is not closed before a blank line or the next tag."""
    close = text.find("%}", start, start + _LONGEST_TAG)
    if close < 0:
        return None
    inside = text[start + 2 : close]
    if "{%" in inside or ("\n" in inside and _BLANK_LINE.search(inside)):
        return None
    return close + 2


def blank(text: str, filler: str = " ") -> str:
    """As many characters, the line ends among them kept."""
    return _NOT_LINE_END.sub(filler, text)


def filler(text: str, start: int, end: int) -> str:
    """What stands for the tag `text[start:end]`."""
    line_start = text.rfind("\n", 0, start) + 1
    if (
        text[line_start:start].rstrip(" ").endswith("]:")
    ):  # the target of a definition, which must not become the next line
        return FILLER
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)]
    opens_line = not text[line_start:start].strip() and _TAGS.sub("", rest).strip()
    return FILLER if opens_line else " "


def template_links(tags: list[TemplateTag], text: str) -> Iterator[Link]:
    """The links that tags make: `{% content-ref url="page.md" %}`, `{% file src="…" %}`, `{% include "…" %}`, `{% link … %}`."""
    for tag in tags:
        target = _target(tag, text)
        if target:
            start, end = target
            yield Link("template", text[start:end], Span(start, end), tag.span, tag=tag.name)


def _target(tag: TemplateTag, text: str) -> tuple[int, int] | None:
    begin = text.index(tag.name, tag.span.start) + len(tag.name)
    if tag.name == "include":
        match = _QUOTED.match(text, begin, tag.span.end)
        return match.span(match.lastindex or 0) if match else None
    if tag.name in _BARE_TARGETS:
        match = _BARE.match(text, begin, tag.span.end)
        return match.span(1) if match else None
    wanted = _LINK_ARGUMENTS.get(tag.name)
    for match in _ARGUMENT.finditer(text, begin, tag.span.end):
        if match[1] == wanted:
            return match.span(match.lastindex or 0)
    return None
