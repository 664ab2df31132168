"""markdown-it-py set up to say where each construct stands in the source.

markdown-it-py gives lines for blocks and nothing for what is inside a line. Its rules are wrapped here, once, so that the
`map` of a token holds two offsets, end excluded, instead of two lines:

* of a block token: code points of the text that was parsed;
* of an inline token: code points of the `content` it was parsed from, which `Pieces` leads back to the text.

The state of the block parser is the only place that knows where the content of a line begins once quote marks and list
indents are taken off, so the pieces are cut there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple, TypeVar

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.helpers import parseLinkLabel
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]
Locate = Callable[[StateBlock, int, list[Token]], None]
_Rule = TypeVar("_Rule", BlockRule, InlineRule)

# A level costs at most three frames of Python's stack: this stays far below its limit of 1,000. A list takes two levels.
# A line that continues a paragraph is looked at once for each quote around it.
_BLOCK_NESTING = 60
# The depth of brackets in brackets; the time of markdown-it-py grows with it.
_INLINE_NESTING = 20
_CHAINS = ("paragraph", "reference", "blockquote", "list")  # the rule lists of markdown-it-py beside the main one
# The marks of the rules in use. markdown-it-py stops at more, which it reserves for extensions.
MARKS = re.compile(r"[\n!&*<\[\\\]_`~]")
_PIPE = re.compile(r"(?<!\\)\|")
_LABEL = re.compile(r"\[((?:\\.|[^\\\[\]]){0,999})\]", re.DOTALL)
_FOOTNOTE = re.compile(r"\[\^([^\s\[\]]{1,999})\]")


class Pieces(NamedTuple):
    """Where the content of an inline token stands: piece `i` begins at `content[i]` in it and at `source[i]` in the text."""

    content: list[int]
    source: list[int]

    def at(self, offset: int) -> int:
        """The offset in the text of an offset in the content."""
        piece = max(bisect_right(self.content, offset) - 1, 0)
        return self.source[piece] + offset - self.content[piece]


class _Parser(MarkdownIt):
    """CommonMark with GitHub's tables, strikethrough and footnotes; every target is kept, as it is written."""

    def __init__(self, max_nesting: int) -> None:
        options = {"maxNesting": max_nesting, "inline_definitions": True, "strikethrough_single_tilde": True}
        super().__init__("commonmark", options)
        self.enable(["table", "strikethrough"])

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - their name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - their name
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 - their name
        return True


def block_parser() -> MarkdownIt:
    """A parser whose block tokens hold offsets, and whose `inline` tokens hold their `Pieces` in `meta["pieces"]`.

    What is nested too deeply is one token `unparsed`. A reference is a token `definition`.
    """
    # Our own rule stops at its limit; that of markdown-it-py would drop the rest of the page without a word.
    parser = _Parser(_BLOCK_NESTING + 10)
    footnote_plugin(parser, inline=False, move_to_end=False)
    ruler = parser.block.ruler
    locators: dict[str, Locate] = {
        "paragraph": _locate_lines,
        "lheading": _locate_lines,
        "heading": _locate_heading,
        "list": _locate_items,
        "table": _locate_cells,
    }
    rules = _active(ruler)
    chains = {chain: ruler.getRules(chain) for chain in _CHAINS}
    for name, rule in rules:
        # A footnote ends what a paragraph's other neighbours end, here as in pulldown-cmark.
        ends = [chain for chain, members in chains.items() if rule in members or name == "footnote_def"]
        located = _located_block(_table_of_github(rule) if name == "table" else rule, locators.get(name))
        ruler.at(name, located, {"alt": ends})
    ruler.before("table", "unparsed", _unparsed)
    return parser


def inline_parser() -> MarkdownIt:
    """A parser whose inline tokens hold offsets of the content that they were parsed from."""
    parser = _Parser(_INLINE_NESTING)
    parser.inline.terminator_re = MARKS
    ruler = parser.inline.ruler
    marks = {"link": "[", "image": "!", "autolink": "<", "backticks": "`", "html_inline": "<"}
    for name, rule in _active(ruler):
        if name in marks:
            applied = _with_shortcuts(rule) if name in ("link", "image") else rule
            ruler.at(name, _located_inline(applied, marks[name]))
    ruler.after("image", "footnote_mark", _footnote_mark)  # theirs is quadratic on `[^[^[^` and minds the case
    return parser


def _active(ruler: Ruler[_Rule]) -> list[tuple[str, _Rule]]:
    return list(zip(ruler.get_active_rules(), ruler.getRules(""), strict=True))


def _located_inline(rule: InlineRule, mark: str) -> InlineRule:
    """The rule, and the range of its construct in the `map` of its first token. It applies at `mark` only."""

    def located(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if state.src[start] != mark:
            return False
        count = len(state.tokens)
        if not rule(state, silent):
            return False
        if len(state.tokens) > count:
            token = state.tokens[count]
            if token.type == "text":  # what was pending before the construct
                token = state.tokens[count + 1]
            token.map = [start, state.pos]
        return True

    return located


def _with_shortcuts(rule: InlineRule) -> InlineRule:
    """The rule of a link or an image, which sees `[label]` where what follows looks like the rest of a link but is not.

    CommonMark 0.31, section 6.3, on shortcut references. Of `[label](`, `[label][^1]` and `[label](a [b]` markdown-it-py
    makes nothing, nothing and a link that ends with `[b]`.
    """

    def link(state: StateInline, silent: bool) -> bool:
        if not state.env.get("references"):
            return rule(state, silent)
        start, maximum = state.pos, state.posMax
        is_link = state.src[start] == "["
        end = parseLinkLabel(state, start if is_link else start + 1, is_link) + 1
        if 0 < end < maximum and not _goes_on(rule, state, end):
            state.posMax = end
        state.pos = start
        matched = rule(state, silent)
        state.posMax = maximum
        return matched

    return link


def _goes_on(rule: InlineRule, state: StateInline, end: int) -> bool:
    """Whether a link goes on behind its text, which ends at `end`: with a target or a label."""
    if state.src[end] == "(":
        return rule(state, True) and state.src[state.pos - 1] == ")"
    return _names_reference(state, end)


def _names_reference(state: StateInline, start: int) -> bool:
    """Whether `[label]` or `[]` stands at an offset, as behind `[text]`; the mark of a footnote is neither."""
    label = _LABEL.match(state.src, start, state.posMax)
    return label is not None and not label[1].isspace() and not label[1].startswith("^")


def _footnote_mark(state: StateInline, _silent: bool) -> bool:
    """A rule that leaves out the mark of a footnote that is defined."""
    mark = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not mark or mark[1].casefold() not in state.env["footnote labels"]:
        return False
    state.pos = mark.end()
    return True


def _located_block(rule: BlockRule, locate: Locate | None = None) -> BlockRule:
    """The rule, and the range of its block in the `map` of its first token; `locate` does the tokens inside."""

    def located(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]  # before the rule: a quote moves it behind its mark
        count = len(state.tokens)
        if not rule(state, line, end_line, silent):
            return False
        if len(state.tokens) > count:
            state.tokens[count].map = [start, state.eMarks[state.line - 1]]
            if locate:
                locate(state, line, state.tokens[count:])
        return True

    return located


def _locate_lines(state: StateBlock, line: int, tokens: list[Token]) -> None:
    """The content of a paragraph or an underlined heading, which is made of whole lines."""
    starts = [state.bMarks[i] + state.tShift[i] for i in range(line, state.line)]
    tokens[1].meta["pieces"] = _line_pieces(state.src, tokens[1].content, starts)


def _line_pieces(text: str, content: str, starts: list[int]) -> Pieces:
    """The pieces of content made of lines, of which `starts` are the first characters behind marks and indents."""
    lines = content.split("\n")
    first = text.find(lines[0], starts[0])  # markdown-it-py trims more than the spaces and tabs of an indent
    pieces = Pieces([0], [first])
    if len(lines) == 1:
        return pieces
    skipped = bisect_right(starts, first)  # the first line, and those before it of nothing but such white space
    offset = len(lines[0]) + 1
    for line, start in zip(lines[1:], starts[skipped:], strict=False):
        pieces.content.append(offset + len(line) - len(line.lstrip(" \t")))
        pieces.source.append(start)
        offset += len(line) + 1
    return pieces


def _locate_heading(state: StateBlock, line: int, tokens: list[Token]) -> None:
    """The content of a heading behind number signs."""
    heading, inline = tokens[:2]
    start = state.bMarks[line] + state.tShift[line] + len(heading.markup)
    inline.meta["pieces"] = Pieces([0], [state.src.find(inline.content, start)])


def _locate_items(state: StateBlock, _line: int, tokens: list[Token]) -> None:
    """The items of a list, without those of the lists in it."""
    for token in tokens:
        if token.level == state.level + 1 and token.type == "list_item_open":
            assert token.map
            first, last = token.map
            token.map = [state.bMarks[first] + state.tShift[first], state.eMarks[last - 1]]


def _locate_cells(state: StateBlock, _line: int, tokens: list[Token]) -> None:
    """The rows of a table, and its cells: what stands between two pipes."""
    cells: Iterator[tuple[int, int]] = iter(())
    start = stop = end = 0
    for token in tokens:
        if token.type == "tr_open":
            assert token.map
            line = token.map[0]
            start, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
            cells = _cells(state.src, start, end)
            token.map = [start, end]
        elif token.type in ("th_open", "td_open"):
            start, stop = next(cells, (end, end))  # a short row has its missing cells at its end
            token.map = [start, stop]
        elif token.type == "inline":
            token.meta["pieces"] = _cell_pieces(state.src[start:stop], token.content, start)


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges between the pipes of a row; none stands before a pipe that opens it or after one that closes it."""
    row = mdTrim(text[start:end])
    start = text.find(row, start)
    end = start + len(row)
    bars = [start - 1, *(start + pipe.start() for pipe in _PIPE.finditer(row)), end]
    for left, right in pairwise(bars):
        if left + 1 < right or start < right < end:
            yield left + 1, right


def _cell_pieces(cell: str, content: str, start: int) -> Pieces:
    """The pieces of a cell's content, which has lost the backslash of each escaped pipe."""
    position = start + cell.replace("\\|", "|").find(content)
    pieces = Pieces([0], [position])
    escaped = cell.find("\\|")
    while escaped >= 0:
        lost = len(pieces.content) - 1
        pieces.content.append(start + escaped - position - lost)
        pieces.source.append(start + escaped + 1)
        escaped = cell.find("\\|", escaped + 2)
    return pieces


def _table_of_github(rule: BlockRule) -> BlockRule:
    """The rule of a table, without what GitHub reads as something else."""

    def table(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
        if not rule(state, line, end_line, True) or not _begins_table(state, line, end_line, silent):
            return False
        return silent or rule(state, line, end_line, False)

    return table


def _begins_table(state: StateBlock, line: int, end_line: int, interrupts: bool) -> bool:
    """Whether a line that looks like the header of a table is one. A paragraph is interrupted by a pipe only."""
    start = state.bMarks[line] + state.tShift[line]
    if state.src.find("|", state.bMarks[line + 1], state.eMarks[line + 1]) < 0:
        return False
    if state.src[start] == "|":
        return True
    if interrupts or not _PIPE.search(state.src, start, state.eMarks[line]):
        return False
    # markdown-it-py reads tables before all else: `- a | b` over `-|-` would be one.
    parent, state.parentType = state.parentType, "root"  # in a paragraph, fewer lists would count
    other_block = any(other(state, line, end_line, True) for other in state.md.block.ruler.getRules("blockquote"))
    state.parentType = parent
    return not other_block


def _unparsed(state: StateBlock, line: int, end_line: int, _silent: bool) -> bool:
    """A rule before all others: what is nested too deeply is left alone, up to the end of the block that holds it."""
    if state.level < _BLOCK_NESTING:
        return False
    start = state.bMarks[line] + state.tShift[line]
    line += 1
    while line < end_line and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.push("unparsed", "", 0).map = [start, state.eMarks[line - 1]]
    state.line = line
    return True
