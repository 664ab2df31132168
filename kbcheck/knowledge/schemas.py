"""Which schema judges the front matter of which page, and what is found: once a page, for all rules that speak of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kbcheck.config import SchemaFile
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.files import compile_globs
from kbcheck.schema.files import SchemaFiles, referred_files
from kbcheck.schema.resources import entity_kinds
from kbcheck.schema.validate import Schema, Violation, shipped_schema
from kbcheck.schema.walk import Reference
from kbcheck.schema.yaml import YamlDocument, YamlPath

Settings = Mapping[str, Mapping[str, SchemaFile]]


def schema_kinds(settings: Settings) -> frozenset[str]:
    """The kinds of entities that a base knows: those of the shipped schemas and those that its settings declare."""
    return entity_kinds() | settings.get("kinds", {}).keys()


class PageSchemas:
    """The schemas of a base, shipped and its own. A page without `kind:` is judged by the patterns that its path fits."""

    def __init__(self, settings: Settings, documents: Mapping[str, Document]) -> None:
        """`documents` hold all schema files that `settings` lead to."""
        self.kinds = schema_kinds(settings)
        self.files = SchemaFiles(_schema_files(settings, documents), self.kinds)
        self._by_kind = {kind: file.path for kind, file in settings.get("kinds", {}).items()}
        by_pattern = settings.get("files", {}).items()
        self._by_pattern = tuple((compile_globs((pattern,)), file.path) for pattern, file in by_pattern)
        self._violations: dict[str, tuple[Violation, ...]] = {}

    def kind(self, document: Document) -> str | None:
        """The kind that the front matter of a page says, in whatever letter case; None for no kind, or an unknown one."""
        kind = document.fields.get("kind")
        return kind.casefold() if isinstance(kind, str) and kind.casefold() in self.kinds else None

    def violations(self, document: Document) -> tuple[Violation, ...]:
        """What is wrong with the front matter of a page, in the order of its text, each fault once."""
        if document.path not in self._violations:
            yaml = _front_matter(document)
            found: dict[tuple[Span, YamlPath, str], Violation] = {}
            for schema in self._schemas(document):
                for one in schema.validate(yaml) if yaml is not None else ():
                    found.setdefault((one.span, one.path, str(one.values.get("field"))), one)
            in_order = sorted(found.values(), key=lambda one: (one.span, one.kind, str(one.path)))
            self._violations[document.path] = tuple(in_order)
        return self._violations[document.path]

    def references(self, document: Document) -> tuple[Reference, ...]:
        """The ids of other entities that the front matter of a page says, in the order of its text, each place once."""
        yaml = _front_matter(document)
        if yaml is None or yaml.value is None:
            return ()
        found: dict[YamlPath, Reference] = {}
        for schema in self._schemas(document):
            for reference in schema.references(yaml):
                found.setdefault(reference.path, reference)
        return tuple(sorted(found.values(), key=lambda reference: reference.span))

    def links(self, document: Document) -> tuple[Link, ...]:
        """The links in the front matter of a page (`template:`, `described-by:`); words with spaces are no target."""
        yaml = _front_matter(document)
        if yaml is None or not isinstance(yaml.value, dict):
            return ()
        found = {
            span: Link("front-matter", target, span, span)
            for schema in self._schemas(document)
            for target, span in schema.link_targets(yaml)
            if " " not in target
        }
        return tuple(link for _, link in sorted(found.items()))

    def _schemas(self, document: Document) -> Iterator[Schema]:
        kind = self.kind(document)
        paths = [path for matches, path in self._by_pattern if matches(document.path)]
        if kind in self._by_kind:
            paths.insert(0, self._by_kind[kind])
        elif kind is not None:
            yield shipped_schema(kind)
        for path in dict.fromkeys(paths):
            schema = self.files.schema(path) if path in self.files else None
            if schema is not None:  # else `invalid-schema` says why
                yield schema


def _schema_files(settings: Settings, documents: Mapping[str, Document]) -> Mapping[str, YamlDocument]:
    """The schema files that the settings name, and those that these refer to."""
    found: dict[str, YamlDocument] = {}
    waiting = [file.path for files in settings.values() for file in files.values()]
    while waiting:
        path = waiting.pop()
        document = documents.get(path)
        if path not in found and document is not None and document.data is not None:
            found[path] = document.data
            waiting += referred_files(path, document.data)
    return found


def _front_matter(document: Document) -> YamlDocument | None:
    """The front matter to judge: an empty one where a page has none; None where it cannot be read (or is TOML)."""
    if document.front_matter is not None:
        return document.front_matter.yaml
    unreadable = any(problem.kind in ("invalid-front-matter", "unchecked-file") for problem in document.problems)
    return None if unreadable else YamlDocument(spans={(): Span(0, 0)})
