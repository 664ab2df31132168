"""What extraction reads from the source of a page beyond its facts: lines as readers see them, bold text, blocks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape

from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.documents.template import FILLER
from kbcheck.knowledge.extraction.literals import lines_that_may_match
from kbcheck.knowledge.extraction.places import Piece

_ANY_MARKUP = re.compile(r"[*_`\[<\\{]")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,1000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\([^()\n]{0,1000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,1000}>|\{%[^%\n]{0,1000}%\}")
_UNDERSCORES = re.compile(r"_{1,3}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# An escaped character is no mark: while marks are taken away it stands in the private use area.
_PRIVATE = 0xE100
_PROTECTED = re.compile("[\ue100-\ue17f]")
_LINE_START = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+|#{1,6}[ \t]+)?(?:\[[ xX]\][ \t]+)?")
#: A label is a few words; what is longer is a sentence.
_LONGEST_LABEL = 80
_QUOTED = re.compile(r"^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?>[^\n]*", re.MULTILINE)
# Between two items of one list there is nothing but the mark of the second one.
_BETWEEN_ITEMS = re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])[ \t]*(?:\[[ xX]\][ \t]*)?")
# What opens and closes bold text, and what ends the paragraph that it is in; escapes and code are passed over.
_BOLD = re.compile(
    r"\\.|`+[^`\n]*`+|(?P<stars>\*{2,})|(?P<lines>_{2,})|(?P<open><(?:strong|b)\b[^<>\n]{0,200}>)|(?P<close></(?:strong|b)>)"
    r"|(?P<blank>\n[ \t>\r]*(?=\n))",
    re.IGNORECASE,
)


def meant(document: Document) -> Document:
    """The document with the text that was meant where it is garbled, as long as the text that is there."""
    if not document.problems:
        return document
    garbled = [problem for problem in document.problems if problem.kind == "mojibake" and problem.repaired is not None]
    if not garbled:
        return document
    pieces: list[str] = []
    done = 0
    for problem in garbled:
        span = problem.span
        pieces += document.text[done : span.start], (problem.repaired or "").ljust(span.end - span.start, FILLER)
        done = span.end
    return replace(document, text="".join((*pieces, document.text[done:])))


def body(document: Document) -> Span:
    """The part of a document that is no front matter."""
    return Span(document.front_matter.span.end if document.front_matter else 0, len(document.text))


def plain(source: str) -> str:
    """A stretch of source as readers see it: without marks, tags, images and targets, entities decoded."""
    return unescape(_without_marks(source)).replace(FILLER, "").strip()


def _without_marks(source: str) -> str:
    """The source without marks, tags, images and targets; no line end is added or lost."""
    if not _ANY_MARKUP.search(source):
        return source
    is_escaped = "\\" in source
    if is_escaped:
        source = _ESCAPE.sub(lambda match: chr(_PRIVATE + ord(match[1])), source)
    text = _LINK.sub(r"\1", _IMAGE.sub("", _TAG.sub("", source))).replace("*", "").replace("`", "")
    if "_" in text:
        text = _UNDERSCORES.sub(_without_underscores, text)
    return _PROTECTED.sub(lambda match: chr(ord(match[0]) - _PRIVATE), text) if is_escaped else text


def _without_underscores(match: re.Match[str]) -> str:
    """Underscores inside a word are no marks."""
    before, after = match.string[max(match.start() - 1, 0) : match.start()], match.string[match.end() : match.end() + 1]
    return match[0] if _is_word(before) and _is_word(after) else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def lines(document: Document, span: Span, wanted: re.Pattern[str], *, as_label: bool = False) -> Iterator[Piece]:
    """The lines of a part of a page that match, as readers see them, without the marks before them. Code is no line.

    `as_label`: what stands before their first colon matches, and is no more than a few words.
    """
    source = document.text[span.start : span.end]
    for start, end in lines_that_may_match(wanted, source):
        text = _shown_line(source[start:end])
        looked_at = text.partition(":")[0] if as_label else text
        if not text or (as_label and len(looked_at) > _LONGEST_LABEL) or not wanted.search(looked_at):
            continue
        mark = _LINE_START.match(source, start, end)
        place = Span(span.start + (mark.end() if mark else start), span.start + start + len(source[start:end].rstrip()))
        if not is_hidden(document, place.start):
            yield Piece(text, place)


def _shown_line(line: str) -> str:
    """A line without the mark of an item or a heading and without those inside it, entities decoded."""
    mark = _LINE_START.match(line)
    return " ".join(plain(line[mark.end() :] if mark else line).split("\n"))


def is_hidden(document: Document, offset: int) -> bool:
    """Whether a character stands in a block of code or in a comment. A code span in a line is text like any other."""
    before = bisect_right(document.code, offset, key=lambda code: code.start) - 1
    if before >= 0 and offset < document.code[before].end and _is_block(document.text, document.code[before]):
        return True
    before = bisect_right(document.comments, offset, key=lambda comment: comment.span.start) - 1
    return before >= 0 and offset < document.comments[before].span.end


def _is_block(text: str, code: Span) -> bool:
    """Whether code stands on lines of its own: the range of a block begins with its line, that of a span with a mark."""
    return text[code.start] not in "`<" or text.find("\n", code.start, code.end) >= 0


def strong(document: Document, span: Span) -> Iterator[Piece]:
    """The stretches of bold text; those with nothing but spaces between them are one."""
    run: list[Span] = []
    behind = -1
    for marked, end in _bold(document.text, span):
        if is_hidden(document, marked.start):
            continue
        if run and document.text[behind : marked.start].strip(" \t*_") and not _only_tag(document.text, behind, marked):
            yield from _joined(document, run)
            run = []
        run.append(marked)
        behind = end
    yield from _joined(document, run)


_OPENING = re.compile(r"[ \t]*<\w{1,10}\b[^<>\n]{0,200}>")


def _only_tag(text: str, behind: int, marked: Span) -> bool:
    """Whether nothing but the tag that opens it stands before a stretch of bold text."""
    return _OPENING.fullmatch(text, behind, marked.start) is not None


def _joined(document: Document, run: list[Span]) -> Iterator[Piece]:
    text = " ".join(plain(document.text[one.start : one.end]) for one in run).strip()
    if text:
        yield Piece(text, Span(run[0].start, run[-1].end))


def _bold(text: str, span: Span) -> Iterator[tuple[Span, int]]:
    """Each stretch of bold text between its marks, and the offset behind the closing one."""
    opened: str | None = None
    start = 0
    for match in _BOLD.finditer(text, span.start, span.end):
        kind = match.lastgroup
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if kind is None or (opened == "open" and kind in ("stars", "lines")):
            continue
        if kind == "blank":
            opened = None
        elif (opened == kind and match.start() > start and not before.isspace()) or (kind, opened) == ("close", "open"):
            yield Span(start, match.start()), match.end()
            opened, start = (kind if len(match[0]) in (4, 5) else None), match.end()
        elif kind != "close" and after and not after.isspace() and not (kind == "lines" and before.isalnum()):
            opened, start = kind, match.end()


def follows(document: Document, before: Span, after: Span) -> bool:
    """Whether two items stand one after the other in a list: their own texts, with nothing between them."""
    return _BETWEEN_ITEMS.fullmatch(document.text, before.end, after.start) is not None


def quotes(document: Document) -> list[Span]:
    """The lines of quotations."""
    return [Span(*match.span()) for match in _QUOTED.finditer(document.text)]


def blocks(document: Document, name: str) -> list[Span]:
    """What stands between the tags that open and close a block of the platform: `{% tab %}`, `{% endtab %}`."""
    found: list[Span] = []
    start: int | None = None
    for tag in document.tags:
        if tag.name == name:
            start = tag.span.end
        elif tag.name == f"end{name}" and start is not None:
            found.append(Span(start, tag.span.start))
            start = None
    return found
