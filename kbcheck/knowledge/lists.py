"""Lists of the same entities in several places: what one has and another lacks, or calls otherwise, and their order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.config import KindSettings
from kbcheck.knowledge.likeness import is_variant
from kbcheck.knowledge.model import PHASE_PRECEDES, Entity, Key, Model
from kbcheck.knowledge.names import name_key
from kbcheck.knowledge.numbering import declared_orders
from kbcheck.platforms.platform import Navigation

# Two lists of at least so many are the same list when they share so much of the longer one. Phases are a closed set; roles
# and deliverables meet by accident.
_LEAST = 3
_SAME, _SAME_PHASES = 0.75, 0.6
#: The lists of one place that a name can be in, when lists are compared: more of them are a template, filled many times.
_MOST_LISTS = 50
# Names that are found anywhere in a text are not a list; those of pages have the order of the files.
_NO_LIST = frozenset({"bold-term", "text"})
#: The form of an entity that a page is about.
PAGE = "page"
_FILE_NUMBER = re.compile(r"(\d{1,3})(?!\d)")


class Difference(Struct, frozen=True):
    """Two lists that should agree. `reason`: the list of `place` lacks the names in `missing`; or has an entity under
    another name (`wording`), or after the one in `missing` which follows it there (`order`), than the list of `other`.
    `is_closed`: the lists are of phases, and the team has said where they are.
    """

    reason: str
    place: Entity
    other: Entity
    missing: tuple[Entity, ...] = ()
    is_closed: bool = False


class _Sequence(Struct, frozen=True):
    """Entities of one kind in the order of one place, each once."""

    kind: str
    entities: Mapping[Key, Entity]
    rule: str = ""
    same_as: str | None = None
    guessed: bool = False

    @property
    def form(self) -> str:
        """How its entities stand in the text."""
        return next(iter(self.entities.values())).form


class Lists:
    """The lists of a base, compared with each other."""

    def __init__(self, model: Model, kinds: Mapping[str, KindSettings], listed: Iterable[Entity] = ()) -> None:
        """`listed` are the entities whose pages the navigation names, at their places there and in its order."""
        self._model = model
        self._kinds = kinds
        self._listed = tuple(listed)

    def differences(self, path: str) -> tuple[Difference, ...]:
        """What the lists of a page lack that others have, or call otherwise, or have in another order."""
        return self._differences.get(path, ())

    @cached_property
    def reworded(self) -> frozenset[frozenset[Key]]:
        """The pairs of entities that are one entity under two names, as two lists show."""
        found = (one for ones in self._differences.values() for one in ones if one.reason == "wording")
        return frozenset(frozenset((one.place.key, one.other.key)) for one in found)

    # Lists that should agree

    @cached_property
    def _differences(self) -> Mapping[str, tuple[Difference, ...]]:
        contents = (
            replace(one, is_closed=self._is_ordered(own.kind) and not (own.guessed or other.guessed))
            for own, other in self._pairs
            for one in _contents(own, other)
        )
        orders = (one for own, other in self._in_order() for one in _order(own, other))
        found: dict[str, dict[object, Difference]] = {}
        for one in (*contents, *orders):
            found.setdefault(one.place.path, {}).setdefault((one.reason, one.place.span, one.other.key), one)
        return {path: tuple(ones.values()) for path, ones in found.items()}

    @cached_property
    def _pairs(self) -> tuple[tuple[_Sequence, _Sequence], ...]:
        """Each list with the one that it should agree with: the one that the settings name, else one much like it."""
        evident = (pair for pair in self._evident() if not any(one.same_as for one in pair))
        return (*self._same(), *evident)

    def _same(self) -> Iterator[tuple[_Sequence, _Sequence]]:
        """The lists that the settings say are those of another rule; all the lists of that rule are one."""
        rules: dict[tuple[str, str], _Sequence] = {}
        for one in self._sequences:
            first = rules.get((one.rule, one.kind))
            rules[one.rule, one.kind] = one if first is None else _joined(first, one)
        for own in self._sequences:
            other = rules.get((own.same_as or "", own.kind))
            if other is not None:
                yield own, other

    def _evident(self) -> Iterator[tuple[_Sequence, _Sequence]]:
        """Each list with the longest one that has most of its names."""
        lists = [one for one in self._sequences if len(one.entities) >= _LEAST and one.form not in _NO_LIST]
        lists.sort(key=lambda one: (-len(one.entities), one.guessed))
        first: dict[Key, list[int]] = {}
        for number, own in enumerate(lists):
            shared = Counter(index for key in own.entities for index in first.get(key, ()))
            near = next(
                (index for index, count in shared.most_common(1) if self._is_same(own, lists[index], count)), None
            )
            if near is not None:
                yield own, lists[near]
                continue
            for key in own.entities:
                if len(first.setdefault(key, [])) < _MOST_LISTS:
                    first[key].append(number)

    def _is_same(self, own: _Sequence, other: _Sequence, shared: int) -> bool:
        most = _SAME_PHASES if self._is_ordered(own.kind) else _SAME
        return shared >= _LEAST and shared >= most * max(len(own.entities), len(other.entities))

    @cached_property
    def _sequences(self) -> tuple[_Sequence, ...]:
        """The lists of the model that are no part of another entity; the groups of cards of a page are one list."""
        nested = {(one.path, one.span) for one in self._model.relations if one.relation != PHASE_PRECEDES}
        found: dict[object, _Sequence] = {}
        for number, one in enumerate(self._model.lists):
            first = one.entities[0]
            if (first.path, first.span) in nested:
                continue
            group = (one.path, one.rule, one.kind) if first.form == "card" or one.same_as else number
            entities: dict[Key, Entity] = {}
            for each in one.entities:
                entities.setdefault(each.key, each)
            own = _Sequence(one.kind, entities, one.rule, one.same_as, one.guessed)
            found[group] = _joined(found[group], own) if group in found else own
        return tuple(found.values())

    # Order

    def _in_order(self) -> Iterator[tuple[_Sequence, _Sequence]]:
        """The lists whose order means something, each with one that says the right order."""
        ordered = {id(one): _by_file(one) for pair in self._pairs for one in pair if self._is_ordered(one.kind)}
        for own, other in self._pairs:
            mine, theirs = ordered.get(id(own)), ordered.get(id(other))
            if mine and theirs:
                yield mine, theirs
        lists = [one for one in map(_by_file, self._sequences) if one and self._is_ordered(one.kind)]
        yield from _related(lists, self._declared)
        yield from _related(self._shown, (*self._declared, *lists))

    def _is_ordered(self, kind: str) -> bool:
        return kind in self._kinds and self._kinds[kind].order == "consecutive"

    @cached_property
    def _declared(self) -> tuple[_Sequence, ...]:
        """The orders that front matter declares."""
        kinds = {kind: settings for kind, settings in self._kinds.items() if settings.order == "consecutive"}
        orders = declared_orders(self._model, kinds)
        return tuple(
            _Sequence(kind, {one.key: one for one in found if one.order is not None})
            for (kind, _), found in orders.items()
        )

    @cached_property
    def _shown(self) -> tuple[_Sequence, ...]:
        """The navigation, as a list of each kind."""
        kinds: dict[str, dict[Key, Entity]] = {}
        for one in self._listed:
            if self._is_ordered(one.kind):
                kinds.setdefault(one.kind, {}).setdefault(one.key, one)
        return tuple(_Sequence(kind, found) for kind, found in kinds.items())


def listed(model: Model, navigation: Navigation | None, pages: Mapping[str, Iterable[object]]) -> Iterator[Entity]:
    """The entities whose own page the navigation names, at the place of the entry.

    `pages` are the entries (links) of each page. A page that describes several entities is the page of none.
    """
    owners: dict[str, set[Key]] = {}
    for one in model.entities:
        for path in model.pages_of(one.key):
            owners.setdefault(path, set()).add(one.key)
    places = {link: path for path, links in pages.items() for link in links}
    for entry in navigation.entries if navigation else ():
        own = owners.get(places.get(entry.link, ""), set())
        if navigation and len(own) == 1:
            yield replace(model.entity(next(iter(own))), path=navigation.path, span=entry.link.span, form="link")


def _joined(first: _Sequence, second: _Sequence) -> _Sequence:
    """Two lists as one; what is in both stands where it does in the first."""
    added = {key: one for key, one in second.entities.items() if key not in first.entities}
    return replace(first, entities={**first.entities, **added})


def _related(lists: Iterable[_Sequence], models: Iterable[_Sequence]) -> Iterator[tuple[_Sequence, _Sequence]]:
    """Each list with the first of the models that has enough of its entities."""
    models = tuple(models)[:_MOST_LISTS]
    for own in lists:
        for other in models:
            if other.kind == own.kind and len(own.entities.keys() & other.entities.keys()) >= _LEAST:
                yield own, other
                break


def _by_file(sequence: _Sequence) -> _Sequence | None:
    """A list in the order that it states, if it does: that of pages is the one of the numbers of their files."""
    if sequence.form != PAGE:
        return None if sequence.form in _NO_LIST else sequence
    entities = list(sequence.entities.values())
    numbers = {one.key: _FILE_NUMBER.match(one.path.rpartition("/")[2]) for one in entities}
    folders = {one.path.rpartition("/")[0] for one in entities}
    if len(folders) > 1 or not all(numbers.values()):
        return None
    in_order = sorted(entities, key=lambda one: int(numbers[one.key][0]))  # type: ignore[index]  # they all match
    return replace(sequence, entities={one.key: one for one in in_order})


def _contents(own: _Sequence, other: _Sequence) -> Iterator[Difference]:
    """What two lists have that the other lacks; first, what is only called otherwise."""
    extra = {key: one for key, one in own.entities.items() if key not in other.entities}
    missing = {key: one for key, one in other.entities.items() if key not in own.entities}
    for key, one in list(extra.items()):
        meant = next((each for each in missing.values() if _is_renamed(one, each, own, other)), None)
        if meant is not None:
            del extra[key], missing[meant.key]
            yield Difference("wording", one, meant)
    # That something in a list has no page is said by the rules on pages.
    if missing and own.form != PAGE:
        yield _missing(own, other, missing)
    if extra and other.form != PAGE:
        yield _missing(other, own, extra)


def _missing(own: _Sequence, other: _Sequence, missing: Mapping[Key, Entity]) -> Difference:
    """Said at the entity after which the first missing one would stand."""
    place = next(iter(own.entities.values()))
    for key in other.entities:
        if key in missing:
            break
        place = own.entities.get(key, place)
    return Difference("missing", place, next(iter(missing.values())), tuple(missing.values()))


def _is_renamed(one: Entity, meant: Entity, own: _Sequence, other: _Sequence) -> bool:
    """Whether an entity of one list is one of the other: a variant of its name, or between the same two neighbours."""
    if is_variant(name_key(one.name), name_key(meant.name)):
        return True
    mine, theirs = list(own.entities), list(other.entities)
    if len(mine) != len(theirs) or mine.index(one.key) != theirs.index(meant.key):
        return False
    # What the team has declared the same may differ in most of its names.
    return own.same_as == other.rule or sum(a == b for a, b in zip(mine, theirs, strict=True)) >= _LEAST


def _order(own: _Sequence, other: _Sequence) -> Iterator[Difference]:
    """The first entity of a list that stands before another which it follows in the other list."""
    places = {key: place for place, key in enumerate(other.entities)}
    shared = [key for key in own.entities if key in places]
    for before, after in pairwise(shared):
        if len(shared) >= _LEAST and places[after] < places[before]:
            yield Difference("order", own.entities[after], other.entities[after], (own.entities[before],))
            return
