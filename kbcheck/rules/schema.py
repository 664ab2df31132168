"""KB2: front matter that declares a role, a phase or a deliverable, checked against its schema, and the schemas themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from kbcheck.diagnostics import Edit, EntityName, Finding, Fix, Related, Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase
from kbcheck.schema.validate import Violation

Options = Mapping[str, Any]

_UNKNOWN_FIELD = ("unknown-key", "misspelt-key")
# A key as like as this to a known one is that key: one letter differs in ten (`responsable` for `responsible`).
_SURE = 0.9


def schema_violation(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """The front matter of a page is not as its schema wants it: the one of its kind, or one that the settings name."""
    entity = _entity(document, base)
    unresolved = {one.reference.path for one in base.references.unresolved(document.path)}
    for violation in base.schemas.violations(document):
        # What should be an id and is the name of something is said, with the id, by `unresolved-reference`.
        if violation.kind in _UNKNOWN_FIELD or (violation.kind == "reference" and violation.path in unresolved):
            continue
        yield Finding(violation.span, violation.values, message=violation.kind, entity=entity)


def unknown_field(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A field that the schema does not know: nobody reads it."""
    entity = _entity(document, base)
    found = [violation for violation in base.schemas.violations(document) if violation.kind in _UNKNOWN_FIELD]
    meant = Counter(_place(violation) for violation in found)
    for violation in found:
        # Of two fields that may be the same one, none can be renamed.
        fixes = _renaming(document, violation) if meant[_place(violation)] == 1 else ()
        yield Finding(violation.span, violation.values, message=violation.kind, entity=entity, fixes=fixes)


def _place(violation: Violation) -> tuple[object, ...]:
    """Where the field would stand that was meant."""
    return (*violation.path[:-1], violation.values.get("suggestion"))


def _renaming(document: Document, violation: Violation) -> tuple[Fix, ...]:
    suggestion = violation.values.get("suggestion")
    if not isinstance(suggestion, str):
        return ()
    written, meant = (str(name).casefold().replace("_", "-") for name in (violation.path[-1], suggestion))
    safe = SequenceMatcher(None, written, meant).ratio() >= _SURE
    return (_replacing(document, violation.span, str(violation.path[-1]), suggestion, safe=safe),)


def _replacing(document: Document, span: Span, written: str, meant: str, *, safe: bool) -> Fix:
    return Fix(f"{written} → {meant}", (Edit(document.path, span, meant),), safe)


def unresolved_reference(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An id in front matter that no entity of the right kind has."""
    entity = _entity(document, base)
    for one in base.references.unresolved(document.path):
        reference, offered = one.reference, one.offered
        values = {
            "id": reference.id,
            "kind": "/".join(reference.kinds),
            "suggestion": one.meant.id if one.meant else "",
            "other": one.meant.kind if one.meant else "",
        }
        safe = one.reason == "name"
        fixes = (_replacing(document, reference.span, reference.id, offered, safe=safe),) if offered else ()
        yield Finding(reference.span, values, message=one.reason, entity=entity, fixes=fixes)


def duplicate_id(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An id that another page has already: references to it are ambiguous. Said of all pages but the first one."""
    own_id = base.references.declared_id(document)
    first = base.references.owners[own_id] if own_id else document.path
    if first != document.path:
        related = (Related(first, _id_span(base.documents[first]), "first"),)
        values = {"id": own_id, "path": first}
        yield Finding(_id_span(document), values, entity=_entity(document, base), related=related)


def invalid_schema(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """A schema file of the team's own cannot be used: the pages that it is for are not checked."""
    for fault in base.schemas.files.faults(document.path) if document.path in base.schemas.files else ():
        yield Finding(fault.span, fault.values, message=fault.kind)


def rule_matches_nothing(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """An extraction rule of the settings that finds nothing: what it should find is missing from the model, unnoticed."""
    yaml = document.data
    if yaml is None or document.path != base.settings.file:
        return
    rules = yaml.value.get("extract") if isinstance(yaml.value, dict) else None
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        if rule.get("id") in base.model.idle:
            yield Finding(yaml.spans["extract", index, "id"], {"id": rule["id"], "kind": rule.get("kind")})


def replacement_cycle(document: Document, base: KnowledgeBase, options: Options) -> Iterator[Finding]:
    """Pages that replace each other in a circle: nobody learns what is valid. Said once, at the first of them."""
    circle = base.references.cycles.get(document.path)
    yaml = document.yaml
    if circle and yaml:
        values = {"circle": " → ".join(circle), "id": circle[0]}
        message = "itself" if len(circle) == 2 else "default"
        yield Finding(yaml.spans["replaced-by",], values, message=message, entity=_entity(document, base))


def _entity(document: Document, base: KnowledgeBase) -> EntityName | None:
    """What the page describes, where it says so."""
    kind = base.schemas.kind(document)
    name = document.fields.get("name")
    return EntityName(kind, name) if kind is not None and isinstance(name, str) else None


def _id_span(document: Document) -> Span:
    yaml = document.yaml
    return yaml.spans["id",] if yaml else Span(0, 0)
