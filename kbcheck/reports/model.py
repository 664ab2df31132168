"""The model of a knowledge base as people and programs read it: `kbcheck model`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kbcheck.diagnostics import Places
from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, Entity, Model
from kbcheck.reports.terminal import escaped

_HEADINGS = {"phase": "Phases", "role": "Roles", "deliverable": "Deliverables", "task": "Tasks", "gate": "Gates"}
_GUESSED = "guessed from the text"
_NOTHING = (
    "No phase, role or deliverable was found: neither front matter with `kind:` nor a table of phases and deliverables."
)
_NO_DELIVERABLE = "no deliverable"


def render_json(model: Model, texts: Mapping[str, str]) -> str:
    """Entities and relations as one JSON object. `texts` has the text of every page by path."""
    places = Places(texts)
    entities = []
    for entity in model.entities:
        position = places.position(entity.path, entity.span.start)
        entities.append(
            {
                "kind": entity.kind,
                "id": entity.id,
                "name": entity.name,
                "aliases": list(entity.aliases),
                "order": entity.order,
                "path": entity.path,
                "line": position.line,
                "column": position.column,
                "form": entity.form,
                "guessed": entity.guessed,
            }
        )
    relations = [
        {
            "subject": model.named((relation.subject,))[0],
            "relation": relation.relation,
            "object": model.named((relation.object,))[0],
            "path": relation.path,
            "line": places.position(relation.path, relation.span.start).line,
        }
        for relation in model.relations
    ]
    return json.dumps({"entities": entities, "relations": relations}, ensure_ascii=False, indent=2) + "\n"


def render_text(model: Model, texts: Mapping[str, str]) -> str:
    """One block a kind: each entity with its place and what it has, the guessed ones marked."""
    places = Places(texts)
    kinds = dict.fromkeys((*_HEADINGS, *(entity.kind for entity in model.entities)))  # a team may declare others
    blocks = [block for kind in kinds if (block := "\n".join(_kind(model, kind, places)))]
    return "\n\n".join(blocks or [_NOTHING]) + "\n"


def _kind(model: Model, kind: str, places: Places) -> Iterator[str]:
    entities = model.in_order(kind)
    if not entities:
        return
    yield f"{_HEADINGS.get(kind, kind.capitalize())} ({len(entities)})"
    width = min(max(len(_title(entity)) for entity in entities), 50)
    for entity in entities:
        position = places.position(entity.path, entity.span.start)
        place = escaped(f"{entity.path}:{position.line}:{position.column}")
        guessed = f"  ({_GUESSED})" if entity.guessed else ""
        yield f"  {_title(entity):{width}}  {place}{guessed}"
        if kind == "phase":
            yield from (f"      {line}" for line in _deliverables(model, entity))


def _title(entity: Entity) -> str:
    number = f"{entity.order}. " if entity.order is not None else ""
    aliases = f" ({', '.join(entity.aliases)})" if entity.aliases else ""
    return escaped(f"{number}{entity.name}{aliases}")


def _deliverables(model: Model, phase: Entity) -> Iterator[str]:
    delivered = model.others(PHASE_HAS_DELIVERABLE, "subject")
    yield from (f"- {escaped(name)}" for name in model.named(delivered.get(phase.id, ())))
    if phase.id not in delivered and delivered:
        yield f"({_NO_DELIVERABLE})"
