"""The ids that front matter refers to: `phase: mvp`, `responsible: responsable-produit`; what they mean, if anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

from kbcheck.documents.facts import Document
from kbcheck.knowledge.model import FRONT_MATTER, Entity, Key, Model
from kbcheck.knowledge.names import name_key
from kbcheck.knowledge.schemas import PageSchemas
from kbcheck.schema.validate import nearest
from kbcheck.schema.walk import Reference

# Only what an id looks like is offered as one.
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
#: Looking for a near id costs: of more references to nothing than this the others are told without one.
_MOST_COMPARED = 200


class Unresolved(Struct, frozen=True):
    """A reference to nothing, and what was probably meant.

    `reason`: the id is a `name` of the one entity `meant`; it is `near` the id of `meant`; it is that of another kind,
    of which `meant` is (`other-kind`); there is none like it (`default`); no page declares such an entity at all and this
    is the first reference to one (`undeclared`).
    """

    reference: Reference
    reason: Literal["name", "near", "other-kind", "default", "undeclared"]
    meant: Entity | None = None

    @property
    def offered(self) -> str | None:
        """The id to write instead, where there is one."""
        fits = self.meant is not None and self.reason != "other-kind" and _ID.fullmatch(self.meant.id)
        return self.meant.id if self.meant is not None and fits else None


class References:
    """All references of a base. Entities that were read from tables count as well: a table may be all there is."""

    def __init__(self, pages: Iterable[Document], schemas: PageSchemas, model: Model) -> None:
        self._pages = pages
        self._schemas = schemas
        self._model = model
        self._compared = 0

    def unresolved(self, path: str) -> tuple[Unresolved, ...]:
        """The references of a page that lead to no entity of a right kind, in the order of the page."""
        return self._unresolved.get(path, ())

    @cached_property
    def between(self) -> Mapping[Key, tuple[Key, ...]]:
        """For every entity, those that its page refers to and those whose pages refer to it, whatever the field.

        An id that none has stands for an entity of the first kind that may be meant.
        """
        found: dict[Key, dict[Key, None]] = {}
        for page in self._pages:
            own_id, kind = self.declared_id(page), self._schemas.kind(page)
            for reference in self._schemas.references(page) if own_id and kind else ():
                kinds = [one for one in reference.kinds if (one, reference.id) in self._ids] or reference.kinds[:1]
                own, other = Key(kind or "", own_id or ""), Key(kinds[0], reference.id)
                found.setdefault(own, {})[other] = None
                found.setdefault(other, {})[own] = None
        return {key: tuple(others) for key, others in found.items()}

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """For every id that front matter declares, the first page that does."""
        owners: dict[str, str] = {}
        for page in self._pages:
            own_id = self.declared_id(page)
            if own_id is not None:
                owners.setdefault(own_id, page.path)
        return owners

    @cached_property
    def cycles(self) -> Mapping[str, tuple[str, ...]]:
        """For the first page of each circle of `replaced-by`, the ids in it, from its own back to its own."""
        declared = {one.key: one for one in self._model.mentions if one.form == FRONT_MATTER}
        found: dict[str, tuple[str, ...]] = {}
        done: set[Key] = set()
        for start in declared:
            walk: dict[Key, None] = {}
            key = start
            while key in declared and key not in done and key not in walk:
                walk[key] = None
                key = Key(key.kind, str(declared[key].attributes.get("replaced-by")))
            if key in walk:
                circle = list(walk)[list(walk).index(key) :]
                first = min(range(len(circle)), key=lambda index: declared[circle[index]].path)
                ids = [one.id for one in (*circle[first:], *circle[:first])]
                found[declared[circle[first]].path] = (*ids, ids[0])
            done |= walk.keys()
        return found

    def declared_id(self, page: Document) -> str | None:
        """The id that a page gives to what it describes."""
        own_id = page.fields.get("id") if self._schemas.kind(page) else None
        return own_id if isinstance(own_id, str) and own_id else None

    @cached_property
    def _unresolved(self) -> Mapping[str, tuple[Unresolved, ...]]:
        found: dict[str, tuple[Unresolved, ...]] = {}
        missed: set[str] = set()  # the kinds of which no page declares any entity, once they have been said
        for page in self._pages:
            lost: list[Unresolved] = []
            for reference in self._schemas.references(page):
                if any((kind, reference.id) in self._ids for kind in reference.kinds):
                    continue
                if any(kind in self._declared_kinds for kind in reference.kinds):
                    lost.append(self._meaning(reference))
                elif reference.kinds[0] not in missed and _ID.fullmatch(reference.id):
                    missed.add(reference.kinds[0])
                    lost.append(Unresolved(reference, "undeclared"))
            if lost:
                found[page.path] = tuple(lost)
        return found

    def _meaning(self, reference: Reference) -> Unresolved:
        key = name_key(reference.id)
        named = {entity.id: entity for kind in reference.kinds for entity in self._names.get((kind, key), ())}
        if named:
            return (
                Unresolved(reference, "name", *named.values()) if len(named) == 1 else Unresolved(reference, "default")
            )
        other = self._of_any_kind.get(reference.id)
        if other is not None:
            return Unresolved(reference, "other-kind", other)
        near = self._near(reference)
        return Unresolved(reference, "default") if near is None else Unresolved(reference, "near", near)

    def _near(self, reference: Reference) -> Entity | None:
        """The entity with an id much like the one that is written; looking for it costs, and is done for some only."""
        self._compared += 1
        if self._compared > _MOST_COMPARED:
            return None
        ids = {own_id: entity for (kind, own_id), entity in self._ids.items() if kind in reference.kinds}
        near = nearest(reference.id, tuple(ids))
        return None if near is None else ids[near]

    @cached_property
    def _ids(self) -> Mapping[tuple[str, str], Entity]:
        return {(entity.kind, entity.id): entity for entity in self._model.entities}

    @cached_property
    def _of_any_kind(self) -> Mapping[str, Entity]:
        return {entity.id: entity for entity in self._model.entities}

    @cached_property
    def _names(self) -> Mapping[tuple[str, str], tuple[Entity, ...]]:
        """The entities of each kind by the keys of their names, aliases and ids."""
        names: dict[tuple[str, str], dict[str, Entity]] = {}
        for entity in self._model.entities:
            for name in (entity.name, entity.id, *entity.aliases):
                key = name_key(name)
                if key:
                    names.setdefault((entity.kind, key), {})[entity.id] = entity
        return {key: tuple(entities.values()) for key, entities in names.items()}

    @cached_property
    def _declared_kinds(self) -> frozenset[str]:
        return frozenset(entity.kind for entity in self._model.entities if entity.form == FRONT_MATTER)
