"""Plain values written as YAML, for files that people read and edit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from kbcheck.schema.yaml import read_yaml

# Characters: a collection that would take more stands on several lines.
_LONGEST = 80
_UNBROKEN = 1_000_000


def write_yaml(value: Any) -> str:
    """A value as YAML, ending with a line end; a short collection without others inside stands on one line.

    No text is broken over several lines: a regular expression is corrected where it can be read.
    """
    import yaml

    return str(yaml.dump(value, Dumper=_dumper(), allow_unicode=True, sort_keys=False, width=_UNBROKEN))


def write_keys(mapping: Mapping[str, Any]) -> str:
    """A mapping as `write_yaml` has it, each of its own keys on a line: the whole of a file, or a part of one."""
    from io import StringIO

    stream = StringIO()
    dumper = _dumper()(stream, allow_unicode=True, sort_keys=False, width=_UNBROKEN)
    dumper.open()
    node = dumper.represent_data(dict(mapping))
    node.flow_style = False
    dumper.serialize(node)
    dumper.close()
    return stream.getvalue()


@cache
def _dumper() -> Any:
    """A writer without anchors, which would make `&id001` of a value that stands twice, and with lists indented."""
    from yaml import SafeDumper

    class Dumper(SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT002 - as it is called
            super().increase_indent(flow, False)

        def represent_str(self, data: str) -> Any:
            # Without quotes, `0E0` would be a number to the core schema of YAML 1.2, which PyYAML does not know.
            quoted = "'" if read_yaml(data).value != data else None
            return self.represent_scalar("tag:yaml.org,2002:str", data, style=quoted)

        def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
            return super().represent_sequence(tag, sequence, flow_style=_is_short(list(sequence)))

        def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
            return super().represent_mapping(tag, mapping, flow_style=_is_short([*mapping.keys(), *mapping.values()]))

    Dumper.add_representer(str, Dumper.represent_str)
    return Dumper


def _is_short(values: list[Any]) -> bool:
    is_flat = not any(isinstance(value, (list, dict)) for value in values)
    return is_flat and sum(len(str(value)) + 2 for value in values) <= _LONGEST
