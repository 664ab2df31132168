"""The redirects of `.gitbook.yaml` when a page moves: those that lead to it follow, and its old address gets one.

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
from kbcheck.platforms.gitbook import CONFIGURATION

_PLAIN = re.compile(r"[\w/][\w/. -]*(?<! )")


def redirect_edits(base: KnowledgeBase, moved: Mapping[str, str]) -> Iterator[Edit]:
    """What changes in `.gitbook.yaml`; raises `UsageError` when it is written in a way that cannot be edited."""
    configuration = base.documents.get(CONFIGURATION)
    if base.platform.name != "gitbook" or configuration is None:
        return
    back = set()
    for redirect in base.redirects:
        new = moved.get(redirect.target)
        if new is not None and redirect.source == _address(new, base):
            back.add(redirect.target)
            yield from _without(configuration, redirect.source)
        elif new is not None:
            written = configuration.text[redirect.span.start : redirect.span.end]
            page = f"{base.platform.folder}/x" if base.platform.folder else "x"
            target = retargeted(written, written, page, new, base.platform.folder, in_markdown=False, bracketed=True)
            yield Edit(CONFIGURATION, redirect.span, target)
    lines = [
        f"{_scalar(_address(old, base))}: {_scalar(_below(new, base))}"
        for old, new in sorted(moved.items())
        if old in base.listed and old not in back and _address(old, base) != _address(new, base)
    ]
    if lines:
        yield _added(configuration, lines)


def _below(path: str, base: KnowledgeBase) -> str:
    return path.removeprefix(f"{base.platform.folder}/") if base.platform.folder else path


def _address(path: str, base: KnowledgeBase) -> str:
    return _below(path, base).removesuffix("/README.md").removesuffix(".md")


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _sources(configuration: Document) -> list[str]:
    value = configuration.data.value if configuration.data else None
    redirects = value.get("redirects") if isinstance(value, dict) else None
    return list(redirects) if isinstance(redirects, dict) else []


def _added(configuration: Document, lines: list[str]) -> Edit:
    """Behind the last redirect, as it is indented; a list of redirects of their own when there is none."""
    text, data = configuration.text, configuration.data
    sources = _sources(configuration)
    if data is None or data.errors:
        raise UsageError(
            "{file} cannot be read: correct it first, so that the redirect can be added",
            file=CONFIGURATION,
        )
    if not sources:
        if ("redirects",) in data.keys:
            raise UsageError(
                "“redirects” in {file} is empty or no mapping: remove it or fill it in first",
                file=CONFIGURATION,
            )
        block = "redirects:" + "".join(f"\n  {line}" for line in lines)
        new = f"{block}\n" if not text or text.endswith(("\n", "\r")) else f"\n{block}"
        return Edit(CONFIGURATION, Span(len(text), len(text)), new)
    span = data.spans[("redirects",)]
    if text[span.start] == "{":
        raise UsageError(
            "the redirects in {file} stand in braces: write each on a line of its own first",
            file=CONFIGURATION,
        )
    first = data.keys["redirects", sources[0]].start
    indent = text[_line_start(text, first) : first]
    end = _line_end(text, max(data.spans["redirects", source].end for source in sources))
    return Edit(CONFIGURATION, Span(end, end), "".join(f"\n{indent.rstrip(chr(34) + chr(39))}{line}" for line in lines))


def _without(configuration: Document, source: str) -> Iterator[Edit]:
    """Without the line of a redirect, and without `redirects:` when it was the only one."""
    text, data = configuration.text, configuration.data
    assert data is not None  # there are redirects
    key = next(each for each in _sources(configuration) if each.strip("/") == source)
    only = len(_sources(configuration)) == 1
    start = _line_start(text, data.keys[("redirects",) if only else ("redirects", key)].start)
    end = _line_end(text, data.spans["redirects", key].end)
    # With the line end behind it, at the end of the file the one before it.
    if end < len(text):
        end += 2 if text.startswith("\r\n", end) else 1
    elif start:
        start -= 2 if text.endswith("\r\n", 0, start) else 1
    yield Edit(CONFIGURATION, Span(start, end), "")


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(text: str, offset: int) -> int:
    match = re.compile(r"[\r\n]").search(text, offset)
    return match.start() if match else len(text)
