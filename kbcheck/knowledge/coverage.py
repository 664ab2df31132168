"""What covers an entity: for each need of its kind (`model:` of the settings), the others that the base says it has.

A cover that leads to nothing counts: it is said, and `unresolved-reference` or `undefined-name` tells what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from kbcheck.config import NAMED_NEEDS, KindSettings, Need
from kbcheck.knowledge.extraction import fields_saying
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Key,
    Model,
)
from kbcheck.knowledge.names import name_key
from kbcheck.knowledge.references import References

#: What covers an entity: another one, or, for the need `page`, the path of a page.
Cover = Key | str

#: What a need is when the settings say nothing of it.
USUAL = Need()

#: The relations that state a need; a need that is not here is a kind, and any relation with one of it states it.
RELATIONS: Mapping[str, tuple[str, ...]] = {
    "deliverable": (PHASE_HAS_DELIVERABLE,),
    "phase": (PHASE_HAS_DELIVERABLE,),
    "accountable": (ROLE_RESPONSIBLE_FOR,),
    "responsible": (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN),
    "participant": (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN),
    "use": (ROLE_RESPONSIBLE_FOR, ROLE_PARTICIPATES_IN),
}
# A heading has its text below it: a page of its own is not needed.
_HEADING = "heading"
# Who is asked or told does nothing (the C and the I of RACI).
_IDLE_PARTS = frozenset(("consulted", "informed"))
# One role answers for these as a whole; of all others, those who do it are responsible too.
_ANSWERED_FOR = frozenset(("phase", "deliverable"))


class Coverage:
    """The covers of all entities of a base, and the bounds that the settings want."""

    def __init__(
        self,
        model: Model,
        kinds: Mapping[str, KindSettings],
        references: References,
        reworded: Mapping[Key, frozenset[Key]] = MappingProxyType({}),
    ) -> None:
        """`reworded` are the entities that are one under other names: the page of one describes them all."""
        self._model = model
        self._reworded = reworded
        self.kinds = kinds
        self._references = references
        covers = (self._pages, self._uses, self._accountable, self._responsible, self._participants)
        self._named: Mapping[str, Callable[[Key], Iterator[Cover]]] = dict(zip(NAMED_NEEDS, covers, strict=True))

    # What is wanted

    def need(self, kind: str, name: str) -> Need:
        """How many must cover an entity of that kind; one or more where the settings do not say."""
        return self.needs(kind).get(name, USUAL)

    def needs(self, kind: str) -> Mapping[str, Need]:
        """The needs of a kind that the settings state, or that ship."""
        settings = self.kinds.get(kind)
        return settings.needs if settings else {}

    def asks(self, kind: str, name: str) -> bool:
        """Whether anything is asked at all: `0..` is how a team says that it wants nothing."""
        return self.need(kind, name) != Need(0)

    def is_judged(self, entity: Entity) -> bool:
        """Whether an entity needs anything: one that is out of use does not."""
        settings = self.kinds.get(entity.kind)
        former = {name_key(name) for name in settings.deprecated} if settings else set()
        return not self._model.is_deprecated(entity.key) and name_key(entity.name) not in former

    # What is there

    def covers(self, key: Key, need: str) -> tuple[Cover, ...]:
        """What covers an entity for a need, each once."""
        found = self._named[need](key) if need in self._named else self._of_kind(key, need)
        return tuple(dict.fromkeys(found))

    def _accountable(self, key: Key) -> Iterator[Cover]:
        yield from self._model.others(ROLE_RESPONSIBLE_FOR, "object").get(key, ())

    def _responsible(self, key: Key) -> Iterator[Cover]:
        yield from self._accountable(key)
        for one in self._model.relations_of(key) if key.kind not in _ANSWERED_FOR else ():
            if one.relation == ROLE_PARTICIPATES_IN and one.object == key and one.part not in _IDLE_PARTS:
                yield one.subject

    def _participants(self, key: Key) -> Iterator[Cover]:
        yield from self._accountable(key)
        yield from self._model.others(ROLE_PARTICIPATES_IN, "object").get(key, ())

    def _pages(self, key: Key) -> Iterator[Cover]:
        for name in (key, *self._reworded.get(key, ())):
            yield from self._model.pages_of(name)
            yield from (one.path for one in self._model.mentions_of(name) if one.form == _HEADING)

    def _uses(self, key: Key) -> Iterator[Cover]:
        for one in self._model.relations_of(key):
            yield one.object if one.subject == key else one.subject
        if key.kind != "role":  # one role that names another gives it nothing to do
            yield from self._references.between.get(key, ())

    def _of_kind(self, key: Key, kind: str) -> Iterator[Cover]:
        relation = PHASE_HAS_DELIVERABLE if {key.kind, kind} == {"phase", "deliverable"} else None
        for one in self._model.relations_of(key):
            other = one.object if one.subject == key else one.subject
            if other.kind == kind and relation in (None, one.relation):
                yield other
        if relation is None:  # what a phase takes as an input is not what it hands over
            yield from (other for other in self._references.between.get(key, ()) if other.kind == kind)
            if isinstance(self._model.declared(key).get(kind), Mapping):
                yield f"{key.id}/{kind}"  # written out in the page of the entity: `gate: {name: …}`

    def is_elsewhere(self, key: Key, need: str) -> bool:
        """Whether a link leads to what describes an entity, outside the base or to a page that is missing."""
        return need == "page" and any(one.elsewhere for one in self._model.mentions_of(key))

    def fields(self, kind: str, need: str) -> frozenset[str]:
        """The fields in the front matter of such an entity that would state a need."""
        relations = RELATIONS.get(need, ())
        return frozenset((need,)).union(*(fields_saying(kind, relations, side) for side in ("subject", "object")))
