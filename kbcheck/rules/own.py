"""A team's own rules: pages in a folder of its knowledge base, in the form of kbcheck's, that need no code.

They are settings, so what is wrong in one ends the run. Their text is all that is used: no code of a checked repository
is ever run, and nothing outside the root is read.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kbcheck.config import FOLDER_KEY, NAMED_NEEDS
from kbcheck.diagnostics import Lines, Span
from kbcheck.documents.facts import Problem
from kbcheck.documents.front_matter import read_front_matter
from kbcheck.errors import UsageError
from kbcheck.files import read
from kbcheck.rules.catalogue import KBCHECK_CODES, PLACEHOLDER, Catalogue, Rule, is_rule_page, rule_of
from kbcheck.rules.declarative import VALUES
from kbcheck.schema.resources import entity_kinds
from kbcheck.schema.validate import URN, Schema, nearest
from kbcheck.schema.values import value_at
from kbcheck.schema.yaml import YamlDocument
from kbcheck.schema.yaml_errors import YamlError
from kbcheck.texts import Sayable, Text


def with_own_rules(catalogue: Catalogue, root: Path, folder: str, kinds: Collection[str] = ()) -> Catalogue:
    """The catalogue with the rules in a folder of the root (relative, with `/`); `kinds` are those of the base's own.

    Raises `UsageError` when the folder has no rule page, and at the first fault of a page; its message has every other
    fault on a line of its own.
    """
    faults: list[tuple[str, Sayable]] = []
    rules: list[Rule] = []
    taken = set(catalogue.names)
    known_kinds = (*sorted(entity_kinds()), *kinds)
    for path in _pages(root, folder):
        page = _Page(root, path)
        found = list(page.faults(taken, known_kinds))
        faults += found
        if not found:
            rules.append(rule_of(page.fields, root / path))
            taken.update((rules[-1].name, rules[-1].code))
    if faults:
        (place, message), *others = faults
        raise UsageError(message, place=place, others=others)
    if not rules:
        raise UsageError(
            "the folder “{folder}” has no rule page: write one, or take it out of the settings", folder=folder
        )
    return Catalogue({rule.name: rule for rule in (*catalogue, *rules)})


def _pages(root: Path, folder: str) -> Iterator[str]:
    """The rule pages in a folder and those below, links to folders aside; paths from the root."""
    for below, folders, names in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if is_rule_page(name):
                yield Path(below, name).relative_to(root).as_posix()


class _Page:
    """One page, read for its faults and its fields."""

    def __init__(self, root: Path, path: str) -> None:
        self._path = path
        self._source = read(root, path)
        self._front_matter, self._problems = read_front_matter(self._source.text)
        self._yaml = self._front_matter.yaml if self._front_matter else None

    @property
    def fields(self) -> Mapping[str, Any]:
        """The front matter of a page without faults."""
        fields: Mapping[str, Any] = self._yaml.value if self._yaml else {}
        return fields

    def faults(self, taken: Collection[str], kinds: tuple[str, ...]) -> Iterator[tuple[str, Sayable]]:
        """The place and the sentence of each fault; `taken` are the names and codes of other rules."""
        lines = Lines(self._source.text)
        for span, told in self._faults(taken, kinds):
            position = lines.position(span.start)
            yield f"{self._path}:{position.line}:{position.column}", told

    def _faults(self, taken: Collection[str], kinds: tuple[str, ...]) -> Iterator[tuple[Span, Sayable]]:
        if self._source.problems:
            yield from ((problem.span, problem.detail) for problem in self._source.problems)
        elif self._problems:
            yield from ((problem.span, _unread(problem)) for problem in self._problems)
        elif self._yaml is None or self._yaml.value is None:
            message = Text("a rule page begins with front matter: `code`, `name`, `severity`, `check`, `messages`")
            yield Span(0, 0), message
        elif str(self.fields.get("code")).startswith(KBCHECK_CODES):
            message = Text(
                "a code with “{letters}” is one of kbcheck itself: choose other letters, as in “X001”",
                letters=KBCHECK_CODES,
            )
            yield self._yaml.spans["code",], message
        else:
            violations = _schema().validate(self._yaml)
            yield from ((violation.span, violation) for violation in violations)
            if not violations:
                yield from _name_faults(self._yaml, taken)
                yield from _kind_faults(self._yaml, kinds)
                yield from _need_faults(self._yaml, kinds)
                yield from _placeholder_faults(self._yaml)


def _unread(problem: Problem) -> Text:
    if problem.detail == "unclosed":
        return Text("the front matter has no end: a line “---” is missing after it")
    if problem.detail == "not-a-mapping":
        return Text("the front matter must consist of lines such as “name: our-rule”")
    error = YamlError(problem.detail, problem.span, problem.values)
    return Text("the front matter is no YAML: {problem}", problem=error)


@cache
def _schema() -> Schema:
    return Schema({"$ref": f"{URN}rule", "type": "object", "required": ["check"]})


def _name_faults(yaml: YamlDocument, taken: Collection[str]) -> Iterator[tuple[Span, Sayable]]:
    code, name = yaml.value["code"], yaml.value["name"]
    if code in taken:
        yield yaml.spans["code",], Text("the code “{code}” is taken: choose another one", code=code)
    # A name is looked up as a code, too: "x001" would be X001.
    if name in taken or name.upper() in taken or name == FOLDER_KEY:
        yield yaml.spans["name",], Text("the name “{name}” is taken: choose another one", name=name)


def _kind_faults(yaml: YamlDocument, kinds: tuple[str, ...]) -> Iterator[tuple[Span, Sayable]]:
    written, path = yaml.value["check"]["for-each"], ("check", "for-each")
    places = (
        {(*path, index): kind for index, kind in enumerate(written)} if isinstance(written, list) else {path: written}
    )
    for place, kind in places.items():
        if kind not in kinds:
            meant = nearest(kind, kinds) or ", ".join(kinds)
            message = Text("no entity is of the kind “{kind}”: did you mean {meant}?", kind=kind[:60], meant=meant)
            yield yaml.spans[place], message


def _need_faults(yaml: YamlDocument, kinds: tuple[str, ...]) -> Iterator[tuple[Span, Sayable]]:
    known = (*NAMED_NEEDS, *kinds)
    for place, span in yaml.spans.items():
        if place[:1] == ("check",) and place[-1] == "need":
            written = value_at(yaml.value, place)
            if written not in known:
                meant = nearest(written, known) or ", ".join(known)
                yield span, Text("no need is called “{need}”: did you mean {meant}?", need=written[:60], meant=meant)


def _placeholder_faults(yaml: YamlDocument) -> Iterator[tuple[Span, Sayable]]:
    for key, message in yaml.value["messages"].items():
        path = ("messages", key, "text") if isinstance(message, dict) else ("messages", key)
        text = message["text"] if isinstance(message, dict) else message
        for name in PLACEHOLDER.findall(text):
            if name not in VALUES:
                meant = nearest(name, VALUES) or ", ".join(VALUES)
                fault = Text(
                    "nothing fills “{name}” in a message: did you mean {meant}?", name=f"{{{name}}}", meant=meant
                )
                yield yaml.spans[path], fault
