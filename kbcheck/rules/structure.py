"""Rules on the structure: what phases, roles and deliverables lack, and where the pages disagree about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace

from kbcheck.diagnostics import Edit, EntityName, Finding, Fix, Related, Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.counts import announced
from kbcheck.knowledge.lists import PAGE
from kbcheck.knowledge.matrices import open_places
from kbcheck.knowledge.model import FRONT_MATTER, Entity, Key, Matrix, Relation
from kbcheck.knowledge.outdated import outdated, reviewed_later
from kbcheck.rules.declarative import Check, check_of, entity_values, is_told
from kbcheck.rules.prose import not_prose

Options = Mapping[str, Any]

#: The needs of which a rule of their own tells that they are not covered, or covered too often; a test holds them to the
#: sentences of the rule pages.
TOLD_BELOW = frozenset(
    (
        ("phase", "deliverable"),
        ("phase", "responsible"),
        ("phase", "participant"),
        ("phase", "page"),
        ("deliverable", "phase"),
        ("deliverable", "responsible"),
        ("deliverable", "page"),
        ("role", "page"),
        ("role", "use"),
        ("task", "accountable"),
        ("task", "responsible"),
    )
)
TOLD_ABOVE = frozenset((("phase", "responsible"), ("deliverable", "responsible"), ("task", "accountable")))

# A page for each is `duplicate-entity`, and a link to the wrong page `wrong-target`: neither is a cover too many.
_NEVER_TOO_MANY = "page"
# The needs that `unstated-need` has a message of their own for.
_WORDED_NEEDS = frozenset(("deliverable", "phase", "responsible", "accountable", "participant", "page", "use"))
_YEAR = 365
# A message names so many entities, not forty.
_MOST_NAMES = 5


@cache
def _need_check(kind: str, need: str, *, least: int | None = None) -> Check:
    """The check of one need, as a rule page would have it: what is missing where others have it, what is too many."""
    required = {"need": need} if least is None else {"need": need, "at-least": least}
    sentence = {"for-each": kind, "require": required, "stated": True, "at": "text"}
    return check_of(sentence, ("default", "too-few", "too-many", "whole-list"))


# Needs: what must cover an entity


def phase_without_responsible(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A phase for which no role answers, or in which none takes part, while others beside it have one."""
    told = list(_need_check("phase", "responsible", least=1)(document, base, options))
    yield from (one for one in told if one.message in ("default", "too-many"))
    spans = {one.span for one in told if one.message == "default"}
    for one in _need_check("phase", "participant")(document, base, options):
        if one.message == "default" and one.span not in spans:
            yield replace(one, message="participant")


def responsibility_gap(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A task for which not exactly one role answers, or that none carries out; empty rows are `incomplete-matrix`."""
    told = list(_need_check("task", "accountable")(document, base, options))
    told = [one for one in told if one.message != "too-few"]
    spans = {one.span for one in told if one.message != "too-many"}
    told += (
        replace(one, message="performer")
        for one in _need_check("task", "responsible")(document, base, options)
        if one.message == "default" and one.span not in spans
    )
    for one in told:
        if (
            one.values["entity.kind"],
            one.values["entity.id"],
        ) not in base.structure.habits.empty_rows:  # as a `Key` has them
            yield one


def unmet_need(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A need that nothing covers and of which no other rule tells, or that is covered less often than the settings want."""
    for kind, settings in base.settings.model.items():
        for need, bounds in settings.needs.items():
            told = ("too-few",) if (kind, need) in TOLD_BELOW else ("default", "too-few")
            for one in _need_check(kind, need)(document, base, options):
                if one.message in told:
                    yield replace(one, values={**one.values, "need": need, "least": bounds.least})


def unwanted_cover(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """More covers than a need wants, where no other rule says so; deliverables of a phase that says it has none."""
    for kind, settings in base.settings.model.items():
        for need, bounds in settings.needs.items():
            if (kind, need) not in TOLD_ABOVE and need != _NEVER_TOO_MANY and bounds.most is not None:
                for one in _need_check(kind, need)(document, base, options):
                    if one.message == "too-many":
                        yield replace(one, values={**one.values, "need": need, "most": bounds.most}, message="default")
    yaml = document.yaml
    for phase in base.model.mentioned_in(document.path, "phase"):
        count = len(base.structure.coverage.covers(phase.key, "deliverable"))
        if phase.form == FRONT_MATTER and phase.attributes.get("no-deliverables") and count and yaml is not None:
            yield replace(_about(phase, "denied", count), span=yaml.spans["no-deliverables",])


def outdated_cover(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A relation to an entity that is out of use; a deliverable that was reviewed long before its phase."""
    for relation, key in outdated(base.model, document.path):
        entity = base.model.entity(key)
        replacement = base.model.declared(key).get("replaced-by")
        values = {**entity_values(entity, 0), "replacement": replacement}
        message = "replaced" if isinstance(replacement, str) and replacement else "default"
        fixes: tuple[Fix, ...] = ()
        is_id = document.text[relation.span.start : relation.span.end] == key.id
        if is_id and message == "replaced" and not _is_listed(str(replacement), relation, key, base):
            fixes = (Fix(f"{key.id} → {replacement}", (Edit(document.path, relation.span, str(replacement)),)),)
        yield Finding(relation.span, values, message, entity=_name(entity), fixes=fixes)
    yaml = document.yaml
    for deliverable in base.model.mentioned_in(document.path, "deliverable"):
        later = reviewed_later(base.model, deliverable, _YEAR) if deliverable.form == FRONT_MATTER else None
        if later is not None and yaml is not None:
            values = {**entity_values(deliverable, 0), "phase": later[0].name, "date": later[1].isoformat()}
            yield Finding(yaml.spans["reviewed",], values, "reviewed", entity=_name(deliverable))


def _is_listed(replacement: str, relation: Relation, key: Key, base: KnowledgeBase) -> bool:
    """Whether the list that names an entity names its replacement as well, or will once an entry before it is replaced."""
    owner = relation.subject if relation.object == key else relation.object
    for other in base.model.relations_of(owner):
        if (other.path, other.part, other.relation) != (relation.path, relation.part, relation.relation):
            continue
        named = other.subject if other.object == owner else other.object
        is_before = other.span.start < relation.span.start
        if named.id == replacement or (is_before and base.model.declared(named).get("replaced-by") == replacement):
            return True
    return False


def unstated_need(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A need that the base states of no entity of a kind: said once, at the first of them."""
    for one in base.structure.habits.unstated(document.path):
        if is_told(one.first, base.structure.coverage.fields(one.first.kind, one.need), base):
            continue
        values = {**entity_values(one.first, one.count), "need": one.need}
        message = one.need if one.need in _WORDED_NEEDS else "default"
        yield Finding(one.first.span, values, message, entity=_name(one.first))


# Responsibility matrices


def incomplete_matrix(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A row or a column of a matrix that says nothing, a cell that its legend does not explain, roles that it leaves out."""
    for matrix in base.model.matrices_in(document.path):
        for place in open_places(matrix):
            values = {**entity_values(place.entity, place.count), "text": place.text}
            message = "default" if place.reason == "cell" else place.reason
            yield Finding(place.span, values, message, entity=_name(place.entity))
        yield from _left_out(matrix, base)


def _left_out(matrix: Matrix, base: KnowledgeBase) -> Iterator[Finding]:
    """The roles with a page that no matrix has: said once, at the first matrix, where it has some of them."""
    first = next((one for one in base.model.matrices if one.roles), None)
    if matrix is not first or matrix.guessed:
        return
    described = [role.key for role in base.model.of_kind("role") if base.structure.coverage.covers(role.key, "page")]
    named = {role.key for one in base.model.matrices for role in one.roles}
    count, total = sum(key in named for key in described), len(described)
    if 0 < count < total:
        role = matrix.roles[0]
        yield Finding(role.span, {"count": count, "total": total}, "roles", entity=_name(role))


# Names and lists


def duplicate_entity(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Two entities of one name, or one entity twice in a list."""
    for one in base.structure.naming.duplicates(document.path):
        message = "default" if one.reason == "name" else one.reason
        related = (Related(one.first.path, one.first.span, "first"),)
        values = {"name": one.name, "other": one.first.name, "path": one.first.path}
        yield Finding(one.span, values, message, entity=_name(one.place), related=related)


def numbering_gap(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Numbers of phases that do not follow each other."""
    for one in base.structure.numbering.wrong(document.path):
        before = one.before
        related = (Related(before.path, before.span, "before"),) if before else ()
        values = {"name": one.place.name, "number": one.number, "wanted": one.wanted}
        message = "default" if one.reason == "gap" else one.reason
        yield Finding(one.place.span, values, message, entity=_name(one.place), related=related)


def name_variant(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A name that is nearly that of another entity; where two lists show it, `list-mismatch` does."""
    for one in base.structure.naming.variants(document.path):
        if one.usual.key not in base.structure.lists.reworded.get(one.place.key, ()):
            related = (Related(one.usual.path, one.usual.span, "usual"),)
            values = {"name": one.place.name, "other": one.usual.name}
            yield Finding(one.place.span, values, entity=_name(one.place), related=related)


def list_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A list that lacks what another list of the same entities has, or calls it otherwise."""
    for one in base.structure.lists.differences(document.path):
        if one.reason == "order":
            continue
        values = {
            "name": one.place.name,
            "other": one.other.name,
            "names": _listed(one.missing),
            "path": one.other.path,
        }
        missing = "page" if one.other.form == PAGE else "phase" if one.is_closed else "default"
        message = missing if one.reason == "missing" else "wording"
        related = (Related(one.other.path, one.other.span, "other"),)
        entity = _name(one.place if one.reason == "wording" else one.missing[0])
        yield Finding(one.place.span, values, message, entity=entity, related=related)


def order_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Phases that stand in another order than elsewhere."""
    for one in base.structure.lists.differences(document.path):
        if one.reason == "order":
            values = {"name": one.place.name, "other": one.missing[0].name, "path": one.other.path}
            related = (Related(one.other.path, one.other.span, "other"),)
            message = "file" if one.place.form == PAGE else "default"
            yield Finding(one.place.span, values, message, entity=_name(one.place), related=related)


def count_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A number of phases or roles that is announced, and is not that of the list."""
    for one in announced(document, base.model):
        first = one.found.entities[0]
        related = (Related(document.path, first.span, "list"),)
        yield Finding(one.span, {"text": one.text, "count": one.count}, entity=_name(first), related=related)


def wrong_target(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A card or an entry of a list that names one entity and leads to the page of another."""
    for one in base.structure.descriptions.wrong_targets(document.path):
        values = {"label": one.label, "title": one.title.text, "page": one.right}
        related = (Related(one.target, one.title.span, "title"),)
        message = "other-page" if one.right and one.right != one.target else "default"
        yield Finding(one.span, values, message, one.target, EntityName(one.place.kind, one.label), related)


def title_mismatch(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The page of an entity whose title is not its name."""
    found = base.structure.descriptions.misnamed(document)
    # What is no name to begin with is said by `schema-violation`.
    if found is not None and not any(one.path == ("name",) for one in base.schemas.violations(document)):
        entity, title = found
        yield Finding(title.span, {"title": title.text, "name": entity.name}, entity=_name(entity))


def missing_section(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A page without the sections that the settings want on each page of its kind."""
    found = base.structure.descriptions.missing_sections(document)
    if found is not None:
        entity, sections = found
        title = base.structure.descriptions.title(document.path)
        values = {"name": entity.name, "sections": ", ".join(sections), "count": len(sections)}
        yield Finding(title.span if title else Span(0, 0), values, entity=_name(entity))


def undefined_name(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A role that a matrix or a cell names and that nothing defines."""
    for one in base.structure.naming.undefined(document.path):
        names = _listed([one.place, *one.others])
        count = 1 + len(one.others)
        values = {"name": one.place.name, "other": one.meant.name if one.meant else "", "names": names, "count": count}
        message = "near" if one.meant else "several" if one.others else "default"
        related = (Related(one.meant.path, one.meant.span, "other"),) if one.meant else ()
        yield Finding(one.place.span, values, message, entity=_name(one.place), related=related)


def deprecated_name(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A name that the base has given up, in a text."""
    for one in base.structure.former_names.of(document, not_prose(document)):
        written, present = document.text[one.span.start : one.span.end], one.renaming.present
        edits = (Edit(document.path, one.span, one.text),) if one.text else ()
        # The anchor of a heading changes with it, and links to it die.
        fixes = (Fix(f"{written} → {one.text}", edits, safe=not one.in_heading),) if edits else ()
        entity = EntityName(one.renaming.kind, present)
        yield Finding(one.span, {"text": " ".join(written.split()), "present": present}, entity=entity, fixes=fixes)


def _about(entity: Entity, message: str, count: int) -> Finding:
    return Finding(entity.span, entity_values(entity, count), message, entity=_name(entity))


def _listed(entities: Sequence[Entity]) -> str:
    """The names of entities in a message, as many as one reads."""
    names = [entity.name for entity in entities[:_MOST_NAMES]]
    return ", ".join(names) + ("…" if len(entities) > len(names) else "")


def _name(entity: Entity) -> EntityName:
    return EntityName(entity.kind, entity.name)
