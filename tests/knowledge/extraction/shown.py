"""The model of a small knowledge base as the cases of `cases/` show it: every place with the source text that it covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kbcheck.config import load_settings
from kbcheck.diagnostics import Places, Span
from kbcheck.engine import load_base
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.model import Entity, Key, Matrix, entity_id
from kbcheck.rules.examples import write
from tests.support import Case

CASES = Path(__file__).parent / "cases"


def shown(case: Case, folder: Path) -> str:
    """What the model of a case is; `folder` is an empty one to work in."""
    write(case.files, folder)
    return shown_model(base_in(folder))


def base_in(folder: Path) -> KnowledgeBase:
    """The knowledge base in a folder, with the settings that are there."""
    return load_base(load_settings(folder, rule_names=()))


def shown_model(base: KnowledgeBase) -> str:
    """Entities at every place that names them, relations, lists, matrices, places without a name, idle rules."""
    return "".join(f"{line}\n" for line in _Shown(base).lines())


class _Shown:
    def __init__(self, base: KnowledgeBase) -> None:
        self._model = base.model
        self._texts: Mapping[str, str] = {path: document.text for path, document in base.documents.items()}
        self._places = Places(self._texts)

    def lines(self) -> Iterator[str]:
        model = self._model
        yield from (self._entity(entity) for entity in model.mentions)
        for one in model.relations:
            part = f" ({one.part})" if one.part else ""
            yield f"{_key(one.subject)} {one.relation}{part} {_key(one.object)} @ {self._place(one.path, one.span)}"
        for found in model.lists:
            numbers = ["-" if number is None else str(number) for number in found.numbers]
            names = ", ".join(f"{number} {one.name}" for number, one in zip(numbers, found.entities, strict=True))
            same = f" same as {found.same_as}" if found.same_as else ""
            yield f"list {found.rule}{same}: {names}"
        for matrix in model.matrices:
            yield from self._matrix(matrix)
        for nameless in model.nameless:
            yield f"no name for a {nameless.kind} ({nameless.rule}) @ {self._place(nameless.path, nameless.span)}"
        yield from (f"nothing matches {rule}" for rule in model.idle)

    def _entity(self, entity: Entity) -> str:
        order = f" {entity.order}." if entity.order is not None else ""
        own_id = f" id={entity.id}" if entity.id != entity_id(entity.name) else ""
        aliases = f" aliases={'|'.join(entity.aliases)}" if entity.aliases else ""
        target = f" -> {entity.target}" if entity.target else ""
        fields = "".join(f" {name}={value}" for name, value in entity.attributes.items() if entity.rule)
        labels = "".join(f" label={label.text}" for label in entity.labels)
        place = self._place(entity.path, entity.span)
        return f"{entity.kind}{order} {entity.name} @ {place} {entity.form}{own_id}{aliases}{target}{fields}{labels}"

    def _matrix(self, matrix: Matrix) -> Iterator[str]:
        yield f"matrix {matrix.rule}: {' | '.join(role.name for role in matrix.roles)}"
        for task, cells in zip(matrix.tasks, matrix.cells, strict=True):
            yield f"  {task.name}: {' | '.join('+'.join(cell.parts) or '-' for cell in cells)}"

    def _place(self, path: str, span: Span) -> str:
        position = self._places.position(path, span.start)
        text = self._texts[path][span.start : span.end].replace("\r", "").replace("\n", "⏎")
        return f"{path}:{position.line}:{position.column} [{text}]"


def _key(key: Key) -> str:
    return f"{key.kind}:{key.id}"
