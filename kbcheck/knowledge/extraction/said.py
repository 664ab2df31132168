"""What one place says, before it is known which entities the names in it are."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    PHASE_PRECEDES,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    EntityList,
    Matrix,
    Nameless,
    Side,
)

#: The kinds that the subject and the object of a relation can have, the likeliest first.
KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    PHASE_HAS_DELIVERABLE: (("phase",), ("deliverable",)),
    PHASE_PRECEDES: (("phase",), ("phase",)),
    ROLE_RESPONSIBLE_FOR: (("role",), ("deliverable", "phase", "task")),
    ROLE_PARTICIPATES_IN: (("role",), ("phase", "task", "deliverable", "gate")),
}


class Said(Struct, frozen=True):
    """A relation between two ids as they are written; a kind is None where the place does not say which one it is."""

    subject: str
    relation: str
    object: str
    path: str
    span: Span
    part: str = ""
    subject_kind: str | None = None
    object_kind: str | None = None

    def kinds(self, side: Side) -> tuple[str, ...]:
        """The kinds that the entity on this side can have."""
        kind = self.subject_kind if side == "subject" else self.object_kind
        subjects, objects = KINDS[self.relation]
        return (kind,) if kind is not None else subjects if side == "subject" else objects


#: A fact about the structure of the base, as a page says it.
Fact = Entity | Said | EntityList | Matrix | Nameless
