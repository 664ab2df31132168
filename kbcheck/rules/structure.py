"""KB5: gaps in the structure: what a phase, a role or a deliverable needs and does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kbcheck.diagnostics import EntityName, Finding
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE


def phase_without_deliverables(
    document: Document, base: KnowledgeBase, options: Mapping[str, Any]
) -> Iterator[Finding]:
    """A phase that has no deliverable, in a base where others have some.

    A base that says of no phase what it delivers has made another choice: that is not forty gaps.
    """
    model = base.model
    served = model.subjects.get(PHASE_HAS_DELIVERABLE)
    if not served:
        return
    for phase in model.mentioned_in(document.path, "phase"):
        declared = model.declared("phase", phase.id)
        if phase.id in served or phase.attributes.get("no-deliverables") or declared.get("no-deliverables"):
            continue
        if not phase.guessed and any(other.id == phase.id and other.guessed for other in model.mentions):
            continue  # reported where its deliverables would be written: in the table
        yield Finding(phase.span, {"name": phase.name}, entity=EntityName("phase", phase.name))
