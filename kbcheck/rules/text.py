"""KB1: what a page's text itself gets wrong, before any link is followed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kbcheck.diagnostics import Edit, Finding, Fix, Related, Span
from kbcheck.documents.facts import Document, TemplateTag
from kbcheck.documents.ranges import Ranges
from kbcheck.knowledge import KnowledgeBase

Options = Mapping[str, Any]


# How the encodings are called in the menus of editors.
_ENCODINGS = {
    "cp1252": "Windows-1252",
    "latin-1": "ISO 8859-1",
    "mac-roman": "Mac Roman",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


def invalid_encoding(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The file is not UTF-8: read on a best guess."""
    for problem in document.problems:
        if problem.kind == "invalid-encoding":
            known = problem.detail in _ENCODINGS
            values = {"encoding": _ENCODINGS.get(problem.detail, problem.detail)}
            yield Finding(problem.span, values, message="default" if known else "mixed")


def unchecked_file(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The file, or a part of it, could not be checked."""
    for problem in document.problems:
        if problem.kind == "unchecked-file":
            known = problem.detail in ("binary", "too-large", "outside-root", "too-complex")
            yield Finding(problem.span, message=problem.detail if known else "default")


def mojibake(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Accented letters were garbled by an encoding error; one finding a page, with the repair of all of them."""
    garbled = [problem for problem in document.problems if problem.kind == "mojibake"]
    code = Ranges(document.code)
    first = next((problem for problem in garbled if not code.covers(problem.span.start)), None)
    if first:  # garbled text in code only is shown on purpose
        edits = tuple(Edit(document.path, problem.span, problem.repaired or "") for problem in garbled)
        values = {"found": first.detail, "repaired": first.repaired, "count": len(garbled)}
        fix = Fix(f"{first.detail} → {first.repaired}", edits, safe=True)
        yield Finding(first.span, values, message="default" if len(garbled) > 1 else "once", fixes=(fix,))


def invalid_front_matter(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The metadata block is not YAML."""
    for problem in document.problems:
        if problem.kind == "invalid-front-matter":
            known = problem.detail in ("unclosed", "not-a-mapping")
            yield Finding(problem.span, {"problem": problem.detail}, message=problem.detail if known else "default")


def invalid_configuration(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A configuration file of the platform is not YAML: what it says of links and navigation is not known."""
    if document.path in base.schemas.files:  # `invalid-schema` says it of these
        return
    for error in document.data.errors if document.data else ():
        if error.values.get("tag", "").startswith(base.platform.yaml_tags):
            continue
        yield Finding(error.span, {"problem": error.message})


# Block tags of GitBook (docs.gitbook.com, "Blocks") and of Liquid (shopify.github.io/liquid) that must be closed.
_BLOCK_TAGS = frozenset(
    {"hint", "tabs", "tab", "code", "content-ref", "stepper", "step", "columns", "column", "swagger", "api-method"}
    | {"if", "unless", "for", "case", "capture", "comment", "raw", "highlight", "updates", "update"}
)
# Tags with an optional end: `{% file src="…" %}caption{% endfile %}`.
_OPTIONAL_END = frozenset({"file", "embed", "include", "openapi", "openapi-operation"})


def unclosed_template_tag(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A block tag (`{% hint %}`) without its end, an end without its block, or a tag that is cut off."""
    for problem in document.problems:
        if problem.kind == "unclosed-template-tag":
            yield Finding(problem.span, {"tag": problem.detail}, message="cut-off")
    opened: list[TemplateTag] = []
    names: Counter[str] = Counter()  # of the opened ones
    for tag in document.tags:
        name = tag.name.removeprefix("end")
        if tag.name in _BLOCK_TAGS:
            opened.append(tag)
            names[name] += 1
        elif tag.name != name and names[name]:
            while opened[-1].name != name:
                names[opened[-1].name] -= 1
                yield _unclosed(opened.pop())
            names[name] -= 1
            opened.pop()
        elif tag.name != name and name in _BLOCK_TAGS:
            yield Finding(tag.span, {"tag": name}, message="unopened")
    for tag in opened:
        yield _unclosed(tag)


def _unclosed(tag: TemplateTag) -> Finding:
    return Finding(tag.span, {"tag": tag.name})


def empty_page(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page that says nothing, or nothing but its title."""
    if document.has_body or not (base.is_content(document.path) or base.platform.is_included(document.path)):
        return
    if isinstance(_fields(document).get("layout"), str):
        return  # a template fills the page (Jekyll)
    if any(problem.kind in ("unchecked-file", "invalid-front-matter") for problem in document.problems):
        return
    place = document.headings[0].span if document.headings else Span(0, 0)
    if not document.headings and not _is_titled(document):
        yield Finding(place, message="blank")
    else:
        yield Finding(place, message="section" if base.is_section(document.path) else "default")


def missing_title(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page without a first-level heading."""
    if _is_titled(document) or not document.has_body or not base.is_content(document.path):
        return
    if not any(heading.level == 1 for heading in document.headings):
        yield Finding(Span(0, 0))


def _is_titled(document: Document) -> bool:
    """Whether the front matter gives the page a title; that in TOML is not read, and given the benefit of the doubt."""
    is_toml = document.front_matter is not None and document.front_matter.syntax == "toml"
    fields = _fields(document)
    return is_toml or bool(fields.get("title") or fields.get("name"))


def _fields(document: Document) -> Mapping[str, Any]:
    """The front matter; empty when there is none that could be read."""
    yaml = document.front_matter.yaml if document.front_matter else None
    return yaml.value if yaml and isinstance(yaml.value, dict) else {}


def duplicate_anchor(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An id that is written twice in a page: links go to the first one."""
    first: dict[str, Span] = {}
    for anchor in document.anchors:
        if anchor.id in first:
            related = (Related(document.path, first[anchor.id], "first"),)
            yield Finding(anchor.span, {"id": anchor.id}, related=related)
        else:
            first[anchor.id] = anchor.span


# Placeholders. What stands alone on a line, in a cell or in a heading means that the text is to come; in the middle of a
# sentence only words that nobody writes for their own sake do ("un formulaire à compléter" is a sentence).
_TO_COME = r"[àa] (?:venir|compl[ée]ter|d[ée]finir|r[ée]diger|pr[ée]ciser|remplir|documenter)"
_IN_PROGRESS = (
    r"(?:en construction|en (?:cours )?d['’e] ?(?:r[ée]daction|[ée]criture|construction)|work[ -]in[ -]progress|wip)"
)
_ALONE = (
    rf"(?:tk|tbd|tbc|todo|fixme|xxx+|{_TO_COME}|{_IN_PROGRESS}|coming soon|to be (?:completed|defined|written|done))"
)
# The quantifiers are possessive (`*+`): a line of a thousand spaces is read once.
_LINE_ALONE = re.compile(
    rf"^[ \t>]*+(?:#{{1,6}}[ \t]++)?(?:[-*+][ \t]++(?:\[[ xX]\][ \t]++)?|\d{{1,3}}[.)][ \t]++)?[*_(\[«\"]*+[ \t]*+"
    rf"(?P<text>{_ALONE}(?: \({_ALONE}\))?)[ \t]*+[*_)\]»\"]*+[ \t.:!…]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_CELL_ALONE = re.compile(rf"[(\[]?\s*{_ALONE}\s*[)\]]?[.…!]*", re.IGNORECASE)
# What comes of itself, in time, is not a text to come: "Les formations à venir".
_IN_TIME = re.compile(
    r"(?:formation|session|atelier|[ée]v[ée]nement|date|rendez-vous|rencontre|s[ée]ance|webinaire|conf[ée]rence|[ée]volution"
    r"|version|fonctionnalit[ée]|ann[ée]e|mois|semaine|jour|[ée]lection|changement|travaux|d[ée]cennie|g[ée]n[ée]ration)s?\s$",
    re.IGNORECASE,
)
_HEADING_END = re.compile(
    rf"(?:(?<=\s){_TO_COME}|\(\s*(?:{_ALONE}|brouillon|draft|[ée]bauche|travail pr[ée]liminaire)\s*\))$", re.IGNORECASE
)
_IN_SENTENCE = re.compile(
    r"(?<![\w/.\"“-])(?<!«\s)(?:TODO|FIXME|TBD)(?![\w/-]|\s*list)|\blorem ipsum\b"
    r"|(?<=:)[*_ \t]{0,6}(?P<blank>XXX+)(?=[*_|.\\ \t]*$)"  # "Users: XXX"; in a sentence it is a blank of a template
    rf"|(?i:\((?:section |page |contenu |lien |document )?(?:{_TO_COME}|{_IN_PROGRESS})(?=\s*[:)]))"
    rf"|(?i:\b(?:page|note|section|rubrique|fiche|article|document|contenu)s? (?:est |sont )?(?:encore |actuellement )?{_IN_PROGRESS})"
    r"|(?i:\b(?:page|section|document) is (?:still )?(?:under construction|a work in progress))",
    re.MULTILINE,
)
_OPEN_QUESTION = re.compile(
    r"^[ \t>]*(?:[-*+][ \t]+)?[*_]*(?P<text>points? à (?:discuter|clarifier|trancher))\b", re.IGNORECASE | re.MULTILINE
)

# Parts of words, at least one of which is in whatever the patterns above match.
_TELLING = re.compile(
    "venir|compl|finir|diger|ciser|remplir|documenter|construction|criture|daction|progress|wip|tk|tbd|tbc|todo|fixme"
    "|xxx|coming soon|to be |discuter|clarifier|trancher|lorem"
)


def placeholder_text(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Text that stands for text to come: `TODO`, « à compléter », a draft banner."""
    found: dict[Span, str] = {}
    for span, message in _placeholders(document, base.settings.placeholders):
        found.setdefault(span, message)
    hidden = Ranges(_not_prose(document))
    title = document.headings[0] if document.headings and document.has_body else None
    if title and title.text.lower() == "en construction":
        found.pop(title.span, None)  # the page of a phase that is called so
    reported = -1
    for span, message in sorted(found.items()):
        if span.start >= reported and not hidden.covers(span.start):
            yield Finding(span, {"text": document.text[span.start : span.end]}, message=message)
            reported = span.end


def _placeholders(document: Document, words: tuple[str, ...]) -> Iterator[tuple[Span, str]]:
    text = document.text
    for start, end in _telling_lines(text):
        for match in _LINE_ALONE.finditer(text, start, end):
            yield Span(*match.span("text")), "default"
        for match in _IN_SENTENCE.finditer(text, start, end):
            opening = match.start("blank") if match["blank"] else match.start() + (match[0][0] == "(")
            yield Span(opening, match.end()), "default"
        for match in _OPEN_QUESTION.finditer(text, start, end):
            yield Span(*match.span("text")), "open-question"
    for heading in document.headings:
        ending = _HEADING_END.search(heading.text)
        start = text.find(ending[0], heading.span.start, heading.span.end) if ending else -1
        if ending and start >= 0 and not _IN_TIME.search(heading.text[: ending.start()]):
            yield Span(start, start + len(ending[0])), "default"
    for table in document.tables:
        for cell in (cell for row in table.rows for cell in row):
            if _CELL_ALONE.fullmatch(cell.text):
                yield cell.span, "default"
    for word in words:
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield Span(*match.span()), "default"


def _telling_lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the lines that hold a word of the patterns above: reading every line with them is slow."""
    lower = text.replace("İ", "I").lower()  # the one capital letter whose small form is two characters long
    done = 0
    for match in _TELLING.finditer(lower):
        if match.start() >= done:
            start = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            done = len(text) if end < 0 else end
            yield start, done


def _not_prose(document: Document) -> Iterator[Span]:
    """Code, comments, front matter, tags, the targets of links."""
    yield from document.code
    yield from (comment.span for comment in document.comments)
    yield from (link.target_span for link in document.links if "reference" not in link.syntax)
    yield from (tag.span for tag in document.tags)
    if document.front_matter:
        yield document.front_matter.span
