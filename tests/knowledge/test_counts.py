"""A number before a list, in words or digits."""

from __future__ import annotations

import pytest

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.knowledge.counts import announced
from kbcheck.knowledge.model import Entity, EntityList, Found, Model

TABLE = "| Phase | Livrables |\n| - | - |\n| Idée | Vision |\n| Essai | Bilan |\n| Arrêt | Plan |\n"


def told(before: str, kind: str = "phase") -> list[str]:
    """What is said of the words before a table of three phases."""
    text = f"{before}\n{TABLE}"
    entities = []
    for name in ("Idée", "Essai", "Arrêt"):
        start = text.rindex(f"| {name} ") + 2
        entities.append(Entity(kind, name, name, "a.md", Span(start, start + len(name)), "table-row"))
    found = EntityList("x", kind, tuple(entities), (None,) * 3, "a.md", Span(len(before), len(text)))
    return [one.text for one in announced(Document("a.md", text), Model(Found(tuple(entities), (), (found,))))]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Le produit passe par 6 grandes phases :\n", ["6 grandes phases"]),
        ("Il y a deux étapes.\n", ["deux étapes"]),
        ("There are four main steps:\n", ["four main steps"]),
        ("## Les 5 étapes\n\nVoici.\n", ["5 étapes"]),
        ("Trois étapes :\n", []),
        ("Deux étapes courtes, trois étapes en tout :\n", []),
        ("Les 2 premières étapes sont courtes.\n", []),
        ("Les deux étapes suivantes, après les 4 autres étapes :\n", ["deux étapes"]),
        ("Au moins 2 étapes, moins de 5 étapes, jusqu'à 6 phases, 2 à 4 étapes.\n", []),
        ("Les deux étapes facultatives :\n", []),
        ("L'étape 2 et la version 1.2 étapes.\n", []),
        ("Deux rôles :\n", []),
        ("Deux étapes ici.\n\n- une autre liste\n", []),
        ("Deux étapes ici.\n\nUn autre paragraphe.\n", []),
        ("Deux étapes :\n\n{% hint %}\n<table>\n", ["Deux étapes"]),
    ],
)
def test_the_sentence_before_a_list(before, expected):
    assert told(before) == expected


def test_each_kind_has_its_words():
    assert told("Deux rôles :\n", "role") == ["Deux rôles"]
    assert told("Deux compétences :\n", "skill") == []
