"""Rules without code: what `check:` in the front matter of a rule page says, asked of the entities of a base.

    check: {for-each: phase, unless: {field: no-deliverables}, require: {need: deliverable}, stated: true}

`schemas/rule.schema.json` says what may stand there and what each word means; what comes here has passed it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Struct

from kbcheck.config import Need
from kbcheck.diagnostics import EntityName, Finding
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase, Model
from kbcheck.knowledge.extraction import fields_saying
from kbcheck.knowledge.model import FRONT_MATTER, Entity, Side

#: What a rule yields for a document; the shape of all rules.
Check = Callable[[Document, KnowledgeBase, Mapping[str, Any]], Iterator[Finding]]

#: What fills the `{placeholders}` of a message.
VALUES = ("entity.kind", "entity.name", "entity.id", "count")

_TOO_MANY = "too-many"
_TOO_FEW = "too-few"
_WHOLE_LIST = "whole-list"

_T = TypeVar("_T")


class Condition(Struct, frozen=True, rename="kebab"):
    """What holds of an entity when all parts that are given do.

    With `field`: the entity says something there, or one of the values of `equals`. With `relation`: the number of others
    that it has in these relations, being their `side`. With `need`: the number of what covers it (`kbcheck.knowledge.coverage`);
    a limit that is not given is that of the settings. `order` is its number, or first and last in its life cycle.
    """

    field: str | None = None
    equals: Any = UNSET
    relation: str | tuple[str, ...] = ()
    side: Side = msgspec.field(default="subject", name="as")
    need: str | None = None
    at_least: int | None = None
    at_most: int | None = None
    order: int | Literal["first", "last"] | None = None
    form: Literal["front-matter", "text"] | None = None


class Sentence(Struct, frozen=True, rename="kebab"):
    """One rule: for each entity of these kinds, where all of these hold, unless one of these does, require or forbid.

    `stated`: silent in a base that states the required relation of nothing at all; of a need, silent about an entity unless
    others beside it have what it lacks, or `most` of them. `at`: where an entity is reported that stands both in front
    matter and in the text; in the text, at the first place in a file that says of others what is required.
    """

    for_each: str | tuple[str, ...]
    where: Condition | tuple[Condition, ...] = ()
    unless: Condition | tuple[Condition, ...] = ()
    require: Condition | None = None
    forbid: Condition | None = None
    stated: bool | Literal["most"] = False
    at: Literal["front-matter", "text"] = "front-matter"


def check_of(fields: Mapping[str, Any], messages: Container[str]) -> Check:
    """The function that checks a sentence; `messages` are the names of those that its page has."""
    sentence = msgspec.convert(fields, Sentence)

    def check(document: Document, base: KnowledgeBase, options: Mapping[str, Any]) -> Iterator[Finding]:
        for kind in _tuple(sentence.for_each):
            if any(base.model.mentioned_in(document.path, kind)) and _is_asked(sentence, kind, base):
                for entity in _reported(document.path, kind, sentence, base):
                    yield from _findings(sentence, entity, base, messages)

    return check


def entity_values(entity: Entity, count: int) -> Mapping[str, object]:
    """What fills the `{placeholders}` of a message about an entity."""
    return dict(zip(VALUES, (entity.kind, entity.name, entity.id, count), strict=True))


def _is_asked(sentence: Sentence, kind: str, base: KnowledgeBase) -> bool:
    """Whether the base asks for what is required: a relation that it states of anything, a need that it has not given up."""
    required = sentence.require
    if required is None:
        return True
    if required.relation and sentence.stated:
        return any(base.model.others(name, required.side) for name in _tuple(required.relation))
    return required.need is None or base.structure.coverage.asks(kind, required.need)


def is_told(entity: Entity, fields: Container[object], base: KnowledgeBase) -> bool:
    """Whether one of these fields is wrong or misspelt in the page of an entity: the rules of KB2 tell that fault."""
    page = next((one.path for one in base.model.mentions_of(entity.key) if one.form == FRONT_MATTER), None)
    for one in base.schemas.violations(base.documents[page]) if page is not None else ():
        if one.values.get("suggestion") in fields if one.kind == "misspelt-key" else one.path and one.path[0] in fields:
            return True
    return False


def _fields(condition: Condition, entity: Entity, base: KnowledgeBase) -> frozenset[str]:
    """The fields of the entity's page that would say what is required."""
    if condition.need is not None:
        return base.structure.coverage.fields(entity.kind, condition.need)
    return fields_saying(entity.kind, _tuple(condition.relation), condition.side) if condition.relation else frozenset()


def _reported(path: str, kind: str, sentence: Sentence, base: KnowledgeBase) -> Iterator[Entity]:
    """The entities that are reported in this page, each at its one place."""
    keys = dict.fromkeys(entity.key for entity in base.model.mentioned_in(path, kind))
    places = (_place(base.model.entity(key), sentence, base) for key in keys)
    return (entity for entity in places if entity.path == path)


def _place(entity: Entity, sentence: Sentence, base: KnowledgeBase) -> Entity:
    """Where an entity is reported: where it is declared, or where the text would say what is required."""
    if sentence.at == FRONT_MATTER or entity.key not in base.model.in_text:
        return entity
    places = [one for one in base.model.mentions_of(entity.key) if one.form != FRONT_MATTER]
    saying = _saying(sentence.require, entity.kind, base) if sentence.require else frozenset()
    # Where no place in the text says it of others, the page of the entity would.
    return next((one for one in places if one.path in saying), entity if entity.form == FRONT_MATTER else places[0])


def _saying(required: Condition, kind: str, base: KnowledgeBase) -> frozenset[str]:
    """The files that state of other entities what is required."""
    if required.need is not None:
        return base.structure.habits.places(kind, required.need)
    return frozenset().union(*(base.structure.habits.places(kind, name) for name in _tuple(required.relation)))


def _findings(sentence: Sentence, entity: Entity, base: KnowledgeBase, messages: Container[str]) -> Iterator[Finding]:
    if not all(_holds(condition, entity, base) for condition in _tuple(sentence.where)):
        return
    if any(_holds(condition, entity, base) for condition in _tuple(sentence.unless)):
        return
    required, forbidden = sentence.require, sentence.forbid
    if required and not _holds(required, entity, base):
        message, count = _told(sentence, required, entity, base)
        is_own = required.need is None or (required.at_least, required.at_most) != (None, None)
        if message in (_TOO_MANY, _TOO_FEW) and message not in messages and is_own:
            message = "default"  # limits of the settings are told by `unmet-need` and `unwanted-cover`
        if message in messages:
            yield _finding(message, count, entity)
    elif forbidden and _holds(forbidden, entity, base):
        yield _finding("default", _count(forbidden, entity, base), entity)


def _told(sentence: Sentence, required: Condition, entity: Entity, base: KnowledgeBase) -> tuple[str, int]:
    """Which message says what is wrong, with its count; "" for what is no fault here, or one that another rule tells."""
    count = _count(required, entity, base)
    most = _limits(required, entity, base).most
    structure, need = base.structure, required.need
    if is_told(entity, _fields(required, entity, base), base):
        return "", count
    if need is not None and (
        not structure.coverage.is_judged(entity) or structure.coverage.is_elsewhere(entity.key, need)
    ):
        return "", count
    if entity.key in structure.naming.doubtful:  # `undefined-name` or `name-variant` tells
        return "", count
    if most is not None and count > most:
        return _TOO_MANY, count
    if need is not None and required.at_least is None and count:
        return _TOO_FEW, count
    if need is None or sentence.stated is False:
        return "default", count
    if structure.habits.is_usual(entity, need, most=sentence.stated == "most"):
        return "default", count
    alike = structure.habits.lacking(entity, need)
    is_stated = structure.habits.is_stated(entity.kind, need)  # else `unstated-need` says so of the whole base
    return _WHOLE_LIST if is_stated and len(alike) > 1 else "", len(alike)


def _finding(message: str, count: int, entity: Entity) -> Finding:
    name = EntityName(entity.kind, entity.name)
    return Finding(entity.span, entity_values(entity, count), message=message, entity=name)


def _holds(condition: Condition, entity: Entity, base: KnowledgeBase) -> bool:
    return (
        (condition.field is None or _says(condition.field, condition.equals, entity, base.model))
        and (not (condition.relation or condition.need) or _is_within(condition, entity, base))
        and (condition.order is None or _is_at(condition.order, entity, base.model))
        and (condition.form is None or (condition.form == FRONT_MATTER) == (entity.form == FRONT_MATTER))
    )


def _is_within(condition: Condition, entity: Entity, base: KnowledgeBase) -> bool:
    count, limits = _count(condition, entity, base), _limits(condition, entity, base)
    return count >= limits.least and (limits.most is None or count <= limits.most)


def _limits(condition: Condition, entity: Entity, base: KnowledgeBase) -> Need:
    """What the sentence says; else what the settings say of the need, and one or more of what is no need."""
    least, most = condition.at_least, condition.at_most
    if condition.need is not None:
        usual = base.structure.coverage.need(entity.kind, condition.need)
        return Need(usual.least if least is None else least, usual.most if most is None else most)
    return Need((1 if most is None else 0) if least is None else least, most)


def _count(condition: Condition, entity: Entity, base: KnowledgeBase) -> int:
    if condition.need is not None:
        return len(base.structure.coverage.covers(entity.key, condition.need))
    others = (base.model.others(name, condition.side).get(entity.key, ()) for name in _tuple(condition.relation))
    return len(frozenset().union(*others))


def _says(name: str, wanted: Any, entity: Entity, model: Model) -> bool:
    """Whether a field of the entity's front matter has a value; with `wanted`, whether it is, or holds, one of these."""
    own = entity.attributes.get(name)
    value = own if _is_something(own) else model.declared(entity.key).get(name, own)
    if wanted is UNSET:
        return _is_something(value)
    # The type counts: to Python, `true` is 1.
    values = {(type(one), one) for one in _list(value) if not isinstance(one, (list, dict))}
    return any((type(one), one) in values for one in _list(wanted))


def _is_something(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


def _is_at(wanted: int | str, entity: Entity, model: Model) -> bool:
    order = model.entity(entity.key).order
    if order is None or isinstance(wanted, int):
        return order is not None and order == wanted
    first, last = model.ends(entity)
    return order == (first if wanted == "first" else last)


def _tuple(value: _T | tuple[_T, ...]) -> tuple[_T, ...]:
    return value if isinstance(value, tuple) else (value,)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
