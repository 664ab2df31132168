"""What a dead link was probably meant to say, best first. Every suggestion resolves: it is tried before it is offered.

What people do to dead links, in the histories of nine public knowledge bases: they follow the file that was moved, correct the depth, the
ending or the case, or take the anchor that is nearest to the old one or to the link's text. Where two of these lead to
two places, kbcheck hesitates: it offers both, and none of them is safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from posixpath import dirname, relpath, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.paths import encoded
from kbcheck.knowledge.places import INDEX_NAMES, Place
from kbcheck.knowledge.suggested_anchors import Wanted, places_for
from kbcheck.knowledge.suggested_files import files_for, files_for_marker, text_of
from kbcheck.knowledge.wording import gist
from kbcheck.platforms.site import Site
from kbcheck.platforms.slugs import letters

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase
    from kbcheck.knowledge.resolver import Resolution

_MOST_OFFERED = 5
# An entry of a configuration that needs no quotes, and ends none that are there.
_PLAIN = re.compile(r"[\w./()-]+(?: +[\w./()-]+)*")


class Suggestion(Struct, frozen=True):
    """A target that resolves. `safe`: it is what the link was meant to say, beyond reasonable doubt."""

    target: str
    safe: bool


def suggestions(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[Suggestion]:
    """The targets that `link` may have been meant to have, best first, each once; none where the base offers no repairs."""
    if base.offers_repairs:
        yield from _suggestions(link, resolution, document, base)


def _suggestions(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[Suggestion]:
    if resolution.branch is not None or resolution.status in ("ok", "external", "template"):
        return
    offered: list[tuple[Place, str]] = []
    for candidate in _candidates(link, resolution, document, base):
        target = _target(candidate, link, document, base)
        if target is not None and all(target != known for _, known in offered):
            offered.append((candidate, target))
        if len(offered) == _MOST_OFFERED:
            break
    certain = sum(candidate.sure for candidate, _ in offered) == 1
    for number, (candidate, target) in enumerate(offered):
        yield Suggestion(target, safe=candidate.sure and certain and number == 0)


def meant_by_entries(base: KnowledgeBase) -> Iterator[tuple[str, bool]]:
    """The pages that the dead entries of the navigation were probably meant to name, and whether that is safe to say.

    Also where the base offers no repairs: what a rule finds does not depend on that.
    """
    contents = base.documents.get(base.navigation.path) if base.navigation else None
    if contents is None:
        return
    for link, resolution in base.resolutions(contents):
        for suggestion in islice(_suggestions(link, resolution, contents, base), 1):
            path = base.resolve(replace(link, target=suggestion.target), contents).path
            if path is not None:
                yield base.index_page(path), suggestion.safe


def _candidates(link: Link, resolution: Resolution, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """The places that a dead link may be meant to lead to, best first."""
    fragment = resolution.fragment or ""
    if resolution.actual is not None and resolution.status == "anchor-case":
        yield Place(resolution.path or document.path, resolution.actual, sure=True)
    elif resolution.actual is not None:
        yield from _with_fragment(Place(resolution.actual, sure=True), fragment, link, document, base)
    elif resolution.status == "missing-anchor" and resolution.path is not None:
        if resolution.path == dirname(document.path) and fragment in (base.anchors(document.path) or ()):
            yield Place(document.path, fragment, sure=True)  # `./#budget` in a folder without an index page
        yield from _meant_as_path(link, fragment, document, base)
        yield from places_for(Wanted(text_of(link), fragment, resolution.path, document.path), base)
    elif resolution.status in ("missing-file", "missing-index", "outside-root") and resolution.path:
        for place in files_for(link, resolution.path, document, base):
            for found in _with_fragment(place, fragment, link, document, base):
                if not _is_mere_namesake(found, resolution.path, link, document, base):
                    yield found
        yield from _on_this_page(link, fragment, document, base)
    elif resolution.status == "broken-marker":
        for place, wanted in files_for_marker(link, document, base):
            yield from _with_fragment(place, wanted, link, document, base)


def _with_fragment(place: Place, fragment: str, link: Link, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """The page with the anchor; where it is not there, what is most like it, at last the page alone."""
    anchors = base.anchors(place.path)
    if not fragment or place.fragment or (anchors is not None and fragment in anchors):
        yield replace(place, fragment=place.fragment or fragment)
    elif anchors is None:
        is_page = base.index_page(place.path) in base.documents
        yield replace(place, fragment=fragment) if is_page else Place(place.path)
    else:
        for each in places_for(Wanted(text_of(link), fragment, place.path, document.path), base):
            yield replace(each, sure=place.sure and each.sure)


def _is_mere_namesake(place: Place, path: str, link: Link, document: Document, base: KnowledgeBase) -> bool:
    """Whether a place is the whole page that the link stands in, for a target in another folder: `../docs/README.fr.md` in
    `rules/README.fr.md`. Only the text of the link can say that such a link leads nowhere else.
    """
    is_itself = not place.fragment and base.index_page(place.path) == document.path
    if not is_itself or dirname(path.rstrip("/")) == dirname(document.path):
        return False
    return document.path not in base.places.titled.get(gist(text_of(link)), ())


def _meant_as_path(link: Link, fragment: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """A path behind a `#`: `#/roles/`, `#roles.md`."""
    if "/" in fragment or fragment.endswith(".md"):
        found = base.resolve(replace(link, target=fragment), document)
        if found.status == "ok" and found.path is not None:
            yield Place(found.path, found.fragment or "")


def _on_this_page(link: Link, fragment: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """A heading of the page itself: of an address that the page no longer has, or of an anchor that lacks its `#`."""
    wanted = fragment if fragment or set("./") & set(link.target) else link.target
    anchors = base.places.index(document.path).by_letters.get(letters(wanted), ()) if letters(wanted) else ()
    yield from (Place(document.path, anchor) for anchor in anchors if len(anchors) == 1)


# How a target is written


def _target(candidate: Place, link: Link, document: Document, base: KnowledgeBase) -> str | None:
    """A target that leads to the candidate, written as much as possible as the link was; None when none of them does."""
    fragment = _encoded(candidate.fragment, link) if candidate.fragment else ""
    mark = f"#{fragment}" if fragment else ""
    for path in _spellings(candidate.path, link, document, base):
        target = path + mark
        if target and target != link.target and _leads_to(candidate, target, link, document, base):
            return target
    return None


def _spellings(path: str, link: Link, document: Document, base: KnowledgeBase) -> Iterator[str]:
    """The ways to write a path: as in the link, the page itself as nothing, without an ending or from the root if it was so."""
    is_entry = base.navigation is not None and base.navigation.path == document.path
    entry = base.platform.entry_target(path) if is_entry else None
    if entry is not None:
        yield from (each for each in (entry,) if _PLAIN.fullmatch(each))
        return
    written = link.target.partition("#")[0].partition("?")[0]
    yield written  # where the anchor alone is wrong
    if base.index_page(path) == document.path:
        yield ""
    plain = [path]
    folder, _, name = path.rpartition("/")
    if written and not splitext(written.rstrip("/"))[1]:
        shorter = folder if name in INDEX_NAMES else splitext(path)[0]
        plain.insert(0, shorter + "/" if written.endswith("/") and shorter else shorter)
    for each in plain:
        if written.startswith("/") and (not base.platform.folder or each.startswith(base.platform.folder + "/")):
            below = base.platform.below(each) if isinstance(base.platform, Site) else None
            yield "/" + _encoded((below or each.removeprefix(base.platform.folder)).lstrip("/"), link)
        else:
            end = "/" if each.endswith("/") else ""
            yield _encoded(relpath(each or ".", dirname(document.path) or ".") + end, link)


def _encoded(text: str, link: Link) -> str:
    """As the link is written: percent-encoded where it was, and where Markdown or a tag wants no such character."""
    in_markdown = link.syntax in ("inline", "image", "definition")
    return encoded(text, in_markdown=in_markdown, like=link.target)


def _leads_to(candidate: Place, target: str, link: Link, document: Document, base: KnowledgeBase) -> bool:
    found = base.resolve(replace(link, target=target), document)
    if found.status != "ok" or found.path is None or base.index_page(found.path) != base.index_page(candidate.path):
        return False
    return (found.fragment or "") == unquote(candidate.fragment)
