"""Which of the names that pages say are the same entity: by id, by name, by alias, as front matter and settings have them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from kbcheck.config import KindSettings
from kbcheck.knowledge.extraction.said import Fact, Said
from kbcheck.knowledge.model import (
    FRONT_MATTER,
    Entity,
    EntityList,
    Found,
    Key,
    Matrix,
    Nameless,
    Relation,
    Side,
    entity_id,
)
from kbcheck.schema.values import strings


def identified(facts: Iterable[Fact], kinds: Mapping[str, KindSettings], idle: tuple[str, ...] = ()) -> Found:
    """All facts with every entity under its one key. What "Produit minimum viable (MVP)" is in a table is the phase `mvp`
    if a page declares that name or alias.
    """
    facts = list(facts)
    entities = [fact for fact in facts if isinstance(fact, Entity)]
    names = _Names(entities, kinds)
    known = {id(entity): names.identified(entity) for entity in entities}
    relations = (names.relation(fact) for fact in facts if isinstance(fact, Said))
    return Found(
        tuple(known.values()),
        tuple(dict.fromkeys(one for one in relations if one.subject != one.object)),
        tuple(_list(fact, names) for fact in facts if isinstance(fact, EntityList)),
        tuple(_matrix(fact, names) for fact in facts if isinstance(fact, Matrix)),
        tuple(fact for fact in facts if isinstance(fact, Nameless)),
        idle,
    )


class _Names:
    """For every key of a name or alias that front matter or the settings declare, the id of its entity."""

    def __init__(self, entities: Collection[Entity], kinds: Mapping[str, KindSettings]) -> None:
        self._ids: dict[Key, str] = {}
        for entity in entities:
            if entity.form == FRONT_MATTER:
                former = strings(entity.attributes.get("deprecated-names"))
                for name in (entity.name, entity.id, *entity.aliases, *former):
                    self._ids.setdefault(Key(entity.kind, entity_id(name)), entity.id)
        for kind, settings in kinds.items():
            renamed = ((present, (name,)) for name, present in settings.deprecated.items())
            for name, others in (*settings.aliases.items(), *renamed):
                own_id = self._ids.get(Key(kind, entity_id(name)), entity_id(name))
                for other in (name, *others):
                    self._ids.setdefault(Key(kind, entity_id(other)), own_id)
        for entity in entities:  # relations say the name of what is known by one of its aliases
            own_id = self.identified(entity).id
            if own_id != entity.id:
                self._ids.setdefault(Key(entity.kind, entity.id), own_id)

    def identified(self, entity: Entity) -> Entity:
        """The entity under the id that is declared for its name or one of its aliases."""
        if entity.form == FRONT_MATTER:
            return entity
        if entity.id != entity_id(entity.name):  # of a life cycle that is a set of its own
            return entity
        names = (entity.id, *(entity_id(alias) for alias in entity.aliases))
        own_id = next((found for name in names if (found := self._ids.get(Key(entity.kind, name)))), entity.id)
        return entity if own_id == entity.id else replace(entity, id=own_id)

    def relation(self, said: Said) -> Relation:
        """The relation between the entities that are meant."""
        subject, object_ = self._end(said, "subject"), self._end(said, "object")
        return Relation(subject, said.relation, object_, said.path, said.span, said.part)

    def _end(self, said: Said, side: Side) -> Key:
        """An id that is declared as it stands comes first; what nothing declares is of the likeliest kind."""
        name = said.subject if side == "subject" else said.object
        keys = [Key(kind, self._ids[Key(kind, name)]) for kind in said.kinds(side) if Key(kind, name) in self._ids]
        exact = next((key for key in keys if key.id == name), None)
        return exact or (keys[0] if keys else Key(said.kinds(side)[0], name))


def _list(found: EntityList, names: _Names) -> EntityList:
    return replace(found, entities=_all(found.entities, names))


def _matrix(found: Matrix, names: _Names) -> Matrix:
    return replace(found, tasks=_all(found.tasks, names), roles=_all(found.roles, names))


def _all(entities: Iterable[Entity], names: _Names) -> tuple[Entity, ...]:
    return tuple(names.identified(entity) for entity in entities)
