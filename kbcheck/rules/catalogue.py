"""The rule catalogue, read from the pages in `rules/`: what a rule is called, what it says, which function checks it.

A page is the only registration: `rules/FAMILY/NAME.md` has a `check:` in its front matter, which `declarative` checks, or
is bound to the function `name` in `kbcheck/rules/FAMILY.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic, Finding, Fix, Related, Severity
from kbcheck.rules.declarative import Check, check_of
from kbcheck.schema.compiled import compiled
from kbcheck.schema.resources import rules_folder
from kbcheck.schema.yaml import read_yaml
from kbcheck.texts import Sayable, Text, texts_in

#: The letters with which the codes of kbcheck's own rules begin, and no others.
KBCHECK_CODES = "KB"

Scope = Literal["page", "configuration", "file", "run"]

#: What stands in a message for a value.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class Message(Struct, frozen=True):
    """One sentence that a rule says, with `{placeholders}`; its severity, where it is not that of the rule."""

    text: str
    severity: Severity | None = None


class Rule(Struct, frozen=True, dict=True):
    """A rule as its page describes it. `scope` says what it is asked about: pages, configuration files, both (`file`),
    or what the other rules found (`run`). `sentence` is its `check:`, when it needs no code. A rule that is not `definite`
    reports what may be over tomorrow.
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
    sentence: Mapping[str, Any] | None = None
    definite: bool = True
    language: str = "en"

    @cached_property
    def check(self) -> Check:
        """The function that checks the rule; its module is imported when it is first needed."""
        if self.sentence is not None:
            return check_of(self.sentence, self.messages)
        check: Check = getattr(import_module(f"kbcheck.rules.{self.family}"), self.name.replace("-", "_"))
        return check

    @property
    def body(self) -> str:
        """The page without its front matter, in Markdown."""
        return self._text[self._body_start :]

    @property
    def body_line(self) -> int:
        """The line of the page (from 1) on which the body begins."""
        return self._text.count("\n", 0, self._body_start) + 1

    @property
    def is_own(self) -> bool:
        """Whether it is one of a team's own."""
        return not self.code.startswith(KBCHECK_CODES)

    @property
    def is_about_outside(self) -> bool:
        """Whether its findings depend on what was found outside the knowledge base, and when."""
        return self.family == "external"

    @property
    def _body_start(self) -> int:
        front_matter = _FRONT_MATTER.match(self._text)
        start = front_matter.end() if front_matter else 0
        return start + len(self._text[start:]) - len(self._text[start:].lstrip("\n"))

    @cached_property
    def _text(self) -> str:
        return self.page.read_text(encoding="utf-8-sig")

    @property
    def explanation(self) -> str:
        """The page in the rule's language; the examples are those of the page itself."""
        if self._translation is None:
            return self.body
        own = _FRONT_MATTER.sub("", self._translation, count=1).strip("\n")
        examples = _EXAMPLES.search(self.body)
        shown = f"\n\n## {texts_in(self.language).said('Examples')}\n{examples[1].rstrip()}" if examples else ""
        return f"{own}{shown}\n"

    @cached_property
    def _translation(self) -> str | None:
        """The text of the page's translation, `NAME.fr.md`; None without one."""
        page = self.page.with_name(f"{self.page.stem}.{self.language}.md")
        return page.read_text(encoding="utf-8") if self.language != "en" and page.is_file() else None

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """The translated messages: read when the rule has something to say, not before."""
        front_matter = _FRONT_MATTER.match(self._translation or "")
        fields = read_yaml(front_matter[1]).value if front_matter else None
        return fields["messages"] if isinstance(fields, dict) else {}

    def _text_of(self, message: str) -> str:
        return self._texts.get(message) or self.messages[message].text

    @property
    def summary(self) -> str:
        """The first sentence of the page; its message, when the page is no more than that."""
        lines = self.explanation.removeprefix(f"# {self.name}\n").lstrip("\n")
        paragraph = lines.split("\n\n", 1)[0].strip() or next(iter(self.messages.values())).text
        return paragraph.replace("\n", " ").split(". ")[0].rstrip(".")

    def diagnostic(self, finding: Finding, path: str, severity: Severity | None = None) -> Diagnostic:
        """A finding of this rule made complete. `severity` is what the settings say, over what the page says."""
        message = self.messages[finding.message]
        related = tuple(Related(place.path, place.span, self._text_of(place.message)) for place in finding.related)
        own = "warning" if self.severity == "off" else self.severity
        return Diagnostic(
            self.code,
            self.name,
            severity or message.severity or own,
            fill(self._text_of(finding.message), self._spoken(finding.values)),
            path,
            finding.span,
            finding.target,
            finding.entity,
            related,
            tuple(self._titled(fix) for fix in finding.fixes),
            self.definite,
        )

    def _spoken(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """The values of a message, the kinds of kbcheck in its language; a team's own are its own words."""
        texts = texts_in(self.language)
        named = {name: _KINDS.get(value, value) if name in _KIND_VALUES else value for name, value in values.items()}
        return {name: value.spoken(texts) if isinstance(value, Sayable) else value for name, value in named.items()}

    def _titled(self, fix: Fix) -> Fix:
        """A fix whose title is the name of one of the page's messages gets that text for a title."""
        return replace(fix, title=self._text_of(fix.title)) if fix.title in self.messages else fix


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

    def in_language(self, language: str) -> Catalogue:
        """The same rules, which speak this language as far as their pages are translated."""
        return Catalogue({rule.name: replace(rule, language=language) for rule in self})

    def selected(self, name: str) -> tuple[str, ...]:
        """The rules that a name, a code or the beginning of a code (`KB3`) stands for; none for an unknown one."""
        code = name.upper()
        begun = code if code.startswith(KBCHECK_CODES) else None
        return tuple(
            rule.name
            for rule in self
            if name == rule.name or code == rule.code or (begun is not None and rule.code.startswith(begun))
        )


# What the kinds that ship are called in messages, and the values that are kinds.
_KINDS: Mapping[object, Text] = {
    "phase": Text("phase"),
    "role": Text("role"),
    "deliverable": Text("deliverable"),
    "task": Text("task"),
    "gate": Text("gate"),
}
_KIND_VALUES = frozenset({"entity.kind", "kind", "need"})

# The section of examples, which a translation does not repeat.
_EXAMPLES = re.compile(r"^## Examples\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue in a folder of rule pages; without one, kbcheck's own."""
    folder = folder or rules_folder()
    pages = [page for page in sorted(folder.glob("*/*.md")) if is_rule_page(page.name)]
    fields = compiled(folder / "catalogue", pages, lambda: [_front_matter(page) for page in pages])
    rules = [rule_of(each, page) for each, page in zip(fields, pages, strict=True)]
    return Catalogue({rule.name: rule for rule in rules})


def is_rule_page(name: str) -> bool:
    """Whether a file of this name is the page of a rule: no index, no translation (`NAME.fr.md`)."""
    stem = name.removesuffix(".md")
    return stem not in (name, "README") and "." not in stem


def _front_matter(page: Path) -> Mapping[str, Any]:
    text = page.read_text(encoding="utf-8")
    match = _FRONT_MATTER.match(text)
    fields = read_yaml(match[1]).value if match else None
    if not isinstance(fields, dict):
        raise ValueError(f"{page.name} has no front matter")
    return fields


def rule_of(fields: Mapping[str, Any], page: Path) -> Rule:
    """The rule that a front matter describes, which `schemas/rule.schema.json` accepts."""
    messages = {
        key: Message(**message) if isinstance(message, dict) else Message(message)
        for key, message in fields["messages"].items()
    }
    return Rule(
        fields["code"],
        fields["name"],
        fields.get("family", "own"),
        fields["severity"],
        fields.get("scope", "page"),
        fields.get("fix", "none"),
        messages,
        fields.get("options", {}),
        page,
        fields.get("check"),
        fields.get("definite", True),
    )


def fill(text: str, values: Mapping[str, object]) -> str:
    """Puts the values into the `{placeholders}` of a message. Only plain names: a message can reach no attribute."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
