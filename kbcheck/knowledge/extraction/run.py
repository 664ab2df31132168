"""Runs extraction rules over the pages of a base: every unit that a rule takes becomes an entity, with its relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from posixpath import dirname

from msgspec.structs import replace

from kbcheck.config import KindSettings, Settings
from kbcheck.diagnostics import Span
from kbcheck.files import compile_globs
from kbcheck.knowledge.extraction.entities import Entities, Named
from kbcheck.knowledge.extraction.markup import body, meant
from kbcheck.knowledge.extraction.matrix import matrix
from kbcheck.knowledge.extraction.naming import Pages
from kbcheck.knowledge.extraction.relations import performing, said
from kbcheck.knowledge.extraction.said import Fact
from kbcheck.knowledge.extraction.sequence import ordered, runs, sequence
from kbcheck.knowledge.extraction.takes import is_index, units
from kbcheck.knowledge.extraction.units import Scope, Unit
from kbcheck.knowledge.extraction.vocabulary import Rule, data_patterns
from kbcheck.knowledge.model import Entity, EntityList, Matrix, Nameless

_USUAL = KindSettings()
_FROM_DATA = frozenset({"records", "refs"})

#: A place, for what it was taken.
_Place = tuple[str, str, str, Span]


class Extractor:
    """Runs rules one by one. What several rules take for the same entity is said once."""

    def __init__(self, base: Pages, settings: Settings) -> None:
        self._settings = settings
        documents = (one for path, one in sorted(base.documents.items()) if path != settings.file)
        self._files = [Scope(one, body(one)) for one in map(meant, documents)]
        self._entities = Entities(base, settings.model, settings.placeholders)
        self._seen: set[_Place] = set()
        self.matched: set[str] = set()  # ids of the rules that found something, new or not

    def run(self, rule: Rule) -> list[Fact]:
        """What a rule has to say that no rule before it has said, in the order of the files."""
        found = list(self._in_files(rule))
        if any(isinstance(fact, (Entity, Nameless)) for fact in found):
            self.matched.add(rule.id)
        before = frozenset(self._seen)
        return [fact for fact in found if self._is_new(fact, before)]

    def _is_new(self, fact: Fact, before: frozenset[_Place]) -> bool:
        if isinstance(fact, (Entity, Nameless)):
            place = _place(fact)
            is_new = place not in self._seen
            self._seen.add(place)
            return is_new
        if isinstance(fact, EntityList):
            return fact.same_as is not None or any(_place(one) not in before for one in fact.entities)
        return not isinstance(fact, Matrix) or any(_place(task) not in before for task in fact.tasks)

    def _in_files(self, rule: Rule) -> Iterator[Fact]:
        files = self._named_by(rule)
        if rule.take == ("pages",):
            pages = [unit for scope in files for unit in units(rule, scope)]
            pages.sort(key=lambda page: _folder(rule, page.document.path))
            for _, together in groupby(pages, key=lambda page: _folder(rule, page.document.path)):
                yield from self._facts(rule, together, None)
            return
        for scope in files:
            yield from self._within(rule, scope, None)

    def _named_by(self, rule: Rule) -> Iterator[Scope]:
        """The pages that a rule names and the data files that it can take something from, by path."""
        is_page = compile_globs(rule.from_, from_root=True)
        is_data = compile_globs(() if _FROM_DATA.isdisjoint(rule.take) else data_patterns((rule,)), from_root=True)
        is_left_out = compile_globs(rule.except_, from_root=True)
        for scope in self._files:
            path = scope.document.path
            is_named = is_page if scope.document.format == "markdown" else is_data
            if is_named(path) and not is_left_out(path):
                yield scope

    def _within(self, rule: Rule, around: Scope, outer: Entity | None) -> Iterator[Fact]:
        """What a rule finds in a part of a page: a list for each table, section or page that it looks in."""
        for _, together in groupby(units(rule, around), key=lambda unit: unit.group):
            yield from self._facts(rule, together, outer)

    def _facts(self, rule: Rule, together: Iterable[Unit], outer: Entity | None) -> Iterator[Fact]:
        """What units that belong together say: themselves, their list, what they have to do with the entity around."""
        read = [one for unit in together if (one := self._entities.read(rule, unit, outer)) is not None]
        if len(read) < rule.where.at_least:
            return
        yield from (one for one in read if isinstance(one, Nameless))
        named = [one for one in read if isinstance(one, Named)]
        if rule.relation == "described-by":
            yield from (_described(outer, one.entity) for one in named if outer and one.entity.target)
            return
        lists = runs(named)
        for found in lists:
            if len(lists) == 1 or len(found) >= rule.where.at_least:
                yield from self._of_list(rule, found, outer)

    def _of_list(self, rule: Rule, named: list[Named], outer: Entity | None) -> Iterator[Fact]:
        named = ordered(rule, named, self._settings.model.get(rule.kind, _USUAL))
        yield from (one.entity for one in named)
        yield from sequence(rule, named)
        if rule.relation is not None and outer is not None:
            yield from (said(rule.relation, outer, one.entity, one.entity.span) for one in named)
        yield from self._nested(rule, named)

    def _nested(self, rule: Rule, found: list[Named]) -> Iterator[Fact]:
        """What the rules inside a rule find in each of its units."""
        for nested in performing(rule.each):
            if nested.cell_relation:
                yield from matrix(rule, nested, found, self._entities)
            else:
                for one in found:
                    yield from self._within(nested, one.unit.inside, one.entity)


def _described(outer: Entity, place: Entity) -> Entity:
    """Another place of an entity, which links to a page of it."""
    return replace(outer, path=place.path, span=place.span, form=place.form, target=place.target, labels=())


def _folder(rule: Rule, path: str) -> str:
    """The place whose pages are one list: each folder, for a rule that looks for pages anywhere. Else all of them are one."""
    if not all(pattern.startswith("**") for pattern in rule.from_):
        return ""
    return dirname(dirname(path)) if is_index(path) else dirname(path)


def _place(fact: Entity | Nameless) -> _Place:
    return fact.path, fact.kind, fact.id if isinstance(fact, Entity) else "", fact.span
