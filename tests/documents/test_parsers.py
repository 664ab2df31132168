"""Both Markdown parsers give one stream of events, with the same exact ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.documents.events import Event, parser, parser_names

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
PAGES = sorted(CORPORA.rglob("*.md"))
CONTAINERS = ("list", "item", "quote")
BOX = re.compile(r"\[[ xX]\]\s")
TEXT_BLOCKS = ("paragraph", "heading", "item", "cell")

both = pytest.mark.skipif("pyromark" not in parser_names(), reason="the extra kbcheck[fast] is not installed")
each = pytest.mark.parametrize("name", parser_names())


# --- the form in which the two streams are compared -------------------------------------------------------------------


def comparable(events: Iterable[Event], text: str) -> list[Event]:
    """What both parsers must agree on. What is levelled out is said below, with the reason."""
    return without_outer_space(
        [(kind, *trimmed(kind, start, end, text), value) for kind, start, end, value in joined(events)]
    )


def joined(events: Iterable[Event]) -> list[Event]:
    """Each run of text events as one: the parsers cut texts in different places.

    pulldown-cmark also gives the indent of an HTML block as text; it reads `\\r\\n` in a code span as two spaces.
    """
    result: list[Event] = []
    for kind, start, end, value in events:
        if kind == "text" and result and result[-1][0] == "text":
            result[-1] = ("text", 0, 0, result[-1][3] + value)
        else:
            result.append((kind, start, end, " ".join(value.split()) if kind == "code" else value))
    after = zip(["", *(event[0] for event in result)], result, strict=False)
    return [event for previous, event in after if previous != "html" or event[0] != "text" or event[3].strip()]


def trimmed(kind: str, start: int, end: int, text: str) -> tuple[int, int]:
    """A range without white space at its ends, nor the marks of empty lines that end a quote.

    pulldown-cmark leaves out the brackets that end `[label][]`, and the box before a task's paragraph.
    """
    if kind.strip("/") in ("link", "image") and text.startswith("[]", end):
        end += 2
    white = " \t\r\n>" if kind.strip("/") in CONTAINERS else " \t\r\n"
    end = start + len(text[start:end].rstrip(white))
    if kind.strip("/") in ("paragraph", "heading") and (box := BOX.match(text, start, end)):
        start = box.end()
    return (end - len(text[start:end].lstrip(" \t\r\n")), end) if start < end else (0, 0)


def without_outer_space(events: list[Event]) -> list[Event]:
    """Blocks without white space at the ends of their text, nor at the end of a line.

    markdown-it-py trims non-breaking spaces there too, and so the line that has nothing else; it leaves tabs.
    """
    result: list[Event] = []
    for kind, start, end, value in events:
        opened = not result or result[-1][0].strip("/") in TEXT_BLOCKS or result[-1][0] == "task"
        ends_block = kind.strip("/") in TEXT_BLOCKS
        while ends_block and result and (result[-1][0] == "break" or is_blank(result[-1])):
            result.pop()
        if (ends_block or kind == "break") and result and result[-1][0] == "text":
            last = result.pop()
            if not is_blank(last):
                result.append(("text", 0, 0, last[3].rstrip()))
        if not (opened and (kind == "break" or is_blank((kind, start, end, value)))):
            result.append((kind, start, end, value.lstrip() if opened and kind == "text" else value))
    return result


def is_blank(event: Event) -> bool:
    return event[0] == "text" and not event[3].strip()


def streams(text: str) -> tuple[list[Event], list[Event]]:
    return (
        comparable(parser("pyromark")(text), text),
        comparable(parser("markdown-it-py")(text), text),
    )


# --- generated Markdown -----------------------------------------------------------------------------------------------

DEFINITIONS = "[a]: /u\n\n[é ü]: <x y> 'title'\n\n[^1]: a *note* [b](c)\n"
CONSTRUCTS = [
    "[a](b)", "[a]", "[a][]", "[text][a]", "[É  ü]", "![i](p.png)", "![a]", "![x][é ü]", "![a [b](c) `d`](e)", "[![i](p)](q)",
    "[x](<a b>)", "[x](<>)", "[x]()", "[x](#a)", "[x](a 'title')", '[x](a "t(")', "[x](a\\)b)", "[x](a(b)c)", "[x](a&amp;b)",
    "[x](é%20日#ü)", "[*x*](mailto:a@b.c)", "[a `b]` c](d)", "[x](\ta )", "[no](a b)", "[[x]](y)", "[x][y]", "[x] (y)",
    "`x`", "`` ` ``", "` a `", "`a\\`", "`a|b`", "`<a>`", "`", "``",
    "<https://e.org/a?b=c&d>", "<m@e.org>", "<mailto:m@e.org>", "<a href=\"x\">", "</a>", "<br/>", "<!-- c -->", "<a\n  b='c'>", "<1>", "<",
    "*e*", "**s**", "_e_", "*a **b** c*", "~~d~~", "*", "**", "_",
    "&amp;", "&eacute;", "&#65;", "&#x20AC;", "&bogus;", "&", "\\*", " \\[", "\\]", "\\`", "\\<", "\\\\", "\\a", "\\&amp;",
    "[^1].", "[^2].", "[", "]", "![", "(", ")", "!", "#", ":", "http://e.org", "{% tag %}", "{#id}", "$x$", "=", "'", '"',
]  # fmt: skip
WORDS = ["a", "b c", "é", "日本", "😀", "e\u0301", " ", "  ", "\t", "a\u00a0b", "1.", "-", "+"]


def lines_of(*parts: str) -> st.SearchStrategy[str]:
    rest = st.lists(st.sampled_from([*CONSTRUCTS, *WORDS, *parts]), max_size=8).map("".join)
    return st.tuples(st.sampled_from(CONSTRUCTS), rest).map("".join)


def one_line(text: str) -> str:
    return " ".join(text.split("\n")).rstrip()


def indented(block: str, first: str, others: str) -> str:
    return "\n".join(((others if i else first) + line).rstrip(" ") for i, line in enumerate(block.split("\n")))


content = lines_of("\n", "  \n", "\\\n")
line = lines_of().map(one_line)
cells = st.lists(line.map(lambda text: re.sub(r"(?<!\\)\|", r"\\|", text)), min_size=2, max_size=2)
leaves = st.one_of(
    content,
    st.tuples(st.sampled_from(["# ", "## ", "###### "]), line, st.sampled_from(["", " #", " ##  "])).map("".join),
    content.map(lambda text: text + "\n---"),
    st.tuples(st.sampled_from(["```py x\n", "~~~\n", "```\n"]), content).map(lambda fence: fence[0] + fence[1] + "\n" + fence[0][:3]),
    content.map(lambda text: "\n" + indented(text, "    ", "    ")),
    st.sampled_from(["<div>\n  <p>\n</div>", "<!-- a\n\nb -->", "<details>\n<summary>x</summary>", "***", "<pre>\n\na\n</pre>"]),
    st.lists(cells, min_size=1, max_size=3).map(
        lambda rows: "\n".join(["| h | i |", "|---|:-:|", *("| " + " | ".join(row) + " |" for row in rows)])
    ),
)  # fmt: skip


def several(blocks: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[str]:
    parts = st.lists(st.tuples(blocks, st.sampled_from(["\n\n", "\n\n", "\n"])), min_size=least, max_size=most)
    return parts.map(lambda made: "".join(block + end for block, end in made).rstrip("\n"))


def nested(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    marks = st.sampled_from(
        [
            ("> ", "> "),
            (">", ">"),
            ("- ", "  "),
            ("1. ", "   "),
            ("-   ", "    "),
            ("- [ ] x\n\n  ", "  "),
            ("2) ", "   "),
        ]
    )
    return st.tuples(several(blocks, 1, 3), marks).map(lambda made: indented(made[0], *made[1]))


pages = st.tuples(
    several(st.recursive(leaves, nested, max_leaves=4), 0, 4),
    st.sampled_from(["\n", "\r\n"]),
).map(lambda made: (made[0] + "\n\n" + DEFINITIONS).replace("\n", made[1]))


@both
@given(pages)
def test_parsers_agree_on_generated_markdown(text):
    fast, reference = streams(text)
    assert reference == fast
