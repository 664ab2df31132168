"""The words that `kbcheck model`, `kbcheck init` and the audit have in common: kinds, relations, parts."""

from __future__ import annotations

from collections.abc import Mapping

from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_PARTICIPATES_IN, ROLE_RESPONSIBLE_FOR
from kbcheck.texts import Text, Texts

#: What the kinds that ship are called in a heading; a team's own kind is called as the team calls it.
_KINDS = {
    "phase": Text("Phases"),
    "role": Text("Roles"),
    "deliverable": Text("Deliverables"),
    "task": Text("Tasks"),
    "gate": Text("Gates"),
}

#: The label of what a relation leads to.
SUBJECT: Mapping[str, Text] = {
    PHASE_HAS_DELIVERABLE: Text("deliverables"),
    ROLE_RESPONSIBLE_FOR: Text("responsible for"),
    ROLE_PARTICIPATES_IN: Text("takes part in"),
}

#: The label of who has a part in an entity.
PARTS: Mapping[str, Text] = {
    "accountable": Text("accountable"),
    "responsible": Text("responsible"),
    "responsible-for": Text("responsible"),
    "participants": Text("participants"),
    "participates-in": Text("participants"),
    "contributors": Text("contributors"),
    "approved-by": Text("approved by"),
    "decided-by": Text("decided by"),
    "consulted": Text("consulted"),
    "informed": Text("informed"),
}

#: How two lists disagree.
DIFFERENCES: Mapping[str, Text] = {
    "missing": Text("after “{name}”, {missing} is missing, which {place} has"),
    "wording": Text("“{name}” is called “{other}” in {place}"),
    "order": Text("“{name}” stands elsewhere than in {place}"),
}

#: The columns of the matrix.
MATRIX = (Text("Phase"), Text("Deliverable"), Text("Responsible"))


def kind_count(words: Texts, kind: str, count: int) -> str:
    """“3 roles”; of a kind that a team has added, “skill: 3”."""
    match kind:
        case "phase":
            return words.counted("{count} phase", "{count} phases", count)
        case "role":
            return words.counted("{count} role", "{count} roles", count)
        case "deliverable":
            return words.counted("{count} deliverable", "{count} deliverables", count)
        case "task":
            return words.counted("{count} task", "{count} tasks", count)
        case "gate":
            return words.counted("{count} gate", "{count} gates", count)
        case _:
            return f"{kind}: {count}"


def kind_heading(words: Texts, kind: str) -> str:
    """What entities of a kind are called in a heading."""
    return words.said(_KINDS[kind]) if kind in _KINDS else kind[:1].upper() + kind[1:]
