"""What editors leave in a page: words of their interface, escaped spaces and backslashes, marks that mark nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from unicodedata import category, east_asian_width

from kbcheck.diagnostics import Edit, Finding, Fix, Span
from kbcheck.documents.facts import Document
from kbcheck.documents.ranges import Ranges
from kbcheck.rules.prose import not_prose

# Buttons around a text on a site of GitBook: they come along when a whole page is copied.
_INTERFACE = re.compile(
    r"(?:Page actions ?)?(?:Comment ?)?Share feedback on the editor|Page actions ?(?:Comment|Copy)\b"
    r"|^Was this helpful\?$|^Last updated \d+ \w+ ago$",
    re.MULTILINE,
)
# GitBook writes a space at the end of a line like this; behind text or a tag, so that no paragraph is cut in two.
_SPACE = re.compile(r"(?:(?<=[^\s*+>;-])|(?<=[a-z]>)|(?<=\s;))(?:&#x20;)++[ \t]*+(?=\r?$)", re.MULTILINE)
# A backslash breaks a line (CommonMark 6.7); where no line follows it is shown, and so is an escaped one. This pattern and
# the next start with their first letter and look back from there, which is many times faster than the other way round.
_BACKSLASH = re.compile(r"\\(?:(?<=[^\s\\*+>-]\\)|(?<=[^\s\\*+>-] \\))\\?[ \t]*+(?=\r?\n[ \t]*\r?(?:\n|\Z)|\Z)")
_EMPTY_BOLD = re.compile(r"\\(?<![\\*]\\)\*(?:\\\*){3}(?![\\*])|\*(?<=\S \*)\*{3}(?=[ \t]*$)", re.MULTILINE)
# Words at least one of which is in whatever a pattern matches: looking for them first saves most of the time.
_TELLING = {
    _INTERFACE: ("Page actions", "Share feedback on the editor", "Was this helpful?", "Last updated"),
    _SPACE: ("&#x20;",),
    _BACKSLASH: ("\\",),
    _EMPTY_BOLD: ("****", r"\*\*\*\*"),
}
_NO_DESCRIPTION = frozenset({"alt_text"})  # what "Docs to Markdown", an add-on of Google Docs, writes for every image

_BOLD = 2  # stars
_MANY = 3  # open marks in a page that are told one by one
# Stars with a meaning, and what could be taken for some.
_STARS = re.compile(r"\\.|\*+")
_BLOCK_END = re.compile(
    r"\n[ \t>\r]*(?=\n)|\n(?=[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t])|\n(?=[ \t]*(?:#{1,6} |\||<|\{%[^\n]*%\}[ \t\r]*(?:\n|\Z)))"
)
_ITEM_MARK = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+")


def residues(document: Document) -> Iterator[Finding]:
    """All of it, one kind after the other. What is in code is shown on purpose."""
    hidden = not_prose(document)
    kinds: tuple[Callable[[Document, Ranges], Iterator[Finding]], ...]
    kinds = (_interface, _spaces, _backslashes, _empty_bold, _unbalanced, _blank_headings, _blank_descriptions)
    for kind in kinds:
        yield from kind(document, hidden)


def _interface(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """Words of buttons. Between two pieces of text they leave a space, so that no words are joined."""
    text = document.text
    for found in _found(_INTERFACE, document, hidden):
        is_between = _is_shown(text[max(0, found.start - 1) : found.start]) and _is_shown(
            text[found.end : found.end + 1]
        )
        fix = _without(document, (found,), " " if is_between else "")
        yield Finding(found, {"text": text[found.start : found.end]}, fixes=(fix,))


def _is_shown(character: str) -> bool:
    """Whether there is a character, and a reader can see it: no space, and none without width."""
    return bool(character.strip()) and category(character) != "Cf"


def _spaces(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """One finding a page: GitBook writes them by the dozen."""
    if found := tuple(_found(_SPACE, document, hidden)):
        yield _once_a_page("space", document, found)


def _backslashes(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """One finding a page too."""
    if found := tuple(_found(_BACKSLASH, document, hidden)):
        yield _once_a_page("backslash", document, found)


def _empty_bold(document: Document, hidden: Ranges) -> Iterator[Finding]:
    for found in _found(_EMPTY_BOLD, document, hidden):
        yield Finding(found, message="empty-bold", fixes=(_without(document, (found,)),))


def _blank_headings(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """Not those with a link, nor with what a program makes a text of: a comment, a tag."""
    for heading in document.outline:
        written = document.text[heading.span.start : heading.span.end].strip()
        if (
            not heading.text
            and not written
            and not any(heading.span.start <= link.span.start < heading.span.end for link in document.links)
        ):
            yield Finding(heading.span, message="blank-heading")


def _blank_descriptions(document: Document, hidden: Ranges) -> Iterator[Finding]:
    for link in document.links:
        if link.is_image and link.text in _NO_DESCRIPTION:
            start = document.text.find(link.text, link.span.start, link.span.end)
            yield Finding(Span(start, start + len(link.text)), {"text": link.text}, message="description")


def _unbalanced(document: Document, hidden: Ranges) -> Iterator[Finding]:
    """Marks of bold text that are shown: each, or the first of many, since a page that was converted has them everywhere."""
    found = tuple(_open_marks(document, hidden))
    if len(found) > _MANY:
        yield Finding(found[0], {"count": len(found)}, message="unbalanced-many")
    else:
        yield from (Finding(span, message="unbalanced") for span in found)


def _open_marks(document: Document, hidden: Ranges) -> Iterator[Span]:
    """The first mark of bold text in each paragraph that opens or closes nothing."""
    text = document.text
    for block in _blocks_near_bold(text):
        if text.find("**", block.start, block.end) < 0:
            continue
        stars = [star for star in _stars(text, block) if not hidden.covers(star.start)]
        if any(star.end - star.start != _BOLD for star in stars):
            continue  # with other lengths the rules are longer, and a list or a glob is likelier
        if len(stars) == 1 and not text[stars[0].start - 1 : stars[0].end + 1].strip(" *"):
            continue  # an operator: 2 ** 3
        left = _unmatched(text, block, stars)
        # Parsers disagree on Chinese, Japanese and Korean, which have no spaces between words.
        if left and not any(_is_wide(text, star) for star in stars):
            yield left[0]


def _blocks_near_bold(text: str) -> Iterator[Span]:
    """The paragraphs, items and headings between two empty lines around a `**`, as far as lines tell: no emphasis crosses their ends."""
    done = 0
    while (first := text.find("**", done)) >= 0:
        start = max(text.rfind("\n\n", done, first) + 2, done)
        end = text.find("\n\n", first)
        end = len(text) if end < 0 else end
        for boundary in _BLOCK_END.finditer(text, start, end):
            yield Span(start, boundary.start())
            start = boundary.end()
        yield Span(start, end)
        done = end


def _stars(text: str, block: Span) -> Iterator[Span]:
    """The runs of stars that are not escaped, without the mark of a list item."""
    mark = _ITEM_MARK.match(text, block.start, block.end)
    for found in _STARS.finditer(text, mark.end() if mark else block.start, block.end):
        if found[0][0] == "*":
            yield Span(*found.span())


def _unmatched(text: str, block: Span, stars: list[Span]) -> list[Span]:
    """The runs that the rules of emphasis leave over (CommonMark 6.2), for runs of two stars each."""
    opened: list[Span] = []
    left: list[Span] = []
    for star in stars:
        before = text[star.start - 1] if star.start > block.start else " "
        after = text[star.end] if star.end < block.end else " "
        opens = not after.isspace() and (not _is_punctuation(after) or _is_open(before))
        closes = not before.isspace() and (not _is_punctuation(before) or _is_open(after))
        if closes and opened:
            opened.pop()
        elif opens:
            opened.append(star)
        else:
            left.append(star)
    return sorted((*left, *opened))


def _is_open(neighbour: str) -> bool:
    return neighbour.isspace() or _is_punctuation(neighbour)


def _is_punctuation(character: str) -> bool:
    return category(character)[0] in "PS"


def _is_wide(text: str, star: Span) -> bool:
    return any(east_asian_width(one) in "WF" for one in text[max(0, star.start - 1) : star.end + 1])


def _found(pattern: re.Pattern[str], document: Document, hidden: Ranges) -> Iterator[Span]:
    if not any(word in document.text for word in _TELLING[pattern]):
        return
    for found in pattern.finditer(document.text):
        if not hidden.covers(found.start()):
            yield Span(*found.span())


def _once_a_page(message: str, document: Document, found: tuple[Span, ...]) -> Finding:
    """At the first place, with the number of places where there are several."""
    name = message if len(found) > 1 else f"{message}-once"
    return Finding(found[0], {"count": len(found)}, message=name, fixes=(_without(document, found),))


def _without(document: Document, spans: tuple[Span, ...], instead: str = "") -> Fix:
    return Fix("remove", tuple(Edit(document.path, span, instead) for span in spans), safe=True)
