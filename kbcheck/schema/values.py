"""Plain values of YAML, TOML or JSON, taken for what they should be: whoever wrote the file may have written anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kbcheck.schema.yaml import YamlPath


def mapping(value: object) -> Mapping[str, Any]:
    """A value that should be a mapping; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def strings(value: object) -> tuple[str, ...]:
    """A value that should be a text or a list of texts; what is no text is left out."""
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def value_at(value: Any, path: YamlPath) -> Any:
    """What stands at a path of keys and list indexes; None where the path ends before."""
    for step in path:
        if isinstance(value, list):
            value = value[step] if isinstance(step, int) and step < len(value) else None
        else:
            value = mapping(value).get(str(step))
    return value
