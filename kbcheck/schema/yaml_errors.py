"""What can be wrong with a YAML text, in words for the person who wrote it rather than in the parser's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.texts import Sayable, Text, Texts, texts_in

#: Values nested deeper than this are an error.
MAX_DEPTH = 100

#: Aliases may repeat this many values in one document; a "billion laughs" document ends here.
MAX_REPEATED = 10_000

#: What each kind of error says.
SENTENCES: dict[str, Text] = {
    "tab": Text("a tab cannot stand here: indent with spaces"),
    "control-character": Text("the invisible character {character} is not allowed: remove it"),
    "reserved-character": Text("a value cannot start with “{character}”: put it between quotes"),
    "colon": Text("“:” cannot stand here: put the whole value between quotes, or check the indentation"),
    "missing-colon": Text("a colon is missing after the key: write “key: value”"),
    "indentation": Text("this line is not indented like the lines before it"),
    "leftover": Text("nothing may follow the closing quote or bracket: put the whole value between other quotes"),
    "unclosed-quote": Text("the quote opened here is never closed"),
    "unclosed-bracket": Text("the “{character}” opened here is never closed, or a comma is missing after it"),
    "escape": Text("“{escape}” is no escape sequence: use single quotes, or double the backslash"),
    "list-entry": Text("a list starts on a line of its own, or the value must be put between quotes"),
    "unexpected": Text("“{character}” cannot stand here: put the value between quotes"),
    "several-documents": Text("only one YAML document is read: remove this second one"),
    "too-deep": Text("values are nested more than {max_depth} levels deep"),
    "unknown-alias": Text("“*{name}” refers to nothing: put a value that starts with “*” between quotes"),
    "alias-loop": Text("“*{name}” repeats a value that it is a part of"),
    "too-many-aliases": Text("aliases repeat more than {max_repeated} values"),
    "unknown-tag": Text("the tag “{tag}” is not known: put a value that starts with “!” between quotes"),
    "wrong-tag": Text("“{text}” is not what the tag “{tag}” says"),
    "duplicate-key": Text("the key “{key}” stands twice in the same place"),
    "complex-key": Text("a key must be plain text: put a value that starts with “{{” or “[” between quotes"),
    "merge": Text("“<<” must refer to a mapping"),
    "syntax": Text("this is not valid YAML: {problem}"),
}

_LIMITS = {"max_depth": MAX_DEPTH, "max_repeated": MAX_REPEATED}


class YamlError(Struct, Sayable, frozen=True):
    """Something that cannot be read as YAML: a sentence for the person who wrote it, and where.

    `kind` is a key of `SENTENCES` and `values` fill its placeholders.
    """

    kind: str
    span: Span
    values: Mapping[str, str] = {}

    @property
    def message(self) -> str:
        """The sentence, in English."""
        return self.spoken(texts_in("en"))

    def spoken(self, texts: Texts) -> str:
        """The sentence in the language of `texts`."""
        return texts.said(SENTENCES[self.kind].template, **_LIMITS, **self.values)


# What libyaml and its Python twin say, and what that means to people: a pattern of the parser's words, our kind of
# error, and whether to show where the construct began rather than where the parser gave up.
_PROBLEMS: tuple[tuple[re.Pattern[str], str, bool], ...] = tuple(
    (re.compile(pattern), kind, at_start)
    for pattern, kind, at_start in (
        (r"tab character", "tab", False),
        (r"^found character .*that cannot start any token", "reserved-character", False),
        (r"while scanning an (alias|anchor).*alphabetic or numeric", "reserved-character", True),
        (r"mapping values are not allowed", "colon", False),
        (r"could not find expected ':'", "missing-colon", True),
        (r"sequence entries are not allowed", "list-entry", False),
        (r"unknown escape character", "escape", False),
        (r"quoted scalar.*unexpected (end of stream|document)", "unclosed-quote", True),
        (r"parsing a flow (sequence|mapping).*expected ','", "unclosed-bracket", True),
        (r"expected (key|'-' indicator|<block end>|<document start>|'<document start>')", "indentation", False),
        (r"expected (the )?node content|mapping keys are not allowed", "unexpected", False),
        (r"undefined tag handle|scanning a tag|parsing a tag", "reserved-character", True),
    )
)


def syntax_error(error: Any, text: str, offset: int) -> YamlError:
    """The error for a `yaml.MarkedYAMLError`; its place is one character of `text`, shifted by `offset`."""
    problem = error.problem or ""
    said = f"{error.context or ''}: {problem}"
    at = error.problem_mark.index if error.problem_mark else 0
    kind, place = "syntax", at
    for pattern, known_kind, at_start in _PROBLEMS:
        if pattern.search(problem) or pattern.search(said):
            kind = known_kind
            place = error.context_mark.index if at_start and error.context_mark else at
            break
    if place >= len(text):  # the parser waited for more until the end
        place = len(text.rstrip()) - 1 if text.strip() else 0
    kind = _sharper_kind(kind, text, place)
    if kind == "escape":
        place = text.find("\\", at - 1)  # the Python twin points at the character after the backslash
    end = min(place + (2 if kind == "escape" else 1), len(text))
    values = {
        "reserved-character": {"character": text[place:end]},
        "unclosed-bracket": {"character": text[place:end]},
        "unexpected": {"character": text[place:end]},
        "escape": {"escape": text[place:end]},
        "syntax": {"problem": problem},
    }
    return YamlError(kind, Span(place + offset, end + offset), values.get(kind, {}))


def _sharper_kind(kind: str, text: str, place: int) -> str:
    """What the parser's words leave open, told from the text at the place."""
    if kind == "reserved-character" and text[place : place + 1] == "\t":
        return "tab"
    if kind == "indentation":
        line_start = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
        if text[line_start:place].rstrip().endswith(("'", '"', "]", "}")):
            return "leftover"
    return kind
