"""The redirects of a configuration in YAML when a page moves: those that lead to it follow, and its old address gets one.

Moving a page back takes the redirect away again that the first move has added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from kbcheck.diagnostics import Edit, Span
from kbcheck.documents.facts import Document
from kbcheck.errors import UsageError
from kbcheck.fixes.retarget import retargeted
from kbcheck.knowledge import KnowledgeBase
from kbcheck.schema.yaml import YamlPath

# A character that a plain scalar cannot begin with, or what ends one (YAML 1.2, 7.3.3).
_PLAIN = re.compile(r"[\w/.][\w/. -]*(?<! )")


def redirect_edits(base: KnowledgeBase, after: KnowledgeBase, moved: Mapping[str, str]) -> Iterator[Edit]:
    """What changes in the configuration; raises `UsageError` when it is written in a way that cannot be edited."""
    found = base.platform.redirect_map
    if found is None or found[0] not in base.documents:
        return
    configuration, place = base.documents[found[0]], found[1]
    back = set()
    for redirect in base.redirects:
        new = moved.get(redirect.target)
        if new is None:
            continue
        own = _key(configuration, place, after.platform.redirect_source(new))
        if own is not None and configuration.data and configuration.data.spans[(*place, own)] == redirect.span:
            back.add(redirect.target)
            yield _without(configuration, place, own)
        else:
            yield Edit(configuration.path, redirect.span, _followed(redirect.span, configuration, new, base))
    lines = [
        f"{scalar(source)}: {scalar(_below(new, base))}"
        for old, new in sorted(moved.items())
        if old not in back and (source := _new_source(old, new, base, after)) is not None
        if _key(configuration, place, source) is None
    ]
    if lines:
        yield _added(configuration, place, lines)


def _followed(span: Span, configuration: Document, new: str, base: KnowledgeBase) -> str:
    """The target of a redirect, as it was written, for the new path."""
    written = configuration.text[span.start : span.end]
    page = f"{base.platform.folder}/x" if base.platform.folder else "x"
    return retargeted(written, written, page, new, base.platform.folder, in_markdown=False, bracketed=True)


def _new_source(old: str, new: str, base: KnowledgeBase, after: KnowledgeBase) -> str | None:
    """What a redirect calls the old place of a page; None when readers never saw it, or still find it there."""
    document = base.documents.get(old)
    is_shown = document is not None and document.format == "markdown" and base.is_published(old)
    source = base.platform.redirect_source(old) if is_shown and base.is_content(old) else None
    return source if source != after.platform.redirect_source(new) else None


def _below(path: str, base: KnowledgeBase) -> str:
    return path.removeprefix(f"{base.platform.folder}/") if base.platform.folder else path


def scalar(text: str, like: str = "") -> str:
    """A text as a YAML scalar: plain where it can be, or where all that is odd in it is in `like` as well."""
    odd = set(re.sub(r"[\w/. -]", "", text)) - set(like)
    return text if _PLAIN.fullmatch(text) or (like and not odd) else json.dumps(text, ensure_ascii=False)


def _sources(configuration: Document, place: YamlPath) -> list[str]:
    value = configuration.data.value if configuration.data else None
    for step in place:
        if isinstance(value, dict):
            value = value.get(step)
        else:
            value = value[step] if isinstance(value, list) and isinstance(step, int) else None
    return list(value) if isinstance(value, dict) else []


def _key(configuration: Document, place: YamlPath, source: str | None) -> str | None:
    """The key of the mapping that names this old address."""
    return next((key for key in _sources(configuration, place) if source and key.strip("/") == source), None)


def _added(configuration: Document, place: YamlPath, lines: list[str]) -> Edit:
    """Behind the last redirect, as it is indented; a list of redirects of their own when there is none."""
    text, data, path = configuration.text, configuration.data, configuration.path
    sources = _sources(configuration, place)
    if data is None or data.errors:
        raise UsageError("{file} cannot be read: correct it first, so that the redirect can be added", file=path)
    if not sources:
        if place in data.keys:
            raise UsageError(
                "“{key}” in {file} is empty or no mapping: remove it or fill it in first", key=place[-1], file=path
            )
        block = f"{place[-1]}:" + "".join(f"\n  {line}" for line in lines)
        new = f"{block}\n" if not text or text.endswith(("\n", "\r")) else f"\n{block}"
        return Edit(path, Span(len(text), len(text)), new)
    if text[data.spans[place].start] == "{":
        raise UsageError("the redirects in {file} stand in braces: write each on a line of its own first", file=path)
    first = data.keys[(*place, sources[0])].start
    indent = text[line_start(text, first) : first].rstrip("\"'")
    end = line_end(text, max(data.spans[(*place, source)].end for source in sources))
    return Edit(path, Span(end, end), "".join(f"\n{indent}{line}" for line in lines))


def _without(configuration: Document, place: YamlPath, key: str) -> Edit:
    """Without the line of a redirect, and without the key of all of them when it was the only one."""
    text, data = configuration.text, configuration.data
    assert data is not None  # there are redirects
    only = len(_sources(configuration, place)) == 1
    span = Span(data.keys[place if only else (*place, key)].start, data.spans[(*place, key)].end)
    return Edit(configuration.path, whole_lines(text, span), "")


# Lines of a text


def whole_lines(text: str, span: Span) -> Span:
    """The lines that a span stands in, with the line end behind them, or at the end of the text the one before."""
    start, end = line_start(text, span.start), line_end(text, span.end)
    if end < len(text):
        end += 2 if text.startswith("\r\n", end) else 1
    elif start:
        start -= 2 if text.endswith("\r\n", 0, start) else 1
    return Span(start, end)


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends, without its line end."""
    match = re.compile(r"[\r\n]").search(text, offset)
    return match.start() if match else len(text)
