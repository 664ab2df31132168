"""The parts of the documentation that are made from something else: rule pages, schemas, what commands print.

A page holds them between `<!-- generated: NAME -->` and `<!-- end -->`; its language is that of its file name.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kbcheck.rules.catalogue import Catalogue, Rule, load_catalogue
from kbcheck.schema.yaml import read_yaml
from tests.docs.settings_reference import settings_reference
from tests.docs.tables import table

ROOT = Path(__file__).parents[2]
LOCALES = {"en": "en_GB.UTF-8", "fr": "fr_FR.UTF-8"}
_TIME = re.compile(r"\(\d+([.,])\d+ s\)")
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
        "fr": {"safe": "sans risque", "unsafe": "à relire", "none": ""},
    }[language]
    ending = ".fr.md" if language == "fr" else ".md"
    link = f"[{rule.name}]({rule.family}/{rule.name}{ending})"
    return rule.code, link, rule.severity, fixes[rule.fix], rule.summary


# Comparison

COMPARISON = ROOT / "benchmarks" / "comparison"


def _comparison(argument: str, language: str) -> str:
    """What each program found of the planted faults: `groups` counts them, `faults` names them."""
    results = json.loads((COMPARISON / "results.json").read_text(encoding="utf-8"))
    groups = read_yaml((COMPARISON / "faults.yaml").read_text(encoding="utf-8")).value
    rows = _group_rows if argument == "groups" else _fault_rows
    word = {"en": "planted faults", "fr": "défauts plantés"}[language]
    heads = tuple(f"{name} {result['version']}" for name, result in results.items())
    name = "fr" if language == "fr" else "name"
    return table((word, *heads), (row for group in groups for row in rows(group, results, name)))


def _group_rows(group: Any, results: Any, name: str) -> Iterator[tuple[str, ...]]:
    faults = {fault["name"] for fault in group["faults"]}
    counts = (len(faults & set(result["found"])) for result in results.values())
    title = group["fr"] if name == "fr" else group["group"]
    yield title, *(f"{count} / {len(faults)}" if count else "–" for count in counts)


def _fault_rows(group: Any, results: Any, name: str) -> Iterator[tuple[str, ...]]:
    title = group["fr"] if name == "fr" else group["group"]
    yield f"**{title}**", *("" for _ in results)
    for fault in group["faults"]:
        other = {"sphinx-needs"} if "sphinx" in fault else set()
        cells = (
            "–" if fault["name"] not in result["found"] else "yes\\*" if program in other else "yes"
            for program, result in results.items()
        )
        yield fault[name], *(cell.replace("yes", "oui") if name == "fr" else cell for cell in cells)


# Output


def _shown(argument: str, language: str) -> str:
    """What `kbcheck ARGUMENTS` prints in the project's folder; the first word of `argument` is the language of the fence."""
    fence, *arguments = argument.split()
    command = [sys.executable, "-m", "kbcheck", *arguments]
    environment = {**os.environ, "COLUMNS": "80", "LC_ALL": LOCALES[language], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode < 2, done.stderr
    return f"```{fence}\n{timeless(done.stdout)}```\n"


def timeless(output: str) -> str:
    """How long it took is no part of what a page promises."""
    return _TIME.sub(r"(0\g<1>1 s)", output)


_MAKERS: Mapping[str, Callable[[str, str], str]] = {
    "rules": _rules,
    "comparison": _comparison,
    "shown": _shown,
    "settings": lambda _, language: settings_reference(language),
}
