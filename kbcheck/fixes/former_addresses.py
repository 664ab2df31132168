"""Redirects that stand in the page they lead to: `aliases` of Hugo, `redirect_from` of Jekyll's plugin.

A page that moves gets its old address; one that comes back to an address loses it from the list. Where the list is written
in a way that could not be given back to the last character, no redirect is added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kbcheck.diagnostics import Edit, Span
from kbcheck.documents.facts import Document
from kbcheck.fixes.redirects import line_end, line_start, whole_lines
from kbcheck.knowledge import KnowledgeBase
from kbcheck.schema.yaml import YamlDocument


def former_address_edits(base: KnowledgeBase, after: KnowledgeBase, moved: Mapping[str, str]) -> list[Edit]:
    """What changes in the front matter of the moved pages, at their old paths."""
    edits = [_edit(base.documents[old], old, new, base, after) for old, new in moved.items() if old in base.documents]
    return [edit for edit in edits if edit is not None]


def _edit(document: Document, old: str, new: str, base: KnowledgeBase, after: KnowledgeBase) -> Edit | None:
    field, matter = base.platform.redirect_field, document.front_matter
    if field is None or matter is None or document.format != "markdown" or not base.is_published(old):
        return None
    source, own = base.platform.redirect_source(old), after.platform.redirect_source(new)
    if source is None or own is None or source == own:
        return None
    if matter.syntax == "toml":
        span, text = _in_toml(document.text[: matter.span.end], field, source, own)
    elif matter.yaml is not None and isinstance(matter.yaml.value, dict):
        span, text = _in_yaml(document.text, matter.span, matter.yaml, field, source, own)
    else:
        return None
    return Edit(document.path, span, text) if span is not None else None


_Change = tuple[Span | None, str]


def _in_yaml(text: str, matter: Span, data: YamlDocument, field: str, source: str, own: str) -> _Change:
    if field not in data.value:
        closing = line_start(text, matter.end)
        return Span(closing, closing), f"{field}:\n  - {source}\n"
    listed = data.value[field]
    if not isinstance(listed, list) or not listed or text[data.spans[(field,)].start] == "[":
        return None, ""
    back = next((index for index, one in enumerate(listed) if one == own), None)
    if back is None:
        last = data.spans[(field, len(listed) - 1)]
        mark = text[line_start(text, last.start) : last.start].rstrip("\"'")
        end = line_end(text, last.end)
        return (Span(end, end), f"\n{mark}{source}") if mark.strip() == "-" else (None, "")
    value = data.spans[(field, back)]
    start = data.keys[(field,)].start if len(listed) == 1 else value.start
    return whole_lines(text, Span(start, value.end)), ""


def _in_toml(matter: str, field: str, source: str, own: str) -> _Change:
    line = re.search(rf"^{field}[ \t]*=[ \t]*\[(?P<listed>[^\]\n]*)\][ \t]*\r?$", matter, re.MULTILINE)
    if line is None:
        opening = line_end(matter, 0)
        is_there = re.search(rf"^[ \t]*{field}\b", matter, re.MULTILINE)
        return (None, "") if is_there else (Span(opening, opening), f"\n{field} = [{json.dumps(source)}]")
    if line["listed"].strip() == json.dumps(own):
        return whole_lines(matter, Span(*line.span())), ""
    added = f", {json.dumps(own)}"
    if added in line["listed"]:
        start = line.start("listed") + line["listed"].index(added)
        return Span(start, start + len(added)), ""
    end = line.end("listed")
    return (Span(end, end), f", {json.dumps(source)}") if line["listed"].strip() else (None, "")
