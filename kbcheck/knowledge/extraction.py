"""Reads entities and relations: from front matter that says `kind:`, and from tables of phases and deliverables.

Precision before recall: a table counts only when a header says "deliverable" and its rows are phases by their header, by
their numbers or by the heading above the table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Cell, Document, Table
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Model,
    Relation,
    Side,
    entity_id,
)
from kbcheck.knowledge.names import Name, name_key, read_name
from kbcheck.schema.yaml import YamlDocument, YamlPath

_PHASE_HEADER = re.compile(r"(?:n°\s*)?(?:phase|étape|etape|stade|stage|step)s?\b", re.IGNORECASE)
_DELIVERABLE_HEADER = re.compile(r"(?:types? de )?livrables?\b|(?:key |main |expected )?deliverables?\b", re.IGNORECASE)
_LIFE_CYCLE = re.compile(r"\b(?:phases?|étapes?|etapes?|cycle de vie|life[- ]?cycle|stages?)\b", re.IGNORECASE)

#: What a cell says that has no deliverable yet: it names none.
_NOTHING = frozenset(
    name_key(text)
    for text in ("", "à venir", "à compléter", "à définir", "TBD", "TODO", "Tk", "N/A", "NA", "none", "néant", "aucun")
)

# The kinds that the subject and the object of a relation can have.
_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    PHASE_HAS_DELIVERABLE: (("phase",), ("deliverable",)),
    ROLE_RESPONSIBLE_FOR: (("role",), ("deliverable", "phase", "task")),
    ROLE_PARTICIPATES_IN: (("role",), ("phase", "task", "deliverable", "gate")),
}


def extract(documents: Iterable[Document], kinds: Collection[str]) -> Model:
    """The model of a knowledge base, from all its pages; `kinds` are those that front matter can declare."""
    entities: list[Entity] = []
    relations: list[Relation] = []
    for document in documents:
        for fact in (*_front_matter(document, kinds), *_tables(document)):
            (entities if isinstance(fact, Entity) else relations).append(fact)  # type: ignore[arg-type]
    return Model(_with_declared_ids(entities), _between_declared_ids(entities, relations))


# Front matter

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
        ("gate", "decided-by"): (ROLE_PARTICIPATES_IN, "object"),
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


def _front_matter(document: Document, kinds: Collection[str]) -> Iterator[Entity | Relation]:
    """The entity that a page's front matter declares, and its relations."""
    yaml = document.front_matter.yaml if document.front_matter else None
    fields = yaml.value if yaml else None
    if yaml is None or not isinstance(fields, dict) or not _is_kind(fields.get("kind"), kinds):
        return
    name = fields.get("name") or fields.get("title") or fields.get("id")
    if not isinstance(name, str):
        return
    given = fields.get("id")
    own_id = given if isinstance(given, str) else entity_id(name)
    place = next(yaml.spans[key,] for key in ("name", "title", "id") if isinstance(fields.get(key), str))
    aliases = tuple(alias for alias in _texts(fields.get("aliases")) + _texts(fields.get("short-name")))
    order = fields.get("order")
    yield Entity(
        fields["kind"],
        own_id,
        name,
        document.path,
        place,
        "front-matter",
        aliases,
        order if isinstance(order, int) and not isinstance(order, bool) else None,
        fields,
    )
    for path, (relation, side) in _RELATIONS.get(fields["kind"], {}).items():
        for other, span in _references(yaml, path):
            subject, object_ = (own_id, other) if side == "subject" else (other, own_id)
            yield Relation(subject, relation, object_, document.path, span)


def _references(yaml: YamlDocument, path: YamlPath) -> Iterator[tuple[str, Span]]:
    """The ids in a field, each with its place: a text, or a list of texts and of mappings that have an `id`."""
    value = yaml.value
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    elements = {(*path, index): one for index, one in enumerate(value)} if isinstance(value, list) else {path: value}
    for place, element in elements.items():
        if isinstance(element, dict) and isinstance(element.get("id"), str):
            yield element["id"], yaml.spans[*place, "id"]
        elif isinstance(element, str) and element:
            yield element, yaml.spans[place]


def _is_kind(value: object, kinds: Collection[str]) -> bool:
    return isinstance(value, str) and value in kinds


def _texts(value: object) -> tuple[str, ...]:
    """A text or a list of texts, as a tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


# Tables


def _tables(document: Document) -> Iterator[Entity | Relation]:
    for table in document.tables:
        header, rows = _header_and_rows(table)
        deliverables = _column(header, _DELIVERABLE_HEADER)
        if deliverables is None:
            continue
        phases = _phase_column(header, rows, deliverables, _heading_above(document, table))
        if phases is not None:
            yield from _phase_table(document, rows, phases, deliverables)


def _header_and_rows(table: Table) -> tuple[tuple[Cell, ...], tuple[tuple[Cell, ...], ...]]:
    """A table whose header row is empty has its headers in the first row of its body."""
    is_empty = not any(cell.text for cell in table.header)
    return (table.rows[0], table.rows[1:]) if is_empty and table.rows else (table.header, table.rows)


def _column(header: tuple[Cell, ...], pattern: re.Pattern[str]) -> int | None:
    return next((index for index, cell in enumerate(header) if pattern.match(read_name(cell.text).text)), None)


def _phase_column(
    header: tuple[Cell, ...], rows: tuple[tuple[Cell, ...], ...], deliverables: int, heading: str
) -> int | None:
    """The column of the phases: by its header; or the first one, if its cells are numbered or the heading says so."""
    named = _column(header, _PHASE_HEADER)
    if named is not None:
        return named if named != deliverables else None
    if deliverables == 0 or header[0].text:
        return None
    numbered = sum(1 for row in rows if row and read_name(_first_line(row[0])).order is not None)
    return 0 if numbered * 2 > len(rows) or _LIFE_CYCLE.search(heading) else None


def _heading_above(document: Document, table: Table) -> str:
    before = bisect_right([heading.span for heading in document.headings], table.span) - 1
    return document.headings[before].text if before >= 0 else ""


def _phase_table(
    document: Document, rows: tuple[tuple[Cell, ...], ...], phases: int, deliverables: int
) -> Iterator[Entity | Relation]:
    for row in rows:
        name = read_name(_first_line(row[phases])) if phases < len(row) else Name("")
        if not name.text:
            continue
        phase = entity_id(name.text)
        place = _place(document, row[phases].span, name.text)
        yield Entity("phase", phase, name.text, document.path, place, "table", name.aliases, name.order)
        cell = row[deliverables] if deliverables < len(row) else None
        for found, span in _cell_names(document, cell) if cell else ():
            deliverable = entity_id(found.text)
            yield Entity("deliverable", deliverable, found.text, document.path, span, "table", found.aliases)
            yield Relation(phase, PHASE_HAS_DELIVERABLE, deliverable, document.path, span)


def _cell_names(document: Document, cell: Cell) -> Iterator[tuple[Name, Span]]:
    """The names in a cell, one a line; a placeholder is none."""
    start = cell.span.start
    for line in cell.text.split("\n"):
        name = read_name(line)
        if name_key(name.text) in _NOTHING or not any(character.isalnum() for character in name.text):
            continue
        span = _place(document, Span(start, cell.span.end), name.text)
        yield name, span
        start = span.end if span.start > start else start


def _first_line(cell: Cell) -> str:
    return cell.text.split("\n", 1)[0]


def _place(document: Document, within: Span, name: str) -> Span:
    """Where a name stands in a cell; the cell itself when markup splits the name."""
    start = document.text.find(name, within.start, within.end)
    return Span(start, start + len(name)) if start >= 0 else within


# The same entity in several places


def _declared_ids(entities: list[Entity]) -> dict[tuple[str, str], str]:
    """For every key of a name or alias in front matter, the id that the front matter gives it."""
    ids: dict[tuple[str, str], str] = {}
    for entity in entities:
        if not entity.guessed:
            for name in (entity.name, entity.id, *entity.aliases):
                ids.setdefault((entity.kind, entity_id(name)), entity.id)
    return ids


def _with_declared_ids(entities: list[Entity]) -> Iterator[Entity]:
    """What a table calls "Produit minimum viable (MVP)" is the phase `mvp` if a page declares that name or alias."""
    ids = _declared_ids(entities)
    for entity in entities:
        names = (entity.id, *(entity_id(alias) for alias in entity.aliases)) if entity.guessed else ()
        declared = next((ids[entity.kind, name] for name in names if (entity.kind, name) in ids), entity.id)
        yield entity if declared == entity.id else replace(entity, id=declared)


def _between_declared_ids(entities: list[Entity], relations: list[Relation]) -> Iterator[Relation]:
    ids = _declared_ids(entities)
    for relation in relations:
        subjects, objects = _KINDS[relation.relation]
        subject, object_ = _declared(ids, subjects, relation.subject), _declared(ids, objects, relation.object)
        yield Relation(subject, relation.relation, object_, relation.path, relation.span)


def _declared(ids: Mapping[tuple[str, str], str], kinds: Iterable[str], name: str) -> str:
    """The id that an entity of one of these kinds has, called so; an id that is declared as it stands comes first."""
    found = [ids[kind, name] for kind in kinds if (kind, name) in ids]
    return name if name in found or not found else found[0]
