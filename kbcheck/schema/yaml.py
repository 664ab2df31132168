"""YAML read into plain values, with the place of each value and each key.

The parser is libyaml's (through PyYAML), the meaning of plain scalars that of the YAML 1.2 core schema
(https://yaml.org/spec/1.2.2/#103-core-schema): `off`, `yes`, `2024-01-31` and `12:30` are text. No tag ever makes an
object. Merge keys (`<<`) are honoured, as the platforms' own readers do.

Whatever is wrong is a value, `YamlDocument.errors`: reading never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.schema.yaml_errors import MAX_DEPTH, MAX_REPEATED, YamlError
from kbcheck.schema.yaml_nodes import Alias, Collection, Composer, Node, Scalar, StopReading, shifted

#: Where a value stands in its document: keys and list positions (from 0), from the outside in.
YamlPath = tuple[str | int, ...]


class YamlDocument(Struct, frozen=True):
    """A YAML document as plain values (dict, list, str, int, float, bool, None) and their places.

    Spans are code points of the whole file. The span of a scalar covers what an edit would replace: a plain scalar; a
    quoted one on one line without its quotes; a quoted one over several lines with them; a block scalar (`|`, `>`) from
    its indicator to its last character that is not blank. An empty value (`key:`) is an empty span after the colon. A
    value that comes from an alias has the span of the alias; what is inside that value, that of the original. A mapping
    or list goes from its first to its last character; `spans[()]` is the whole value.

    After an error of syntax the value is None; after other errors it is what could be understood: the first of two
    equal keys, what an unknown tag stands before.
    """

    value: Any = None
    spans: dict[YamlPath, Span] = {}
    keys: dict[YamlPath, Span] = {}
    errors: tuple[YamlError, ...] = ()


# What libyaml refuses (YAML 1.1, c-printable), with lone surrogates.
_NOT_PRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

# Line ends for libyaml, ordinary characters in YAML 1.2 (section 5.4): hidden from it in the private use area.
_ODD_BREAKS = "\x85\u2028\u2029"
_HIDDEN_BREAKS = "\ue085\ue028\ue029"
_HIDE_BREAKS = str.maketrans(_ODD_BREAKS, _HIDDEN_BREAKS)
_SHOW_BREAKS = str.maketrans(_HIDDEN_BREAKS, _ODD_BREAKS)
_ODD_BREAK = re.compile(f"[{_ODD_BREAKS}]")


def read_yaml(text: str, *, offset: int = 0) -> YamlDocument:
    """Read one YAML document; `offset` is where `text` starts in its file, in characters, and is added to all spans."""
    body = text.lstrip("\ufeff")
    offset += len(text) - len(body)
    forbidden = _NOT_PRINTABLE.search(body)
    if forbidden:
        values = {"character": f"U+{ord(forbidden[0]):04X}"}
        return _broken(YamlError("control-character", shifted(forbidden.span(), offset), values), offset)
    odd_breaks = _ODD_BREAK.search(body) is not None
    composer = Composer(body.translate(_HIDE_BREAKS) if odd_breaks else body, offset)
    try:
        root = composer.compose()
    except StopReading as stop:
        return _broken(stop.error, offset)
    builder = _Builder(root, composer.errors, _SHOW_BREAKS if odd_breaks else None)
    return builder.document(Span(offset, offset))


def _broken(error: YamlError, offset: int) -> YamlDocument:
    return YamlDocument(spans={(): Span(offset, offset)}, errors=(error,))


_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
)
_NUMBER_START = frozenset("-+.0123456789")

_TAG_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (float, int),
}


def _plain_value(text: str) -> Any:
    """What an untagged plain scalar means; an integer beyond 64 bits stays text."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INTEGER.fullmatch(text):
        number = int(text, 0 if text[:2] in ("0o", "0x") else 10) if len(text) < 40 else 2**64
        return number if -(2**63) <= number < 2**63 else text
    if _FLOAT.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan") if text[-1].isalpha() else text)
    return text


class _Builder:
    """Nodes to values; recursive, because `MAX_DEPTH` holds for nodes and, here, for what aliases nest."""

    def __init__(self, root: Node | None, errors: list[YamlError], show_breaks: dict[int, int] | None) -> None:
        self._root = root
        self._errors = errors
        self._show_breaks = show_breaks
        self._spans: dict[YamlPath, Span] = {}
        self._keys: dict[YamlPath, Span] = {}
        self._repeated = 0
        self._aliases_deep = 0

    def document(self, empty: Span) -> YamlDocument:
        """The document; `empty` is the place of a value that is not there."""
        value = None
        if self._root is None:
            self._spans[()] = empty
        else:
            try:
                value = self._value(self._root, ())
            except StopReading as stop:
                return YamlDocument(None, {(): self._root.span}, {}, (*self._errors, stop.error))
        return YamlDocument(value, self._spans, self._keys, tuple(self._errors))

    def _report(self, kind: str, span: Span, **values: str) -> None:
        self._errors.append(YamlError(kind, span, values))

    def _value(self, node: Node, path: YamlPath) -> Any:
        self._spans[path] = node.span
        self._count(node, path)
        if isinstance(node, Scalar):
            return self._scalar(node)
        if isinstance(node, Alias):
            return self._aliased(node, path)
        return self._mapping(node, path) if node.is_mapping else self._list(node, path)

    def _count(self, node: Node, path: YamlPath) -> None:
        self._repeated += self._aliases_deep > 0
        if self._repeated > MAX_REPEATED:
            raise StopReading(YamlError("too-many-aliases", node.span))
        if len(path) > MAX_DEPTH:
            raise StopReading(YamlError("too-deep", node.span))

    def _aliased(self, node: Alias, path: YamlPath) -> Any:
        if node.target is None:
            return None
        self._aliases_deep += 1
        value = self._value(node.target, path)
        self._aliases_deep -= 1
        self._spans[path] = node.span
        return value

    def _text(self, node: Scalar) -> str:
        return node.text.translate(self._show_breaks) if self._show_breaks else node.text

    def _scalar(self, node: Scalar) -> Any:
        text = self._text(node)
        if node.tag is None:
            return _plain_value(text) if node.plain else text
        name = node.tag.removeprefix(_TAG_PREFIX)
        if node.tag == "!" or (name != node.tag and name in ("str", "timestamp")):
            return text
        if name == node.tag or name not in _SCALAR_TAGS:
            self._report("unknown-tag", Span(node.begin, node.end), tag=_written_tag(node.tag))
            return _plain_value(text) if node.plain else text
        value = _plain_value(text)
        if type(value) not in _SCALAR_TAGS[name]:
            self._report("wrong-tag", Span(node.begin, node.end), text=text, tag=_written_tag(node.tag))
        return value

    def _check_tag(self, node: Collection, name: str) -> None:
        if node.tag not in (None, "!", _TAG_PREFIX + name):
            self._report("unknown-tag", Span(node.begin, node.end), tag=_written_tag(str(node.tag)))

    def _list(self, node: Collection, path: YamlPath) -> list[Any]:
        self._check_tag(node, "seq")
        return [self._value(child, (*path, index)) for index, child in enumerate(node.children)]

    def _mapping(self, node: Collection, path: YamlPath) -> dict[str, Any]:
        self._check_tag(node, "map")
        value: dict[str, Any] = {}
        self._add_pairs(node, value, path, depth=0)
        return value

    def _add_pairs(self, node: Collection, value: dict[str, Any], path: YamlPath, *, depth: int) -> None:
        """Put the pairs of a mapping into `value`, own keys before merged ones; `depth` counts the merges around it."""
        merged: list[Node] = []
        for key_node, value_node in _pairs(node):
            if depth:
                self._count(key_node, path)
            if _is_merge(key_node):
                merged.append(value_node)
                continue
            key = self._key(key_node)
            if key is None:
                continue
            if key not in value:
                self._keys[*path, key] = key_node.span
                value[key] = self._value(value_node, (*path, key))
            elif not depth:
                self._report("duplicate-key", key_node.span, key=key)
        for merge_node in merged:
            self._merge(merge_node, value, path, depth + 1)

    def _merge(self, node: Node, value: dict[str, Any], path: YamlPath, depth: int) -> None:
        """Add the pairs of a mapping, or of several in a list, whose keys are not there yet."""
        if depth > MAX_DEPTH:
            raise StopReading(YamlError("too-deep", node.span))
        target = node.target if isinstance(node, Alias) else node
        if target is None:  # an alias to nothing has been reported
            return
        if not isinstance(target, Collection):
            self._report("merge", node.span)
            return
        self._aliases_deep += 1
        if target.is_mapping:
            self._add_pairs(target, value, path, depth=depth)
        else:
            for child in target.children:
                self._count(child, path)
                self._merge(child, value, path, depth + 1)
        self._aliases_deep -= 1

    def _key(self, node: Node) -> str | None:
        """The text of a key (YAML allows any value as a key, JSON and we only text); None after a report."""
        target = node.target if isinstance(node, Alias) else node
        if isinstance(target, Scalar):
            return self._text(target)
        if target is not None:  # an alias to nothing has been reported
            self._report("complex-key", node.span)
        return None


def _is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.plain and key.text == "<<"


def _pairs(node: Collection) -> Iterable[tuple[Node, Node]]:
    return zip(node.children[::2], node.children[1::2], strict=True)


def _written_tag(tag: str) -> str:
    return f"!!{tag.removeprefix(_TAG_PREFIX)}" if tag.startswith(_TAG_PREFIX) else tag
