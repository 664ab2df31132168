"""The facts of a page while they are gathered, and the pile of text that they take theirs from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import (
    Anchor,
    Comment,
    Document,
    FrontMatter,
    Heading,
    Link,
    LinkSyntax,
    ListItem,
    Problem,
    Summary,
    Table,
    TemplateTag,
)
from kbcheck.documents.ranges import Ranges
from kbcheck.documents.targets import bare_urls, unescape_target
from kbcheck.documents.template import FILLER

_ATTRIBUTE_ID = re.compile(r"[ \t]*\{:?[ \t]*#([^\s{}]+)[^{}]*\}[ \t]*$")
# Obsidian's help, "Internal links". In a table the bar before the text is escaped: `[[page\\|text]]`.
_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|\n]{1,500}?)\\?(?:\|([^\[\]\n]{0,500}))?\]\]")
# `[text][label]` or `[text][]`; not what follows a word (`rows[0][1]`), and each part with a letter.
_REFERENCE = re.compile(r"(?<![\w\]\\!)])\[([^\[\]\n]{1,200})\]\[([^\[\]\n]{0,200})\](?!\()")
# Minutes of a meeting: "- [ann][if time allows] New names".
_TAGGED = re.compile(
    r"^([ \t>]{0,20}(?:[-*+]|\d{1,3}[.)])[ \t]{1,20})\[[^\[\]\n]{1,200}\]\[(?=[^\[\]\n]{0,200} )", re.MULTILINE
)
_DEFINITION = re.compile(r"^[ \t>]{0,20}\[([^\[\]\n]{1,200})\]:", re.MULTILINE)
_NO_LABEL = re.compile(r"[\"'=;$`{}<>|\\]|^\^|^[ xX]?$|^[^A-Za-zÀ-ɏ]*$")
# `[text](a page.md)`: a target with spaces and no angle brackets (CommonMark 6.3), perhaps with a title behind it.
_SPACED_TARGET = re.compile(
    r"""\]\([ ]*+((?:[^\s()<>"]++|\([^\s()<>]{0,100}\))++(?:[ ]++(?:[^\s()<>"]++|\([^\s()<>]{0,100}\))++)++)"""
    r"""(?:[ ]++"[^"\n]{0,200}+")?[ ]*+\)"""
)
_LONGEST_TEXT = 300  # characters of such a link that are looked at before its target
_SPACES = re.compile(r"[ \t\n]+")
# Block tags of GitBook that hold their own link once more, as Markdown, for those who read the page elsewhere.
_REPEATED = frozenset({"content-ref", "openapi", "swagger"})


class Page:
    """What has been read of a page so far. `text` is the page as it was parsed: its offsets are those of the file.

    All text goes onto one pile; whatever has a text (a heading, a link, a cell) remembers how high the pile was when it
    opened and takes what has come on top when it closes.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.pile: list[str] = []
        self.has_body = False
        self.headings: list[Heading] = []
        self.summaries: list[Summary] = []
        self.links: list[Link] = []
        self.anchors: list[Anchor] = []
        self.tables: list[Table] = []
        self.items: list[ListItem] = []
        self.tags: tuple[TemplateTag, ...] = ()
        self.comments: list[Comment] = []
        self.code: list[Span] = []
        self.problems: list[Problem] = []
        self.covered: list[Span] = []  # ranges in which an address is not a bare one
        self.open_heading: int | None = None  # height of the pile at the Markdown heading that is open
        self.heading_id: str | None = None  # the id written in it
        self._has_filler = FILLER in text

    def taken(self, height: int) -> str:
        """The text piled up since the pile was that high."""
        return self.shown("".join(self.pile[height:]))

    def shown(self, text: str) -> str:
        """Without the stand-ins for blanked characters."""
        return text.replace(FILLER, "") if self._has_filler else text

    def stripped(self, start: int, end: int) -> Span:
        """The span without the white space at its ends."""
        source = self.text[start:end]
        bare = source.lstrip()
        start += len(source) - len(bare)
        return Span(start, start + len(bare.rstrip()))

    def add_heading(self, level: int, text: str, span: Span, *, has_exact_spaces: bool = False) -> None:
        """A heading that has just ended; a trailing `{#id}` is an anchor, not text."""
        attribute = _ATTRIBUTE_ID.search(text)
        if attribute:
            text = text[: attribute.start()]
            start = self.text.rfind(attribute[1], span.start, span.end)
            if start >= 0:
                self.anchors.append(Anchor(attribute[1], Span(start, start + len(attribute[1]))))
        line = one_line(text)
        spaced = text if has_exact_spaces and text != line and "\n" not in text else None
        own_id = attribute[1] if attribute else None
        self.headings.append(Heading(level, line, span, self.heading_id, own_id, spaced))
        self.heading_id = None

    def add_tags(self, tags: list[TemplateTag], links: Iterator[Link]) -> None:
        """Adds the template tags of the page and their links, but for those that are shown as code."""
        self.tags = tuple(tag for tag in tags if not self.in_code(tag.span.start))
        references = [link for link in links if not self.in_code(link.span.start)]
        self.links = [*_inside_tags(self.links, references), *references] if references else self.links
        self.has_body = self.has_body or bool(references)

    def add_wiki_links(self) -> None:
        """Adds what stands in double brackets outside code and comments."""
        if "[[" not in self.text:
            return
        comments = Ranges(comment.span for comment in self.comments)
        for match in _WIKI_LINK.finditer(self.text):
            if match[1].strip() and not self.in_code(match.start()) and not comments.covers(match.start()):
                syntax: LinkSyntax = "wiki-embed" if match[0].startswith("!") else "wiki"
                text = match[2] or match[1]
                span = self.stripped(*match.span(1))
                self.links.append(Link(syntax, match[1].strip(), span, Span(*match.span()), text.strip()))

    def add_undefined_references(self) -> None:
        """Notes each `[text][label]` in the text that no definition makes a link."""
        if "][" not in self.text:
            return
        covered = Ranges((*self.covered, *(comment.span for comment in self.comments)))
        # Also what a template tag defines (`[label]: {% … %}`), and what stands where Markdown has no definitions.
        defined = {label_key(match[1]) for match in _DEFINITION.finditer(self.text)}
        tagged = {match.end(1) for match in _TAGGED.finditer(self.text)}
        for match in _REFERENCE.finditer(self.text):
            label = match[2] or match[1]
            if (
                label_key(label) in defined
                or match.start() in tagged
                or covered.covers(match.start())
                or _NO_LABEL.search(label)
                or _NO_LABEL.search(match[1])
            ):
                continue
            self.problems.append(Problem("undefined-reference", Span(*match.span()), label))

    def add_spaced_targets(self) -> None:
        """Notes each `[text](target with spaces)` in the text, which is no link: it may be one that was meant, or prose."""
        covered = Ranges((*self.covered, *(comment.span for comment in self.comments)))
        for match in _SPACED_TARGET.finditer(self.text):
            if not covered.covers(match.start()) and not self.in_code(match.start()) and self._opens(match.start()):
                self.problems.append(Problem("malformed-link", Span(*match.span(1)), unescape_target(match[1])))

    def _opens(self, end: int) -> bool:
        """Whether the closing bracket at `end` has an opening one, and neither is escaped."""
        depth = 0
        for offset in range(end, max(-1, end - _LONGEST_TEXT), -1):
            character = self.text[offset]
            if character in "[]" and self.text[offset - 1 : offset] != "\\":
                depth += 1 if character == "]" else -1
                if depth <= 0:
                    return depth == 0
        return False

    def in_code(self, offset: int) -> bool:
        """Whether a character stands in a code block or a code span. The code ranges do not overlap."""
        before = bisect_right(self.code, Span(offset, len(self.text))) - 1
        return before >= 0 and offset < self.code[before].end

    def document(self, path: str, text: str, front_matter: FrontMatter | None, problems: list[Problem]) -> Document:
        """The page's Document, every kind of fact in the order of the page."""
        links = [*self.links, *self._bare_links()]
        return Document(
            path,
            text,
            front_matter=front_matter,
            headings=tuple(sorted(self.headings, key=_start)),
            summaries=tuple(self.summaries),
            links=tuple(sorted(links, key=_start)),
            anchors=tuple(sorted(self.anchors, key=_start)),
            tables=tuple(sorted(self.tables, key=_start)),
            items=tuple(self.items),
            tags=self.tags,
            comments=tuple(self.comments),
            code=tuple(self.code),
            problems=tuple(sorted((*problems, *self.problems), key=_start)),
            has_body=self.has_body,
        )

    def _bare_links(self) -> Iterator[Link]:
        for span in bare_urls(self.text, self.covered):
            address = self.text[span.start : span.end]
            target = address if "://" in address else "http://" + address
            yield Link("bare-url", target, span, span, address)


def _inside_tags(links: list[Link], references: list[Link]) -> Iterator[Link]:
    """GitBook shows the link inside a `content-ref` or an `openapi` as part of it: says so in the link's `tag`."""
    starts = [reference.span for reference in references]
    for link in links:
        before = bisect_right(starts, link.span) - 1
        reference = references[before] if before >= 0 and link.syntax == "inline" else None
        repeats = reference and reference.tag in _REPEATED and reference.target == link.target
        yield replace(link, tag=reference.tag) if reference and repeats else link


def label_key(label: str) -> str:
    """Labels of references are compared without case, runs of white space as one space (CommonMark 4.7)."""
    return " ".join(label.casefold().split())


def _start(fact: Heading | Link | Anchor | Table | Problem) -> int:
    return fact.span.start


def one_line(text: str) -> str:
    """The text of a heading or a link: white space as one space, none at the ends."""
    if "\n" in text or "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    return text.strip(" ")


def cell_text(text: str) -> str:
    """The text of a cell: its lines trimmed, the empty ones dropped."""
    return "\n".join(line for part in text.split("\n") if (line := one_line(part)))
