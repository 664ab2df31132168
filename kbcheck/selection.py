"""Which rules run, with which severity and options, and which of their findings are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from kbcheck.config import RuleSetting, Settings
from kbcheck.diagnostics import Severity
from kbcheck.errors import UsageError
from kbcheck.files import compile_globs
from kbcheck.rules.catalogue import Catalogue, Rule
from kbcheck.schema.validate import nearest
from kbcheck.texts import Text


class Selection:
    """The rules of a run: those that the settings leave on, narrowed by `--select` and `--ignore`."""

    def __init__(
        self, catalogue: Catalogue, settings: Settings, select: Iterable[str] = (), ignore: Iterable[str] = ()
    ) -> None:
        """Raises `UsageError` for a name that no rule has."""
        self.catalogue = catalogue
        self._settings = _by_rule(catalogue, settings)
        self._selected = self._named(select)
        self._ignored = self._named(ignore)
        self._per_file = [
            (compile_globs((pattern,)), self._named(names)) for pattern, names in settings.per_file_ignores.items()
        ]
        self._options: dict[str, Mapping[str, Any]] = {}

    def _named(self, names: Iterable[str]) -> frozenset[str]:
        rules: set[str] = set()
        for name in names:
            found = self.catalogue.selected(name)
            if not found:
                raise UsageError(
                    "no rule is called “{name}”{hint}", name=name, hint=did_you_mean(name, self.catalogue.names)
                )
            rules.update(found)
        return frozenset(rules)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to run."""
        return tuple(rule for rule in self.catalogue if self._runs(rule))

    def _runs(self, rule: Rule) -> bool:
        if rule.name in self._ignored or (self._selected and rule.name not in self._selected):
            return False
        setting = self._settings.get(rule.name)
        severity = setting.severity if setting and setting.severity else rule.severity
        return severity != "off" or rule.name in self._selected

    def severity(self, rule: Rule) -> Severity | None:
        """The severity that the settings give a rule; None when its page decides."""
        setting = self._settings.get(rule.name)
        return setting.severity if setting and setting.severity and setting.severity != "off" else None

    def options(self, rule: Rule) -> Mapping[str, Any]:
        """The options of a rule: the defaults of its page under what the settings say."""
        if rule.name not in self._options:
            setting = self._settings.get(rule.name)
            self._options[rule.name] = {**rule.options, **(setting.options if setting else {})}
        return self._options[rule.name]

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        """The rules to run on a file: without those that the settings switch off there."""
        ignored = [names for matches, names in self._per_file if matches(path)]
        return (
            tuple(rule for rule in self.rules if not any(rule.name in names for names in ignored))
            if ignored
            else self.rules
        )


def _by_rule(catalogue: Catalogue, settings: Settings) -> dict[str, RuleSetting]:
    """What the settings say of each rule, by its name. Raises `UsageError` for a rule that they name twice."""
    found: dict[str, RuleSetting] = {}
    for name, setting in settings.rules.items():
        rule = catalogue[name].name
        if rule in found:
            raise UsageError(
                "“{name}” is set twice, by its name and by its code: keep one", place=setting.place, name=name
            )
        found[rule] = setting
    return found


def did_you_mean(name: str, known: Iterable[str]) -> Text | str:
    """“; did you mean …?” for the nearest known name, else nothing."""
    near = nearest(name, tuple(known))
    return Text("; did you mean “{name}”?", name=near) if near else ""
