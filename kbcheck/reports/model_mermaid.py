"""The model as a Mermaid flowchart, for a picture in a README (GitHub and GitBook draw it): phases in their order, their
deliverables, and who is responsible.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_RESPONSIBLE_FOR, Entity, Model

_SHAPES = {"phase": ("([", "])"), "deliverable": ("[", "]"), "role": ("((", "))")}
# Between double quotes, Mermaid reads an entity for whatever would end the text or start markup.
_ENTITIES = str.maketrans({'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "\n": " ", "`": "#96;"})


def render_mermaid(model: Model) -> str:
    """A `flowchart`, one line a node or an arrow."""
    return "\n".join(("flowchart LR", *(f"  {line}" for line in _lines(model)))) + "\n"


def _lines(model: Model) -> Iterator[str]:
    nodes = {(entity.kind, entity.id): f"{entity.kind[0]}{index}" for index, entity in enumerate(model.entities, 1)}
    used = {end for relation in model.relations for end in (relation.subject, relation.object)}
    for entity in model.entities:
        if entity.kind in _SHAPES and (entity.kind == "phase" or entity.id in used):
            opening, closing = _SHAPES[entity.kind]
            yield f'{nodes[entity.kind, entity.id]}{opening}"{_title(entity)}"{closing}'
    phases = [entity for entity in model.of_kind("phase") if entity.order is not None]
    for before, after in pairwise(sorted(phases, key=lambda phase: phase.order or 0)):
        yield f"{nodes['phase', before.id]} ==> {nodes['phase', after.id]}"
    for relation in model.relations:
        if relation.relation == PHASE_HAS_DELIVERABLE:
            ends = nodes.get(("phase", relation.subject)), nodes.get(("deliverable", relation.object))
            arrow = "-->"
        elif relation.relation == ROLE_RESPONSIBLE_FOR:
            kind = "deliverable" if ("deliverable", relation.object) in nodes else "phase"
            ends, arrow = (nodes.get(("role", relation.subject)), nodes.get((kind, relation.object))), "-.-"
        else:
            continue
        if all(ends):
            yield f"{ends[0]} {arrow} {ends[1]}"


def _title(entity: Entity) -> str:
    number = f"{entity.order}. " if entity.order is not None else ""
    return f"{number}{entity.name}".translate(_ENTITIES)
