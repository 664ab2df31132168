"""One run, top to bottom: files, documents, knowledge base, rules, selection, report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from kbcheck import __version__
from kbcheck.config import Settings, load_settings
from kbcheck.diagnostics import Diagnostic, Span
from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.errors import UsageError
from kbcheck.files import Tree, discover, read, remotes
from kbcheck.knowledge import KnowledgeBase, Model
from kbcheck.platforms.detection import detect
from kbcheck.reports.report import Counts, Report, in_order
from kbcheck.rules.catalogue import load_catalogue
from kbcheck.selection import Selection
from kbcheck.suppressions import apply_suppressions

_UNUSED_SUPPRESSION = "unused-suppression"


class Request(Struct, frozen=True):
    """What a run is asked to do. `paths` (relative to the root) limit the findings, not what is read."""

    root: Path
    paths: tuple[str, ...] = ()
    config: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def check(request: Request) -> tuple[Report, Settings]:
    """Checks a knowledge base. Raises `UsageError` when the user must act."""
    started = time.perf_counter()
    catalogue = load_catalogue()
    settings = load_settings(request.root, file=request.config, rule_names=catalogue.names)
    selection = Selection(catalogue, settings, request.select, request.ignore)
    base = load_base(settings)
    diagnostics = in_order(_within(request.paths, base, _diagnostics(base, selection)))
    report = Report(
        __version__,
        base.platform.name,
        diagnostics,
        _counts(base),
        time.perf_counter() - started,
        {path: document.text for path, document in base.documents.items()},
        base.paths.tree.notes,
    )
    return report, settings


def load_model(root: Path, config: Path | None = None) -> tuple[Model, Mapping[str, str]]:
    """The model of a knowledge base, and the texts of its pages by path."""
    base = load_base(load_settings(root, file=config, rule_names=load_catalogue().names))
    return base.model, {document.path: document.text for document in base.pages}


def load_base(settings: Settings) -> KnowledgeBase:
    """Reads every page below the root. Raises `UsageError` when there is none."""
    tree = discover(settings.root, include=settings.include, exclude=settings.exclude)
    if not tree.pages:
        raise UsageError(
            "no Markdown page found; name the folder of a knowledge base, or see `include:` in the settings"
        )
    platform = detect(tree, settings.platform)
    documents = _read_all(tree, (*tree.pages, *platform.configuration_files(tree)))
    own = () if settings.repository else remotes(settings.root)
    return KnowledgeBase(settings, tree, documents, platform.configured(documents), own)


def _read_all(tree: Tree, paths: Iterable[str]) -> Mapping[str, Document]:
    return {path: read_document(read(tree.root, path)) for path in paths}


def _diagnostics(base: KnowledgeBase, selection: Selection) -> Iterator[Diagnostic]:
    """What the selected rules say of every document, without what comments in the pages silence."""
    active = frozenset(rule.name for rule in selection.rules)
    for document in base.documents.values():
        found = list(_of_document(document, base, selection))
        remaining, suppressions = apply_suppressions(document, found, selection.catalogue, active)
        yield from remaining
        if _UNUSED_SUPPRESSION in active:
            rule = selection.catalogue[_UNUSED_SUPPRESSION]
            yield from (rule.diagnostic(one, document.path, selection.severity(rule)) for one in suppressions)


def _of_document(document: Document, base: KnowledgeBase, selection: Selection) -> Iterator[Diagnostic]:
    scopes = ("file", "page") if document.format == "markdown" else ("file", "configuration")
    for rule in selection.rules:
        if rule.scope in scopes and not selection.is_ignored(rule, document.path):
            for finding in rule.check(document, base, selection.options(rule)):
                yield rule.diagnostic(finding, document.path, selection.severity(rule))


def _within(paths: tuple[str, ...], base: KnowledgeBase, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics in the given files and folders, and those of links elsewhere that lead into them."""
    if not paths or "" in paths:
        yield from diagnostics
        return
    leading: dict[str, set[Span]] = {}
    for document in base.pages:
        for link, resolution in base.resolutions(document):
            if resolution.path is not None and _is_below(resolution.path, paths):
                leading.setdefault(document.path, set()).add(link.target_span)
    for diagnostic in diagnostics:
        if _is_below(diagnostic.path, paths) or diagnostic.span in leading.get(diagnostic.path, ()):
            yield diagnostic


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def _counts(base: KnowledgeBase) -> Counts:
    links = sum(len(document.links) for document in base.pages)
    return Counts(len(base.pages), links, len(base.model.entities))
