"""Relations with what is out of use, and deliverables that were reviewed long before their phase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, Entity, Key, Model, Relation


def outdated(model: Model, path: str) -> Iterator[tuple[Relation, Key]]:
    """The relations that a file states with an entity that is out of use, which is the other value."""
    for one in model.relations_in(path):
        out_of_use = [key for key in (one.subject, one.object) if model.is_deprecated(key)]
        if len(out_of_use) == 1:  # what is out of use itself may keep what it had
            yield one, out_of_use[0]


def reviewed_later(model: Model, deliverable: Entity, days: int) -> tuple[Entity, date] | None:
    """The phase of a deliverable that was last reviewed more than so many days after it, and when; the latest of several."""
    own = _reviewed(model, deliverable.key)
    phases = model.others(PHASE_HAS_DELIVERABLE, "object").get(deliverable.key, ())
    dates = {key: reviewed for key in phases if (reviewed := _reviewed(model, key))}
    latest = max(dates, key=lambda key: dates[key], default=None)
    if own is None or latest is None or dates[latest] - own <= timedelta(days):
        return None
    return model.entity(latest), dates[latest]


def _reviewed(model: Model, key: Key) -> date | None:
    written = model.declared(key).get("reviewed")
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None  # `schema-violation` tells
