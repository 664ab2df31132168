"""What can be read from a JavaScript or TypeScript file without running it: the literals of its default export.

VitePress and Docusaurus are configured by programs. Most of them export one object of strings, lists and objects, some of
which stand in constants of the same file. These are read; whatever else an expression may be (a call, an import, a
condition, a template with `${}`) is `UNKNOWN`, and nobody may conclude anything from it.

The grammar is that of ECMA-262 as far as literals go; type annotations of TypeScript are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span

_MAX_DEPTH = 60
_TOKEN = re.compile(
    r"""(?P<space>\s++)
    |(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z))
    |(?P<string>"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|`(?:[^`\\$]++|\\.|\$(?!\{))*+`)
    |(?P<template>`)
    |(?P<number>\d[\w.]*+)
    |(?P<name>[A-Za-z_$][\w$]*+)
    |(?P<spread>\.\.\.)
    |(?P<arrow>=>)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}+\]){1,500}+/\w*+")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\n|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(")]}")
# After one of these, a slash begins a regular expression rather than a division.
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^") | {"=>", "return", "typeof", "..."}


# Words that begin a statement: the one before them needs no semicolon.
_STATEMENTS = frozenset(("const", "let", "var", "export", "import", "function", "async", "class", "type", "interface"))


class Unknown:
    """The value of an expression that is not read."""


UNKNOWN = Unknown()


class Literal(Struct, frozen=True):
    """A value and where it stands: a string between its quotes, a list or an object with its brackets.

    `value` is a str, float, bool or None, a list of Literals, a dict of Literals by key, or `UNKNOWN`. `is_whole` is false
    where a list or an object has parts that are not read (`...others`, a computed key).
    """

    value: Any
    span: Span
    is_whole: bool = True

    def get(self, *keys: str) -> Literal | None:
        """The value below these keys; None when it is not there (or not an object on the way)."""
        found: Literal | None = self
        for key in keys:
            found = found.value.get(key) if found is not None and isinstance(found.value, dict) else None
        return found

    def text(self, *keys: str) -> str | None:
        """The string below these keys; None when there is none."""
        found = self.get(*keys)
        return found.value if found is not None and isinstance(found.value, str) else None

    def may_have(self, key: str) -> bool:
        """Whether the object may have this key, seen or not."""
        return not isinstance(self.value, dict) or key in self.value or not self.is_whole


NOTHING = Literal(UNKNOWN, Span(0, 0), is_whole=False)


class _Token(Struct, frozen=True):
    kind: str
    text: str
    start: int
    end: int
    on_new_line: bool


def exported(text: str) -> Literal:
    """The default export (or `module.exports`) of a script; `NOTHING` when it cannot be read."""
    return _Reader(text).exported()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._constants: dict[str, Literal] = {}

    def exported(self) -> Literal:
        """Reads the constants at the top of the file as they come, then what is exported."""
        found = NOTHING
        depth = 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.text in _OPENING:
                depth += 1
            elif token.text in _CLOSING:
                depth -= 1
            elif depth == 0 and token.kind == "name":
                if token.text in ("const", "let", "var"):
                    self._read_constant()
                elif token.text == "default" or (token.text == "exports" and self._peek() == "="):
                    self._at += token.text == "exports"
                    found = self._value(0)
        return found

    def _read_constant(self) -> None:
        name = self._peek()
        self._at += 1
        while self._peek() not in ("=", ";", "", "const", "export"):  # a type annotation
            self._at += 1
        if self._peek() == "=":
            self._at += 1
            self._constants[name] = self._value(0)

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _value(self, depth: int) -> Literal:
        """The expression that begins here; leaves the reader behind it."""
        if self._at >= len(self._tokens):
            return NOTHING
        token = self._tokens[self._at]
        self._at += 1
        value = self._begun(token, depth)
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is None or following.text in (",", ";") or following.text in _CLOSING:
            return value
        if following.text in ("as", "satisfies") or (following.on_new_line and following.kind == "name"):
            if not following.on_new_line:
                self._skip()
            return value
        self._skip()
        return Literal(UNKNOWN, Span(token.start, token.end), is_whole=False)

    def _begun(self, token: _Token, depth: int) -> Literal:
        span = Span(token.start, token.end)
        if token.kind == "string":
            return Literal(_unescaped(token.text[1:-1]), Span(token.start + 1, token.end - 1))
        if token.kind == "number":
            return Literal(token.text, span)
        if depth < _MAX_DEPTH and token.text in ("[", "{", "("):
            if token.text == "[":
                return self._list(token, depth)
            if token.text == "{":
                return self._object(token, depth)
            inner = self._value(depth + 1)
            self._close(")")
            return inner
        if token.text in _OPENING:
            self._skip_brackets(token.text)
        elif token.kind == "name":
            return self._named(token, span, depth)
        return Literal(UNKNOWN, span, is_whole=False)

    def _named(self, token: _Token, span: Span, depth: int) -> Literal:
        """A word of the language, a constant, or a call that is given the object: `defineConfig({…})`."""
        if token.text in _WORDS:
            return Literal(_WORDS[token.text], span)
        if self._peek() == "<":
            while self._peek() not in ("(", "", ";"):
                self._at += 1
        if self._peek() == "(" and depth < _MAX_DEPTH:
            self._at += 1
            first = self._value(depth + 1) if self._peek() != ")" else NOTHING
            self._skip_brackets("(")
            is_given = depth == 0 and isinstance(first.value, dict | list)
            return first if is_given else Literal(UNKNOWN, span, is_whole=False)
        return self._constants.get(token.text, Literal(UNKNOWN, span, is_whole=False))

    def _list(self, opening: _Token, depth: int) -> Literal:
        values: list[Literal] = []
        is_whole = True
        while self._peek() not in ("]", ""):
            if self._peek() == "...":
                self._at += 1
                spread = self._value(depth + 1)
                values += spread.value if isinstance(spread.value, list) else []
                is_whole = is_whole and isinstance(spread.value, list) and spread.is_whole
            elif self._peek() == ",":
                self._at += 1
            else:
                before = self._at
                values.append(self._value(depth + 1))
                self._at = max(self._at, before + 1)
        return Literal(values, Span(opening.start, self._close("]")), is_whole)

    def _object(self, opening: _Token, depth: int) -> Literal:
        pairs: dict[str, Literal] = {}
        is_whole = True
        while self._peek() not in ("}", ""):
            key = self._tokens[self._at]
            self._at += 1
            if key.text == ",":
                continue
            name = _unescaped(key.text[1:-1]) if key.kind == "string" else key.text
            if key.kind == "spread":
                spread = self._value(depth + 1)
                pairs |= spread.value if isinstance(spread.value, dict) else {}
                is_whole = is_whole and isinstance(spread.value, dict) and spread.is_whole
            elif self._peek() == ":":
                self._at += 1
                pairs[name] = self._value(depth + 1)
            elif self._peek() in (",", "}") and key.kind == "name":
                pairs[name] = self._constants.get(name, Literal(UNKNOWN, Span(key.start, key.end), is_whole=False))
            else:  # a method, a computed key
                is_method = key.kind == "name"
                if is_method:
                    pairs[name] = Literal(UNKNOWN, Span(key.start, key.end), is_whole=False)
                is_whole = is_whole and is_method
                self._at -= key.text in _OPENING
                self._skip()
        return Literal(pairs, Span(opening.start, self._close("}")), is_whole)

    def _close(self, bracket: str) -> int:
        """Goes behind the closing bracket, if it is there; the offset behind it."""
        if self._peek() == bracket:
            self._at += 1
        return self._tokens[min(self._at, len(self._tokens)) - 1].end

    def _skip(self) -> None:
        """Goes to the end of the expression: a comma, a semicolon, the bracket around it, or the next statement."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.text in (",", ";") or token.text in _CLOSING or (token.on_new_line and token.text in _STATEMENTS):
                return
            self._at += 1
            if token.text in _OPENING:
                self._skip_brackets(token.text)

    def _skip_brackets(self, opening: str) -> None:
        """Goes behind the bracket that closes the one already passed."""
        expected = [_OPENING[opening]]
        while expected and self._at < len(self._tokens):
            text = self._peek()
            self._at += 1
            if text in _OPENING:
                expected.append(_OPENING[text])
            elif text in _CLOSING:
                expected.pop()


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    previous = ""
    on_new_line = True
    while position < len(text):
        match = _REGEX.match(text, position) if text[position] == "/" and previous in _BEFORE_REGEX else None
        kind = "regex"
        if match is None or text[position : position + 2] in ("//", "/*"):
            match = _TOKEN.match(text, position)
            assert match  # the last alternative is any character
            kind = match.lastgroup or "sign"
        end = match.end()
        if kind == "template":
            end = _end_of_template(text, position)
        if kind in ("space", "comment"):
            on_new_line = on_new_line or "\n" in match[0]
        else:
            previous = text[position:end] if kind != "template" else "`"
            yield _Token(kind, previous, position, end, on_new_line)
            on_new_line = False
        position = end


def _end_of_template(text: str, start: int) -> int:
    """The offset behind a template literal with `${}` in it. One inside another ends the outer one early."""
    close = start + 1
    while 0 <= close < len(text) and text[close] != "`":
        close += 2 if text[close] == "\\" else 1
    return min(close + 1, len(text))


def _unescaped(written: str) -> str:
    return _ESCAPE.sub(_character, written) if "\\" in written else written


def _character(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1 and code[0] in "ux":
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _ESCAPED.get(code, code)


def entries(value: Literal | None) -> Mapping[str, Literal]:
    """The pairs of an object; none for anything else."""
    return value.value if value is not None and isinstance(value.value, dict) else {}


def elements(value: Literal | None) -> list[Literal]:
    """The elements of a list; none for anything else."""
    return value.value if value is not None and isinstance(value.value, list) else []
