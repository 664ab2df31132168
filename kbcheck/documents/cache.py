"""Facts kept from one run to the next: `.kbcheck_cache/documents.msgpack`, below the root of the base.

A file whose content is that of the last run is not parsed again. The cache may be missing, broken or of another version at
any time: then everything is parsed, and nobody is told. One that is under version control is never read: who writes pages
could write what their facts are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kbcheck import __version__
from kbcheck.documents.events import parser_names
from kbcheck.documents.facts import Document
from kbcheck.files import Source, replace_file
from kbcheck.files.kept import KEPT, is_foreign, made_folder

_FILE = "documents.msgpack"
_PACKAGE = Path(__file__).parents[1]
# What a Document is made by: when one of these modules changes, so may the facts.
_MAKERS = ("documents", "files", "schema")


class _Entry(Struct, frozen=True, array_like=True):
    """The facts of one file, without its text, and the digest of the source they were read from."""

    digest: bytes
    facts: msgspec.Raw


class _Kept(Struct, frozen=True):
    """All that the file holds, by the names of the files; `made_by` names the program that wrote it."""

    made_by: str
    entries: dict[bytes, _Entry]


class Cache:
    """The facts of the last run on a base. Raises nothing: what cannot be read or written is not kept."""

    def __init__(self, root: Path, *, tracked: bool | None = None) -> None:
        """`tracked`: whether version control has the folder of the cache, where that is known already."""
        self._root = root
        self._made_by = _maker()
        self._old = None if is_foreign(root, tracked=tracked) else self._read()
        self._new: dict[bytes, _Entry] = {}

    def _read(self) -> Mapping[bytes, _Entry]:
        try:
            kept = msgspec.msgpack.decode((self._root / KEPT / _FILE).read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return {}
        return kept.entries if kept.made_by == self._made_by else {}

    def get(self, source: Source) -> Document | None:
        """The facts of a file, when its content is the one they were read from."""
        entry = self._old.get(_key(source)) if self._old else None
        if entry is None or entry.digest != digest(source):
            return None
        try:
            document = decoded(bytes(entry.facts), source)
        except msgspec.MsgspecError:
            return None
        self._new[_key(source)] = entry
        return document

    def add(self, source: Source, facts: bytes) -> None:
        """Keeps the facts of a file, as `encoded` gives them."""
        self._new[_key(source)] = _Entry(digest(source), msgspec.Raw(facts))

    def write(self) -> None:
        """Writes what was got or added, unless that is what the file holds already."""
        if self._old is None or (self._new.keys() == self._old.keys() and all(map(self._is_kept, self._new))):
            return
        content = msgspec.msgpack.encode(_Kept(self._made_by, self._new))
        with contextlib.suppress(OSError):
            replace_file(made_folder(self._root) / _FILE, content)

    def _is_kept(self, key: bytes) -> bool:
        return self._old is not None and self._new[key] is self._old.get(key)


def _key(source: Source) -> bytes:
    """The name of a file as bytes: one that is no UTF-8 holds lone surrogates, which are no text for msgpack."""
    return source.path.encode("utf-8", "surrogatepass")


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Document)


def encoded(document: Document) -> bytes:
    """The facts of a file as bytes, without its name and its text."""
    return _ENCODER.encode(replace(document, path="", text=""))


def decoded(facts: bytes, source: Source) -> Document:
    """The Document of a file from its facts; raises `msgspec.MsgspecError` for bytes that are none."""
    return replace(_DECODER.decode(facts), path=source.path, text=source.text)


def digest(source: Source) -> bytes:
    """What tells the sources of two files apart: text, encoding and what could not be read."""
    reasons = [source.encoding, *(f"{one.kind} {one.reason} {one.span.start}" for one in source.problems)]
    return blake2b("\0".join((source.text, *reasons)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _maker() -> str:
    """The version of kbcheck and the state of the modules that make Documents, those of the parser too."""
    modules: Iterable[Path] = (path for name in _MAKERS for path in sorted((_PACKAGE / name).glob("*.py")))
    parser = find_spec(parser_names()[0].replace("-it-py", "_it"))
    libraries = [Path(parser.origin)] if parser and parser.origin else []
    states = [path.stat() for path in (*modules, *libraries)]
    state = blake2b(repr([(one.st_mtime_ns, one.st_size) for one in states]).encode(), digest_size=8)
    return f"{__version__} {parser_names()[0]} {state.hexdigest()}"
