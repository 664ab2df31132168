"""The model for programs: one JSON object, described by `schemas/model.schema.json`.

Its keys are a promise, as those of the report are: a key is added, never renamed or removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kbcheck.diagnostics import Places
from kbcheck.knowledge.model import Entity, Key, Model, Relation
from kbcheck.reports.json import FORMAT, json_text
from kbcheck.reports.model_relations import following

_DESCRIBED_BY = "described-by"


def render_json(model: Model, texts: Mapping[str, str]) -> str:
    """Entities and relations as JSON text, ending with a line end. `texts` has the text of every file by path."""
    places = Places(texts)
    relations = [_relation(model, relation, places) for relation in (*model.relations, *following(model))]
    return json_text(
        {
            "format": FORMAT,
            "entities": [_entity(entity, places) for entity in model.entities],
            "relations": [*relations, *_descriptions(model, places)],
        }
    )


def _entity(entity: Entity, places: Places) -> dict[str, object]:
    return {
        "kind": entity.kind,
        "id": entity.id,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "order": entity.order,
        **_place(entity, places),
        "form": entity.form,
        "guessed": entity.guessed,
        "rule": entity.rule,
    }


def _relation(model: Model, relation: Relation, places: Places) -> dict[str, object]:
    return {
        "subject": model.name(relation.subject),
        "relation": relation.relation,
        "object": model.name(relation.object),
        **_place(relation, places),
        "part": relation.part or None,
        "subject_entity": _end(relation.subject),
        "object_entity": _end(relation.object),
    }


def _descriptions(model: Model, places: Places) -> Iterator[dict[str, object]]:
    """The pages of the entities, each at the first place that leads to it, or is in it."""
    for entity in model.entities:
        for page in model.pages_of(entity.key):
            mention = next(one for one in model.mentions_of(entity.key) if one.target == page)
            yield {
                "subject": entity.name,
                "relation": _DESCRIBED_BY,
                "object": page,
                **_place(mention, places),
                "part": None,
                "subject_entity": _end(entity.key),
                "object_entity": None,
            }


def _end(key: Key) -> dict[str, str]:
    return {"kind": key.kind, "id": key.id}


def _place(one: Entity | Relation, places: Places) -> dict[str, object]:
    position = places.position(one.path, one.span.start)
    return {"path": one.path, "line": position.line, "column": position.column}
