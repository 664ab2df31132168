"""One run, top to bottom: files, documents, knowledge base, rules, selection, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kbcheck import __version__
from kbcheck.config import SchemaFile, Settings, load_settings, own_rules
from kbcheck.diagnostics import Diagnostic, Fix
from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.errors import UsageError
from kbcheck.files import Tree, decode, discover, escape_glob, read, remotes
from kbcheck.knowledge import KnowledgeBase, Model, Resolution
from kbcheck.platforms.detection import detect, unknown_platform
from kbcheck.reports.report import Counts, Report, in_order
from kbcheck.rules.catalogue import Catalogue, Rule, load_catalogue
from kbcheck.schema.files import referred_files
from kbcheck.schema.yaml import YamlDocument
from kbcheck.selection import Selection
from kbcheck.suppressions import apply_suppressions

if TYPE_CHECKING:
    from kbcheck.fixes import Repaired
    from kbcheck.fixes.moving import Move

_UNUSED_SUPPRESSION = "unused-suppression"


class Request(Struct, frozen=True):
    """What a run is asked to do. `paths` (relative to the root) limit the findings, not what is read.

    `contents` are the bytes of files that are checked instead of what the disk holds: what fixes would make of them.
    """

    root: Path
    paths: tuple[str, ...] = ()
    config: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    language: str | None = None  # over that of the settings
    usual_language: str = "en"  # when neither says one
    contents: Mapping[str, bytes] = {}


def check(request: Request, catalogue: Catalogue | None = None) -> tuple[Report, Settings]:
    """Checks a knowledge base, by default with all its rules. Raises `UsageError` when the user must act."""
    started = time.perf_counter()
    catalogue = catalogue or load_rules(request.root, request.config)
    settings = load_settings(request.root, file=request.config, rule_names=catalogue.names)
    language = request.language or settings.language or request.usual_language
    selection = Selection(catalogue.in_language(language), settings, request.select, request.ignore)
    base = load_base(settings, request.contents)
    diagnostics = in_order(_within(request.paths, base, _diagnostics(base, selection)))
    report = Report(
        __version__,
        base.platform.name,
        diagnostics,
        _counts(base),
        time.perf_counter() - started,
        {path: document.text for path, document in base.documents.items()},
        tuple(_notes(request, base)),
        language,
    )
    return report, settings


def fix(request: Request, pick: Callable[[Diagnostic, Report], Fix | None]) -> tuple[Repaired[Report], Settings]:
    """Applies the fixes that `pick` takes until nothing changes; nothing is written yet. Raises `UsageError`."""
    from kbcheck.fixes import repair

    catalogue = load_rules(request.root, request.config)
    settings = load_settings(request.root, file=request.config, rule_names=catalogue.names)

    def checked(contents: Mapping[str, bytes]) -> Report:
        return check(replace(request, contents=contents), catalogue)[0]

    return repair(request.root, checked, pick), settings


def move(root: Path, old: str, new: str, config: Path | None = None) -> Move:
    """Moves a page or a folder with every link to and from it. Raises `UsageError`, and then nothing has changed."""
    from kbcheck.fixes import carrying, moving

    settings = load_settings(root, file=config, rule_names=load_rules(root, config).names)
    # Pages that are not checked have links, too.
    base = load_base(replace(settings, include=(), exclude=()))
    planned = moving.plan_move(base, old, moving.new_place(root, old, new))
    contents = carrying.rewritten(base, planned)
    moving.refuse_other_meanings(base, _moved_base(base, planned, contents.after), planned)
    carrying.carry_out(root, planned, contents)
    return planned


def _moved_base(base: KnowledgeBase, planned: Move, contents: Mapping[str, bytes]) -> KnowledgeBase:
    """The base as it will be, from what is in memory; `contents` are by the old paths."""
    from kbcheck.fixes.moving import moved_tree

    documents = {}
    for path, document in base.documents.items():
        new = planned.files.get(path, path)
        same = replace(document, path=new) if new != path else document
        documents[new] = read_document(decode(new, contents[path])) if path in contents else same
    platform = type(base.platform).configured(documents)
    own = () if base.settings.repository else remotes(base.settings.root)
    return KnowledgeBase(base.settings, moved_tree(base.paths.tree, planned), documents, platform, own)


def load_model(root: Path, config: Path | None = None) -> tuple[Model, Mapping[str, str]]:
    """The model of a knowledge base, and the texts of its pages by path."""
    base = load_base(load_settings(root, file=config, rule_names=load_rules(root, config).names))
    return base.model, {document.path: document.text for document in base.pages}


def load_rules(root: Path, config: Path | None = None, folder: str | None = None) -> Catalogue:
    """The rules of kbcheck and those of a knowledge base: in `folder`, from its root, else in that of its settings.

    Raises `UsageError` for a faulty one.
    """
    own = own_rules(root, file=config)
    folder = folder or own.folder
    if folder is None:
        return load_catalogue()
    from kbcheck.rules.own import with_own_rules

    return with_own_rules(load_catalogue(), root, folder, own.kinds)


def load_base(settings: Settings, contents: Mapping[str, bytes] | None = None) -> KnowledgeBase:
    """Reads every page below the root but the rule pages. Raises `UsageError` when there is none.

    `contents` are bytes of files that are taken instead of those on disk.
    """
    # The team's own rules are settings: nobody wants them in the navigation.
    own_rules = (f"/{escape_glob(settings.rules_folder)}/",) if settings.rules_folder else ()
    tree = discover(settings.root, include=settings.include, exclude=(*settings.exclude, *own_rules))
    if not tree.pages:
        raise UsageError(
            "no Markdown page found; name the folder of a knowledge base, or see `include:` in the settings"
        )
    platform = detect(tree, settings.platform)
    documents = {
        **_read_all(tree, (*tree.pages, *platform.configuration_files(tree)), contents or {}),
        **_read_schemas(settings),
    }
    own = () if settings.repository else remotes(settings.root)
    return KnowledgeBase(settings, tree, documents, platform.configured(documents), own)


def _read_all(tree: Tree, paths: Iterable[str], contents: Mapping[str, bytes]) -> Mapping[str, Document]:
    return {
        path: read_document(decode(path, contents[path]) if path in contents else read(tree.root, path))
        for path in paths
    }


def _read_schemas(settings: Settings) -> Mapping[str, Document]:
    """The schema files that the settings name, and all that these refer to. Raises `UsageError` when one is missing."""
    found: dict[str, Document] = {}
    waiting = [file for files in settings.schemas.values() for file in files.values()]
    while waiting:
        file = waiting.pop()
        if file.path in found:
            continue
        source = read(settings.root, file.path)
        unread = next((problem for problem in source.problems if problem.kind == "unchecked-file"), None)
        if unread is None:
            found[file.path] = document = read_document(source)
            waiting += (SchemaFile(path) for path in referred_files(file.path, document.data or YamlDocument()))
        elif file.place:  # what one schema wants of another is said by the rule `invalid-schema`
            raise UsageError(f"the schema “{file.path}” cannot be used. {unread.detail}", place=file.place)
    return found


def _diagnostics(base: KnowledgeBase, selection: Selection) -> Iterator[Diagnostic]:
    """What the selected rules say of every document, without what comments in the pages silence."""
    for document in base.documents.values():
        rules = [rule for rule in selection.rules if not selection.is_ignored(rule, document.path)]
        active = frozenset(rule.name for rule in rules)
        found = list(_of_document(document, base, selection, rules))
        remaining, suppressions = apply_suppressions(document, found, selection.catalogue, active)
        yield from remaining
        if _UNUSED_SUPPRESSION in active:
            rule = selection.catalogue[_UNUSED_SUPPRESSION]
            yield from (rule.diagnostic(one, document.path, selection.severity(rule)) for one in suppressions)


def _of_document(
    document: Document, base: KnowledgeBase, selection: Selection, rules: Iterable[Rule]
) -> Iterator[Diagnostic]:
    scopes = ("file", "page") if document.format == "markdown" else ("file", "configuration")
    for rule in rules:
        if rule.scope in scopes:
            for finding in rule.check(document, base, selection.options(rule)):
                yield rule.diagnostic(finding, document.path, selection.severity(rule))


def _within(paths: tuple[str, ...], base: KnowledgeBase, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics in the given files and folders, and those of links elsewhere that lead into them."""
    if not paths:
        yield from diagnostics
        return
    chosen = frozenset(paths)
    leading = {
        (document.path, link.target_span)
        for document in base.pages
        for link, resolution in base.resolutions(document)
        if any(_is_below(path, chosen) for path in _ends(resolution, base))
    }
    for diagnostic in diagnostics:
        if _is_below(diagnostic.path, chosen) or (diagnostic.path, diagnostic.span) in leading:
            yield diagnostic


def _notes(request: Request, base: KnowledgeBase) -> Iterator[str]:
    """What was done otherwise than a person would expect: silence would look like success."""
    yield from base.paths.tree.notes
    publisher = unknown_platform(base.paths.tree)
    if publisher and not base.settings.platform and not base.platform.has_site:
        yield f"the pages are judged as GitHub shows them: what {publisher} makes of them is not known yet."
    for path in request.paths:
        if not base.paths.exists(path):
            yield f"{path} is not looked at: git ignores it, or it is no file of this knowledge base."


def _ends(resolution: Resolution, base: KnowledgeBase) -> Iterator[str]:
    """The path that a link names, the page that is shown for it, and the file whose name differs by its letters only."""
    if resolution.path is not None:
        yield resolution.path
        yield base.index_page(resolution.path)
    if resolution.actual is not None:  # or an anchor, which is the name of no file
        yield resolution.actual


def _is_below(path: str, chosen: frozenset[str]) -> bool:
    """Whether a path, or a folder it is in, is among the chosen ones."""
    while path and path not in chosen:
        path = path.rpartition("/")[0]
    return path in chosen


def _counts(base: KnowledgeBase) -> Counts:
    links = sum(len(document.links) for document in base.pages)
    return Counts(len(base.pages), links, len(base.model.entities))
