"""The settings file, from its YAML to `Settings`, and every fault in it at its place.

Without a settings file neither PyYAML nor jsonschema is imported.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, cast

from msgspec import Struct

from kbcheck.config.known import is_known, remember
from kbcheck.config.settings import (
    KINDS,
    NAMED_NEEDS,
    ExternalSettings,
    HostSettings,
    KindSettings,
    Need,
    RuleSetting,
    SchemaFile,
    Settings,
)
from kbcheck.diagnostics import Lines, Severity, Span
from kbcheck.errors import UsageError, reason
from kbcheck.schema.files import path_inside
from kbcheck.schema.resources import entity_kinds
from kbcheck.schema.validate import nearest, validate
from kbcheck.schema.values import mapping, strings, value_at
from kbcheck.schema.yaml import YamlPath, read_yaml
from kbcheck.texts import Sayable, Text

#: The names of the settings file.
FILE_NAMES = (".kbcheck.yaml", ".kbcheck.yml")

#: The key of `rules:` that names the folder of the team's own rules: no rule is called so.
FOLDER_KEY = "folder"

#: Bytes; nobody writes more, and a pattern takes a tenth of a millisecond to get ready.
_SIZE_LIMIT = 200_000


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


def load_settings(root: Path, *, file: Path | None = None, rule_names: Collection[str], keep: bool = False) -> Settings:
    """The settings in `file`, else in the root's settings file, else the defaults.

    `rule_names` are the names and codes of all rules. `keep`: that they were found right is remembered for the next run. Raises `UsageError` at the first fault; its message has every other
    fault on a line of its own.
    """
    path = file or _settings_file(root)
    if path is None:
        return Settings(root=root)
    return _SettingsFile(root, path, rule_names).settings(keep=keep)


def _settings_file(root: Path) -> Path | None:
    # Not exists(): a link to nothing must not be green with the default settings.
    found = [root / name for name in FILE_NAMES if os.path.lexists(root / name)]
    if len(found) > 1:
        raise UsageError("there is also a {file}: keep one of the two", place=FILE_NAMES[0], file=FILE_NAMES[1])
    if not found:
        return None
    # A link that leads out could show any file of the machine in an error message.
    if not Path(os.path.realpath(found[0])).is_relative_to(os.path.realpath(root)):
        raise UsageError("the file is a link that leads out of the knowledge base", place=found[0].name)
    if found[0].exists() and not found[0].is_file():  # reading a pipe would wait for ever
        raise UsageError("the settings cannot be read: they are not a file", place=found[0].name)
    return found[0]


class OwnRules(Struct, frozen=True):
    """What the settings say that the team's own rules need: their folder, from the root, and the kinds it has added."""

    folder: str | None = None
    kinds: tuple[str, ...] = ()


def own_rules(root: Path, *, file: Path | None = None) -> OwnRules:
    """Where the team's own rules are, read before the settings themselves, which name rules.

    There is no folder when the one in the settings is missing or outside: `load_settings` tells. Raises `UsageError` when
    the settings cannot be read.
    """
    path = file or _settings_file(root)
    return _SettingsFile(root, path, ()).own_rules() if path else OwnRules()


class _SettingsFile:
    """One settings file, its text kept for the places of its faults."""

    def __init__(self, root: Path, path: Path, rule_names: Collection[str]) -> None:
        self._root = root
        self._name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        text = self._read(path)
        self._text = text
        self._lines = Lines(text)
        self._document = read_yaml(text)
        self._rule_names = rule_names

    def _read(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                content = file.read(_SIZE_LIMIT + 1)
            if len(content) > _SIZE_LIMIT:
                raise UsageError("the settings are larger than {limit} kB", place=self._name, limit=_SIZE_LIMIT // 1000)
            return content.decode("utf-8-sig")
        except OSError as error:
            raise UsageError("the settings cannot be read: {reason}", place=self._name, reason=reason(error)) from None
        except UnicodeDecodeError:
            raise UsageError("the settings are not UTF-8: save them in that encoding", place=self._name) from None

    def settings(self, *, keep: bool) -> Settings:
        """The settings; raises `UsageError` with all faults."""
        known = keep and is_known(self._root, self._text)
        violations = [] if known else validate(self._document, "config")
        faults: list[tuple[Span, Sayable]] = [(error.span, error) for error in self._document.errors]
        faults += [(violation.span, violation) for violation in violations]
        if not any(violation.kind == "root-type" for violation in violations):
            faults += (*self._no_rules_folder(), *self._unknown_rules(), *self._files_outside(), *self._lost_lists())
            faults += self._wrong_needs()
        if faults:
            raise self._error(sorted(faults, key=lambda fault: fault[0]))
        if keep and not known:
            remember(self._root, self._text)
        return self._settings(self._document.value or {})

    def _error(self, faults: list[tuple[Span, Sayable]]) -> UsageError:
        (place, fault), *others = ((self._place(span), fault) for span, fault in faults)
        return UsageError(fault, place=place, others=others)

    def _place(self, span: Span) -> str:
        position = self._lines.position(span.start)
        return f"{self._name}:{position.line}:{position.column}"

    def own_rules(self) -> OwnRules:
        """The folder of the team's own rules, unless it is at fault, and the kinds with a schema of their own."""
        place = self._rules_folder_place()
        folder = None if place is None or any(self._no_rules_folder()) else path_inside(self._at(place))
        return OwnRules(folder, tuple(mapping(self._at(("schemas", "kinds")))))

    def _rules_folder_place(self) -> YamlPath | None:
        for place in (("rules",), ("rules", FOLDER_KEY)):
            if isinstance(self._at(place), str) and self._at(place):
                return place
        return None

    def _at(self, path: YamlPath) -> Any:
        return value_at(self._document.value, path)

    def _no_rules_folder(self) -> Iterator[tuple[Span, Sayable]]:
        place = self._rules_folder_place()
        if place is None:
            return
        written = self._at(place)
        inside = path_inside(written) if "\0" not in written else None
        folder = os.path.realpath(self._root / inside) if inside else ""
        if inside is None or not Path(folder).is_relative_to(os.path.realpath(self._root)):
            message = Text("“rules” names a folder outside the knowledge base: “{folder}”", folder=written[:60])
            yield self._document.spans[place], message
        elif not Path(folder).is_dir():
            message = Text("“rules” names a folder that does not exist: “{folder}”", folder=written[:60])
            yield self._document.spans[place], message

    def _unknown_rules(self) -> Iterator[tuple[Span, Sayable]]:
        value = self._document.value or {}
        if any(self._no_rules_folder()):
            return  # what the rules there are called is not known
        for name in mapping(value.get("rules")):
            if name != FOLDER_KEY and not self._is_rule(name):
                yield self._document.keys["rules", name], _not_there(_NO_RULE, name, self._rule_names)
        for pattern, ignored in mapping(value.get("per-file-ignores")).items():
            path: YamlPath = ("per-file-ignores", pattern)
            names = list(enumerate(ignored)) if isinstance(ignored, list) else [(None, ignored)]
            for index, name in names:
                if isinstance(name, str) and name and not self._is_rule(name, prefix=True):
                    yield (
                        self._document.spans[path if index is None else (*path, index)],
                        _not_there(_NO_RULE, name, self._rule_names),
                    )

    def _files_outside(self) -> Iterator[tuple[Span, Sayable]]:
        """Schemas and recorded verdicts in files that are not below the root."""
        groups = mapping(self._at(("schemas",)))
        places: list[YamlPath] = [("schemas", group, name) for group in groups for name in mapping(groups[group])]
        for place in (*places, ("external", "verdicts")):
            path = self._at(place)
            if isinstance(path, str) and path_inside(path) is None:
                message = Text("“{path}” is not in the knowledge base: write the path from its root", path=path[:60])
                yield self._document.spans[place], message

    def _lost_lists(self) -> Iterator[tuple[Span, Sayable]]:
        """Extraction rules of one id, and those that are the same as a rule that is not there."""
        ids: dict[str, int] = {}
        for index, rule in enumerate(self._extraction_rules()):
            own_id = rule.get("id")
            if isinstance(own_id, str) and ids.setdefault(own_id, index) != index:
                message = Text("two extraction rules are called “{id}”", id=own_id[:60])
                yield self._document.spans["extract", index, "id"], message
        for index, rule in enumerate(self._extraction_rules()):
            other = rule.get("same-as")
            if isinstance(other, str) and other not in ids:
                yield self._document.spans["extract", index, "same-as"], _not_there(_NO_EXTRACTION_RULE, other, ids)

    def _extraction_rules(self) -> list[Mapping[str, Any]]:
        rules = self._at(("extract",))
        return list(map(mapping, rules)) if isinstance(rules, list) else []

    def _wrong_needs(self) -> Iterator[tuple[Span, Sayable]]:
        """Needs that are no words of kbcheck, and no kinds that anything here declares, or that nothing can meet."""
        extracted = (rule.get("kind") for rule in self._extraction_rules())
        declared = (*entity_kinds(), *mapping(self._at(("schemas", "kinds"))), *mapping(self._at(("model",))))
        known = dict.fromkeys((*NAMED_NEEDS, *declared, *(kind for kind in extracted if isinstance(kind, str))))
        for kind, fields in mapping(self._at(("model",))).items():
            for name, written in mapping(mapping(fields).get("needs")).items():
                if name not in known:
                    yield self._document.keys["model", kind, "needs", name], _not_there(_NO_NEED, name, known)
                elif _is_impossible(written):
                    message = Text("“{need}” cannot be met: the least number comes first, as in “0..1”", need=written)
                    yield self._document.spans["model", kind, "needs", name], message

    def _is_rule(self, name: str, *, prefix: bool = False) -> bool:
        """Whether a rule has this name or code; with `prefix`, also the beginning of a code (`KB3`)."""
        code = name.upper()
        if name in self._rule_names or code in self._rule_names:
            return True
        return prefix and code.startswith("KB") and any(known.startswith(code) for known in self._rule_names)

    def _settings(self, value: Mapping[str, Any]) -> Settings:
        """The settings of a mapping that the schema accepts."""
        fields = {key.replace("-", "_"): each for key, each in value.items()}
        for name in ("repository", "include", "exclude", "placeholders"):
            fields[name] = strings(fields.get(name))
        rules = mapping(fields.get("rules"))
        fields["rules"] = {name: self._rule(name, each) for name, each in rules.items() if name != FOLDER_KEY}
        fields["rules_folder"] = self.own_rules().folder
        ignores = fields.get("per_file_ignores", {})
        fields["per_file_ignores"] = {pattern: strings(names) for pattern, names in ignores.items()}
        fields["schemas"] = {
            group: {name: self._schema_file(group, name, path) for name, path in files.items()}
            for group, files in fields.get("schemas", {}).items()
        }
        if "extract" in fields:
            fields["extract"] = tuple(fields["extract"] or ())
        fields["model"] = kind_settings(fields.get("model", {}))
        fields["external"] = _external(fields.get("external", {}))
        return Settings(root=self._root, file=self._name, **fields)

    def _schema_file(self, group: str, name: str, path: str) -> SchemaFile:
        return SchemaFile(path_inside(path) or path, self._place(self._document.spans["schemas", group, name]))

    def _rule(self, name: str, value: Any) -> RuleSetting:
        place = self._place(self._document.keys["rules", name])
        if not isinstance(value, dict):
            return RuleSetting(_severity(value), {}, place)
        options = {option: each for option, each in value.items() if option != "severity"}
        return RuleSetting(_severity(value["severity"]) if "severity" in value else None, options, place)


def kind_settings(said: Mapping[str, Mapping[str, Any]]) -> Mapping[str, KindSettings]:
    """The kinds that ship, with what the settings say of them and of others."""
    kinds = dict(KINDS)
    for kind, fields in said.items():
        usual = kinds.get(kind, KindSettings())
        needs = {name: _need(each) for name, each in fields.get("needs", {}).items()}
        aliases = {name: strings(each) for name, each in fields.get("aliases", {}).items()}
        kinds[kind] = KindSettings(
            {**usual.needs, **needs},
            fields.get("order", usual.order),
            fields.get("start"),
            aliases,
            fields.get("deprecated", {}),
            *(strings(fields.get(name)) for name in ("homonyms", "wildcards", "sections")),
        )
    return kinds


def _need(value: float | str) -> Need:
    """`1` is exactly one, `1..` one or more, `0..1` at most one."""
    if not isinstance(value, str):
        return Need(int(value), int(value))  # to JSON Schema, `1.0` is a whole number
    least, limited, most = value.partition("..")
    if not limited:
        return Need(int(least), int(least))
    return Need(int(least), int(most) if most else None)


def _is_impossible(value: object) -> bool:
    """Whether a need asks for more than it allows (`5..1`); what is no need at all is told by the schema."""
    limits = re.fullmatch(r"(\d{1,9})\.\.(\d{1,9})", value) if isinstance(value, str) else None
    return limits is not None and int(limits[1]) > int(limits[2])


def _external(value: Mapping[str, Any]) -> ExternalSettings:
    fields = {key.replace("-", "_"): each for key, each in value.items()}
    for name in ("skip", "intranet", "allow_private"):
        fields[name] = strings(fields.get(name))
    hosts = mapping(fields.get("hosts"))
    if "verdicts" in fields:
        fields["verdicts"] = path_inside(fields["verdicts"]) or fields["verdicts"]
    fields["hosts"] = {name.lower(): HostSettings(**each) for name, each in hosts.items()}
    return ExternalSettings(**fields)


_NO_RULE = Text("no rule is called “{name}”{hint}")
_NO_EXTRACTION_RULE = Text("no extraction rule is called “{name}”{hint}")
_NO_NEED = Text("no need is called “{name}”{hint}")


def _not_there(nothing: Text, name: str, known: Iterable[str]) -> Text:
    """That nothing has this name, with the one that was probably meant."""
    meant = nearest(name, tuple(known))
    hint = Text(": did you mean “{name}”?", name=meant) if meant else ""
    return Text(nothing.template, name=name[:60], hint=hint)


def _severity(value: Any) -> Severity | Literal["off"]:
    # `false` is how tools for YAML 1.1 write the word `off`.
    return "off" if value is False else cast("Severity | Literal['off']", value)
