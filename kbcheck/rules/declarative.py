"""Rules without code: what `check:` in the front matter of a rule page says, asked of the entities of a base.

    check: {for-each: phase, unless: {field: no-deliverables}, require: {relation: phase-has-deliverable}, stated: true}

`schemas/rule.schema.json` says what may stand there and what each word means; what comes here has passed it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Struct

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

_T = TypeVar("_T")


class Condition(Struct, frozen=True, rename="kebab"):
    """What holds of an entity when all parts that are given do.

    With `field`: the entity says something there, or one of the values of `equals`. With `relation`: the number of others
    that it has in these relations, being their `side`. `order` is its number, or first and last in its life cycle.
    """

    field: str | None = None
    equals: Any = UNSET
    relation: str | tuple[str, ...] = ()
    side: Side = msgspec.field(default="subject", name="as")
    at_least: int | None = None
    at_most: int | None = None
    order: int | Literal["first", "last"] | None = None
    form: str | None = None


class Sentence(Struct, frozen=True, rename="kebab"):
    """One rule: for each entity of these kinds, where all of these hold, unless one of these does, require or forbid.

    `stated`: silent in a base that states the required relation of nothing at all. `at`: where an entity is reported that
    stands both in front matter and in the text; in the text, that is each of its places.
    """

    for_each: str | tuple[str, ...]
    where: Condition | tuple[Condition, ...] = ()
    unless: Condition | tuple[Condition, ...] = ()
    require: Condition | None = None
    forbid: Condition | None = None
    stated: bool = False
    at: Literal["front-matter", "text"] = "front-matter"


def check_of(fields: Mapping[str, Any], messages: Container[str]) -> Check:
    """The function that checks a sentence; `messages` are the names of those that its page has."""
    sentence = msgspec.convert(fields, Sentence)

    def check(document: Document, base: KnowledgeBase, options: Mapping[str, Any]) -> Iterator[Finding]:
        if not sentence.stated or _is_stated(sentence.require, base.model):
            for kind in _tuple(sentence.for_each):
                for entity in _reported(document.path, kind, sentence.at, base.model):
                    if not _is_misspelt(sentence.require, entity, document, base):
                        yield from _findings(sentence, entity, base.model, messages)

    return check


def _is_stated(required: Condition | None, model: Model) -> bool:
    return required is not None and any(model.others(name, required.side) for name in _tuple(required.relation))


def _is_misspelt(required: Condition | None, entity: Entity, document: Document, base: KnowledgeBase) -> bool:
    """Whether the page says what is required in a field with a misspelt name: `unknown-field` tells that fault."""
    if required is None or not required.relation or entity.form != FRONT_MATTER:
        return False
    fields = fields_saying(entity.kind, _tuple(required.relation), required.side)
    violations = base.schemas.violations(document) if fields else ()
    return any(one.kind == "misspelt-key" and one.values.get("suggestion") in fields for one in violations)


def _reported(path: str, kind: str, at: str, model: Model) -> Iterator[Entity]:
    """The entities that are reported in this page: each where it is declared, or wherever the text has it."""
    for entity in model.mentioned_in(path, kind):
        if at == FRONT_MATTER:
            best = model.entity(kind, entity.id)
            if (best.path, best.span) == (path, entity.span):
                yield entity
        elif entity.form != FRONT_MATTER or (kind, entity.id) not in model.in_text:
            yield entity


def _findings(sentence: Sentence, entity: Entity, model: Model, messages: Container[str]) -> Iterator[Finding]:
    if not all(_holds(condition, entity, model) for condition in _tuple(sentence.where)):
        return
    if any(_holds(condition, entity, model) for condition in _tuple(sentence.unless)):
        return
    required, forbidden = sentence.require, sentence.forbid
    if required and not _holds(required, entity, model):
        yield _finding(required, entity, model, messages)
    elif forbidden and _holds(forbidden, entity, model):
        yield _finding(forbidden, entity, model, messages)


def _finding(condition: Condition, entity: Entity, model: Model, messages: Container[str]) -> Finding:
    count = _count(condition, entity, model)
    too_many = condition.at_most is not None and count > condition.at_most and _TOO_MANY in messages
    values = dict(zip(VALUES, (entity.kind, entity.name, entity.id, count), strict=True))
    message = _TOO_MANY if too_many else "default"
    return Finding(entity.span, values, message=message, entity=EntityName(entity.kind, entity.name))


def _holds(condition: Condition, entity: Entity, model: Model) -> bool:
    return (
        (condition.field is None or _says(condition.field, condition.equals, entity, model))
        and (not condition.relation or _is_related(condition, entity, model))
        and (condition.order is None or _is_at(condition.order, entity, model))
        and (condition.form is None or condition.form == entity.form)
    )


def _says(name: str, wanted: Any, entity: Entity, model: Model) -> bool:
    """Whether a field of the entity's front matter has a value; with `wanted`, whether it is, or holds, one of these."""
    own = entity.attributes.get(name)
    value = own if _is_something(own) else model.declared(entity.kind, entity.id).get(name, own)
    if wanted is UNSET:
        return _is_something(value)
    # The type counts: to Python, `true` is 1.
    values = {(type(one), one) for one in _list(value) if not isinstance(one, (list, dict))}
    return any((type(one), one) in values for one in _list(wanted))


def _is_something(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


def _is_related(condition: Condition, entity: Entity, model: Model) -> bool:
    count = _count(condition, entity, model)
    least = (1 if condition.at_most is None else 0) if condition.at_least is None else condition.at_least
    return count >= least and (condition.at_most is None or count <= condition.at_most)


def _count(condition: Condition, entity: Entity, model: Model) -> int:
    others = (model.others(name, condition.side).get(entity.id, ()) for name in _tuple(condition.relation))
    return len(frozenset().union(*others))


def _is_at(wanted: int | str, entity: Entity, model: Model) -> bool:
    order = model.entity(entity.kind, entity.id).order
    if order is None or isinstance(wanted, int):
        return order is not None and order == wanted
    first, last = model.ends(entity)
    return order == (first if wanted == "first" else last)


def _tuple(value: _T | tuple[_T, ...]) -> tuple[_T, ...]:
    return value if isinstance(value, tuple) else (value,)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
