"""The model for people: `kbcheck model`.

First what was found and where it comes from, then the phases, roles, deliverables and other kinds with their relations and
places, at the end what the team should look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from kbcheck.diagnostics import Places
from kbcheck.knowledge.lists import Difference
from kbcheck.knowledge.model import (
    FRONT_MATTER,
    PHASE_HAS_DELIVERABLE,
    PHASE_PRECEDES,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    Key,
    Model,
    Relation,
)
from kbcheck.reports.model_relations import following
from kbcheck.reports.model_words import DIFFERENCES, PARTS, SUBJECT, kind_count, kind_heading
from kbcheck.reports.terminal import escaped, padded, width_of, wrapped
from kbcheck.texts import Text, Texts, texts_in

#: The kinds that ship, in the order in which a team reads them.
_KINDS = ("phase", "role", "deliverable", "task", "gate")
# Of each kind so many are shown; a reader who wants all of them asks for the kind.
_SHOWN = 15
_SHOWN_PLACES = 2
_SHOWN_MISSING = 5
_INDENT = "   "
_GAP = "  "
_BETWEEN = " · "
_HOLE = "—"
_NARROWEST = 20

#: The lines of an entity: labels, each with what stands behind it.
Lines = dict[str, list[str]]


class Understood(Struct, frozen=True):
    """A model with what a report needs to show it: the texts of the files by path, the lists that disagree, a language."""

    model: Model
    texts: Mapping[str, str]
    differences: tuple[Difference, ...] = ()
    language: str = "en"

    @property
    def words(self) -> Texts:
        """The texts of the language."""
        return texts_in(self.language)


def render_text(understood: Understood, *, width: int, kinds: Collection[str] = ()) -> str:
    """The report in `width` columns, ending with a line end. With `kinds`, all entities of these and nothing else."""
    return _Report(understood, max(width, _NARROWEST)).text(kinds)


class _Report:
    """One report in the making: the model, the places in its texts, its relations by their ends."""

    def __init__(self, understood: Understood, width: int) -> None:
        self._model = understood.model
        self._words = understood.words
        self._differences = understood.differences
        self._places = Places(understood.texts)
        self._width = width
        self._relations: dict[Key, list[Relation]] = {}
        for relation in (*self._model.relations, *following(self._model)):
            for end in {relation.subject, relation.object}:
                self._relations.setdefault(end, []).append(relation)

    def text(self, kinds: Collection[str]) -> str:
        if kinds:
            blocks = [self._kind(kind, limit=None) or self._none(kind) for kind in kinds]
        elif not self._model.mentions:
            nothing = self._words.said(
                "Nothing was found: neither front matter with `kind:` nor a table of phases and deliverables. "
                "See `extract:`."
            )
            blocks = [self._paragraph(nothing), *self._ends()]
        else:
            found = dict.fromkeys((*_KINDS, *(entity.kind for entity in self._model.entities)))
            blocks = [self._summary(), *(self._kind(kind, _SHOWN) for kind in found), *self._ends()]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def _none(self, kind: str) -> list[str]:
        return self._paragraph(self._words.said("Nothing of the kind “{kind}” was found.", kind=kind))

    def _paragraph(self, text: str, indent: str = "") -> list[str]:
        """A text on as many lines as it needs; all but the first are indented."""
        lines = wrapped(escaped(text), self._width - len(indent))
        return [line if number == 0 else indent + line for number, line in enumerate(lines)]

    # What was found, and where it comes from

    def _summary(self) -> list[str]:
        kinds = dict.fromkeys((*_KINDS, *(entity.kind for entity in self._model.entities)))
        total = self._counts([entity.key for entity in self._model.entities], kinds)
        return [*self._paragraph(total), "", self._words.said("Where they come from"), *self._sources(kinds)]

    def _sources(self, kinds: Collection[str]) -> Iterator[str]:
        """Front matter and each extraction rule: how many of each kind it found, and in which files."""
        sources: dict[str, list[Entity]] = {}
        for mention in self._model.mentions:
            sources.setdefault(self._source(mention), []).append(mention)
        labels = {source: padded(escaped(source), max(map(width_of, sources))) for source in sources}
        for source, mentions in sources.items():
            paths = list(dict.fromkeys(mention.path for mention in mentions))
            where = escaped(self._where(paths))
            counts = self._counts(list(dict.fromkeys(mention.key for mention in mentions)), kinds)
            line = f"{_INDENT}{labels[source]}{_GAP}{counts}"
            if width_of(line) + 1 + width_of(where) <= self._width:
                yield f"{line} {where}"
            else:
                yield from (line, f"{_INDENT * 2}{where}")  # a path stays whole

    def _where(self, paths: Sequence[str]) -> str:
        if len(paths) == 1:
            return self._words.said("in {path}", path=paths[0])
        return self._words.said("in {count} files", count=len(paths))

    def _counts(self, keys: Collection[Key], kinds: Collection[str]) -> str:
        numbers = {kind: sum(key.kind == kind for key in keys) for kind in kinds}
        return ", ".join(kind_count(self._words, kind, number) for kind, number in numbers.items() if number)

    def _source(self, entity: Entity) -> str:
        if entity.form == FRONT_MATTER:
            return self._words.said("front matter")
        rule = entity.rule or entity.form
        return self._words.said("{rule}, guessed", rule=rule) if entity.guessed else rule

    # Entities

    def _kind(self, kind: str, limit: int | None) -> list[str]:
        """The entities of a kind, those of each life cycle together, at most `limit` of them."""
        sets = self._model.sets(kind) if kind == "phase" else (tuple(self._model.in_order(kind)),)
        count = sum(map(len, sets))
        if not count:
            return []
        heading = f"{escaped(kind_heading(self._words, kind))} ({count})"
        if len(sets) > 1:
            heading += _GAP + self._words.said("in {count} life cycles", count=len(sets))
        lines = [heading]
        left = count if limit is None else limit
        for entities in sets:
            for entity in entities[:left]:
                lines += ["", *self._entity(entity)]
            left = max(left - len(entities), 0)
        if limit is not None and count > limit:
            more = self._words.said("… {count} more: kbcheck model --kind {kind}", count=count - limit, kind=kind)
            lines += ["", *self._paragraph(more)]
        return lines

    def _entity(self, entity: Entity) -> Iterator[str]:
        aliases = f" ({', '.join(entity.aliases)})" if entity.aliases else ""
        title = escaped(entity.numbered_name + aliases)
        place = f"{self._place(entity)}{_BETWEEN}{escaped(self._source(entity))}"
        room = self._width - width_of(title) - width_of(place)
        if room >= len(_GAP):
            yield f"{title}{' ' * room}{place}"
        else:
            yield from wrapped(title, self._width)
            yield f"{_INDENT}{place}"  # a path stays whole, whatever its length: terminals make a link of it
        yield from self._rows(self._related(entity))

    def _place(self, one: Entity | Relation) -> str:
        position = self._places.position(one.path, one.span.start)
        return escaped(f"{one.path}:{position.line}:{position.column}")

    def _rows(self, rows: Lines) -> Iterator[str]:
        """Labels in a column, beside each what belongs to it, on as many lines as it needs."""
        column = max(map(width_of, rows), default=0)
        beside = max(self._width - len(_INDENT) - column - len(_GAP), _NARROWEST)
        for label, values in rows.items():
            for number, line in enumerate(wrapped(_BETWEEN.join(map(escaped, values)), beside)):
                yield f"{_INDENT}{padded('' if number else label, column)}{_GAP}{line}"

    # What an entity has to do with others

    def _related(self, entity: Entity) -> Lines:
        rows: Lines = {label: [] for label in self._labels}
        before: list[str] = []
        after: list[str] = []
        for relation in self._relations.get(entity.key, ()):
            is_subject = relation.subject == entity.key
            other = self._model.name(relation.object if is_subject else relation.subject)
            if relation.relation == PHASE_PRECEDES:
                (before if is_subject else after).append(other)
            else:
                rows.setdefault(self._label(relation, is_subject=is_subject), []).append(other)
        rows[self._words.said("order")] = list(self._order(after, before))
        rows[self._words.said("page")] = [page for page in self._model.pages_of(entity.key) if page != entity.path]
        rows[self._words.said("also in")] = list(self._mentions(entity))
        expected = self._expected(entity.kind)
        return {
            label: list(dict.fromkeys(values)) or [_HOLE]
            for label, values in rows.items()
            if values or label in expected
        }

    def _order(self, after: list[str], before: list[str]) -> Iterator[str]:
        if after:
            yield self._words.said("after {names}", names=", ".join(dict.fromkeys(after)))
        if before:
            yield self._words.said("before {names}", names=", ".join(dict.fromkeys(before)))

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        """All labels of relations, in the order in which they are shown."""
        texts = (*SUBJECT.values(), Text("phases"), *PARTS.values())
        return tuple(dict.fromkeys(map(self._words.said, texts)))

    def _expected(self, kind: str) -> tuple[str, ...]:
        """What an entity of that kind should have, if the base says it of any: its absence is shown."""
        wanted = {
            "phase": ((SUBJECT[PHASE_HAS_DELIVERABLE], PHASE_HAS_DELIVERABLE),),
            "deliverable": ((Text("phases"), PHASE_HAS_DELIVERABLE), (PARTS["responsible"], ROLE_RESPONSIBLE_FOR)),
        }
        said = {
            relation.relation
            for relation in self._model.relations
            if kind in (relation.subject.kind, relation.object.kind)
        }
        return tuple(self._words.said(label) for label, relation in wanted.get(kind, ()) if relation in said)

    def _label(self, relation: Relation, *, is_subject: bool) -> str:
        if is_subject:
            return self._words.said(SUBJECT[relation.relation])
        if relation.relation == PHASE_HAS_DELIVERABLE:
            return self._words.said("phases")
        part = PARTS.get(relation.part or "")
        return self._words.said(part) if part else escaped(relation.part or relation.relation)

    def _mentions(self, entity: Entity) -> Iterator[str]:
        """The other places that name an entity."""
        places = [self._place(one) for one in self._model.mentions_of(entity.key)]
        others = [place for place in dict.fromkeys(places) if place != self._place(entity)]
        yield from others[:_SHOWN_PLACES]
        if others[_SHOWN_PLACES:]:
            more = len(others) - _SHOWN_PLACES
            yield self._words.counted("{count} more place", "{count} more places", more)

    # What the team should look at

    def _ends(self) -> Iterator[list[str]]:
        words = self._words
        if self._differences:
            yield [
                words.said("Lists that disagree"),
                *(line for one in self._differences for line in self._difference(one)),
            ]
        if self._model.idle:
            idle = words.said("Extraction rules that match nothing")
            yield [idle, *(f"{_INDENT}{escaped(own_id)}" for own_id in self._model.idle)]
        if any(entity.guessed for entity in self._model.mentions):
            advice = words.said(
                "What is guessed is right only by chance: `kbcheck init --model` writes it into the settings, "
                "to be corrected."
            )
            yield self._paragraph(advice)

    def _difference(self, one: Difference) -> Iterator[str]:
        """Where one list has it otherwise than another."""
        names = [self._words.said("“{name}”", name=missing.name) for missing in one.missing[:_SHOWN_MISSING]]
        names += ["…"] if one.missing[_SHOWN_MISSING:] else []
        told = self._words.said(
            DIFFERENCES[one.reason].template,
            name=one.place.name,
            other=one.other.name,
            missing=", ".join(names),
            place=self._place(one.other),
        )
        yield f"{_INDENT}{self._place(one.place)}"
        yield from (_INDENT * 2 + line for line in wrapped(escaped(told), self._width - 2 * len(_INDENT)))
