"""Files while they are fixed: their bytes as they were, and as the fixes leave them. Nothing is written here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from kbcheck.diagnostics import Edit, Fix
from kbcheck.files import Source, decode, encode, read_bytes

#: Why a fix is not applied: the file is not what was checked, the new text cannot be written in its encoding, or the file
#: is a symbolic link: from the file that it leads to, links may lead elsewhere.
Obstacle = Literal["changed", "encoding", "link"]

_LINE_END = re.compile(r"\r\n|\n|\r")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; they must not overlap. Those at one place are made in the order given.

    Offsets are those of `text`. A line feed in an edit is written as the line ends of the text are.
    """
    line_end = _LINE_END.search(text)
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        new = _LINE_END.sub(line_end[0], edit.text) if line_end else edit.text
        pieces += text[done : edit.span.start], new
        done = edit.span.end
    return "".join((*pieces, text[done:]))


class Contents:
    """The bytes of the files below a root that fixes have changed so far."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.before: dict[str, bytes] = {}  # what was on disk when the file was first changed
        self.after: dict[str, bytes] = {}
        self._links: dict[str, str] = {}  # symbolic links that were met, and the paths that they lead to

    @property
    def changed(self) -> tuple[str, ...]:
        """The paths of the files that are not as they were, sorted."""
        return tuple(sorted(path for path, content in self.after.items() if content != self.before[path]))

    def apply(self, fixes: Iterable[Fix], texts: Mapping[str, str]) -> Iterator[Obstacle | None]:
        """Applies fixes that do not overlap, and says of each what stood in its way, None when it is applied.

        `texts` are those that the offsets are about: a file that says something else now is left alone.
        """
        sources: dict[str, Source | None] = {}
        edits: dict[str, list[Edit]] = {}
        for fix in fixes:
            for edit in fix.edits:
                if edit.path not in sources:
                    sources[edit.path] = self._source(edit.path, texts.get(edit.path))
            obstacle = "link" if any(self._is_link(edit.path) for edit in fix.edits) else _obstacle(fix, sources)
            if obstacle is None:
                for edit in fix.edits:
                    edits.setdefault(edit.path, []).append(edit)
            yield obstacle
        for path, own in edits.items():
            source = sources[path]
            assert source is not None  # or its fixes would have met an obstacle
            self.after[path] = encode(apply_edits(source.text, own), source.encoding)

    @property
    def checked(self) -> Mapping[str, bytes]:
        """The bytes to check in the next round: those of changed files, also under the names of links to them."""
        return self.after | {link: self.after[path] for link, path in self._links.items() if path in self.after}

    def _is_link(self, path: str) -> bool:
        """Whether the path is a symbolic link, or is below one; what it leads to is noted."""
        root = Path(os.path.realpath(self._root))
        real = Path(os.path.realpath(root / path))
        if real == root / path:
            return False
        self._links[path] = os.path.relpath(real, root).replace(os.sep, "/")
        return True

    def _source(self, path: str, text: str | None) -> Source | None:
        """The file as it is now; None when that is not `text`, or when its bytes could not be given back."""
        content = self.after.get(path)
        if content is None:
            found = read_bytes(self._root, path)
            if not isinstance(found, bytes):
                return None
            content = found
        source = decode(path, content)
        if source.text != text or not _is_kept(source, content):
            return None
        self.before.setdefault(path, content)
        return source


def _is_kept(source: Source, content: bytes) -> bool:
    """Whether the encoding that was found gives back the bytes of the file; not where several are mixed."""
    try:
        return encode(source.text, source.encoding) == content
    except UnicodeEncodeError:
        return False


def _obstacle(fix: Fix, sources: Mapping[str, Source | None]) -> Obstacle | None:
    for edit in fix.edits:
        source = sources[edit.path]
        if source is None:
            return "changed"
        try:
            encode(edit.text, source.encoding)
        except UnicodeEncodeError:
            return "encoding"
    return None
