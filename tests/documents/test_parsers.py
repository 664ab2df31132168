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


# --- both parsers against each other ----------------------------------------------------------------------------------


@both
@pytest.mark.skipif(not PAGES, reason="the shared corpora (../shared) are not here")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CORPORA).as_posix())
def test_parsers_agree_on_real_pages(page):
    text = page.read_bytes().decode("utf-8", "replace")
    fast, reference = streams(text)
    assert reference == fast


@both
@given(pages)
def test_parsers_agree_on_generated_markdown(text):
    fast, reference = streams(text)
    assert without_paragraphs(reference) == without_paragraphs(fast)


def without_paragraphs(events):
    """Whether an item is tight is no fact, and not sure where a fence in it ends before its closing line."""
    return [event for event in events if event[0] not in ("paragraph", "/paragraph")]


# What markdown-it-py reads differently when it is left to itself.
ALIGNED = {
    "empty cells": "||a|\n|-|-|\n||b|\n|c||",
    "an item is no header of a table": "- a | b\n-|-",
    "an item that cannot interrupt a paragraph is no header either": "a\n\n2. b | c\n-|-",
    "a table without outer pipes does not interrupt a paragraph": "a\nb | c\n-|-",
    "a row of dashes without a pipe underlines a heading": "| a |\n--",
    "an escaped pipe makes no table": "a \\| b\n|-",
    "a footnote ends a list": "- a\n[^1]: b",
    "a footnote ends a table": "| a |\n|---|\n[^1]: b",
    "a footnote's label has no case": "a[^N]\n\n[^n]: b",
    "a footnote mark behind a reference": "[a][^1]\n\n[a]: u\n\n[^1]: b",
    "brackets in brackets behind a reference": "[a][[b]] ![a][[b]]\n\n[a]: u",
    "a parenthesis without end behind a reference": "[a](b ![a](\n\n[a]: u",
    "no link goes from a failed target to the next reference": "[a](![b](\n\n[a]: u\n\n[b]: v",
    "a blank label behind a reference": "[a][ ] [a][]\n\n[a]: u",
}


@both
@pytest.mark.parametrize("text", ALIGNED.values(), ids=list(ALIGNED))
def test_parsers_agree_on_what_was_aligned(text):
    fast, reference = streams(text)
    assert reference == fast


# What the parsers read differently, and which of them is right by CommonMark 0.31 or, for its extensions, by GitHub.
KNOWN_DIFFERENCES = {
    "a carriage return alone ends no line of code for pulldown-cmark": "```\ra\r```\r",
    "a task's box with nothing behind it ends its item for pulldown-cmark": "- [ ]\n\n  a",
    "a task's box at the very end is text for pulldown-cmark": "- [x]",
    "a definition in a quote is no paragraph to be continued for markdown-it-py, wrongly": "> [a]: u\nb",
    "a list may follow a definition at once for markdown-it-py, wrongly": "[a]: u\n-",
    "code may follow a definition at once for markdown-it-py, wrongly": "[a]: u\n    b",
    "a line that starts like an empty title is no definition for markdown-it-py, wrongly": "[a]: u\n()b",
    "a target on a line of its own may look like a list item, but not for markdown-it-py": "[a]:\n*",
    "a colon alone is a column for pulldown-cmark, wrongly": "a | b\n- | :",
    "a row may be indented by four, but not for markdown-it-py": "| a |\n|---|\n    b",
    "a tab may stand before closing number signs, but not for pulldown-cmark": "# a\t#",
    "a reference before a tab that ends a heading is lost by pulldown-cmark": "# [a]\t\n\n[a]: u",
    "a footnote mark before brackets is text for pulldown-cmark": "[^1][b]\n\n[^1]: c",
    "a footnote's label with a space is that of a reference for markdown-it-py and GitHub": "[^a b]: c",
    "an escaped bracket begins a label for pulldown-cmark, wrongly": "[a]\\[b]\n\n[a]: u",
    "a quote mark indented by four goes on with a quote for markdown-it-py, wrongly": ">\n    > a",
    "a lazy line indented by four ends its item for markdown-it-py, wrongly": "-    a\n    ---",
    "a lazy line indented by four ends its inner quote for markdown-it-py, wrongly": "> > a\n    # b",
    "an empty line in a fence without end loosens the list for markdown-it-py, wrongly": "- a\n  ~~~\n\n- b",
    "two empty lines behind an empty item end the list for markdown-it-py, wrongly": "-\n\n\n- a",
    "a list behind a tab begins at the quote's mark for pulldown-cmark": ">\t- a",
    "a noncharacter may be written as a number, but not for markdown-it-py": "&#xFFFF;",
    "nesting deeper than 60 levels is one event `unparsed` for markdown-it-py": "> " * 70 + "a",
}


@both
@pytest.mark.parametrize("text", KNOWN_DIFFERENCES.values(), ids=list(KNOWN_DIFFERENCES))
def test_known_difference_is_still_one(text):
    fast, reference = streams(text)
    assert reference != fast


# --- exact ranges -----------------------------------------------------------------------------------------------------

# What the source of a construct looks like, from end to end.
SOURCES = {
    "link": r"\[.*[\])]|<.*>",
    "image": r"!\[.*[\])]",
    "code": r"`.*`",
    "html": r"<.*",
    "task": r"\[[ xX]\]",
    "definition": r"\[.*\]:.*\S",
    "heading": r"#.*|.*[-=]+\s*",
    "item": r"([-+*]|\d+[.)]).*",
    "quote": r">.*",
}


def assert_exact(events: Iterable[Event], text: str) -> None:
    opened: list[Event] = []
    for kind, start, end, value in events:
        assert 0 <= start <= end <= len(text)
        if kind in SOURCES:
            assert re.fullmatch(SOURCES[kind], text[start:end].lstrip(), re.DOTALL), (kind, text[start:end])
        if kind.startswith("/"):
            assert opened.pop() == (kind[1:], start, end, value)
        elif kind in (*CONTAINERS, *TEXT_BLOCKS, "table", "row", "link", "image"):
            opened.append((kind, start, end, value))
    assert not opened


@each
@given(text=pages)
def test_ranges_cover_the_construct_they_name(name, text):
    assert_exact(parser(name)(text), text)


@each
@given(text=st.text(st.sampled_from("[]()!*_~`<>&\\#|-+=:^x1. \t\n\n\r\0'\"/é\u00a0😀"), max_size=80))
def test_any_text_gives_balanced_events_inside_the_text(name, text):
    for _kind, start, end, _value in parser(name)(text):
        assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize(
    ("text", "constructs"),
    [
        pytest.param("- a\n  > `b\n  > c` [d\n  > e](f)", ["`b\n  > c`", "[d\n  > e](f)"], id="lines in a quote in an item"),
        pytest.param("> a\nb [c](d)", ["[c](d)"], id="lazy line"),
        pytest.param("\t> \ta\n\n-\t[b](c)\n\n\t[d](e)", ["[b](c)", "[d](e)"], id="tabs"),
        pytest.param("#   [a](b) c `d` ##", ["[a](b)", "`d`"], id="heading"),
        pytest.param("é 😀 [a](b)\n===", ["[a](b)"], id="underlined heading"),
        pytest.param("|a|b|\n|-|-|\n| \\| `c \\| d` \\| [e](f\\|g) |[h](i)|", ["`c \\| d`", "[e](f\\|g)", "[h](i)"], id="escaped pipes"),
        pytest.param(" a | [b](c)\n -|-\n  [d](e)|", ["[b](c)", "[d](e)"], id="table without outer pipes"),
        pytest.param("![a [b](c) ![d](e)](f)", ["![a [b](c) ![d](e)](f)", "[b](c)", "![d](e)"], id="image with a link in its text"),
        pytest.param("a\r\nb\\\r\n[c](d)\r\n\r\n> [e]\r\n\r\n[e]: f", ["[e]: f", "[c](d)", "[e]"], id="carriage returns"),
        pytest.param("- [x] [a](b)\n- [ ]\n  `c`", ["[x]", "[a](b)", "[ ]", "`c`"], id="tasks"),
        pytest.param("\u00a0\n\u00a0[a](b) <br\n/> c", ["[a](b)", "<br\n/>"], id="line of white space that is trimmed"),
        pytest.param("a[^N] [b](c)\n\n[^n]: [d](e)\n\n    [f](g)", ["[b](c)", "[d](e)", "[f](g)"], id="footnote"),
    ],
)  # fmt: skip
@each
def test_constructs_are_found_where_they_are_written(name, text, constructs):
    found = [
        text[start:end]
        for kind, start, end, _ in parser(name)(text)
        if kind in ("link", "image", "code", "html", "task", "definition")
    ]
    assert found == constructs


# --- hostile input, for the parser in Python --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        pytest.param("> " * 20_000 + "a", False, id="quotes in quotes"),
        pytest.param("- " * 5_000 + "a", False, id="lists in lists"),
        pytest.param("[^a]: " * 5_000, False, id="footnotes in footnotes"),
        pytest.param("word " * 1_600_000, True, id="one long line"),
        pytest.param("[a](b) " * 110_000, False, id="one line of links"),
        pytest.param("- a\n" * 400_000, False, id="many lines"),
        pytest.param("|a" * 10_000 + "|\n" + "|-" * 10_000 + "|\n", True, id="many cells"),
        *(pytest.param(mark * 20_000, True, id=mark) for mark in ("[", "![", "*", "`", "<", "|", "&", "\\", "](", "[^", "<!--", "*_")),
        pytest.param("[" * 5_000 + "a" + "](b)" * 5_000, True, id="links in links"),
        pytest.param("![" * 5_000 + "a" + "](b)" * 5_000, True, id="images in images"),
        pytest.param("[a]: b\n\n" + "[^" * 20_000 + "\n\n[^c]: d", True, id="footnote marks without end"),
    ],
)  # fmt: skip
def test_hostile_input_is_read_or_said_to_be_unread(text, is_read):
    kinds = [event[0] for event in parser("markdown-it-py")(text)]
    assert ("unparsed" not in kinds) == is_read


def test_page_goes_on_behind_what_is_nested_too_deeply():
    text = "- " * 100 + "a\n" + " " * 200 + "[b](c)\n\n# d\n\n[e](f)"
    found = [
        (kind, text[start:end]) for kind, start, end, _ in parser("markdown-it-py")(text) if kind in ("heading", "link")
    ]
    assert found == [("heading", "# d"), ("link", "[e](f)")]
