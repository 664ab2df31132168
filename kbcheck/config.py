"""The settings of a knowledge base: `.kbcheck.yaml` at its root, read into `Settings`.

What a setting means and its default are said once, in `schemas/config.schema.json`; a test holds the defaults below to it.
Without a settings file neither PyYAML nor jsonschema is imported.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, cast

from msgspec import Struct

from kbcheck.diagnostics import Lines, Severity, Span
from kbcheck.errors import UsageError
from kbcheck.schema.validate import nearest, sentence, validate
from kbcheck.schema.yaml import YamlPath, read_yaml

#: The names of the settings file.
FILE_NAMES = (".kbcheck.yaml", ".kbcheck.yml")

Language = Literal["en", "fr"]
FailOn = Literal["error", "warning", "info", "never"]


class RuleSetting(Struct, frozen=True):
    """What the settings say of one rule. `place` is `path:line:column`, for faults that only the rule can see."""

    severity: Severity | Literal["off"] | None = None
    options: Mapping[str, Any] = {}
    place: str = ""


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of one knowledge base; what the file calls `fail-on` is `fail_on` here.

    `repository` has the present name first, then former names and forks, as written: `owner/name`, `host/owner/name` or an
    address. The keys of `rules` are names or codes; the words of `per_file_ignores` also beginnings of codes (`KB3`).
    """

    root: Path
    platform: str | None = None
    site: str | None = None
    repository: tuple[str, ...] = ()
    branch: str | None = None
    language: Language | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rules: Mapping[str, RuleSetting] = {}
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    placeholders: tuple[str, ...] = ()
    fail_on: FailOn = "warning"


def find_root(start: Path) -> Path | None:
    """The root of the knowledge base that a file or folder is in, an absolute path; None when nothing marks one.

    Walking up: the nearest folder with a settings file, but not above the git repository; else the repository.
    """
    folder = Path(os.path.abspath(start))  # not resolve(): a symbolic link is the path that its author sees
    folder = folder if folder.is_dir() else folder.parent
    for parent in (folder, *folder.parents):
        if any(os.path.lexists(parent / name) for name in (*FILE_NAMES, ".git")):
            return parent
    return None


def load_settings(root: Path, *, file: Path | None = None, rule_names: Collection[str]) -> Settings:
    """The settings in `file`, else in the root's settings file, else the defaults.

    `rule_names` are the names and codes of all rules. Raises `UsageError` at the first fault; its message has every other
    fault on a line of its own.
    """
    path = file or _settings_file(root)
    if path is None:
        return Settings(root=root)
    return _SettingsFile(root, path, rule_names).settings()


def _settings_file(root: Path) -> Path | None:
    # Not exists(): a link to nothing must not be green with the default settings.
    found = [root / name for name in FILE_NAMES if os.path.lexists(root / name)]
    if len(found) > 1:
        raise UsageError(f"there is also a {FILE_NAMES[1]}: keep one of the two", place=FILE_NAMES[0])
    # A link that leads out could show any file of the machine in an error message.
    if found and not found[0].resolve().is_relative_to(root.resolve()):
        raise UsageError("the file is a link that leads out of the knowledge base", place=found[0].name)
    return found[0] if found else None


class _SettingsFile:
    """One settings file, its text kept for the places of its faults."""

    def __init__(self, root: Path, path: Path, rule_names: Collection[str]) -> None:
        self._root = root
        self._name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        text = self._read(path)
        self._lines = Lines(text)
        self._document = read_yaml(text)
        self._rule_names = rule_names

    def _read(self, path: Path) -> str:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UsageError(f"the settings cannot be read: {error.strerror}", place=self._name) from None
        except UnicodeDecodeError:
            raise UsageError("the settings are not UTF-8: save them in that encoding", place=self._name) from None

    def settings(self) -> Settings:
        """The settings; raises `UsageError` with all faults."""
        violations = validate(self._document, "config")
        faults = [(error.span, error.message) for error in self._document.errors]
        faults += [(violation.span, sentence(violation)) for violation in violations]
        if not any(violation.kind == "root-type" for violation in violations):
            faults += self._unknown_rules()
        if faults:
            raise self._error(sorted(faults))
        return self._settings(self._document.value or {})

    def _error(self, faults: list[tuple[Span, str]]) -> UsageError:
        (first, message), *others = faults
        lines = [message, *(f"{self._place(span)}: {sentence}" for span, sentence in others)]
        return UsageError("\n".join(lines), place=self._place(first))

    def _place(self, span: Span) -> str:
        position = self._lines.position(span.start)
        return f"{self._name}:{position.line}:{position.column}"

    def _unknown_rules(self) -> Iterator[tuple[Span, str]]:
        value = self._document.value or {}
        for name in _mapping(value.get("rules")):
            if not self._is_rule(name):
                yield self._document.keys["rules", name], self._no_such_rule(name)
        for pattern, ignored in _mapping(value.get("per-file-ignores")).items():
            path: YamlPath = ("per-file-ignores", pattern)
            names = list(enumerate(ignored)) if isinstance(ignored, list) else [(None, ignored)]
            for index, name in names:
                if isinstance(name, str) and name and not self._is_rule(name, prefix=True):
                    yield self._document.spans[path if index is None else (*path, index)], self._no_such_rule(name)

    def _is_rule(self, name: str, *, prefix: bool = False) -> bool:
        """Whether a rule has this name or code; with `prefix`, also the beginning of a code (`KB3`)."""
        code = name.upper()
        if name in self._rule_names or code in self._rule_names:
            return True
        return prefix and code.startswith("KB") and any(known.startswith(code) for known in self._rule_names)

    def _no_such_rule(self, name: str) -> str:
        meant = nearest(name, tuple(self._rule_names))
        return f"no rule is called “{name[:60]}”" + (f": did you mean “{meant}”?" if meant else "")

    def _settings(self, value: Mapping[str, Any]) -> Settings:
        """The settings of a mapping that the schema accepts."""
        fields = {key.replace("-", "_"): each for key, each in value.items()}
        for name in ("repository", "include", "exclude", "placeholders"):
            fields[name] = _tuple(fields.get(name, ()))
        fields["rules"] = {name: self._rule(name, each) for name, each in fields.get("rules", {}).items()}
        ignores = fields.get("per_file_ignores", {})
        fields["per_file_ignores"] = {pattern: _tuple(names) for pattern, names in ignores.items()}
        return Settings(root=self._root, **fields)

    def _rule(self, name: str, value: Any) -> RuleSetting:
        place = self._place(self._document.keys["rules", name])
        if not isinstance(value, dict):
            return RuleSetting(_severity(value), {}, place)
        options = {option: each for option, each in value.items() if option != "severity"}
        return RuleSetting(_severity(value["severity"]) if "severity" in value else None, options, place)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _tuple(value: Any) -> tuple[str, ...]:
    """One word or a list of words."""
    return (value,) if isinstance(value, str) else tuple(value)


def _severity(value: Any) -> Severity | Literal["off"]:
    # `false` is how tools for YAML 1.1 write the word `off`.
    return "off" if value is False else cast("Severity | Literal['off']", value)
