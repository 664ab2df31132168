"""The file that a dead target was probably meant to name: moved, at another depth, misspelt, or called as the link is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from posixpath import basename, dirname, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.history import letters

if TYPE_CHECKING:
    from kbcheck.knowledge.base import KnowledgeBase

#: How alike two names must be to be one misspelt, from 0 to 1.
_CLOSE = 0.75
_MOST_COMPARED = 40
_LONGEST = 80  # characters of a name that are compared
# `./`, `../` and `/` at the beginning of a target; not the dot of a hidden folder.
_STEPS = re.compile(r"^(?:\.{0,2}/)+")
_DIGITS = re.compile(r"\d+")
_INDEX_STEMS = frozenset({"readme", "index", "_index"})


class Guess(Struct, frozen=True):
    """An existing file, and whether it is the one beyond reasonable doubt."""

    path: str
    sure: bool


def files_for(link: Link, path: str, document: Document, base: KnowledgeBase) -> Iterator[Guess]:
    """The files that a link of a document may mean, best first; `path` is what it asks for. Some may come twice."""
    written = _STEPS.sub("", unquote(link.target.partition("#")[0].partition("?")[0]))
    yield from (Guess(each, sure=True) for each in _moved(path, base))
    yield from (Guess(each, sure=True) for each in _seen_from_former_place(link, document, base))
    yield from (Guess(each, sure=True) for each in _at_other_depth(written, path, document, base))
    yield from _of_same_name(path, link, document, base)
    yield from (Guess(each, sure=False) for each in _misspelt(path, base))
    yield from (Guess(each, sure=False) for each in _titled(link.text, document, base))


def files_for_marker(link: Link, document: Document, base: KnowledgeBase) -> Iterator[tuple[Guess, str]]:
    """The pages that a link may mean which GitBook marked as dead, each with a fragment: as it was, then by the link's text."""
    for target in base.history.former_targets(document.path, link.text):
        written, _, fragment = unquote(target).partition("#")
        path = base.platform.source_path(written, document.path) if written else document.path
        for found in (path, *_moved(path, base)):
            yield from ((Guess(each, sure=False), fragment) for each in _existing(found, base))
    yield from ((Guess(each, sure=False), "") for each in _titled(link.text, document, base))
    holders = base.holders.get(letters(link.text), ()) if letters(link.text) else ()
    if len(holders) == 1:
        yield Guess(holders[0][0], sure=False), holders[0][1]


def _existing(path: str, base: KnowledgeBase) -> Iterator[str]:
    """The file at a path, with the ending that it may lack or have wrong, or the index page of the folder."""
    stem, ending = splitext(path)
    endings = [path, f"{path}.md", f"{path}/README.md", f"{path}/index.md", f"{path}/_index.md"]
    if ending.casefold() in (".html", ".htm", ".md", ".mdx", ".markdown"):
        endings += [f"{stem}.md", f"{stem}.mdx", f"{stem}/README.md", f"{stem}/index.md", f"{stem}/_index.md"]
    yield from (each for each in endings if base.paths.tree.is_file(each))


def _moved(path: str, base: KnowledgeBase) -> Iterator[str]:
    """Where git says that the file, or the folder it was in, has gone."""
    for spelling in (path, f"{path}.md", f"{path}/README.md"):
        for later in base.history.later_paths(spelling):
            found = list(_existing(later, base))
            if found:
                yield found[0]
                break


def _seen_from_former_place(link: Link, document: Document, base: KnowledgeBase) -> Iterator[str]:
    """What the link led to before its own page was moved, wherever that is now."""
    written = unquote(link.target.partition("#")[0].partition("?")[0])
    if written.startswith("/"):
        return
    for former in base.history.former_paths(document.path):
        path = base.platform.source_path(written, former)
        for place in (path, *base.history.later_paths(path)):
            found = list(_existing(place, base))
            if found:
                yield found[0]
                break


def _at_other_depth(written: str, path: str, document: Document, base: KnowledgeBase) -> Iterator[str]:
    """The same path seen from the folders above the page, from the root, and with its first folders left out."""
    folders = [dirname(document.path)]
    while folders[-1]:
        folders.append(dirname(folders[-1]))
    spellings = [*(f"{folder}/{written}" if folder else written for folder in folders), _STEPS.sub("", path)]
    for spelling in dict.fromkeys(spellings):
        yield from _existing(spelling, base)


def _of_same_name(path: str, link: Link, document: Document, base: KnowledgeBase) -> Iterator[Guess]:
    """The files of that name, those first that share most of the path; the only one is sure when its ending is the same."""
    name = basename(path.rstrip("/"))
    if splitext(name)[0].casefold() in _INDEX_STEMS:
        called_so = base.titled.get(letters(basename(dirname(path))), ())
        same = [page for page in called_so if splitext(basename(page))[0].casefold() in _INDEX_STEMS]
        yield from (Guess(each, sure=False) for each in same if len(same) == 1)
        return
    files = base.paths.of_stem(name) if name else ()
    if len(files) > _MOST_COMPARED:
        return
    found = {each: _shared(path, each) for each in files}
    ranked = sorted(found, key=lambda each: (-found[each], each))
    if len(ranked) == 1:
        yield Guess(ranked[0], sure=_same_ending(path, ranked[0]))
    elif ranked and found[ranked[0]] > found[ranked[1]]:
        yield Guess(ranked[0], sure=False)
    elif ranked:
        near = sorted(ranked, key=lambda each: (-_common_folders(each, document.path), each))
        yield from (Guess(each, sure=False) for each in near[:2])


def _same_ending(path: str, other: str) -> bool:
    return splitext(path)[1] == splitext(other)[1]


def _shared(path: str, other: str) -> int:
    """How many folders two paths have in common, counted from the name up."""
    pairs = zip(dirname(path).split("/")[::-1], dirname(other).split("/")[::-1], strict=False)
    count = 0
    for one, two in pairs:
        if one != two:
            break
        count += 1
    return count


def _common_folders(path: str, other: str) -> int:
    """How many folders two paths have in common, counted from the root."""
    count = 0
    for one, two in zip(dirname(path).split("/"), dirname(other).split("/"), strict=False):
        if one != two:
            break
        count += 1
    return count


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
    stem, ending = splitext(name)
    digits = _DIGITS.findall(stem)
    wanted = letters(stem)[:_LONGEST]
    # Of many names those that stand near this one in order, which begin as it does.
    place = bisect_left(names, name)
    near = names[max(0, place - _MOST_COMPARED) : place + _MOST_COMPARED]
    likely = [each for each in near if _DIGITS.findall(splitext(each)[0]) == digits or stem in each]
    scored = [(_likeness(wanted, each, ending), each) for each in likely]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _CLOSE else None


def _likeness(wanted: str, name: str, ending: str) -> float:
    stem, own_ending = splitext(name)
    if ending and own_ending and ending != own_ending:
        return 0.0
    other = letters(stem)[:_LONGEST]
    if min(len(wanted), len(other)) >= 5 and (other.startswith(wanted) or wanted.startswith(other)):
        return 0.9
    matcher = SequenceMatcher(None, wanted, other, autojunk=False)
    is_likely = matcher.real_quick_ratio() >= _CLOSE and matcher.quick_ratio() >= _CLOSE
    return matcher.ratio() if is_likely else 0.0


def _titled(text: str, document: Document, base: KnowledgeBase) -> Iterator[str]:
    """The only other page with this title or this name."""
    pages = base.titled.get(letters(text), ()) if letters(text) else ()
    if len(pages) == 1 and pages[0] != document.path:
        yield pages[0]
