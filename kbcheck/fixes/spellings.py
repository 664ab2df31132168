"""The ways to write a link after a move, best first: as it was, as a path, as an address, as a name.

A platform reads a target in many ways, and none of them can be turned round: so each spelling is tried on the base as it
will be, and the first one is taken that leads where the link led. Whatever was written of the old target stays (`./`,
percent-encoding, a slash or `.html` at the end), so that moving a page back gives back every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, relpath, splitext
from urllib.parse import quote, unquote

from msgspec import Struct

from kbcheck.documents.facts import Document, Link
from kbcheck.fixes.retarget import parts, retargeted
from kbcheck.knowledge import KnowledgeBase, Resolution
from kbcheck.knowledge.paths import encoded, percent_encoded
from kbcheck.knowledge.resolver import path_written
from kbcheck.platforms.platform import Platform

#: What a target can leave out of the path of a page: the ending, or the name of an index page.
_LEFT_OUT = re.compile(r"(?:/(?:README|readme|index|_index))?\.\w+")
_ENDING = re.compile(r"/?(?:index|README)?(?:\.html|\.md|\.mdx)?/?")  # what can follow an address
_NUMBER = re.compile(r"(?:^|(?<=/))\d+[ \t]*[-_.]+[ \t]*")  # of a file of Docusaurus, not part of its id
_IN_MARKDOWN = ("inline", "image", "definition")


class Moving(Struct, frozen=True):
    """A link that a move concerns: `page` and `path` are where it stands and what it leads to afterwards."""

    link: Link
    document: Document
    was: Resolution
    page: str
    path: str
    before: KnowledgeBase
    after: KnowledgeBase

    @property
    def written(self) -> str:
        """The target as it stands in the source."""
        return self.document.text[self.link.target_span.start : self.link.target_span.end]

    @property
    def in_markdown(self) -> bool:
        """Whether the target ends where Markdown's syntax says so, rather than with the quotes of an attribute."""
        return self.link.syntax in _IN_MARKDOWN

    @property
    def bracketed(self) -> bool:
        """Whether the target stands in angle brackets, in which it may hold spaces."""
        return self.in_markdown and self.document.text[: self.link.target_span.start].endswith("<")

    def spelt(self, path: str) -> str:
        """A path as it must be written at this place."""
        if self.bracketed or self.link.syntax in ("wiki", "wiki-embed", "template"):
            return path
        return encoded(path, in_markdown=self.in_markdown, like=self.link.target)


def spellings(one: Moving) -> Iterator[str]:
    """Targets, as they would stand in the source."""
    path, rest = parts(one.written)
    if one.was.branch is not None or one.was.is_site_address:
        found = _repository_addresses(one) if one.was.branch is not None else _addresses(one)
        yield one.written
        yield from (f"{path}{rest}" for path in found)
        return
    if one.page == one.document.path and one.path == one.was.path:
        yield one.written
    is_entry = one.document.format != "markdown"
    if is_entry and path.startswith("/"):
        yield from (f"{path}{rest}" for path in _addresses(one))
    if (is_entry or _is_looked_up(one.link)) and not path.startswith("."):
        yield from (f"{one.spelt(path)}{rest}" for path in _from_root(one))
        yield one.written
        yield from (f"{one.spelt(path)}{rest}" for path in _names(one))
    # Before the target as it is: from the root of a site, `../` leads nowhere else, so too many of them work.
    yield from _paths(one)
    yield one.written
    yield from (f"{path}{rest}" for path in _addresses(one))
    yield f"{one.spelt(relpath(one.path or '.', dirname(one.page) or '.'))}{rest}"


def _is_looked_up(link: Link) -> bool:
    """Whether the target is a name or a path from a root: a wiki link, a tag that is not one of those for files."""
    return link.syntax in ("wiki", "wiki-embed") or bool(link.tag and link.tag not in Platform.link_tags)


# Paths


def asked_by(target: str, page: str, base: KnowledgeBase) -> str | None:
    """The path that a target in a page asks for; None when it asks for none."""
    written = path_written(target)
    return base.platform.source_path(unquote(written), page) if written else None


def _paths(one: Moving) -> Iterator[str]:
    """The same kind of path: relative or from the root, without `.md` or `/README.md` where these were left out."""
    asked = _asked(one)
    wanted = _asked_after(asked, one) if asked is not None else None
    together = (one.page == one.document.path) or (one.path != one.was.path)
    if together and asked_by(one.link.target, one.page, one.before) == wanted:
        yield one.written  # with whatever detour (`a/../b.md`) was written
    elif wanted is not None:
        yield retargeted(
            one.written,
            one.link.target,
            one.page,
            wanted,
            one.before.platform.folder,
            in_markdown=one.in_markdown,
            bracketed=one.bracketed,
        )


def _asked(one: Moving) -> str | None:
    """The path that the link asked for; a name can hold a literal `%20`."""
    target, page = one.link.target, one.document.path
    literal = asked_by(target.replace("%", "%25"), page, one.before)
    found = literal is not None and one.was.path == literal
    return literal if found else asked_by(target, page, one.before)


def _asked_after(asked: str, one: Moving) -> str | None:
    """What must be asked for after the move; None where the platform looked for something else than the path written."""
    found = one.was.path
    if found is None or found == asked:
        return one.path
    stem, ending = splitext(asked)
    if ending == ".html" and splitext(found)[0] == stem:
        return splitext(one.path)[0] + ending
    if not found.startswith(asked):
        return None
    left_out = found[len(asked) :]
    if one.path.endswith(left_out):
        return one.path.removesuffix(left_out)
    return one.path


# Names: what is looked for from a root, or anywhere


def _from_root(one: Moving) -> Iterator[str]:
    """The same kind of path from a root, where the link named one and no mere name."""
    start, stem, root, left_out = _named(one)
    is_whole = root in ("", f"{one.before.platform.folder}/") and "/" in stem
    if root is not None and (start or is_whole) and one.path.startswith(root):
        shown = _without(one.path[len(root) :], left_out)
        yield start + shown
        yield start + _NUMBER.sub("", shown)


def _names(one: Moving) -> Iterator[str]:
    """As many parts of the path as before, then more of them; then from the folder that the name was seen from."""
    start, stem, root, left_out = _named(one)
    steps = one.path.split("/")
    names = ["/".join(steps[-count:]) for count in range(stem.count("/") + 1, len(steps) + 1)]
    if root is not None and one.path.startswith(root):
        names.append(one.path[len(root) :])
    for name in names:
        shown = _without(name, left_out)
        yield start + shown
        yield start + _NUMBER.sub("", shown)


def _named(one: Moving) -> tuple[str, str, str | None, str]:
    """What a link names: the slash at its beginning, the path it says, the folder that this is seen from (None where it
    is not part of the path that it leads to), and what it leaves out at the end.
    """
    path, _ = parts(one.written)
    start, stem = path[: path.startswith("/")], unquote(path).strip("/")
    found = one.was.path or ""
    place = found.lower().rfind(stem.lower()) if stem else -1
    left_out = found[place + len(stem) :]
    if place >= 0 and (left_out == "" or _LEFT_OUT.fullmatch(left_out)):
        return start, stem, found[:place], left_out
    return start, stem, None, "" if "." in stem.rpartition("/")[2] else "."


def _without(path: str, left_out: str) -> str:
    """A path without what was left out of the old one."""
    if left_out and path.endswith(left_out):
        return path.removesuffix(left_out)
    return splitext(path)[0] if left_out else path


# Addresses


def _addresses(one: Moving) -> Iterator[str]:
    """The address at which the site shows the page, written from the site, its root or the page."""
    written, _ = parts(one.written)
    for new in one.after.platform.addresses_at(one.path):
        if one.was.is_site_address or written.startswith("/"):
            for old in one.before.platform.addresses_at(one.was.path or ""):
                yield from _replaced(written, old, new)
        else:
            yield from _from_page(written, new, one)


def _replaced(written: str, old: str, new: str) -> Iterator[str]:
    """Another address behind the same beginning, with the same kind of end."""
    for spelling, spelt in ((old, new), (percent_encoded(old), percent_encoded(new))):
        head, found, tail = written.rpartition(spelling) if spelling else (written.rstrip("/") + "/", "/", "/")
        if found and head.endswith("/") and _ENDING.fullmatch(tail):
            yield f"{head}{quote(spelt, safe=_SAFE, errors='surrogateescape')}{tail}" if spelt else head


_SAFE = "/%" + "".join(map(chr, range(0xA1, 0x2FF)))  # letters with accents can be read in an address


def _from_page(written: str, new: str, one: Moving) -> Iterator[str]:
    own = next(iter(one.after.platform.addresses_at(one.page)), None)
    document = one.after.documents.get(one.page)
    if own is None or document is None:
        return
    is_folder = one.after.platform.is_folder_address(document)
    path = relpath(new or ".", (own if is_folder else dirname(own)) or ".")
    start = "./" if written.startswith("./") and not path.startswith("..") and path != "." else ""
    ending = splitext(written)[1]
    tail = ending if ending in (".html", ".md") else "/" if written.endswith("/") else ""
    yield f"{start}{one.spelt(path)}{tail}"


def _repository_addresses(one: Moving) -> Iterator[str]:
    """The file in the code host's view, on the same branch."""
    written, _ = parts(one.written)
    old = one.was.path or ""
    for spelling, spelt in (
        (old, one.path),
        (old, percent_encoded(one.path)),
        (percent_encoded(old), percent_encoded(one.path)),
    ):
        head, found, tail = written.rpartition(f"/{spelling}")
        if found and tail in ("", "/"):
            yield f"{head}/{spelt}{tail}"
