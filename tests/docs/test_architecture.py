"""The newcomer's key is true: every file that `docs/architecture.md` names exists, and its floors are those of the contracts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.docs.generated import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`\n]+)`")
_NAMED = re.compile(r"[\w./*-]+/[\w./*-]*|[\w*-]+\.(?:py|json|md|toml|yml|yaml)")


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> Iterator[list[str]]:
    for line in section(title).splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def named_files() -> list[str]:
    """What stands as code in the section of the key and looks like a file or a folder; words in capitals stand for any name."""
    words = (word for cells in rows("Where to look") for cell in cells[1:] for word in _CODE.findall(cell))
    return sorted({re.sub(r"\b[A-Z]+\b", "*", word) for word in words if _NAMED.fullmatch(word)})


@pytest.mark.parametrize("name", named_files())
def test_a_file_that_the_key_names_exists(name: str) -> None:
    places = [name] if "/" in name else [name, f"kbcheck/**/{name}"]
    assert any(next(iter(ROOT.glob(place.rstrip("/"))), None) for place in places)


def test_the_floors_are_those_of_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = [re.split(r" [:|] ", layer) for layer in contracts[0]["layers"] if layer != "__main__"]
    floors = [_CODE.findall(cells[0]) for cells in rows("The floors") if _CODE.search(cells[0])]
    order = {name: number for number, layer in enumerate(layers) for name in layer}
    assert {name for floor in floors for name in floor} == order.keys()
    for floor in floors:
        assert len({order[name] for name in floor}) == 1, floor
    first = [order[floor[0]] for floor in floors]
    assert first == sorted(first)


def test_every_module_has_a_floor() -> None:
    modules = {
        path.stem for path in (ROOT / "kbcheck").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    named = {name for cells in rows("The floors") for name in _CODE.findall(cells[0])}
    assert modules - {"__init__", "__main__"} == named


def test_the_glossary_is_in_order_of_the_alphabet() -> None:
    words = [cells[0].partition(",")[0].replace("-", " ") for cells in rows("Glossary")][1:]
    assert words == sorted(words)
