"""From a unit to the entity that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from kbcheck.config import KindSettings
from kbcheck.knowledge.extraction.locators import link_of, located
from kbcheck.knowledge.extraction.naming import Namer, Pages, Written
from kbcheck.knowledge.extraction.places import place
from kbcheck.knowledge.extraction.units import Unit
from kbcheck.knowledge.extraction.vocabulary import Rule
from kbcheck.knowledge.model import Entity, Nameless, entity_id
from kbcheck.knowledge.names import read_name

_NOT_ID = re.compile(r"\W+")


class Named(Struct, frozen=True):
    """A unit, the entity that it names, and the number before that name."""

    unit: Unit
    entity: Entity
    number: int | None


class Entities:
    """Reads units as entities, by their rule and the settings of their kind."""

    def __init__(self, base: Pages, kinds: Mapping[str, KindSettings], placeholders: tuple[str, ...]) -> None:
        self._names = Namer(base, kinds, placeholders)

    def read(self, rule: Rule, unit: Unit, outer: Entity | None) -> Named | Nameless | None:
        """What a unit is inside the entity around it; None when it is to be passed over."""
        name = self._names.written(rule, unit)
        if name is None or (name.is_nothing and not (rule.report_empty or name.is_to_come)):
            return None
        if name.is_to_come or name.is_nothing:
            text = name.name.text if name.is_to_come else ""
            span = place(unit.document, name.piece, text) if text else name.piece.span
            return Nameless(rule.kind, unit.document.path, span, text, rule.id)
        return Named(unit, self._entity(rule, unit, name, outer), name.number)

    def _entity(self, rule: Rule, unit: Unit, name: Written, outer: Entity | None) -> Entity:
        document = unit.document
        aliases = [alias for where in rule.aliases if (piece := located(where, unit)) and (alias := _alias(piece.text))]
        fields = {field: value.text for field, where in rule.fields.items() if (value := located(where, unit))}
        link = link_of(rule.link, unit, name.piece)
        page = unit.target or (self._names.page_of(link, document) if link else None)
        return Entity(
            rule.kind,
            "-".join((*_life_cycle(rule, unit, outer), entity_id(name.name.text))),
            name.name.text,
            document.path,
            place(document, name.piece, name.name.text),
            unit.form,
            tuple(dict.fromkeys((*name.name.aliases, *aliases))),
            attributes=fields,
            rule=rule.id,
            guessed=rule.guessed,
            target=page,
            labels=unit.labels,
            elsewhere=link.target if link and page is None else None,
        )


def _alias(text: str) -> str:
    """Another name, without marks; empty for a dash."""
    alias = read_name(" ".join(text.split())).text
    return alias if any(map(str.isalnum, alias)) else ""


def _life_cycle(rule: Rule, unit: Unit, outer: Entity | None) -> tuple[str, ...]:
    """What sets the phases of one set apart from those of another that have the same names."""
    if rule.lifecycle == "page":
        return (_NOT_ID.sub("-", unit.document.path.rpartition(".")[0].casefold()),)
    if rule.lifecycle == "parent":
        return (outer.id,) if outer else ()
    return (entity_id(rule.lifecycle),) if rule.lifecycle else ()
