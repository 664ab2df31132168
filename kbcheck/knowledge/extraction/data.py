"""Entities in YAML and JSON: records of a data file, the entries of a navigation."""

from __future__ import annotations

from collections.abc import Iterator

from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.extraction.places import Piece
from kbcheck.knowledge.extraction.units import Scope, Unit
from kbcheck.schema.values import value_at
from kbcheck.schema.yaml import YamlDocument, YamlPath


def records(scope: Scope, path: str | None) -> Iterator[Unit]:
    """The elements of a list, or the values of a mapping under their keys; inside a record, those of its own list."""
    yaml = scope.document.data
    if yaml is None:
        return
    outer = (scope.unit.record if scope.unit else None) or ()
    where = (*outer, *_steps(path))
    value = value_at(yaml.value, where)
    for step in range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ():
        place = (*where, step)
        span = yaml.spans.get(place)
        if span is None:
            continue
        text, named = value[step], span
        if not isinstance(text, str):
            text, named = (step, yaml.keys.get(place, span)) if isinstance(step, str) else ("", span)
        yield Unit(scope.document, Piece(text, named), "record", span, record=place)


def yaml_refs(document: Document, yaml: YamlDocument, path: str | None) -> Iterator[Unit]:
    """Entries `name: path` at any depth of a navigation, such as `nav:` of MkDocs."""
    start = _steps(path)
    for place, span in yaml.spans.items():
        name = place[-1] if place else None
        value = value_at(yaml.value, place) if place[: len(start)] == start else None
        if isinstance(value, str) and isinstance(name, str):
            link = Link("inline", value, span, span, name)
            yield Unit(document, Piece(name, yaml.keys.get(place, span)), "link", span, link=link)


def _steps(path: str | None) -> YamlPath:
    return tuple(path.split(".")) if path else ()
