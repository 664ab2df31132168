"""KB2: front matter that declares a role, a phase or a deliverable, checked against `schemas/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kbcheck.diagnostics import EntityName, Finding
from kbcheck.documents.facts import Document
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.extraction import ENTITY_KINDS


def schema_violation(document: Document, base: KnowledgeBase, options: Mapping[str, Any]) -> Iterator[Finding]:
    """The front matter of a page that says `kind:` is not as the schema of that kind wants it."""
    yaml = document.front_matter.yaml if document.front_matter else None
    kind = yaml.value.get("kind") if yaml and isinstance(yaml.value, dict) else None
    if yaml is None or not isinstance(kind, str) or kind.casefold() not in ENTITY_KINDS:
        return
    # jsonschema takes a tenth of a second to import: only bases that declare entities pay for it.
    from kbcheck.schema.validate import validate

    name = yaml.value.get("name")
    entity = EntityName(kind.casefold(), name) if isinstance(name, str) else None
    for violation in validate(yaml, kind.casefold()):
        yield Finding(violation.span, violation.values, message=violation.kind, entity=entity)
