"""From bytes to text and back: encodings found or guessed, line ends kept, nothing raised."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.errors import reason
from kbcheck.files.discovery import is_inside
from kbcheck.texts import Text

#: Bytes; a larger file is not read.
SIZE_LIMIT = 20_000_000
_BINARY_PROBE = 1024  # bytes in which a NUL says that a file is no text

#: `utf-8-sig` and both of UTF-16 have a byte order mark, which the text does not hold.
Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "mac-roman", "latin-1"]

_MARKS: dict[Encoding, bytes] = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
_CODECS: dict[Encoding, str] = {"utf-8-sig": "utf-8"}  # of what follows the mark
_GUESSES: dict[Encoding, str] = {
    "cp1252": "Windows-1252",
    "mac-roman": "Mac Roman",
    "latin-1": "ISO 8859-1",
}


class ReadProblem(Struct, frozen=True):
    """Why a file could not be read as it stands.

    `kind` is the name of the rule that reports it. `reason` is one word for a message of that rule: for `unchecked-file`
    missing, unreadable, not-a-file, outside-root, too-large or binary; for `invalid-encoding` the encoding that was
    guessed, or `mixed` for UTF-8 with other bytes in between. `detail` says the same as a sentence. `span` is the first
    bad place of the text.
    """

    kind: Literal["invalid-encoding", "unchecked-file"]
    reason: str
    detail: Text
    span: Span = Span(0, 0)


class Source(Struct, frozen=True):
    """The text of a file, with the line ends it has; empty for an unchecked file.

    Without an `invalid-encoding` problem, `encode(text, encoding)` gives back the bytes of the file.
    """

    path: str
    text: str
    encoding: Encoding = "utf-8"
    problems: tuple[ReadProblem, ...] = ()


def read(root: Path, path: str) -> Source:
    """The text of the file `path` (relative to `root`, with `/`), never of one outside of `root`. Raises nothing."""
    content = read_bytes(root, path)
    if isinstance(content, ReadProblem):
        return Source(path, "", problems=(content,))
    return decode(path, content)


def read_bytes(root: Path, path: str) -> bytes | ReadProblem:
    """The bytes of the file `path` (relative to `root`, with `/`), never of one outside of `root`. Raises nothing."""
    return _content(_real(root), path)


def decode(path: str, content: bytes) -> Source:
    """The text that the bytes of a file stand for. Raises nothing."""
    encoding, mark = _marked(content)
    if not mark and b"\0" in content[:_BINARY_PROBE]:
        return Source(path, "", problems=(_unchecked("binary", Text("The file holds NUL bytes: it is no text.")),))
    body = content[len(mark) :] if mark else content
    try:
        text = body.decode(_CODECS.get(encoding, encoding))
    except UnicodeDecodeError as error:
        if encoding in ("utf-8", "utf-8-sig"):
            return _guessed(path, body, encoding, error)
        text = body.decode(encoding, "replace")
        detail = Text("The file is UTF-16, not UTF-8, and its byte {byte} is broken.", byte=error.start + len(mark) + 1)
        return Source(path, text, encoding, (_not_utf_8(encoding, detail, len(text)),))
    if encoding in ("utf-16-le", "utf-16-be"):
        detail = Text("The file is UTF-16, not UTF-8.")
        return Source(path, text, encoding, (_not_utf_8(encoding, detail, len(text)),))
    return Source(path, text, encoding)


def _marked(content: bytes) -> tuple[Encoding, bytes]:
    """The encoding that the byte order mark says, and the mark; UTF-32, which nobody writes, counts as binary."""
    if not content.startswith(codecs.BOM_UTF32_LE):
        for encoding, mark in _MARKS.items():
            if content.startswith(mark):
                return encoding, mark
    return "utf-8", b""


def encode(text: str, encoding: Encoding) -> bytes:
    """The bytes of a file with this text. Raises UnicodeEncodeError for a character that the encoding lacks."""
    return _MARKS.get(encoding, b"") + text.encode(_CODECS.get(encoding, encoding))


@lru_cache(maxsize=8)
def _real(root: Path) -> str:
    return os.path.realpath(root)


def _content(root: str, path: str) -> bytes | ReadProblem:
    """The bytes of a file below `root` (without symbolic links)."""
    try:
        real = os.path.join(root, path)
        if not _is_plain(root, path):
            real = os.path.realpath(real)
        if not is_inside(root, real):
            return _unchecked("outside-root", Text("The file is a link to a place outside of the knowledge base."))
        status = os.stat(real)
        if not stat.S_ISREG(status.st_mode):
            return _unchecked("not-a-file", Text("This is a folder, a pipe or a device, not a file."))
        if status.st_size > SIZE_LIMIT:
            return _too_large(status.st_size)
        with open(real, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return _unchecked("missing", Text("The file is not there any more."))
    except OSError as error:
        return _unchecked("unreadable", Text("The file cannot be read: {reason}.", reason=reason(error)))
    except ValueError:  # a NUL in the name
        return _unchecked("missing", Text("No file can have this name."))
    return content


def _is_plain(root: str, path: str) -> bool:
    """Whether a path leads straight down, through no symbolic link: a third of the time that `os.path.realpath` takes."""
    at = root
    for name in path.split("/"):
        at = f"{at}{os.sep}{name}"
        if name in ("", "..") or os.sep in name or stat.S_ISLNK(os.lstat(at).st_mode):
            return False
    return True


def _unchecked(reason: str, detail: Text) -> ReadProblem:
    return ReadProblem("unchecked-file", reason, detail)


def _too_large(size: int) -> ReadProblem:
    detail = Text(
        "The file has {size} MB, more than the limit of {limit} MB.",
        size=-(-size // 1_000_000),
        limit=SIZE_LIMIT // 1_000_000,
    )
    return _unchecked("too-large", detail)


def _not_utf_8(encoding: Encoding, detail: Text, length: int) -> ReadProblem:
    """The problem of a text of `length` characters that is wrong from the first one on."""
    return ReadProblem("invalid-encoding", encoding, detail, Span(0, min(length, 1)))


# ---- bytes that are no UTF-8


def _guessed(path: str, body: bytes, encoding: Encoding, error: UnicodeDecodeError) -> Source:
    """The text on a best guess: UTF-8 with a few other bytes in between, or another encoding throughout."""
    as_utf_8 = body.decode("utf-8", "ignore")
    lost = len(body) - len(as_utf_8.encode())
    if sum(map(len, _NON_ASCII.findall(as_utf_8))) >= lost:
        guess, text = _likeliest(body, _mixed)
        place, reason = len(body[: error.start].decode()), "mixed"
        detail = Text(
            "The byte 0x{byte:02X} is not UTF-8, as the rest of the file is: it is read as {encoding}.",
            byte=body[error.start],
            encoding=_GUESSES[guess],
        )
    else:
        guess, text = _likeliest(body, _throughout)
        # Some of the bytes before may look like UTF-8 by chance (`’é` in Mac Roman).
        place = next(index for index, byte in enumerate(body) if byte > 0x7F)
        encoding, reason = guess, guess
        detail = Text(
            "The byte 0x{byte:02X} is not UTF-8: the file is read as {encoding}.",
            byte=body[place],
            encoding=_GUESSES[guess],
        )
    problem = ReadProblem("invalid-encoding", reason, detail, Span(place, place + 1))
    return Source(path, text, encoding, (problem,))


def _throughout(body: bytes, encoding: Encoding) -> str:
    return body.decode(encoding, "replace")


def _mixed(body: bytes, others: Encoding) -> str:
    """UTF-8 where the bytes are, `others` in between."""

    def replacement(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        return error.object[error.start : error.end].decode(others, "replace"), error.end

    codecs.register_error("kbcheck-mixed", replacement)
    return body.decode("utf-8", "kbcheck-mixed")


def _likeliest(body: bytes, read_as: Callable[[bytes, Encoding], str]) -> tuple[Encoding, str]:
    """The encoding in which the text looks most like French, and that text; Windows-1252 when none stands out."""
    windows, mac = read_as(body, "cp1252"), read_as(body, "mac-roman")
    if _likeness(mac) > _likeness(windows):
        return "mac-roman", mac
    # Windows-1252 leaves five bytes undefined.
    return ("latin-1", read_as(body, "latin-1")) if "\ufffd" in windows else ("cp1252", windows)


_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
# What French text has many of. The encodings differ in what the bytes of these are to each other: `é` is `Ž` or `È`.
_USUAL_LETTERS = re.compile(r"[éèêëàâçîïôöùûüœæ]|(?<![A-Za-z])[ÉÈÊÀÂÇÎÔŒ](?=[A-Za-z ])|(?<=[A-Z])[ÉÈÊÀÂÇÎÔÛŒ]")
_USUAL_MARKS = re.compile(r"(?<=\w)[’](?=\w)|[«“](?=[\w\xa0])|(?<=[\w\xa0.])[»”]|[…–—€°·]|\xa0(?=[:;!?»%])|(?<=«)\xa0")


def _likeness(text: str) -> int:
    """How much of what French text has is in a text."""
    return 2 * len(_USUAL_LETTERS.findall(text)) + len(_USUAL_MARKS.findall(text))
