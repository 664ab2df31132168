"""Hugo's shortcodes: whether what stands in their place can have ids, judged by their templates.

Sources: Hugo's documentation ("Shortcodes", "Shortcode templates", "Template types"). A template is looked for in the
site's `layouts/_shortcodes` (`layouts/shortcodes` before Hugo 0.146), then in those of themes and modules, then among Hugo's
own, none of which makes a heading. A heading in HTML has an id only when the template writes one; one in Markdown must begin a
line. What a template renders of its own inner text is in the page for everybody to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from posixpath import basename, dirname

from msgspec import Struct

from kbcheck.documents.facts import Document, TemplateTag
from kbcheck.documents.shortcodes import read_shortcodes
from kbcheck.files import Tree
from kbcheck.platforms.platform import joined

# "Embedded shortcodes", those of former versions among them.
_BUILT_IN = frozenset(
    (
        "comment",
        "details",
        "figure",
        "gist",
        "highlight",
        "instagram",
        "instagram_simple",
        "param",
        "qr",
        "ref",
        "relref",
        "speakerdeck",
        "tweet",
        "twitter",
        "twitter_simple",
        "vimeo",
        "vimeo_simple",
        "x",
        "x_simple",
        "youtube",
    )
)
_MOST_TEMPLATES = 1000
_LONGEST_TEMPLATE = 100_000  # characters
_TEMPLATE = re.compile(r"(?:^|/)layouts/(?:[^/]+/)*?(_?shortcodes/|_?partials/|_markup/render-heading)")
_OPENING = re.compile(r"\{\{[<%](?!/\*)")
_ID = re.compile(r"""(?<=[\s}"'])id=\\?["']?((?:\{\{[^{}]*+\}\}|[^\s"'<>{}\\])*+)""")
_ACTION = re.compile(r"\{\{[^{}]*+\}\}|%[qsv]")
_MARKDOWN_HEADING = re.compile(r"""(?:^[ \t]*|["`])\#{1,6}[ \t]""", re.MULTILINE)
_PARTIAL = re.compile(r"""\bpartial(?:Cached)?\s++(?:"([^"\n]++)")?""")
_CALLED = re.compile(r"""\{\{-?\s*+template\s++"([^"\n]++)\"""")
_TEXT_OF_A_PAGE = re.compile(
    r"\.(?:Content|RawContent|RenderShortcodes|Summary|Render|ContentWithoutSummary)\b|[rR]eadFile\b"
)
_HEADING_ID = re.compile(r"\.Anchor\b|\.Attributes\b|\bpartial")  # in the template of headings: Hugo's own is kept
_PATH = re.compile(r"""\b(?:printf|[rR]eadFile|GetPage)\s++\(?"([^"\s]++)\"""")
_OF_MANY = re.compile(r"\brange\b|GetRemote")
_ARGUMENT = re.compile(r"""(?:[\w-]++\s*+=\s*+)?+(?:"([^"\n]*+)"|`([^`\n]*+)`|([^\s"`=/][^\s"`=]*+))""")


class Template(Struct, frozen=True):
    """What a template writes beside the inner text.

    `has_argument_ids`: an id may be any of the arguments; `brings_page`: it shows the page, or the file, that an argument names,
    or that one of `paths` names, where `%s` stands for an argument.
    """

    made_ids: tuple[re.Pattern[str], ...] = ()
    has_argument_ids: bool = False
    brings_page: bool = False
    paths: tuple[str, ...] = ()


def template_files(tree: Tree) -> list[str]:
    """The templates of shortcodes and what they are made of, those of the site and of the themes beside it."""
    found = [
        path
        for path in tree.files
        if "layouts/" in path and path.endswith((".html", ".svg")) and _TEMPLATE.search(path)
    ]
    return sorted(found, key=lambda path: (path.count("/"), path))[:_MOST_TEMPLATES]


class Shortcodes:
    """The shortcodes of a site; `top` is its folder, in which `layouts` is."""

    def __init__(self, documents: Mapping[str, Document], top: str) -> None:
        self._documents = documents
        self._layouts = joined(top, "layouts") + "/"
        self._read: dict[str, Template | None] = {}

    @cached_property
    def _paths(self) -> Mapping[str, list[str]]:
        """The templates by kind and name without extension: `shortcodes/note`."""
        found: dict[str, list[str]] = {}
        for path, document in self._documents.items():
            match = _TEMPLATE.search(path) if document.format != "yaml" else None
            if match:
                kind = match[1].strip("_/")
                below = path[match.end() :]
                name = joined(dirname(below), basename(below).partition(".")[0])
                found.setdefault(f"{kind}/{name}", []).append(path)
        return found

    def template(self, name: str) -> Template | None:
        """What a shortcode of this name writes; None when it cannot be known."""
        return self._found(f"shortcodes/{name}", Template() if name in _BUILT_IN else None)

    @cached_property
    def changes_ids(self) -> bool:
        """Whether a template of the site's own gives headings another id than Hugo's."""
        return any(
            not _HEADING_ID.search(self._documents[path].text)
            for name, paths in self._paths.items()
            if name.startswith("markup/render-heading")
            for path in paths
        )

    def _found(self, key: str, otherwise: Template | None) -> Template | None:
        """What the template writes: the site's own, else all those of themes and modules taken together."""
        if key not in self._read:
            self._read[key] = None  # what a template says that calls itself
            paths = self._paths.get(key, ())
            own = [path for path in paths if path.startswith(self._layouts)]
            read = [self._template(self._documents[path].text) for path in own or paths]
            self._read[key] = _together(read) if read else otherwise
        return self._read[key]

    def _template(self, text: str) -> Template | None:
        if len(text) > _LONGEST_TEMPLATE:
            return None
        text = _without(_without(text, "{{/*", "*/"), "{{- /*", "*/")
        text = _without(text, "<!--", "-->")
        if _MARKDOWN_HEADING.search(text):
            return None
        if any(f'define "{match[1]}"' not in text for match in _CALLED.finditer(text)):
            return None
        partials = [self._partial(match[1] or "", text) for match in _PARTIAL.finditer(text)]
        return _together([_written(text), *partials])

    def _partial(self, name: str, text: str) -> Template | None:
        if name and f'partials/{name}"' in text:  # one that the template defines itself
            return Template()
        stem = joined(dirname(name), basename(name).partition(".")[0]) if name else ""
        return self._found(f"partials/{stem}", Template() if name.endswith((".svg", ".css", ".js")) else None)

    @cached_property
    def made_ids(self) -> tuple[re.Pattern[str], ...]:
        """The patterns of ids that templates write in part, such as `tab-1`."""
        names = [key.partition("/")[2] for key in self._paths if key.startswith("shortcodes/")]
        return tuple(pattern for name in names for pattern in (self.template(name) or Template()).made_ids)


def _written(text: str) -> Template | None:
    """What a template writes itself."""
    patterns = []
    has_argument_ids = False
    for value in (match[1] for match in _ID.finditer(text)):
        literal = _ACTION.split(value)
        if len("".join(literal).strip("-_")) > 1:
            patterns.append(re.compile("[^/]{0,200}".join(map(re.escape, literal))))
        else:
            has_argument_ids = True
    brings_page = bool(_TEXT_OF_A_PAGE.search(text))
    if brings_page and _OF_MANY.search(text):
        return None
    paths = [match[1] for match in _PATH.finditer(text)] if brings_page else []
    plain = tuple(path for path in paths if path.count("%") == path.count("%s") < 2)
    return Template(tuple(patterns), has_argument_ids, brings_page, plain)


def _together(parts: list[Template | None]) -> Template | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Template(
        tuple(pattern for part in known for pattern in part.made_ids),
        any(part.has_argument_ids for part in known),
        any(part.brings_page for part in known),
        tuple(path for part in known for path in part.paths),
    )


def _without(text: str, opening: str, closing: str) -> str:
    """A text without what stands between two marks."""
    pieces = []
    done = 0
    start = text.find(opening)
    while start >= 0:
        pieces.append(text[done:start])
        end = text.find(closing, start)
        done = len(text) if end < 0 else end + len(closing)
        start = text.find(opening, done)
    return "".join((*pieces, text[done:]))


def shortcodes_of(document: Document) -> list[TemplateTag] | None:
    """The shortcodes of a page, ends left out; None when one of them could not be read."""
    text = document.text
    found, _ = read_shortcodes(text)
    if len(found) != sum(1 for _ in _OPENING.finditer(text)):
        return None
    return [tag for tag in found if not text[tag.span.start + 3 : tag.span.end].lstrip().startswith("/")]


def arguments(tag: TemplateTag) -> Iterator[str]:
    """The arguments of a shortcode without their names."""
    for match in _ARGUMENT.finditer(tag.arguments):
        yield match[match.lastindex or 0]
