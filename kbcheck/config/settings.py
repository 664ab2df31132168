"""The settings of a knowledge base as values. What each means is said once, in `schemas/config.schema.json`; a test holds
the defaults here to those there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from kbcheck.diagnostics import Severity
from kbcheck.files import escape_glob

Language = Literal["en", "fr"]
FailOn = Literal["error", "warning", "info", "never"]


class RuleSetting(Struct, frozen=True):
    """What the settings say of one rule. `place` is `path:line:column`, for faults that only the rule can see."""

    severity: Severity | Literal["off"] | None = None
    options: Mapping[str, Any] = {}
    place: str = ""


class SchemaFile(Struct, frozen=True):
    """A schema of the team's own: its file, relative to the root; `place` is `path:line:column` in the settings."""

    path: str
    place: str = ""


class Need(Struct, frozen=True):
    """How many others must cover an entity: at least `least`, at most `most` (None: no limit)."""

    least: int = 1
    most: int | None = None


class KindSettings(Struct, frozen=True):
    """What `model:` says of one kind of entity; what the words mean is said in `schemas/config.schema.json`."""

    needs: Mapping[str, Need] = {}
    order: Literal["consecutive", "any"] = "any"
    start: int | None = None
    aliases: Mapping[str, tuple[str, ...]] = {}
    deprecated: Mapping[str, str] = {}
    homonyms: tuple[str, ...] = ()
    wildcards: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


#: The needs that are no kinds.
NAMED_NEEDS = ("page", "use", "accountable", "responsible", "participant")

#: What ships: what every life cycle needs; a test holds it to the default in the schema.
KINDS: Mapping[str, KindSettings] = {
    "phase": KindSettings({"deliverable": Need(1), "responsible": Need(0, 1)}, order="consecutive"),
    "deliverable": KindSettings({"phase": Need(1), "responsible": Need(1, 1)}),
    "role": KindSettings({"page": Need(1, 1), "use": Need(1)}),
    "task": KindSettings({"accountable": Need(1, 1), "responsible": Need(1)}),
}


class HostSettings(Struct, frozen=True, kw_only=True):
    """What the settings say of one host outside. `headers`, `user` and `password` name variables of the environment."""

    headers: Mapping[str, str] = {}
    user: str | None = None
    password: str | None = None
    rate: float | None = None
    parallel: int | None = None


class ExternalSettings(Struct, frozen=True, kw_only=True):
    """The settings of the check of external links: `external:`. Times are in seconds, `rate` in requests a second and host."""

    skip: tuple[str, ...] = ()
    intranet: tuple[str, ...] = ()
    allow_private: tuple[str, ...] = ()
    verdicts: str | None = None  # a file of recorded verdicts, from the root
    anchors: bool = True
    timeout: float = 20.0
    rate: float = 10.0
    parallel: int = 2
    connections: int = 128
    redirects: int = 10
    budget: float | None = None
    hosts: Mapping[str, HostSettings] = {}


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
    rules_folder: str | None = None  # from the root; what the file calls `rules: FOLDER` or `rules: {folder: FOLDER}`
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    placeholders: tuple[str, ...] = ()
    schemas: Mapping[str, Mapping[str, SchemaFile]] = {}  # `kinds` by kind, `files` by pattern
    extract: tuple[Mapping[str, Any], ...] | None = None  # rules as written; None: those of kbcheck
    model: Mapping[str, KindSettings] = field(default_factory=lambda: KINDS)
    file: str | None = None  # the settings file, from the root where it is below it
    external: ExternalSettings = ExternalSettings()
    fail_on: FailOn = "warning"

    @property
    def excluded(self) -> tuple[str, ...]:
        """The patterns of what is not checked. The team's own rules are settings: nobody wants them in the navigation."""
        return (*self.exclude, f"/{escape_glob(self.rules_folder)}/") if self.rules_folder else self.exclude
