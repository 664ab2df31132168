"""One run, top to bottom: files, documents, knowledge base, rules, selection, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kbcheck import __version__
from kbcheck.baseline import Known, compared, notes_on, read_baseline
from kbcheck.config import SchemaFile, Settings, load_settings, own_rules
from kbcheck.diagnostics import Diagnostic, Fix
from kbcheck.documents.batch import read_documents
from kbcheck.documents.build import DATA_SUFFIXES, read_document
from kbcheck.documents.facts import Document
from kbcheck.errors import UsageError
from kbcheck.external.scope import Progress, Scope
from kbcheck.files import Tree, compile_globs, decode, discover, read, remotes, tracked_only
from kbcheck.findings import findings_of, with_repairs
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.extraction.vocabulary import data_patterns, read_rules
from kbcheck.knowledge.verdicts import Verdict
from kbcheck.platforms.detection import detect
from kbcheck.platforms.other import OtherSite, generator
from kbcheck.reports.model import Understood
from kbcheck.reports.report import Counts, External, Report, in_order
from kbcheck.rules.catalogue import Catalogue, load_catalogue
from kbcheck.schema.files import referred_files
from kbcheck.schema.yaml import YamlDocument
from kbcheck.selection import Selection
from kbcheck.shown import Since, shown
from kbcheck.texts import Text, Texts, texts_in

if TYPE_CHECKING:
    from kbcheck.fixes import Repaired
    from kbcheck.fixes.moving import Move


class Request(Struct, frozen=True):
    """What a run is asked to do. `paths` (relative to the root) and `since` limit the findings, not what is read.

    `contents` are the bytes of files that are checked instead of what the disk holds: what fixes would make of them.
    """

    root: Path
    paths: tuple[str, ...] = ()
    config: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    language: str | None = None  # over that of the settings
    usual_language: str = "en"  # when neither says one
    external: Scope | None = None  # which external links to look at; None: no network
    since: Since | None = None
    baseline: bool = True  # leave out the findings that a baseline says are known, when there is one
    keep: bool = False  # facts of the pages for the next run, in `.kbcheck_cache`
    contents: Mapping[str, bytes] = {}

    @property
    def is_hook(self) -> bool:
        """Whether it is about a commit that is being made."""
        return self.since is not None and self.since.as_hook


def check(
    request: Request, catalogue: Catalogue | None = None, on_progress: Callable[[Progress], None] = lambda _: None
) -> tuple[Report, Settings]:
    """Checks a knowledge base, by default with all its rules. Raises `UsageError` when the user must act.

    `on_progress` is told how far the check of external links has got.
    """
    started = time.perf_counter()
    catalogue = catalogue or load_rules(request.root, request.config)
    settings = load_settings(request.root, file=request.config, rule_names=catalogue.names, keep=request.keep)
    language = request.language or settings.language or request.usual_language
    selection = Selection(catalogue.in_language(language), settings, request.select, request.ignore)
    scope = replace(request.external, paths=request.paths) if request.external else None
    here = load_base(settings, request.contents, keep=request.keep, committed=request.is_hook)
    base, external, notes = _with_outside(here, scope, language, on_progress)
    known = read_baseline(settings.root) if request.baseline else None
    limited = bool(request.paths or request.since or known)
    base = base.with_repairs(offered=not limited)  # those of what is not shown would be looked for in vain
    whole = in_order(_diagnostics(base, selection))
    new, said = _without_known(whole, known, base, selection, language)
    found = shown(new, request.paths, request.since, base, selection)
    report = Report(
        __version__,
        base.platform.name,
        in_order(with_repairs(found, base, selection) if limited else found),
        _counts(base),
        round(time.perf_counter() - started, 3),  # as JSON has it: what is made of that says the same
        base.texts,
        (*_notes(request, base, texts_in(language)), *said, *notes),
        language,
        external,
        {rule.name: rule for rule in selection.catalogue},
        base.model,
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
    planned = moving.begun(base, old, moving.new_place(root, old, new))
    for edits in (moving.configuration_edits, moving.link_edits):
        after = _moved_base(base, planned, carrying.rewritten(base, planned).after)
        planned = planned.with_edits(edits(base, after, planned))
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
    tree = moved_tree(base.paths.tree, planned)
    platform = type(base.platform).configured(documents, tree)
    own = () if base.settings.repository else remotes(base.settings.root)
    return KnowledgeBase(base.settings, tree, documents, platform, own)


def understand(request: Request) -> Understood:
    """The model of a knowledge base, with what a report on it needs. Raises `UsageError` when the user must act."""
    return understood(explore(request), request.language, request.usual_language)


def explore(request: Request) -> KnowledgeBase:
    """The knowledge base itself, no rule asked. Raises `UsageError` when the user must act."""
    names = load_rules(request.root, request.config).names
    settings = load_settings(request.root, file=request.config, rule_names=names)
    return load_base(settings, keep=request.keep)


def understood(base: KnowledgeBase, language: str | None, usual_language: str) -> Understood:
    """The model of this base, to be reported in `language`, else in that of the settings, else in the usual one."""
    return Understood(
        base.model,
        base.texts,
        tuple(difference for path in base.documents for difference in base.structure.lists.differences(path)),
        language or base.settings.language or usual_language,
    )


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


def load_base(
    settings: Settings, contents: Mapping[str, bytes] | None = None, *, keep: bool = False, committed: bool = False
) -> KnowledgeBase:
    """Reads every page below the root but the rule pages. Raises `UsageError` when there is none.

    `contents` are bytes of files that are taken instead of those on disk. `keep`: what has not changed since the last
    run is not parsed again. `committed`: files that git does not track are left out, since others will not get them.
    """
    tree = discover(settings.root, include=settings.include, exclude=settings.excluded)
    if not tree.pages:
        raise UsageError(
            "no Markdown page found; name the folder of a knowledge base, or see `include:` in the settings"
        )
    if committed:  # after that: the first page of all may not be part of the commit yet
        tree = tracked_only(tree, include=settings.include, exclude=settings.excluded)
    platform = detect(tree, settings.platform)
    documents = {
        **read_documents(
            tree.root,
            (*tree.pages, *platform.configuration_files(tree)),
            contents or {},
            keep=keep,
            tracked=tree.tracks_cache,
        ),
        **_read_schemas(settings),
        **_read_extracted(tree, settings),
    }
    own = () if settings.repository else remotes(settings.root)
    return KnowledgeBase(settings, tree, documents, platform.configured(documents, tree), own)


def _with_outside(
    base: KnowledgeBase, scope: Scope | None, language: str, on_progress: Callable[[Progress], None]
) -> tuple[KnowledgeBase, External | None, tuple[str, ...]]:
    """The base with what is known of the addresses outside: what a file says and, when asked for, what is found there."""
    verdicts: Mapping[str, Verdict] = {}
    if base.settings.external.verdicts is not None:
        from kbcheck.external.exchange import recorded

        verdicts = recorded(base.settings)
    if scope is None:
        return base.with_verdicts(verdicts), None, ()
    from kbcheck.external.check import check_external

    outside = check_external(base, scope, language, on_progress, verdicts)
    external = External(
        sum(outside.outcomes.values()) + len(outside.unchecked),
        outside.outcomes,
        outside.remembered,
        outside.unchecked,
        outside.is_interrupted,
        str(scope.shard) if scope.shard else None,
    )
    notes = tuple(map(texts_in(language).said, outside.notes))
    return base.with_verdicts(outside.verdicts), external, notes


def _read_extracted(tree: Tree, settings: Settings) -> Mapping[str, Document]:
    """What extraction rules need beside pages: the YAML and JSON files that they name, and the settings that hold them."""
    if not settings.extract or settings.file is None:
        return {}
    is_named = compile_globs(data_patterns(read_rules(settings.extract)), from_root=True)
    named = sorted(path for path in tree.files if path.lower().endswith(DATA_SUFFIXES) and is_named(path))
    file = settings.root / settings.file
    written = read_document(replace(read(file.parent, file.name), path=settings.file))
    return {**read_documents(tree.root, named), settings.file: written}


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
            raise UsageError(
                "the schema “{path}” cannot be used. {detail}", place=file.place, path=file.path, detail=unread.detail
            )
    return found


def _diagnostics(base: KnowledgeBase, selection: Selection) -> Iterator[Diagnostic]:
    """What the selected rules say of every document."""
    for document in base.documents.values():
        yield from findings_of(document, base, selection)


def _without_known(
    diagnostics: tuple[Diagnostic, ...],
    known: list[Known] | None,
    base: KnowledgeBase,
    selection: Selection,
    language: str,
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """The diagnostics that the baseline does not have, and what is to be said of those that it has."""
    if known is None:
        return diagnostics, ()
    outcome = compared(diagnostics, base.texts, known, [rule.name for rule in selection.rules])
    return outcome.new, notes_on(outcome, language)


def _notes(request: Request, base: KnowledgeBase, texts: Texts) -> Iterator[str]:
    """What was done otherwise than a person would expect: silence would look like success."""
    yield from map(texts.said, base.paths.tree.notes)
    if isinstance(base.platform, OtherSite):
        yield texts.said(
            "links by address are not judged: which ones {publisher} gives the pages is not known here.",
            publisher=generator(base.paths.tree) or Text("this generator"),
        )
    elif not base.knows_publisher:
        yield texts.said(
            "these are spaces of GitBook, and judged as GitHub shows them: check each folder that has a SUMMARY.md on its "
            "own (--root FOLDER)."
        )
    for path in request.paths:
        if not request.is_hook and not base.paths.exists(path):
            yield texts.said(
                "{path} is not looked at: git ignores it, or it is no file of this knowledge base.", path=path
            )


def _counts(base: KnowledgeBase) -> Counts:
    links = sum(len(document.links) for document in base.pages)
    return Counts(len(base.pages), links, len(base.model.entities))
