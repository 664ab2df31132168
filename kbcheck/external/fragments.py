"""Whether a page of the web has an anchor, as far as a program without a browser can tell.

Pages are the words of strangers, so they are searched, not parsed: a tree of 2 MB of nested tags takes minutes to look
through. What a search finds too much (an `id` in a comment) makes one finding less, never one more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from itertools import islice
from urllib.parse import quote

# Fragments that a viewer or a script understands, not the page: `#L10`, `#L10C2-L12`, `#page=3`, `#/route`, `#!x`, `#top`.
_FOR_SCRIPTS = re.compile(r"[!/:?]|.*[=&]|L\d+(C\d+)?(-L?\d+(C\d+)?)?$|top$", re.IGNORECASE)

# Bounded, so that a quotation mark which is never closed does not make each search as long as the page.
_ANCHOR = re.compile(
    r"""[\s"'](?:id|name)\s{0,5}=\s{0,5}(?:"([^"<>]{1,200})"|'([^'<>]{1,200})'|([^\s"'<>=`]{1,200}))""", re.IGNORECASE
)
_HEADING = re.compile(r"<h[1-6](?=[\s>])", re.IGNORECASE)
# Headings that are looked at, and characters around each.
_ENOUGH = 500
_BEFORE, _INSIDE = 300, 600


def present(fragments: Iterable[str], content: bytes, encoding: str | None) -> dict[str, bool]:
    """Which fragments an HTML page has; of those for scripts, nothing is said.

    One that is not found is missing only where the page shows what its anchors are: most of its headings have one (else a
    script may make them), and its source does not name the fragment (a script could make an anchor of it).
    """
    text = _decoded(content, encoding)
    anchors = {unescape(next(filter(None, match.groups()))) for match in _ANCHOR.finditer(text)}
    shows_anchors = _most_headings_have_anchors(text)
    found: dict[str, bool] = {}
    for fragment in filter(_is_of_page, fragments):
        # GitHub writes `id="user-content-x"` and has a script look for `#x`.
        if fragment in anchors or f"user-content-{fragment}" in anchors or quote(fragment) in anchors:
            found[fragment] = True
        elif shows_anchors and not _is_named(fragment, text):
            found[fragment] = False
    return found


def _decoded(content: bytes, encoding: str | None) -> str:
    """The text of a page; what is UTF-8 is that, whatever its server says."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(encoding or "cp1252", "replace")
    except LookupError:
        return content.decode("cp1252", "replace")


def _is_of_page(fragment: str) -> bool:
    """Whether a fragment is of the kind that a page itself can have."""
    return not _FOR_SCRIPTS.match(fragment)


def _is_named(fragment: str, text: str) -> bool:
    """Whether a fragment stands in the source as a link has it, or as a script would."""
    return any(mark + written in text for mark in "#\"'" for written in (fragment, quote(fragment)))


def _most_headings_have_anchors(text: str) -> bool:
    """Whether more than half of the headings have an anchor: their own, one inside, or that of the tag right before."""
    headings = list(islice(_HEADING.finditer(text), _ENOUGH))
    return 2 * sum(_has_anchor(text, heading.start()) for heading in headings) > len(headings)


def _has_anchor(text: str, start: int) -> bool:
    before = text.rfind("<", max(0, start - _BEFORE), start)
    end = text.find("</h", start, start + _INSIDE)
    is_right_before = before >= 0 and text[before:start].rstrip().endswith(">")
    window = text[before if is_right_before else start : end if end >= 0 else start + _INSIDE]
    return _ANCHOR.search(window) is not None
