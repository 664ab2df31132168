"""The relations of a model as programs and pictures show them: those that the pages say, and those that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kbcheck.knowledge.model import PHASE_PRECEDES, Model, Relation


def following(model: Model) -> Iterator[Relation]:
    """`phase-precedes` of phases that stand next to each other by their orders, where no page says what comes after the
    first of them; at the place of the second.
    """
    said = model.others(PHASE_PRECEDES, "subject")
    for cycle in model.sets("phase"):
        for before, after in pairwise(one for one in cycle if one.order is not None):
            if before.key not in said and before.order != after.order:
                yield Relation(before.key, PHASE_PRECEDES, after.key, after.path, after.span)
