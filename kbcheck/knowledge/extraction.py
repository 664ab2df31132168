"""Reads entities and relations: from front matter that says `kind:`, and from tables of phases and deliverables.

Precision before recall: a table counts only when a header says "deliverable" and its rows are phases by their header, by
their numbers or by the heading above the table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Cell, Document, Table
from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, Entity, Model, Relation, entity_id
from kbcheck.knowledge.names import Name, name_key, read_name

_PHASE_HEADER = re.compile(r"(?:n°\s*)?(?:phase|étape|etape|stade|stage|step)s?\b", re.IGNORECASE)
_DELIVERABLE_HEADER = re.compile(r"(?:types? de )?livrables?\b|(?:key |main |expected )?deliverables?\b", re.IGNORECASE)
_LIFE_CYCLE = re.compile(r"\b(?:phases?|étapes?|etapes?|cycle de vie|life[- ]?cycle|stages?)\b", re.IGNORECASE)

#: What a cell says that has no deliverable yet: it names none.
_NOTHING = frozenset(
    name_key(text)
    for text in ("", "à venir", "à compléter", "à définir", "TBD", "TODO", "Tk", "N/A", "NA", "none", "néant", "aucun")
)

ENTITY_KINDS = ("role", "phase", "deliverable", "task", "gate")


def extract(documents: Iterable[Document]) -> Model:
    """The model of a knowledge base, from all its pages."""
    entities: list[Entity] = []
    relations: list[Relation] = []
    for document in documents:
        for fact in (*_front_matter(document), *_tables(document)):
            (entities if isinstance(fact, Entity) else relations).append(fact)  # type: ignore[arg-type]
    return Model(_with_declared_ids(entities), _between_declared_ids(entities, relations))


# Front matter


def _front_matter(document: Document) -> Iterator[Entity | Relation]:
    """The entity that a page's front matter declares, and what it says of its phases."""
    yaml = document.front_matter.yaml if document.front_matter else None
    fields = yaml.value if yaml else None
    if yaml is None or not isinstance(fields, dict) or fields.get("kind") not in ENTITY_KINDS:
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
    if fields["kind"] == "deliverable":
        for index, phase in enumerate(_texts(fields.get("phase"))):
            path = ("phase",) if isinstance(fields["phase"], str) else ("phase", index)
            yield Relation(phase, PHASE_HAS_DELIVERABLE, own_id, document.path, yaml.spans[path])


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
        subject = ids.get(("phase", relation.subject), relation.subject)
        object_ = ids.get(("deliverable", relation.object), relation.object)
        yield Relation(subject, relation.relation, object_, relation.path, relation.span)
