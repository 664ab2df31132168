"""What is out of use, and what was reviewed too early."""

from __future__ import annotations

from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    ROLE_RESPONSIBLE_FOR,
    Key,
)
from kbcheck.knowledge.outdated import outdated, reviewed_later
from tests.knowledge.models import ROLE, declared, model, relation


def test_a_role_is_reviewed_later_than_its_deliverable() -> None:
    note = declared("deliverable", "note", reviewed="2024-01-31")
    phases = [declared("phase", "mvp", reviewed="2025-06-01"), declared("phase", "essai", reviewed="31/12/2025")]
    relations = [relation(one.key, PHASE_HAS_DELIVERABLE, note.key) for one in phases]
    found = model([note, *phases], relations)
    later = reviewed_later(found, note, 365)
    assert later is not None
    assert (later[0].id, later[1].isoformat()) == ("mvp", "2025-06-01")
    assert reviewed_later(found, note, 600) is None


def test_relations_with_what_is_out_of_use() -> None:
    entities = [declared("role", "po", status="deprecated"), declared("phase", "mvp"), declared("phase", "old")]
    entities[2] = declared("phase", "old", status="deprecated")
    relations = [relation(ROLE, ROLE_RESPONSIBLE_FOR, Key("phase", one), path=f"{one}.md") for one in ("mvp", "old")]
    found = model(entities, relations)
    assert [key for _, key in outdated(found, "mvp.md")] == [ROLE]
    assert list(outdated(found, "old.md")) == []
