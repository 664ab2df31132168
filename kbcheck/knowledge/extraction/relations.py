"""What the words of `relation` and `cell-relation` say of an entity and the one around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.knowledge.extraction.naming import says_nothing
from kbcheck.knowledge.extraction.said import Said
from kbcheck.knowledge.extraction.vocabulary import Rule
from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_PARTICIPATES_IN, ROLE_RESPONSIBLE_FOR, Entity
from kbcheck.knowledge.names import name_key, read_name

_RESPONSIBLE, _DOES = "has-responsible", "has-performer"

# For each word: the relation, whether the entity around is its subject, and the part that the other one has in it.
_RELATIONS: Mapping[str, tuple[str, bool, str]] = {
    "has-deliverable": (PHASE_HAS_DELIVERABLE, True, "deliverables"),
    "in-phase": (PHASE_HAS_DELIVERABLE, False, "phase"),
    "has-accountable": (ROLE_RESPONSIBLE_FOR, False, "accountable"),
    _RESPONSIBLE: (ROLE_RESPONSIBLE_FOR, False, "responsible"),
    _DOES: (ROLE_PARTICIPATES_IN, False, "responsible"),  # no word of the vocabulary: see `performing`
    "has-participant": (ROLE_PARTICIPATES_IN, False, "participants"),
    "has-consulted": (ROLE_PARTICIPATES_IN, False, "consulted"),
    "has-informed": (ROLE_PARTICIPATES_IN, False, "informed"),
    "has-approver": (ROLE_PARTICIPATES_IN, False, "approved-by"),
    "responsible-for": (ROLE_RESPONSIBLE_FOR, True, "responsible"),
    "participates-in": (ROLE_PARTICIPATES_IN, True, "participants"),
}
# A comment in a cell explains the part, and does not say it: "Responsible (with the support of a participant)".
_COMMENT = re.compile(r"\([^()]*\)")


def said(relation: str, around: Entity, entity: Entity, span: Span) -> Said:
    """The relation between an entity and the one around it."""
    name, outer_is_subject, part = _RELATIONS[relation]
    subject, object_ = (around, entity) if outer_is_subject else (entity, around)
    return Said(subject.id, name, object_.id, entity.path, span, part, subject.kind, object_.kind)


def parts_of(rule: Rule, text: str) -> Iterator[str]:
    """The relations that the text of a cell says, comments aside. A pattern may or may not name the emoji before a word."""
    said = _COMMENT.sub(" ", text.replace("\n", " ")).strip()
    plain = read_name(said).text
    if plain and says_nothing(name_key(plain)):
        return iter(())
    return (name for name, pattern in rule.cell_relation.items() if pattern.search(plain) or pattern.search(said))


def part(relation: str) -> str:
    """The part that a role has by a relation: `accountable` for `has-accountable`."""
    return _RELATIONS[relation][2]


def performing(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules inside one; where one of them says who is accountable, those responsible do the work (the R of RACI)."""
    words = {word for rule in rules for word in (rule.relation, *rule.cell_relation)}
    return tuple(map(_performing, rules)) if "has-accountable" in words else rules


def _performing(rule: Rule) -> Rule:
    cells = {_DOES if word == _RESPONSIBLE else word: pattern for word, pattern in rule.cell_relation.items()}
    return replace(rule, relation=_DOES if rule.relation == _RESPONSIBLE else rule.relation, cell_relation=cells)
