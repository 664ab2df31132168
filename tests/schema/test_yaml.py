"""YAML as plain values with exact places, for any text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from kbcheck.diagnostics import Lines
from kbcheck.schema.yaml import YamlDocument, YamlPath, read_yaml
from kbcheck.schema.yaml_errors import MAX_DEPTH

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


def cut(text: str, *path: str | int) -> str:
    """What the span of a value covers."""
    span = read_yaml(text).spans[path]
    return text[span.start : span.end]


def errors(text: str) -> list[tuple[str, str]]:
    """Kind and covered text of each error."""
    return [(error.kind, text[error.span.start : error.span.end]) for error in read_yaml(text).errors]


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3", 3),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("007", 7),
        ("3.5", 3.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("off", "off"),
        ("yes", "yes"),
        ("2024-01-31", "2024-01-31"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0.1.0", "0.1.0"),
        ("'3'", "3"),
        ('"a\\u00e9"', "aé"),
        ("!!str 3", "3"),
        ("! 3", "3"),
        ("!!int 3", 3),
        ("!!float 3", 3),
        ("9" * 5000, "9" * 5000),
        ("{a: [1, b], c: }", {"a": [1, "b"], "c": None}),
    ],
)
def test_a_value_means_what_yaml_1_2_says(written: str, meant: object) -> None:
    document = read_yaml(f"key: {written}\n")
    assert not document.errors
    assert document.value == {"key": meant}
    assert type(document.value["key"]) is type(meant)


def test_keys_are_text_whatever_they_look_like() -> None:
    assert read_yaml("1: a\ntrue: b\n~: c\n2024-01-31: d\n'x y': e").value == {
        "1": "a",
        "true": "b",
        "~": "c",
        "2024-01-31": "d",
        "x y": "e",
    }


def test_an_empty_text_is_an_empty_document() -> None:
    for text in ("", "\n\n", "# only a comment\n", "---\n"):
        document = read_yaml(text, offset=4)
        assert (document.value, document.errors) == (None, ())
        assert document.spans[()].start >= 4


def test_the_unicode_line_separators_are_ordinary_characters() -> None:
    assert read_yaml("a: x\u2028y\u0085z\nb: 1").value == {"a": "x\u2028y\u0085z", "b": 1}


# --- places ----------------------------------------------------------------------------------------------------------


def test_each_kind_of_scalar_covers_what_an_edit_replaces() -> None:
    text = (
        "plain: some text  # comment\nsingle: 'it''s'\ndouble: \"a b\"\nlong: \"a\n  b\"\nblock: |-\n  one\n  two\n\n"
        "folded: >\n  one\n\n\nempty:\ntagged: !!str &x 12\nlast: *x\n"
    )
    assert cut(text, "plain") == "some text"
    assert cut(text, "single") == "it''s"
    assert cut(text, "double") == "a b"
    assert cut(text, "long") == '"a\n  b"'
    assert cut(text, "block") == "|-\n  one\n  two"
    assert cut(text, "folded") == ">\n  one"
    assert cut(text, "empty") == ""
    assert text[: read_yaml(text).spans["empty",].start].endswith("empty:")
    assert cut(text, "tagged") == "12"
    assert cut(text, "last") == "*x"


def test_mappings_and_lists_cover_their_content() -> None:
    text = "a: &x !!map\n  b: [1, 2]  # end\n\n  c:\n  - d\n  - e: f\n# comment\ng: {h: i}\n"
    assert cut(text, "a") == "b: [1, 2]  # end\n\n  c:\n  - d\n  - e: f"
    assert cut(text, "a", "b") == "[1, 2]"
    assert cut(text, "a", "c") == "- d\n  - e: f"
    assert cut(text, "a", "c", 1) == "e: f"
    assert cut(text, "g") == "{h: i}"
    assert cut(text) == text.rstrip("\n")


def test_keys_have_places_too() -> None:
    text = "a: 1\n'b c':\n  - d: 2\n"
    document = read_yaml(text)
    keys = {path: text[span.start : span.end] for path, span in document.keys.items()}
    assert keys == {("a",): "a", ("b c",): "b c", ("b c", 0, "d"): "d"}


def test_offsets_count_characters_of_the_whole_file() -> None:
    page = "\ufeff---\r\ntitre: é𝒳\r\nkind: role\r\n---\r\n# Titre\r\n"
    start = page.index("titre")
    document = read_yaml(page[start : page.index("---", start)], offset=start)
    for key, value in (("titre", "é𝒳"), ("kind", "role")):
        span = document.spans[key,]
        assert page[span.start : span.end] == value


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=30)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | words
values = st.recursive(
    scalars | st.text("ab:#-'\"\n ,[]{}é𝒳", max_size=90),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


def scalar_paths(value: Any, path: YamlPath = ()) -> list[tuple[YamlPath, Any]]:
    if isinstance(value, dict):
        return [found for key, child in value.items() for found in scalar_paths(child, (*path, key))]
    if isinstance(value, list):
        return [found for index, child in enumerate(value) for found in scalar_paths(child, (*path, index))]
    return [(path, value)]


def means(source: str, value: Any) -> bool:
    """Whether a piece of YAML, alone or between the quotes it was cut from, says `value`."""
    if re.match(r"[|>][-+]?\d", source):  # the indentation counts from a parent that was not cut out with it
        return True
    for quote in ("", "'", '"'):
        alone = read_yaml(f"- {quote}{source}{quote}")
        if not alone.errors and isinstance(alone.value, list) and alone.value:
            said = alone.value[0]
            if said == value or (isinstance(value, str) and str(said).strip() == value.strip()):
                return True
            if isinstance(said, str) and read_yaml(said).value == value:  # `!!int '3'`: its tag was not cut out with it
                return True
    return False


@given(
    value=values,
    flow=st.sampled_from([True, False, None]),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    indent=st.integers(2, 6),
    width=st.sampled_from([20, 80, 1000]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    before=st.sampled_from(["", "---\n", "é𝒳\r\n"]),
)
def test_every_scalar_cut_out_of_its_file_names_its_value(
    value: Any, flow: bool | None, style: str | None, indent: int, width: int, line_end: str, mark: str, before: str
) -> None:
    written = yaml.dump(
        value, default_flow_style=flow, default_style=style, indent=indent, width=width, allow_unicode=True
    )
    # The writer tags what its style would change, and writes `...` after a lone scalar.
    source = mark + written.removesuffix("...\n").replace("\n", line_end)
    page = before + source
    document = read_yaml(source, offset=len(before))
    assert not document.errors, document.errors
    for path, meant in scalar_paths(document.value):
        if isinstance(meant, (dict, list)):
            continue
        span = document.spans[path]
        piece = page[span.start : span.end]
        if meant is None:
            assert piece.split()[-1:] in ([], ["null"], ["~"]), piece
        else:
            assert means(piece, meant), (piece, meant)
    for path, span in document.keys.items():
        assert means(page[span.start : span.end], path[-1]), (page[span.start : span.end], path[-1])


@given(st.dictionaries(words, st.lists(words, max_size=5), max_size=6), st.sampled_from([None, "'", '"', "|"]))
def test_text_comes_back_as_it_was_written(value: dict[str, list[str]], style: str | None) -> None:
    written = yaml.dump(value, allow_unicode=True, default_style=style)
    # PyYAML writes for YAML 1.1, where `1e3` is text, and where U+2028 is a line end that it indents.
    assume((style or not re.search(r"[0-9]", written)) and not re.search(r"[\x85\u2028\u2029]", written))
    assert read_yaml(written).value == value


def test_front_matter_of_real_pages() -> None:
    if not CORPORA.is_dir():
        pytest.skip("../shared/corpora is not there")
    read = 0
    for page in sorted(CORPORA.rglob("*.md")):
        text = page.read_bytes().decode("utf-8", "replace")
        block = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*$", text, re.DOTALL | re.MULTILINE)
        if block:
            document = read_yaml(block[1], offset=block.start(1))
            assert not document.errors, page
            for path, value in scalar_paths(document.value):
                span = document.spans[path]
                assert means(text[span.start : span.end], value), (page, path)
            read += 1
    assert read > 20


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("a:\n\tb: c", "tab", "\t"),
        ("a: b\x07", "control-character", "\x07"),
        ("a: b\ud800", "control-character", "\ud800"),
        ("a: @x", "reserved-character", "@"),
        ("a: `x`", "reserved-character", "`"),
        ("a: **x**", "reserved-character", "*"),
        ("title: Foo: bar", "colon", ":"),
        ("x: y\nfoo\n", "missing-colon", "f"),
        ("a:\n  b: 1\n c: 2", "indentation", "c"),
        ("a: 'l'heure'", "leftover", "h"),
        ('a: "x\nb: 1', "unclosed-quote", '"'),
        ("a: [b, c\nd: e", "unclosed-bracket", "["),
        ('a: "C:\\dir"', "escape", "\\d"),
        ("a: - b", "list-entry", "-"),
        ("a: ,x", "unexpected", ","),
        ("a: 1\n---\nb: 2", "several-documents", "---"),
        ("a: *b", "unknown-alias", "*b"),
        ("a: &x [*x]", "alias-loop", "*x"),
        ("a: &x\n  <<: *x", "alias-loop", "*x"),
        ("a: !ENV [A, b]", "unknown-tag", "!ENV [A, b]"),
        ("a: !!python/name:os.system x", "unknown-tag", "!!python/name:os.system x"),
        ("a: !!binary aGk=", "unknown-tag", "!!binary aGk="),
        ("a: !!int x", "wrong-tag", "!!int x"),
        ("a: 1\nb: 2\n'a': 3", "duplicate-key", "a"),
        ("a: {{ page.title }}", "complex-key", "{ page.title }"),
        ("<<: 3", "merge", "3"),
        ("%YAML 3.0\n---\na: b", "syntax", "%"),
    ],
)
def test_an_error_has_a_kind_a_place_and_a_sentence(text: str, kind: str, place: str) -> None:
    assert errors(text) == [(kind, place)]
    message = read_yaml(text).errors[0].message
    assert not re.search(r"\{[a-z]", message), message
    assert not re.search(r"scalar|token|node|stream|construct", message), message


def test_what_is_beside_an_error_is_still_read() -> None:
    document = read_yaml("plugins: !ENV [A, b]\nname: first\nname: second\n{a: b}: c\nlast: 1\n")
    assert document.value == {"plugins": ["A", "b"], "name": "first", "last": 1}
    assert [error.kind for error in document.errors] == ["unknown-tag", "duplicate-key", "complex-key"]


def test_an_error_counts_from_the_start_of_the_file() -> None:
    page = "---\na: 1\na: 2\n"
    (error,) = read_yaml(page[4:], offset=4).errors
    assert Lines(page).position(error.span.start).line == 3
    (error,) = read_yaml("a: b: c", offset=4).errors
    assert error.span.start == 8


# --- aliases ---------------------------------------------------------------------------------------------------------


def test_an_alias_repeats_a_value() -> None:
    document = read_yaml("a: &x {b: 1}\nc: *x\nd: [*x]\n")
    assert document.value == {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}]}
    assert document.spans["c", "b"] == document.spans["a", "b"]


def test_a_merge_key_adds_what_is_not_there() -> None:
    document = read_yaml("x: &x {a: 1, b: 1}\ny: &y {<<: *x, b: 2, c: 2}\nz:\n  <<: [*y, *x]\n  c: 3\n")
    assert document.value["z"] == {"a": 1, "b": 2, "c": 3}
    assert not document.errors


def test_billion_laughs_stop() -> None:
    lines = ["a0: &a0 [" + ", ".join(["lol"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 10)]
    assert [error.kind for error in read_yaml("\n".join(lines)).errors] == ["too-many-aliases"]
    merges = ["a0: &a0 {k: 1}"]
    merges += [f"a{n}: &a{n} {{<<: [" + ", ".join([f"*a{n - 1}"] * 10) + "]}" for n in range(1, 10)]
    assert [error.kind for error in read_yaml("\n".join(merges)).errors] == ["too-many-aliases"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "{a: " * 20_000,
        "- " * 20_000,
        "? " * 20_000,
        "a0: &a0 []\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 3000)),
        "a0: &a0 {}\n" + "\n".join(f"a{n}: &a{n}\n  <<: *a{n - 1}" for n in range(1, 3000)),
    ],
    ids=["[", "{", "-", "?", "aliases", "merges"],
)
def test_deep_nesting_is_an_error(text: str) -> None:
    document = read_yaml(text)
    assert [error.kind for error in document.errors] == ["too-deep"]
    assert str(MAX_DEPTH) in document.errors[0].message


@pytest.mark.parametrize(
    "line",
    [
        "key{n}: value\n",
        "a: 1\n",
        "? [a]\n",
        "k{n}: &a{n} !x *b\n",
        "k{n}: [\n",
        "k{n}: '\n",
        "# {n}\n",
        "k{n}: !e v\n",
    ],
)
def test_a_long_text_is_read_to_its_end_or_its_error(line: str) -> None:
    read_yaml("".join(line.format(n=n) for n in range(20_000)))


# --- any text ---------------------------------------------------------------------------------------------------------

any_yaml = st.text() | st.text("ab0:-?[]{},&*!|>'\"%@`# \n\t\r\ufeff\u2028~<.\\", max_size=60)


def well_formed(document: YamlDocument, text: str, offset: int) -> None:
    assert set(document.spans) >= {path for path, _ in scalar_paths(document.value) if path}
    for span in (*document.spans.values(), *document.keys.values(), *(error.span for error in document.errors)):
        assert offset <= span.start <= span.end <= offset + len(text)
    for error in document.errors:
        assert error.message


@given(any_yaml, st.integers(0, 9))
def test_no_text_raises(text: str, offset: int) -> None:
    well_formed(read_yaml(text, offset=offset), text, offset)


@given(any_yaml)
def test_no_text_raises_without_libyaml(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader", raising=False)
        well_formed(read_yaml(text), text, 0)


@given(any_yaml)
def test_a_document_survives_the_cache(text: str) -> None:
    document = read_yaml(text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=YamlDocument) == document or "nan" in str(
        document.value
    )
