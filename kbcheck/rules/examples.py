"""The examples of a rule page: small knowledge bases in its fences, marked `bad` and `good`.

The info string of such a fence is

    LANGUAGE [bad|good] [PATH] [encoding=CODEC] [form=NFC|NFD]

where PATH may hold spaces, `encoding` is the one in which the file is written and `form` the Unicode form of its name.
Fences with a path that directly follow a marked one are further files of its example.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, cast

from msgspec import Struct

from kbcheck.errors import SayableError
from kbcheck.rules.catalogue import Rule
from kbcheck.schema.files import path_inside

DEFAULT_PATH = "page.md"

_OPENING = re.compile(r"(?P<fence>`{3,})(?P<info>[^`]*)")
_INFO = re.compile(
    r"(?P<language>[\w-]+)(?: (?P<verdict>bad|good)(?= |$))?(?: (?!\w+=)(?P<path>.+?))?"
    r"(?: encoding=(?P<encoding>\S+))?(?: form=(?P<form>NFC|NFD))?"
)
_LONGEST_INFO = 500  # characters; the pattern above takes quadratic time


class ExampleError(SayableError):
    """A fence that nobody can have meant so; `offset` is where it stands, in characters of the text that was read."""

    def __init__(self, message: str, offset: int, /, **values: object) -> None:
        super().__init__(message, **values)
        self.offset = offset


class File(Struct, frozen=True):
    """A file of a small knowledge base: its path, its bytes."""

    path: str
    content: bytes


class Fence(Struct, frozen=True):
    """A fenced block of a page: the words of its info string, its text, and where it stands (two offsets)."""

    language: str
    verdict: str | None
    path: str | None
    encoding: str
    form: Literal["NFC", "NFD"] | None
    text: str
    start: int
    end: int

    def file(self) -> File:
        """The file that the fence describes. Raises `ExampleError` for a path that leads out, or into a `.git`."""
        path = self.path or DEFAULT_PATH
        inside = path_inside(path)
        # What stands in `.git` could make git run a program.
        if inside != path or "\\" in path or ".git" in path.casefold().split("/"):
            raise ExampleError("“{path}” cannot be a file of an example", self.start, path=path)
        try:
            content = self.text.encode(self.encoding)
        except (LookupError, UnicodeError):
            raise ExampleError(
                "the text cannot be written in the encoding “{encoding}”", self.start, encoding=self.encoding
            ) from None
        return File(unicodedata.normalize(self.form, path) if self.form else path, content)


class Example(Struct, frozen=True):
    """A `bad` or `good` fence of a rule page with the files that follow it; `line` is where it stands in the page's body."""

    rule: str
    verdict: str
    line: int
    path: str
    files: tuple[File, ...]


def fences(text: str) -> Iterator[Fence]:
    """The fenced blocks of a page, in order. Raises `ExampleError` for one that has no end or an odd info string."""
    opened: re.Match[str] | None = None
    start = content = offset = 0
    for line in text.split("\n"):  # not splitlines(), which ends one at U+2028 too
        if opened is None:
            opened = _OPENING.fullmatch(line)
            start, content = offset, offset + len(line) + 1
        elif line.startswith(opened["fence"]) and not line.strip("` \t"):
            yield _fence(opened["info"].strip(), text[content:offset], start, offset + len(line))
            opened = None
        offset += len(line) + 1
    if opened is not None:
        raise ExampleError("this fence has no end", start)


def _fence(words: str, text: str, start: int, end: int) -> Fence:
    info = _INFO.fullmatch(words) if len(words) <= _LONGEST_INFO else None
    if info is None:
        raise ExampleError("cannot read the info string {words!r}", start, words=words[:60])
    form = cast("Literal['NFC', 'NFD'] | None", info["form"])
    return Fence(info["language"], info["verdict"], info["path"], info["encoding"] or "utf-8", form, text, start, end)


def examples(rule: Rule) -> Iterator[Example]:
    """The examples of a page: a marked fence and the fences with a path that follow it directly.

    Raises `ExampleError` with the offset in the body of the page.
    """
    body = rule.body
    opened: list[Fence] = []
    for fence in fences(body):
        follows = bool(opened) and not body[opened[-1].end : fence.start].strip()
        if fence.path and not fence.verdict and not follows:
            raise ExampleError(
                "{name}: the file {path} belongs to no example", fence.start, name=rule.name, path=fence.path
            )
        if not (follows and fence.path and not fence.verdict):
            yield from _example(rule, opened)
            opened = []
        if fence.verdict or follows:
            opened.append(fence)
    yield from _example(rule, opened)


def _example(rule: Rule, files: list[Fence]) -> Iterator[Example]:
    first = files[0] if files else None
    verdict = first.verdict if first else None
    if first and verdict:
        line = rule.body.count("\n", 0, first.start) + 1
        yield Example(rule.name, verdict, line, first.path or DEFAULT_PATH, tuple(fence.file() for fence in files))


def write(files: Iterable[File], folder: Path) -> None:
    """Writes the files below a folder; raises ValueError when two have one name."""
    for file in files:
        path = folder / file.path
        if path.exists():
            raise ExampleError("two files are called {path}", 0, path=file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
