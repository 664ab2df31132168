"""Entities and relations that the front matter of pages declares: `kind: role`, `phase: [mvp]`, `responsible: ...`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge.extraction.said import Said
from kbcheck.knowledge.model import (
    FRONT_MATTER,
    PHASE_HAS_DELIVERABLE,
    PHASE_PRECEDES,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Side,
    entity_id,
)
from kbcheck.schema.values import strings, value_at
from kbcheck.schema.yaml import YamlDocument, YamlPath

# What the fields of a page say, by its kind: the relation, and the side of it on which the entity of the page is.
_RELATIONS: Mapping[str, Mapping[YamlPath, tuple[str, Side]]] = {
    "deliverable": {
        ("phase",): (PHASE_HAS_DELIVERABLE, "object"),
        ("responsible",): (ROLE_RESPONSIBLE_FOR, "object"),
        ("contributors",): (ROLE_PARTICIPATES_IN, "object"),
        ("approved-by",): (ROLE_PARTICIPATES_IN, "object"),
        ("informed",): (ROLE_PARTICIPATES_IN, "object"),
    },
    "phase": {
        ("responsible",): (ROLE_RESPONSIBLE_FOR, "object"),
        ("participants",): (ROLE_PARTICIPATES_IN, "object"),
        ("deliverables",): (PHASE_HAS_DELIVERABLE, "subject"),
        ("gate", "decided-by"): (ROLE_PARTICIPATES_IN, "object"),
        ("next",): (PHASE_PRECEDES, "subject"),
    },
    "task": {
        ("accountable",): (ROLE_RESPONSIBLE_FOR, "object"),
        ("responsible",): (ROLE_PARTICIPATES_IN, "object"),  # who does it (the R of RACI); one role answers for it
        ("consulted",): (ROLE_PARTICIPATES_IN, "object"),
        ("informed",): (ROLE_PARTICIPATES_IN, "object"),
    },
    "gate": {("decided-by",): (ROLE_PARTICIPATES_IN, "object")},
    "role": {
        ("responsible-for",): (ROLE_RESPONSIBLE_FOR, "subject"),
        ("participates-in",): (ROLE_PARTICIPATES_IN, "subject"),
    },
}


def fields_saying(kind: str, relations: Iterable[str], side: Side) -> frozenset[str]:
    """The fields of a page of that kind that say one of these relations, the page's entity being on that side."""
    wanted = {(relation, side) for relation in relations}
    return frozenset(str(path[0]) for path, said in _RELATIONS.get(kind, {}).items() if said in wanted)


def declared(document: Document, kinds: Collection[str]) -> Iterator[Entity | Said]:
    """The entity that a page's front matter declares, and its relations; `kinds` are those that it can declare."""
    yaml = document.yaml
    fields = yaml.value if yaml else None
    if yaml is None or not isinstance(fields, dict) or not _is_kind(fields.get("kind"), kinds):
        return
    kind = fields["kind"]
    name = fields.get("name") or fields.get("title") or fields.get("id")
    if not isinstance(name, str):
        return
    given = fields.get("id")
    own_id = given if isinstance(given, str) else entity_id(name)
    place = next(yaml.spans[key,] for key in ("name", "title", "id") if isinstance(fields.get(key), str))
    aliases = (*strings(fields.get("aliases")), *strings(fields.get("short-name")))
    order = fields.get("order")
    yield Entity(
        kind,
        own_id,
        name,
        document.path,
        place,
        FRONT_MATTER,
        aliases,
        order if isinstance(order, int) and not isinstance(order, bool) else None,
        fields,
        target=document.path,
    )
    for path, (relation, side) in _RELATIONS.get(kind, {}).items():
        for other, span in _references(yaml, path):
            if side == "subject":
                yield Said(own_id, relation, other, document.path, span, str(path[-1]), subject_kind=kind)
            else:
                yield Said(other, relation, own_id, document.path, span, str(path[-1]), object_kind=kind)


def _references(yaml: YamlDocument, path: YamlPath) -> Iterator[tuple[str, Span]]:
    """The ids in a field, each with its place: a text, or a list of texts and of mappings that have an `id`."""
    value = value_at(yaml.value, path)
    elements = {(*path, index): one for index, one in enumerate(value)} if isinstance(value, list) else {path: value}
    for place, element in elements.items():
        if isinstance(element, dict) and isinstance(element.get("id"), str):
            yield element["id"], yaml.spans[*place, "id"]
        elif isinstance(element, str) and element:
            yield element, yaml.spans[place]


def _is_kind(value: object, kinds: Collection[str]) -> bool:
    return isinstance(value, str) and value in kinds
