"""The settings of a knowledge base: `.kbcheck.yaml` at its root, read into `Settings`."""

from kbcheck.config.reading import FILE_NAMES, FOLDER_KEY, find_root, kind_settings, load_settings, own_rules
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

__all__ = [
    "FILE_NAMES",
    "FOLDER_KEY",
    "KINDS",
    "NAMED_NEEDS",
    "ExternalSettings",
    "HostSettings",
    "KindSettings",
    "Need",
    "RuleSetting",
    "SchemaFile",
    "Settings",
    "find_root",
    "kind_settings",
    "load_settings",
    "own_rules",
]
