"""The file that a dead target was probably meant to name: moved, at another depth, misspelt, or called as the link is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.paths import distance, in_common
from kbcheck.knowledge.places import INDEX_NAMES, Place, is_index
from kbcheck.knowledge.resolver import path_written
from kbcheck.knowledge.wording import gist, likeness, same_numbers
from kbcheck.platforms.slugs import letters

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase

#: How alike two names must be to be one misspelt, from 0 to 1.
_CLOSE = 0.75
_MOST_COMPARED = 40
_DEEPEST = 20  # folders of a page or a target that are tried at other depths
_SHORTEST_BEGINNING = 5  # letters: names of which one is the beginning of the other are one
# `./`, `../` and `/` at the beginning of a target; not the dot of a hidden folder.
_STEPS = re.compile(r"^(?:\.{0,2}/)+")
_PAGES = frozenset({".html", ".htm", ".md", ".mdx", ".markdown"})
_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif"})
# What a page says that only keeps an old address alive, and how long (characters) it is at most.
_NOTICE = re.compile(
    r"\b(?:has (?:been )?moved|(?:was|were|is|are) moved|moved (?:to|here)|placeholder to preserve"
    r"|a (?:été )?(?:déplacée?|déménagé|transférée?))\b",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 800


def files_for(link: Link, path: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """The files that a link of a document may mean, best first; `path` is what it asks for. Some may come twice.

    A page that only says where it has gone comes last, after the page that it names.
    """
    found = list(_files_for(link, path, document, base))
    page = path if splitext(path)[1].casefold() in _PAGES else f"{path}.md"
    if not found and base.history.was_deleted(page):
        yield from base.moved_sections.of(page, unquote(link.target.partition("#")[2]))
    notices = [place for place in dict.fromkeys(found) if _is_notice(place.path, base)]
    for place in found:
        yield from _named_by_notice(place, base) if place in notices else (place,)
    yield from notices


def _files_for(link: Link, path: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    written = _STEPS.sub("", unquote(path_written(link.target)))
    yield from (Place(each, sure=True) for each in _moved(path, base))
    yield from (Place(each, sure=True) for each in _seen_from_former_place(link, document, base))
    yield from _at_other_depth(written, path, document, base)
    yield from (Place(each, sure=True) for each in _of_other_ending(path, base))
    yield from _of_same_name(path, document, base)
    yield from (Place(each) for each in _misspelt(path, base))
    yield from _sections_called(basename(path.rstrip("/")), base)
    yield from _called(basename(path.rstrip("/")), document, base)
    yield from _called(text_of(link), document, base)


def files_for_marker(link: Link, document: Document, base: KnowledgeBase) -> Iterator[tuple[Place, str]]:
    """The pages that a link may mean which GitBook marked as dead, each with a fragment: as it was, then by the link's text."""
    for target in base.history.former_targets(document.path, link.text):
        written, _, fragment = unquote(target).partition("#")
        path = base.platform.source_path(written, document.path) if written else document.path
        for found in (path, *_moved(path, base)):
            yield from ((Place(each), fragment) for each in _existing(found, base))
    own = base.places.index(document.path).by_letters.get(letters(link.text), ())
    yield from ((Place(document.path, anchor), "") for anchor in own if len(own) == 1)
    yield from ((place, "") for place in _called(text_of(link), document, base))


def text_of(link: Link) -> str:
    """What a link is called: its text; of a definition, whose text stands where it is used, its label."""
    return link.text or link.label or ""


def _existing(path: str, base: KnowledgeBase) -> Iterator[str]:
    """The file at a path, with the ending that it may lack or have wrong, or the index page of the folder, or the folder."""
    stem, ending = splitext(path)
    spellings = [path, f"{path}.md", *(f"{path}/{name}" for name in INDEX_NAMES)]
    if ending.casefold() in _PAGES:
        spellings += [f"{stem}.md", f"{stem}.mdx", *(f"{stem}/{name}" for name in INDEX_NAMES)]
    files = [each for each in spellings if base.paths.tree.is_file(each)]
    folder = path.rstrip("/")
    is_shown = folder and base.platform.shows_folders and base.paths.tree.is_folder(folder)
    yield from files or ([folder] if is_shown else [])


def _moved(path: str, base: KnowledgeBase) -> Iterator[str]:
    """Where git says that the file, or the folder it was in, has gone."""
    for spelling in (path, f"{path}.md", f"{path}/README.md"):
        yield from _first_existing(base.history.later_paths(spelling), base)


def _seen_from_former_place(link: Link, document: Document, base: KnowledgeBase) -> Iterator[str]:
    """What the link led to before its own page was moved, wherever that is now."""
    written = unquote(path_written(link.target))
    if not written or written.startswith("/"):
        return
    for former in base.history.former_paths(document.path):
        path = base.platform.source_path(written, former)
        yield from _first_existing((path, *base.history.later_paths(path)), base)


def _first_existing(paths: Iterable[str], base: KnowledgeBase) -> list[str]:
    """The first of some paths at which there is something, in a list; an empty one when there is none."""
    return next((found[:1] for path in paths if (found := list(_existing(path, base)))), [])


def _at_other_depth(written: str, path: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """The same path seen from the folders above the page and from the root; not sure with its first folders left out."""
    if not written:
        return
    for spelling in (*_seen_from_above(written, document), _STEPS.sub("", path)):
        yield from (Place(each, sure=True) for each in _existing(spelling, base))
    folders = written.strip("/").split("/")[:_DEEPEST]
    shorter = ("/".join(folders[count:]) for count in range(1, len(folders) - 1))
    found = _first_existing((each for one in shorter for each in _seen_from_above(one, document)), base)
    yield from map(Place, found)


def _seen_from_above(written: str, document: Document) -> Iterator[str]:
    """A path seen from the folder of a page, from those above it, at last from the root."""
    folders = dirname(document.path).split("/")[:_DEEPEST]
    for count in range(len(folders), 0, -1):
        yield "/".join((*folders[:count], written)).lstrip("/")
    yield written


def _of_other_ending(path: str, base: KnowledgeBase) -> Iterator[str]:
    """The only image of that name in the folder: `a.jpg` for `a.png`."""
    stem, ending = splitext(basename(path))
    if ending.casefold() in _IMAGES:
        names = base.paths.entries.get(dirname(path), ())
        near = names[bisect_left(names, stem) :][:_MOST_COMPARED]
        same = [name for name in near if splitext(name)[0] == stem and splitext(name)[1].casefold() in _IMAGES]
        yield from (f"{dirname(path)}/{name}".lstrip("/") for name in same if len(same) == 1)


def _of_same_name(path: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """The files of that name, those first that share most of the path; the only one is sure when its ending is the same."""
    name = basename(path.rstrip("/"))
    if is_index(name):
        yield from _sections_called(basename(dirname(path)), base)
        return
    files = base.paths.of_stem(name) if name else ()
    if len(files) > _MOST_COMPARED:
        return
    ranked = sorted(files, key=lambda each: (*_lost(path, each), distance(document.path, each), each))
    if len(ranked) == 1:
        yield Place(ranked[0], sure=splitext(path)[1] == splitext(ranked[0])[1])
    yield from map(Place, ranked[:2])


def _sections_called(name: str, base: KnowledgeBase) -> Iterator[Place]:
    """The only section of that name or title, by its index page."""
    pages = base.places.titled.get(gist(name), ()) if gist(name) else ()
    indexes = [page for page in pages if is_index(page)]
    yield from (Place(each) for each in indexes if len(indexes) == 1)


def _lost(path: str, other: str) -> tuple[int, int]:
    """How many folders of a path another one has not: in a row from the name up, and in all."""
    folders, others = (dirname(each).split("/") for each in (path, other))
    return len(folders) - in_common(folders[::-1], others[::-1]), len(set(folders) - set(others))


def _misspelt(path: str, base: KnowledgeBase) -> Iterator[str]:
    """The path with the nearest name wherever it names nothing that is there."""
    place = ""
    for name in filter(None, path.split("/")):
        here = f"{place}/{name}" if place else name
        if not base.paths.exists(here):
            nearest = _nearest(name, base.paths.entries.get(place, ()))
            if nearest is None:
                return
            here = f"{place}/{nearest}" if place else nearest
        place = here
    if place != path:
        yield from list(_existing(place, base))[:1]


def _nearest(name: str, names: tuple[str, ...]) -> str | None:
    """The name most like this one. Names that differ in a number are two names: `2023-01-05.md`, `2023-01-12.md`."""
    stem = splitext(name)[0]
    # Of many names those that stand near this one in order, which begin as it does.
    place = bisect_left(names, name)
    near = names[max(0, place - _MOST_COMPARED) : place + _MOST_COMPARED]
    likely = [each for each in near if same_numbers(stem, splitext(each)[0]) or stem in each]
    scored = [(_name_likeness(name, each), each) for each in likely]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _CLOSE else None


def _name_likeness(name: str, other: str) -> float:
    (stem, ending), (other_stem, other_ending) = splitext(name), splitext(other)
    if ending and other_ending and ending != other_ending:
        return 0.0
    shorter, longer = sorted((letters(stem), letters(other_stem)), key=len)
    if len(shorter) >= _SHORTEST_BEGINNING and longer.startswith(shorter):
        return 0.9
    return likeness(stem, other_stem, _CLOSE)


def _called(name: str, document: Document, base: KnowledgeBase) -> Iterator[Place]:
    """The only other page with this title or name, else the only heading."""
    key = gist(splitext(name)[0] if splitext(name)[1].casefold() in _PAGES else name)
    if key:
        pages = [page for page in base.places.titled.get(key, ()) if page != document.path]
        holders = [place for place in base.places.holders.get(key, ()) if place.path != document.path]
        found = list(map(Place, pages)) or holders
        yield from (place for place in found if len(found) == 1)


# Pages that only say where they have gone


def _is_notice(path: str, base: KnowledgeBase) -> bool:
    document = base.documents.get(path)
    is_short = document is not None and len(document.text) <= _LONGEST_NOTICE and len(document.headings) <= 1
    return is_short and document is not None and _NOTICE.search(document.text) is not None


def _named_by_notice(place: Place, base: KnowledgeBase) -> Iterator[Place]:
    """The only page of the base that a notice links to."""
    targets = (found.path for _, found in base.resolutions(base.documents[place.path]) if found.status == "ok")
    named = {base.index_page(path) for path in targets if path and path != place.path}
    yield from (replace(place, path=each) for each in named if len(named) == 1 and each in base.documents)
