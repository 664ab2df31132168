"""KB1: what a page's text itself gets wrong, before any link is followed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kbcheck.diagnostics import Edit, Finding, Fix, Related, Span
from kbcheck.documents.facts import Document, TemplateTag
from kbcheck.documents.ranges import Ranges
from kbcheck.knowledge import KnowledgeBase, is_habit
from kbcheck.knowledge.outlines import skips
from kbcheck.rules.list_markers import malformed_items
from kbcheck.rules.placeholders import placeholders
from kbcheck.rules.prose import COMPONENT
from kbcheck.rules.residue import residues
from kbcheck.rules.sections import broken_promises, empty_sections
from kbcheck.rules.tables import misplaced_header, unfit_rows, unmade_tables
from kbcheck.rules.titles import is_file_name
from kbcheck.schema.yaml_errors import YamlError

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
    if not _is_read(document, base):
        return  # a template, for GitHub or for pages to come
    for problem in document.problems:
        if problem.kind == "invalid-front-matter":
            if problem.detail in ("unclosed", "not-a-mapping"):
                yield Finding(problem.span, message=problem.detail)
            else:
                error = YamlError(problem.detail, problem.span, problem.values)
                yield Finding(problem.span, {"problem": error})


def invalid_configuration(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A configuration file of the platform is not YAML: what it says of links and navigation is not known."""
    if document.path in base.schemas.files:  # `invalid-schema` says it of these
        return
    for error in document.data.errors if document.data else ():
        if error.values.get("tag", "").startswith(base.platform.yaml_tags):
            continue
        yield Finding(error.span, {"problem": error})


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
    if document.has_body or not _is_read(document, base):
        return
    if isinstance(document.fields.get("layout"), str) or _is_filled(document, base):
        return  # a template fills the page
    if COMPONENT.search(document.text):
        return
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
    if _is_filled(document, base) or base.platform_of(document.path).names_are_titles:
        return
    if not any(heading.level == 1 for heading in document.headings):
        yield Finding(Span(0, 0))


def _is_read(document: Document, base: KnowledgeBase) -> bool:
    """Whether readers see the page, by itself or in another."""
    return base.is_content(document.path) or base.platform.is_included(document.path)


def _is_filled(document: Document, base: KnowledgeBase) -> bool:
    """Whether the site may show what the front matter says: the names of a person, the steps of a method."""
    return base.platform_of(document.path).shows_fields and bool(document.fields)


def _is_titled(document: Document) -> bool:
    """Whether the front matter gives the page a title; that in TOML is not read, and given the benefit of the doubt."""
    is_toml = document.front_matter is not None and document.front_matter.syntax == "toml"
    fields = document.fields
    return is_toml or bool(fields.get("title") or fields.get("name"))


def duplicate_anchor(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An id that is written twice in a page: links go to the first one."""
    first: dict[str, Span] = {}
    for anchor in document.anchors:
        if anchor.id in first:
            related = (Related(document.path, first[anchor.id], "first"),)
            yield Finding(anchor.span, {"id": anchor.id}, related=related)
        else:
            first[anchor.id] = anchor.span


def placeholder_text(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Text that stands for text to come: `TODO`, « à compléter », a draft banner, what has that for a name."""
    if not _is_read(document, base):
        return  # a template of GitHub's (`.github/`) is filled in elsewhere
    nameless = base.model.nameless_in(document.path)
    for one in nameless:
        if base.structure.habits.is_missed(one):
            continue  # "the phase has no deliverable" says it, and says whose it is
        yield Finding(one.span, {"text": one.text, "kind": one.kind}, message="name" if one.text else "no-name")
    told = Ranges(one.span for one in nameless)
    for span, message in placeholders(document, base.settings.placeholders):
        if not told.meets(span):
            yield Finding(span, {"text": document.text[span.start : span.end]}, message=message)


def skipped_heading_level(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A heading more than one level below the one before it; a page with several titles. Each is told once a page.

    What most pages of a base skip is told once.
    """
    if not base.is_content(document.path):
        return
    for skip, found in skips(document).items():
        pages = base.outlines.skipping[skip]
        is_custom = is_habit(len(pages), base.outlines.count)
        if is_custom and document.path != pages[0]:
            continue
        values = {"level": skip.level, "above": skip.above, "count": len(found), "pages": len(pages)}
        message = "habit" if is_custom else "default" if len(found) > 1 else "once"
        yield Finding(found[0].span, values, message=message)
    titles = [heading for heading in document.outline if heading.level == 1]
    if len(titles) > 1:
        yield Finding(titles[1].span, {"count": len(titles)}, message="titles")


def broken_table(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A table that is not shown, or not all of it."""
    yield from unmade_tables(document)
    for table in document.tables:
        if table.syntax == "markdown":
            yield from misplaced_header(document, table)
            yield from unfit_rows(document, table)


def file_name_title(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A title that is the name of the file."""
    title = document.headings[0] if document.headings else None
    if title is None or title.level != 1 or not base.is_content(document.path):
        return
    if not is_file_name(title.text, document.path):
        return
    entries = (link.text for link in base.listed.get(document.path, ()))
    label = next((text for text in entries if text and not is_file_name(text, document.path)), None)
    edit = Edit(document.path, title.span, label or "")
    fixes = (Fix(f"{title.text} → {label}", (edit,)),) if label else ()
    yield Finding(title.span, {"title": title.text}, fixes=fixes)


def malformed_list_item(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A line that was meant as a list item and is none."""
    yield from malformed_items(document)


# A page that is copied and filled in: its sections are empty on purpose.
_TEMPLATE = re.compile(r"template|mod[eè]le|gabarit|trame|canevas", re.IGNORECASE)


def empty_section(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A heading with nothing below it; a page without any text is a matter of `empty_page`."""
    if not document.has_body or not base.is_content(document.path) or _TEMPLATE.search(document.path):
        return
    found = list(empty_sections(document))
    marks = [span.start for span, _ in placeholders(document, base.settings.placeholders)] if found else []
    for heading, count in found:
        if not any(heading.span.start <= start < heading.span.end for start in marks):
            values = {"title": heading.text, "count": count}
            yield Finding(heading.span, values, message="default" if count == 1 else "run")


def editor_residue(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """What an editor left behind."""
    yield from residues(document)


def announced_list_missing(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A sentence that announces what does not follow; an included block may be followed by it elsewhere."""
    if base.is_content(document.path):
        for span in broken_promises(document):
            yield Finding(span)
