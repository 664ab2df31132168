"""What is read from a configuration that is a program, and that nothing of it is ever guessed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.platforms.script import NOTHING, UNKNOWN, Literal, exported


def plain(literal: Literal) -> object:
    """A value without places; what is not read is shown as "?"."""
    value = literal.value
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [plain(below) for below in value]
    return "?" if value is UNKNOWN else value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("export default { a: 'x', \"b-c\": [`y`, true, null,], }", {"a": "x", "b-c": ["y", True, None]}),
        ("module.exports = {a: 'it\\'s \\u00e9t\\xe9'}", {"a": "it's été"}),
        ("import x from 'y'\nexport default defineConfig<Theme>({ a: 'x' })", {"a": "x"}),
        ("const nav: Nav['items'] = ['a']\nexport default { nav, b: nav } satisfies Config", {"nav": ["a"], "b": ["a"]}),
        ("const config = { a: 1 } as const\nconst f = () => { return { b: 2 } }\nexport default config;", {"a": "1"}),
        ("const rest = {b: 'y'}; export default { a: 'x', ...rest }", {"a": "x", "b": "y"}),
        ("// export default { a: 'no' }\n/* { */ export default /** @type {X} */ ({ a: 'x' })", {"a": "x"}),
        ("export default { a: '/' + b, c: `${d}`, e: f ? 'g' : 'h', i() { return {} }, j: /[/}]/g, k: 'x' }",
         {"a": "?", "c": "?", "e": "?", "i": "?", "j": "?", "k": "x"}),
        ("export default { a: makeSidebar({ b: 'x' }), c: [...d, 'y'] }", {"a": "?", "c": ["y"]}),
    ],
)  # fmt: skip
def test_literals_are_read_and_expressions_are_unknown(text, value):
    assert plain(exported(text)) == value


@pytest.mark.parametrize(
    "text", ["", "export default function () {}", "module.exports = require('./x')", "exports.a = 1"]
)
def test_what_is_no_object_says_nothing(text):
    assert exported(text).value is UNKNOWN
    assert exported("").span == NOTHING.span


def test_a_list_with_unread_parts_is_not_whole():
    read = exported("export default { a: [...b], c: ['x'] }")
    assert not read.value["a"].is_whole
    assert read.value["c"].is_whole


def test_spans_are_those_of_the_text_between_the_quotes():
    text = "export default { a: ['x', \"yz\"] }"
    assert [text[one.span.start : one.span.end] for one in exported(text).value["a"].value] == ["x", "yz"]


@given(st.text(alphabet="abc 'export default{}[](),:;.`$/*\\\n=<>?\"+"))
def test_no_text_is_too_odd(text):
    exported(text)
    exported("export default " + text)


@pytest.mark.parametrize(
    "part", ["/*", "'", "`", "/[", "{", "[", "f(", "a:{", "(/a", "const ", "x<", "export default [", "`${"]
)
def test_no_text_is_slow(part):
    started = time.process_time()
    exported("export default " + part * (60_000 // len(part)))
    assert time.process_time() - started < 5
