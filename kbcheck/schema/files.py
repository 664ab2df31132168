"""The schemas that a team keeps beside its pages: whether they are schemas, and what they refer to.

A file refers to itself (`#/$defs/NAME`), to a file beside it (`./common.yaml#/$defs/NAME`) or to a shipped schema
(`urn:kbcheck:schema:NAME`), never to anything outside the knowledge base. What it refers to has been read before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from posixpath import dirname, normpath
from typing import Any, Literal
from urllib.parse import quote, unquote

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.schema.faults import cut
from kbcheck.schema.validate import URN, Schema, nearest, open_registry
from kbcheck.schema.walk import SAME_KIND, applied_parts, referred_kinds, subschemas, with_references
from kbcheck.schema.yaml import YamlDocument, YamlPath

# A file is an address to jsonschema, with its path from the root of the knowledge base.
_FILE_URN = "urn:kbcheck:file:"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class SchemaFault(Struct, frozen=True):
    """What is wrong in a schema file, and where. `kind` is that of a sentence of the rule `invalid-schema`."""

    kind: Literal["default", "syntax", "remote", "outside", "nowhere", "loop", "unknown-kind", "misspelt-kind"]
    span: Span
    values: Mapping[str, object] = {}


class _File(Struct, frozen=True):
    """A file by itself: its schema with absolute references (None when there is none), and these by their paths."""

    schema: dict[str, Any] | None
    faults: tuple[SchemaFault, ...] = ()
    references: Mapping[YamlPath, str] = {}


def path_inside(path: str, folder: str = "") -> str | None:
    """A path seen from a folder of the knowledge base, in its plainest form; None when it leads out of the root."""
    plain = normpath(f"{folder}/{path}" if folder and not path.startswith("/") else path)
    return None if plain in (".", "..") or plain.startswith(("/", "../")) else plain


def referred_files(path: str, document: YamlDocument) -> tuple[str, ...]:
    """The other files inside the root that the schema file `path` refers to; paths from the root."""
    found: dict[str, None] = {}

    def refer(reference: str, at: YamlPath) -> str:
        if not reference.startswith("#") and not _SCHEME.match(reference):
            other = path_inside(_unquoted(reference), dirname(path))
            if other is not None and other != path and other.endswith((".json", ".yaml", ".yml")):
                found[other] = None
        return reference

    with_references(document.value, refer)
    return tuple(found)


class SchemaFiles:
    """All schema files of a knowledge base by their paths from its root; `kinds` are all kinds of entities it knows."""

    def __init__(self, files: Mapping[str, YamlDocument], kinds: Collection[str]) -> None:
        self._documents = files
        self._kinds = kinds
        self._schemas: dict[str, Schema | None] = {}
        self._faults: dict[str, tuple[SchemaFault, ...]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._documents

    def faults(self, path: str) -> tuple[SchemaFault, ...]:
        """What is wrong in one file, in the order of its text; what is wrong in those it refers to is said of them."""
        if path not in self._faults:
            own = self._files[path]
            found = own.faults or tuple(self._faults_together(path, own))
            self._faults[path] = tuple(sorted(found, key=lambda fault: fault.span))
        return self._faults[path]

    def schema(self, path: str) -> Schema | None:
        """The schema in a file; None when it, or a file that it refers to, is faulty."""
        if path not in self._schemas:
            whole = not any(self.faults(each) for each in self._reachable(path))
            own = self._files[path].schema
            self._schemas[path] = Schema(own, registry=self._registry) if whole and own is not None else None
        return self._schemas[path]

    def _reachable(self, path: str) -> Collection[str]:
        reached: dict[str, None] = {}
        waiting = [path]
        while waiting:
            each = waiting.pop()
            if each in self._documents and each not in reached:
                reached[each] = None
                waiting += (_file_in(reference) for reference in self._files[each].references.values())
        return reached

    @cached_property
    def _files(self) -> Mapping[str, _File]:
        return {path: _read(path, document) for path, document in self._documents.items()}

    @cached_property
    def _registry(self) -> Any:
        from referencing.jsonschema import DRAFT202012

        schemas = {_urn(path): file.schema for path, file in self._files.items() if file.schema is not None}
        resources = ((urn, DRAFT202012.create_resource(schema)) for urn, schema in schemas.items())
        return open_registry().with_resources(resources).crawl()

    def _target(self, reference: str) -> Any:
        """What an absolute reference leads to; None when that is nothing."""
        from referencing.exceptions import Unresolvable

        try:
            return self._registry.resolver().lookup(reference).contents
        except (Unresolvable, LookupError, ValueError, TypeError):  # the last ones: a step into a list, or into a text
            return None

    def _faults_together(self, path: str, own: _File) -> Iterator[SchemaFault]:
        """What can only be seen with the other files at hand: references to nothing, loops, unknown kinds."""
        spans = self._documents[path].spans
        written = _at_paths(self._documents[path].value, own.references)
        lost = {at for at, reference in own.references.items() if not self._leads_to_a_schema(reference)}
        for at in lost:
            yield SchemaFault("nowhere", spans[at], {"reference": cut(str(written[at]))})
        yield from self._unknown_kinds(path, own)
        looping = None if lost else self._loop(own)
        if looping is not None:
            yield SchemaFault("loop", spans[looping])

    def _leads_to_a_schema(self, reference: str) -> bool:
        other = self._files.get(_file_in(reference))
        if other is not None and other.faults:
            return True  # said of that file
        target = self._target(reference)
        return isinstance(target, (dict, bool)) and _schema_error(target) is None

    def _unknown_kinds(self, path: str, own: _File) -> Iterator[SchemaFault]:
        document = self._documents[path]
        for at, part in subschemas(own.schema):
            for kind in referred_kinds(part):
                if kind in (*self._kinds, SAME_KIND):
                    continue
                span = document.spans[*at, "x-refers-to"]
                values = {"kind": cut(str(kind))}
                meant = nearest(kind, tuple(self._kinds))
                if meant is None:
                    yield SchemaFault("unknown-kind", span, values)
                else:
                    yield SchemaFault("misspelt-kind", span, {**values, "suggestion": meant})

    def _loop(self, own: _File) -> YamlPath | None:
        """Where a schema begins that applies itself to the same value again and again."""
        done: set[int] = set()
        for at, part in subschemas(own.schema):
            open_now: dict[int, Iterator[Any]] = {} if id(part) in done else {id(part): self._applied(part)}
            while open_now:
                last = next(reversed(open_now))
                inner = next(open_now[last], None)
                if inner is None:
                    done.add(last)
                    del open_now[last]
                elif isinstance(inner, dict) and id(inner) in open_now:
                    return (*at, "$ref") if "$ref" in part else at
                elif isinstance(inner, dict) and id(inner) not in done:
                    open_now[id(inner)] = self._applied(inner)
        return None

    def _applied(self, schema: dict[str, Any]) -> Iterator[Any]:
        """The schemas that apply to the same value, also by what they refuse; nothing is `True`."""
        yield from (True if part is None else part for part in applied_parts(schema, self._target))
        yield schema.get("not", True)


def _read(path: str, document: YamlDocument) -> _File:
    """A file by itself."""
    if document.errors:
        return _File(None, tuple(SchemaFault("syntax", one.span, {"problem": one}) for one in document.errors))
    if not isinstance(document.value, dict):
        problem = "fields such as “type” and “properties” are expected"
        return _File(None, (SchemaFault("default", document.spans[()], {"problem": problem}),))
    error = _schema_error(document.value)
    if error is not None:
        span = document.spans.get(error[0], document.spans[()])
        return _File(None, (SchemaFault("default", span, {"problem": error[1]}),))
    faults: list[SchemaFault] = []
    found: dict[YamlPath, str] = {}
    own_id = document.value.get("$id")

    def refer(reference: str, at: YamlPath) -> str:
        absolute = _absolute(reference, path, own_id)
        if absolute is None:
            kind: Literal["remote", "outside"] = "remote" if _SCHEME.match(reference) else "outside"
            faults.append(SchemaFault(kind, document.spans[at], {"reference": cut(reference)}))
            return reference
        found[at] = absolute
        return absolute

    schema = {**with_references(document.value, refer), "$id": _urn(path)}
    return _File(None, tuple(faults)) if faults else _File(schema, (), found)


def _absolute(reference: str, path: str, own_id: str | None) -> str | None:
    """What a reference in the file `path` leads to, as an address; None when that is not in the knowledge base."""
    address, mark, fragment = reference.partition("#")
    if address in ("", own_id):
        return _urn(path) + mark + fragment
    if reference.startswith(URN):
        return reference
    if _SCHEME.match(reference):
        return None
    other = path_inside(unquote(address), dirname(path))
    return None if other is None else _urn(other) + mark + fragment


def _schema_error(schema: Any) -> tuple[YamlPath, str] | None:
    """Where and why something is no JSON Schema; None when it is one."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker(formats=("regex",)))
    except SchemaError as error:
        return tuple(error.absolute_path), cut(error.message, 200)
    return None


def _at_paths(value: Any, paths: Collection[YamlPath]) -> Mapping[YamlPath, Any]:
    found: dict[YamlPath, Any] = {}
    for path in paths:
        at = value
        for step in path:
            at = at[step]
        found[path] = at
    return found


@cache
def _urn(path: str) -> str:
    return _FILE_URN + quote(path, errors="surrogateescape")  # a file name that is no UTF-8


def _file_in(reference: str) -> str:
    """The file that an absolute reference leads to; "" for a shipped schema."""
    return _unquoted(reference.removeprefix(_FILE_URN)) if reference.startswith(_FILE_URN) else ""


def _unquoted(reference: str) -> str:
    return unquote(reference.partition("#")[0], errors="surrogateescape")
