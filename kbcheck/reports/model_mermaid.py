"""The model as a Mermaid flowchart, for a picture in a README (GitHub and GitBook draw it): the phases of each life cycle in
their order, their deliverables, and who is responsible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    PHASE_PRECEDES,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Key,
    Model,
    Relation,
)
from kbcheck.reports.model_relations import following
from kbcheck.reports.terminal import escaped

_SHAPES = {"phase": ("([", "])"), "deliverable": ("[", "]"), "role": ("[/", "/]")}
_ARROWS = {PHASE_PRECEDES: "==>", PHASE_HAS_DELIVERABLE: "-->", ROLE_RESPONSIBLE_FOR: "-.-"}
# Between double quotes, Mermaid ends the text at a quote, draws HTML, Markdown and formulas, and breaks the line at `\\n`. It
# writes such characters as entities of its own (https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
_ENTITIES = str.maketrans({char: f"#{ord(char)};" for char in '"#<>&`*_$\\'})
# What would start a list: "1. Idée" is drawn by Mermaid 10 as "Unsupported markdown: list".
_LIST = re.compile(r"(\d*)([.)+-])(?= )")


def render_mermaid(model: Model) -> str:
    """A `flowchart`, one line a node or an arrow."""
    return "\n".join(("flowchart LR", *(f"  {line}" for line in _lines(model)))) + "\n"


def _lines(model: Model) -> Iterator[str]:
    relations = [one for one in (*model.relations, *following(model)) if _is_shown(one)]
    used = {end for relation in relations for end in (relation.subject, relation.object)}
    phases = [phase for cycle in model.sets("phase") for phase in cycle]
    others = [one for kind in ("deliverable", "role") for one in model.of_kind(kind) if one.key in used]
    shown = [*phases, *others]
    nodes = {entity.key: f"{entity.kind[0]}{index}" for index, entity in enumerate(shown, 1)}
    for entity in shown:
        opening, closing = _SHAPES[entity.kind]
        yield f'{nodes[entity.key]}{opening}"{_title(entity)}"{closing}'
    yield from dict.fromkeys(_arrow(one, nodes) for one in relations if one.subject in nodes and one.object in nodes)


def _is_shown(relation: Relation) -> bool:
    return relation.relation in _ARROWS and relation.subject.kind in _SHAPES and relation.object.kind in _SHAPES


def _arrow(relation: Relation, nodes: dict[Key, str]) -> str:
    return f"{nodes[relation.subject]} {_ARROWS[relation.relation]} {nodes[relation.object]}"


def _title(entity: Entity) -> str:
    number = f"{entity.order}. " if entity.order is not None else ""
    title = escaped(f"{number}{entity.name}").translate(_ENTITIES)
    mark = _LIST.match(title)
    return f"{mark[1]}#{ord(mark[2])};{title[mark.end() :]}" if mark else title
