"""The metadata block at the top of a page: YAML between `---` lines, or TOML between `+++` lines (recognised, not read)."""

from __future__ import annotations

import re

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import FrontMatter, Problem
from kbcheck.schema.yaml import read_yaml

_OPENING = re.compile(r"(---|\+\+\+)[ \t]*\r?\n")
# What makes a line of dashes front matter rather than a thematic break: a key behind it.
_KEY = re.compile(r"^[ \t]*[\"']?[\w-]++[\"']?[ \t]*[:=]", re.MULTILINE)


def read_front_matter(text: str) -> tuple[FrontMatter | None, list[Problem]]:
    """The front matter of a page's text and what is wrong with it. Its span covers both fences."""
    opening = _OPENING.match(text)
    if opening is None:
        return None, []
    fence = opening[1]
    closing_marks = r"(?:---|\.\.\.)" if fence == "---" else r"\+\+\+"
    closing = re.compile(rf"^{closing_marks}[ \t]*\r?$", re.MULTILINE).search(text, opening.end())
    if closing is None:
        if _KEY.match(text, opening.end()):
            return None, [Problem("invalid-front-matter", Span(0, len(fence)), "unclosed")]
        return None, []
    span = Span(0, closing.end())
    if fence == "+++":
        return FrontMatter("toml", span), []
    content = text[opening.end() : closing.start()]
    if content.strip() and not _KEY.search(content) and not content.lstrip().startswith(("- ", "#", "{")):
        return None, []  # prose between two thematic breaks
    yaml = read_yaml(content, offset=opening.end())
    problems = [Problem("invalid-front-matter", error.span, error.kind, values=error.values) for error in yaml.errors]
    if not problems and yaml.value is not None and not isinstance(yaml.value, dict):
        problems.append(Problem("invalid-front-matter", Span(opening.end(), closing.start()), "not-a-mapping"))
    return FrontMatter("yaml", span, None if problems else yaml), problems
