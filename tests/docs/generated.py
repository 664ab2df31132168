"""The parts of the documentation that are made from something else: rule pages, schemas, what commands print.

A page holds them between `<!-- generated: NAME -->` and `<!-- end -->`; its language is that of its file name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kbcheck.rules.catalogue import Catalogue, Rule, load_catalogue
from tests.docs.settings_reference import settings_reference
from tests.docs.tables import table

ROOT = Path(__file__).parents[2]
_PART = re.compile(r"(?P<head><!-- generated: (?P<name>[^\n]+?) -->\n).*?(?P<foot><!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """The pages that have generated parts, in order."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("rules/*.md")]
    return sorted(page for page in found if _PART.search(page.read_text(encoding="utf-8")))


def renewed(page: Path) -> str:
    """The text of a page with its generated parts made anew."""
    language = language_of(page)

    def part(match: re.Match[str]) -> str:
        kind, _, argument = match["name"].partition(" ")
        return f"{match['head']}\n{_MAKERS[kind](argument, language)}\n{match['foot']}"

    return _PART.sub(part, page.read_text(encoding="utf-8"))


def language_of(page: Path) -> str:
    """The language of a page: `fr` for `NAME.fr.md`."""
    return "fr" if page.name.endswith(".fr.md") else "en"


# Rules


def _rules(family: str, language: str) -> str:
    """The rules of one family, as rows of a table."""
    head = {
        "en": ("code", "rule", "severity", "fix", "what it reports"),
        "fr": ("code", "règle", "gravité", "correction", "ce qu’elle signale"),
    }[language]
    return table(head, (_rule_row(rule, language) for rule in _catalogue(language) if rule.family == family))


def _catalogue(language: str) -> Catalogue:
    return load_catalogue(ROOT / "rules").in_language(language)


def _rule_row(rule: Rule, language: str) -> tuple[str, ...]:
    fixes = {
        "en": {"safe": "safe", "unsafe": "to review", "none": ""},
        "fr": {"safe": "sûre", "unsafe": "à relire", "none": ""},
    }[language]
    ending = ".fr.md" if language == "fr" else ".md"
    link = f"[{rule.name}]({rule.family}/{rule.name}{ending})"
    return rule.code, link, rule.severity, fixes[rule.fix], rule.summary


_MAKERS: Mapping[str, Callable[[str, str], str]] = {
    "rules": _rules,
    "settings": lambda _, language: settings_reference(language),
}
