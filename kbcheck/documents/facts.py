"""What one file says: the facts that the Markdown is read into, and nothing that judges them.

A `Document` is a pure function of a file's bytes and of the settings that matter to reading. Every `span` covers exactly
the thing named (the link's target, the YAML value, the table cell), in code points of `Document.text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.schema.values import mapping
from kbcheck.schema.yaml import YamlDocument

#: Characters before the text of a heading: up to three spaces, six marks and a space (CommonMark 4.2), and room for more.
LONGEST_MARK = 16

LinkSyntax = Literal[
    "inline",  # [text](target)
    "reference",  # [text][label], [label][] or [label]: the target stands in the definition
    "definition",  # [label]: target
    "image",  # ![text](target)
    "image-reference",  # ![text][label]
    "autolink",  # <https://example.org> or <me@example.org>
    "bare-url",  # https://example.org in the text, linked by GitHub and GitBook
    "html",  # <a href="target">
    "html-image",  # <img src="target">, also <source>, <video> and <iframe>
    "front-matter",  # template: target, in the fields that the page's schema says are links
    "template",  # {% content-ref url="target" %}, {% include "target" %}, {% link target %}, {{< ref "target" >}}
    "wiki",  # [[target]], [[target|text]]: a link to some platforms only, plain text to the others
    "wiki-embed",  # ![[target]]
]


class Link(Struct, frozen=True, gc=False):
    """A link, an image or an embedded file.

    `target` is what is meant (entities and escapes decoded), `target_span` where it is written; for a use of a reference
    that is the place of the use itself, since the target is written in the definition, a link of its own. `tag` is the
    HTML or template tag that makes the link; on an inline link, it is the template tag whose link it repeats.
    """

    syntax: LinkSyntax
    target: str
    target_span: Span
    span: Span
    text: str = ""
    label: str | None = None  # of a reference or a definition
    tag: str | None = None

    @property
    def is_image(self) -> bool:
        """Whether the target is shown in the page rather than opened by a click."""
        return self.syntax in ("image", "image-reference") or (self.syntax == "html-image" and self.tag == "img")


class Heading(Struct, frozen=True, gc=False):
    """A heading: its level, its text without markup, the span of that text in the source.

    `html_id` is the id of an `<a id>` or `<a name>` inside it, `attribute_id` that of a trailing `{#id}`, which is no part of
    the text: a platform decides which of them count. `spaced` is the text with all its spaces, where it has more of them
    than `text`: several in a row, or beside an image or a tag at one of its ends.
    """

    level: int
    text: str
    span: Span
    html_id: str | None = None
    attribute_id: str | None = None
    spaced: str | None = None


class Summary(Struct, frozen=True, gc=False):
    """The `<summary>` of a `<details>`: some platforms give it an anchor."""

    text: str
    span: Span


class Anchor(Struct, frozen=True, gc=False):
    """An id written in the page (`id=`, `name=`, `{#id}`): the span covers the id itself."""

    id: str
    span: Span


class Cell(Struct, frozen=True, gc=False):
    """A table cell: text without markup (a `<br>` or a new paragraph is a line feed), span of its source.

    `attributes` are the names (`data-hidden`) or `name=value` pairs of an HTML cell.
    """

    text: str
    span: Span
    attributes: tuple[str, ...] = ()


class Table(Struct, frozen=True):
    """A Markdown or HTML table: the same object. `header` is empty when an HTML table has none."""

    syntax: Literal["markdown", "html"]
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span
    attributes: tuple[str, ...] = ()


class ListItem(Struct, frozen=True, gc=False):
    """An item of a list: its own text without its sub-lists. `depth` is 1 for a list that is in no other list.

    `number` is the number of an ordered item, `checked` the state of a task item (`- [ ]`).
    """

    text: str
    span: Span
    depth: int
    number: int | None = None
    checked: bool | None = None


class TemplateTag(Struct, frozen=True, gc=False):
    """A tag of a template language: `{% hint style="info" %}`. `arguments` is what follows the name."""

    name: str
    arguments: str
    span: Span


class Comment(Struct, frozen=True, gc=False):
    """An HTML comment: the text between `<!--` and `-->`, the span with both."""

    text: str
    span: Span


class FrontMatter(Struct, frozen=True):
    """The metadata block at the top of a page. `yaml` is None for TOML (`+++`) and when the YAML is broken."""

    syntax: Literal["yaml", "toml"]
    span: Span
    yaml: YamlDocument | None = None


class Problem(Struct, frozen=True, gc=False):
    """Something that could not be read as it stands: `kind` is the name of the rule that reports it."""

    kind: str
    span: Span
    detail: str = ""
    repaired: str | None = None  # the text that was meant, where it can be known
    values: Mapping[str, str] = {}  # what `detail` leaves open: of a `YamlError`, whose kind it then is


class Document(Struct, frozen=True, dict=True):
    """The facts of one file. `path` is relative to the root, with `/`."""

    path: str
    text: str
    format: Literal["markdown", "yaml", "text"] = (
        "markdown"  # "text": a configuration file that is read by its platform
    )
    front_matter: FrontMatter | None = None
    headings: tuple[Heading, ...] = ()
    summaries: tuple[Summary, ...] = ()
    links: tuple[Link, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[ListItem, ...] = ()
    tags: tuple[TemplateTag, ...] = ()
    comments: tuple[Comment, ...] = ()
    code: tuple[Span, ...] = ()  # code blocks and code spans, in order: nothing in them is prose
    problems: tuple[Problem, ...] = ()
    has_body: bool = True  # whether the page says anything beside its headings
    data: YamlDocument | None = None  # of a configuration file (format "yaml")

    @property
    def yaml(self) -> YamlDocument | None:
        """The front matter; None where there is none, where it is TOML, and where it cannot be read."""
        return self.front_matter.yaml if self.front_matter else None

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields of the front matter in YAML; none where there is no readable one."""
        return mapping(self.yaml.value if self.yaml else None)

    @cached_property
    def lowered(self) -> str:
        """The text in lower case, character for character: what many look for a word in. Made once, when it is asked for."""
        return self.text.replace("İ", "I").lower()  # the one capital letter whose small form is two characters long

    @cached_property
    def outline(self) -> tuple[Heading, ...]:
        """The headings that divide the page: those in HTML, in quotes and in lists serve the layout."""
        return tuple(heading for heading in self.headings if _divides(self.text, heading.span))


def _divides(text: str, span: Span) -> bool:
    before = text[max(0, span.start - LONGEST_MARK) : span.start].rpartition("\n")[2]
    is_html = text[span.end : span.end + LONGEST_MARK].lstrip().startswith("</")
    return not before.strip("# \t") and not is_html
