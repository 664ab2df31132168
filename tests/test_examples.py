"""The examples hold the faults that examples/README.md lists, and no others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kbcheck.rules.catalogue import load_catalogue

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
BASES = ("guide-produit", "product-handbook")
_ROW = re.compile(r"\| `(?P<path>[^`]+)` +\| (?P<line>\d+) +\| `(?P<rule>[^`]+)` +\|")


def planted(base: str) -> list[tuple[str, int, str]]:
    """The rows of the table below the heading of a base."""
    section = (EXAMPLES / "README.md").read_text(encoding="utf-8").split(f"\n## {base}\n")[1].split("\n## ")[0]
    return sorted((row["path"], int(row["line"]), row["rule"]) for row in _ROW.finditer(section))


def kbcheck(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kbcheck", *arguments]
    environment = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)


def found(base: str) -> list[tuple[str, int, str]]:
    done = kbcheck("check", f"examples/{base}", "--output-format", "json")
    assert done.returncode == 1, done.stderr
    return sorted((fault["path"], fault["line"], fault["rule"]) for fault in json.loads(done.stdout)["diagnostics"])


@pytest.mark.parametrize("base", BASES)
def test_a_base_has_the_planted_faults_only(base: str) -> None:
    assert found(base) == planted(base)


def test_each_rule_on_the_structure_is_shown_once() -> None:
    rules = Counter(rule for _, _, rule in planted("guide-produit"))
    structure = {rule.name for rule in load_catalogue() if rule.family == "structure"}
    assert {name: rules[name] for name in structure} == dict.fromkeys(structure, 1)


def test_the_model_names_the_lists_that_disagree() -> None:
    said = kbcheck("model", "examples/guide-produit").stdout.replace("\N{NO-BREAK SPACE}", " ")
    told = said.split("Listes qui ne s’accordent pas\n")[1]
    assert "SUMMARY.md:12:5\n      « Généralisation » n’est pas à la même place" in told
    assert "il manque « Archivage »" in told


@pytest.mark.parametrize("base", BASES)
def test_the_matrix_of_a_base_fits_a_terminal(base: str) -> None:
    assert max(map(len, kbcheck("model", f"examples/{base}", "--matrix").stdout.splitlines())) <= 80
