"""The extraction rules of kbcheck itself, for a base whose settings have none: what they find is marked as guessed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kbcheck.knowledge.extraction.vocabulary import Rule, read_rules
from kbcheck.schema.compiled import compiled
from kbcheck.schema.yaml import read_yaml

_FILE = Path(__file__).with_name("builtin.yaml")


@cache
def builtin_rules() -> tuple[Rule, ...]:
    """The rules in `builtin.yaml`, beside this module."""
    return read_rules(builtin_values(), guessed=True)


@cache
def builtin_values() -> tuple[Mapping[str, Any], ...]:
    """The same rules as they are written there."""
    return tuple(compiled(_FILE, [_FILE], lambda: read_yaml(_FILE.read_text(encoding="utf-8")).value))
