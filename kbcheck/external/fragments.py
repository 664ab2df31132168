"""Whether a page of the web has an anchor, as far as a program without a browser can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from linkcheck.htmlutil import htmlsoup

# Fragments that a viewer or a script understands, not the page: `#L10`, `#L10C2-L12`, `#page=3`, `#/route`, `#!x`, `#top`.
_FOR_SCRIPTS = re.compile(r"[!/:?]|.*[=&]|L\d+(C\d+)?(-L?\d+(C\d+)?)?$|top$", re.IGNORECASE)
_HEADINGS = re.compile(r"h[1-6]$")


def present(fragments: Iterable[str], content: bytes, encoding: str | None) -> dict[str, bool]:
    """Which fragments an HTML page has; of those for scripts, nothing is said.

    One that is not found is missing only where the page shows what its anchors are: most of its headings have one (else a
    script may make them), and its source does not name the fragment (a script could make an anchor of it).
    """
    soup = htmlsoup.make_soup(content, encoding)
    anchors = {str(tag["id"]) for tag in soup.find_all(id=True)}
    anchors |= {str(tag["name"]) for tag in soup.find_all("a", attrs={"name": True})}
    headings = soup.find_all(_HEADINGS)
    shows_anchors = 2 * sum(map(_has_anchor, headings)) > len(headings)
    found: dict[str, bool] = {}
    for fragment in filter(_is_of_page, fragments):
        # GitHub writes `id="user-content-x"` and has a script look for `#x`.
        if fragment in anchors or f"user-content-{fragment}" in anchors or quote(fragment) in anchors:
            found[fragment] = True
        elif shows_anchors and not _is_named(fragment, content):
            found[fragment] = False
    return found


def _is_of_page(fragment: str) -> bool:
    """Whether a fragment is of the kind that a page itself can have."""
    return not _FOR_SCRIPTS.match(fragment)


def _is_named(fragment: str, content: bytes) -> bool:
    """Whether a fragment stands in the source as a link has it, or as a script would."""
    return any((mark + text).encode() in content for mark in "#\"'" for text in (fragment, quote(fragment)))


def _has_anchor(heading: object) -> bool:
    """Whether a heading has an id, or an anchor inside or around it."""
    tag: object = heading
    return bool(tag.get("id") or tag.find(id=True) or tag.find("a", attrs={"name": True}) or tag.parent.get("id"))  # type: ignore[attr-defined]
