"""Obsidian: a folder of notes (a vault) that refer to each other by name, `[[note]]`.

Sources: Obsidian's help ("Internal links", "Embed files") and the descriptions of its API (`stripHeading`, `parseLinktext`,
`getFirstLinkpathDest` in obsidian.d.ts): a name is looked for in the whole vault, without regard to case; a path may leave
out the folders at its beginning; `#` names a heading by its text, or a block by `#^id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename, splitext
from typing import ClassVar, Self

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.files import Tree
from kbcheck.platforms.platform import Platform, joined
from kbcheck.platforms.slugs import obsidian_key

_BLOCK = re.compile(r"(?:^|[ \t\])])(\^[A-Za-z0-9-]+)[ \t]*\r?$", re.MULTILINE)
_FOLDER = ".obsidian"


class Obsidian(Platform):
    """A vault."""

    name: ClassVar[str] = "obsidian"
    has_wiki_links: ClassVar[bool] = True
    names_are_titles: ClassVar[bool] = True  # its "inline title"
    expects_indexes: ClassVar[bool] = False
    shows_folders: ClassVar[bool] = False
    knows_references = False  # `[[a]][[b]]`, Dataview fields

    def __init__(self, tree: Tree, folder: str = "") -> None:
        super().__init__(folder)
        self._tree = tree

    @classmethod
    def configured(cls, documents: Mapping[str, Document], tree: Tree) -> Self:
        """The vault is the folder that holds `.obsidian`."""
        return cls(tree, _vault(tree) or "")

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """A folder `.obsidian` at the root or in a folder there."""
        return _vault(tree) is not None

    # Anchors

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The text as it is compared: two headings of the same text have the same."""
        return [obsidian_key(heading.text) for heading in document.headings]

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """Headings and blocks."""
        anchors = dict(super().anchors(document))
        for match in _BLOCK.finditer(document.text) if "^" in document.text else ():
            anchors.setdefault(match[1].lower(), Span(*match.span(1)))
        return anchors

    def anchor_key(self, fragment: str) -> str:
        """The last heading of a path of headings (`#Part#Chapter`); a block by its id."""
        last = fragment.rpartition("#")[2].strip()
        return last.lower() if last.startswith("^") else obsidian_key(last)

    def generated_fragment(self, fragment: str) -> bool:
        """Pages of a PDF, sizes and the like, which embeds have behind `#`."""
        return "=" in fragment or not obsidian_key(fragment)

    # Links

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """The path from the page or the vault, then any file whose path ends so, the one with the fewest folders first."""
        exact = [self.source_path(written, page), joined(self.folder, written.strip("/"))]
        for path in exact:
            yield path
            yield f"{path}.md"
        wanted = joined("", written.strip("/")).lower()
        while wanted.startswith("../"):
            wanted = wanted[3:]
        for ending in (wanted, f"{wanted}.md"):
            if ending in self._by_ending:
                yield self._by_ending[ending]

    @cached_property
    def _by_ending(self) -> Mapping[str, str]:
        """For every end of a path, in lower case, the file with the fewest folders: `b/c.md` and `c.md` for `a/b/c.md`."""
        found: dict[str, str] = {}
        for path in sorted(self._tree.files, key=lambda path: (path.count("/"), path)):
            ending = path.lower()
            while ending:
                found.setdefault(ending, path)
                ending = ending.partition("/")[2]
        return found

    def is_directory_link(self, path: str) -> bool:
        """No link leads to a folder."""
        return False

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Not the queries and templates that plugins read in brackets."""
        return not splitext(written)[0].startswith(("<%", "$", "{"))


def _vault(tree: Tree) -> str | None:
    vaults = [folder for folder in tree.folders if basename(folder) == _FOLDER and folder.count("/") < 2]
    return (
        min(vaults, key=lambda folder: (folder.count("/"), folder)).removesuffix(_FOLDER).rstrip("/")
        if vaults
        else None
    )
