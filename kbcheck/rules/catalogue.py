"""The rule catalogue, read from the pages in `rules/`: what a rule is called, what it says, which function checks it.

A page is the only registration: `rules/FAMILY/NAME.md` is bound to the function `name` in `kbcheck/rules/FAMILY.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic, Finding, Fix, Related, Severity
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase
from kbcheck.schema.resources import rules_folder
from kbcheck.schema.yaml import read_yaml

Check = Callable[[Document, KnowledgeBase, Mapping[str, Any]], Iterator[Finding]]
Scope = Literal["page", "configuration", "file", "run"]

_FRONT_MATTER = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")


class Message(Struct, frozen=True):
    """One sentence that a rule says, with `{placeholders}`; its severity, where it is not that of the rule."""

    text: str
    severity: Severity | None = None


class Rule(Struct, frozen=True, dict=True):
    """A rule as its page describes it. `scope` says what it is asked about: pages, configuration files, both (`file`),
    or what the other rules found (`run`).
    """

    code: str
    name: str
    family: str
    severity: Severity | Literal["off"]
    scope: Scope
    fix: str
    messages: Mapping[str, Message]
    options: Mapping[str, Any]
    page: Path

    @cached_property
    def check(self) -> Check:
        """The function that checks the rule; its module is imported when it is first needed."""
        check: Check = getattr(import_module(f"kbcheck.rules.{self.family}"), self.name.replace("-", "_"))
        return check

    @property
    def body(self) -> str:
        """The page without its front matter, in Markdown."""
        text = self.page.read_text(encoding="utf-8")
        return _FRONT_MATTER.sub("", text, count=1).lstrip("\n")

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        paragraph = self.body.split("\n\n", 2)[1].replace("\n", " ")
        return paragraph.split(". ")[0].rstrip(".")

    def diagnostic(self, finding: Finding, path: str, severity: Severity | None = None) -> Diagnostic:
        """A finding of this rule made complete. `severity` is what the settings say, over what the page says."""
        message = self.messages[finding.message]
        related = tuple(Related(place.path, place.span, self.messages[place.message].text) for place in finding.related)
        own = "warning" if self.severity == "off" else self.severity
        return Diagnostic(
            self.code,
            self.name,
            severity or message.severity or own,
            fill(message.text, finding.values),
            path,
            finding.span,
            finding.target,
            finding.entity,
            related,
            tuple(self._titled(fix) for fix in finding.fixes),
        )

    def _titled(self, fix: Fix) -> Fix:
        """A fix whose title is the name of one of the page's messages gets that text for a title."""
        return replace(fix, title=self.messages[fix.title].text) if fix.title in self.messages else fix


class Catalogue:
    """All rules by name, in the order of their codes."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = dict(sorted(rules.items(), key=lambda named: named[1].code))
        self._names = {rule.code: name for name, rule in self._rules.items()}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __getitem__(self, name_or_code: str) -> Rule:
        """A rule by its name or its code; KeyError for an unknown one."""
        return self._rules[self._names.get(name_or_code.upper(), name_or_code)]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything a rule can be called: names and codes."""
        return (*self._rules, *self._names)

    def selected(self, name: str) -> tuple[str, ...]:
        """The rules that a name, a code or the beginning of a code (`KB3`) stands for; none for an unknown one."""
        code = name.upper()
        return tuple(
            rule.name for rule in self if name == rule.name or (code[:2] == "KB" and rule.code.startswith(code))
        )


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue in a folder of rule pages; without one, kbcheck's own."""
    pages = sorted((folder or rules_folder()).glob("*/*.md"))
    rules = [_read_rule(page) for page in pages if page.stem != "README" and "." not in page.stem]
    return Catalogue({rule.name: rule for rule in rules})


def _read_rule(page: Path) -> Rule:
    text = page.read_text(encoding="utf-8")
    match = _FRONT_MATTER.match(text)
    fields = read_yaml(match[1]).value if match else None
    if not isinstance(fields, dict):
        raise ValueError(f"{page.name} has no front matter")
    messages = {
        key: Message(**message) if isinstance(message, dict) else Message(message)
        for key, message in fields["messages"].items()
    }
    return Rule(
        fields["code"],
        fields["name"],
        fields["family"],
        fields["severity"],
        fields["scope"],
        fields["fix"],
        messages,
        fields.get("options", {}),
        page,
    )


def fill(text: str, values: Mapping[str, object]) -> str:
    """Puts the values into the `{placeholders}` of a message. Only plain names: a message can reach no attribute."""
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
