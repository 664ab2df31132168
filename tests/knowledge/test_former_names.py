"""Names that a base has given up: where they are found, and what is written instead."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.config import KINDS, KindSettings
from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document
from kbcheck.documents.ranges import Ranges
from kbcheck.knowledge.former_names import FormerNames
from kbcheck.knowledge.model import Entity, Found, Model

USUAL = {
    "Chef de produit": "Responsable produit",
    "PM": "Responsable produit",
    "Animateur": "Coach",
    "Porteur": "Intrapreneur",
}


def former(text: str, deprecated: dict[str, str] = USUAL, entities: tuple[Entity, ...] = (), path: str = "a.md"):
    """The words that are found in a text, and what is written instead."""
    kinds = {**KINDS, "role": KindSettings(deprecated=deprecated)}
    names = FormerNames(Model(Found(entities)), kinds)
    return [(text[one.span.start : one.span.end], one.text) for one in names.of(Document(path, text), Ranges(()))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le chef de produit décide.", [("chef de produit", "responsable produit")]),
        ("Chef de produit", [("Chef de produit", "Responsable produit")]),
        ("le chef produit", [("chef produit", "responsable produit")]),
        ("les chefs de produit", [("chefs de produit", None)]),
        ("la chef·fe de produit", [("chef·fe de produit", None)]),
        ("un chef\nde produit", [("chef\nde produit", "responsable produit")]),
        ("la chefferie de produit, un sous-chef de produit, chef de produits-phares", []),
        ("le PM, à 2 pm", [("PM", "Responsable produit")]),
        ("anciennement « chef de produit »", []),
        ("l'animateur, un animateur", [("animateur", None), ("animateur", "coach")]),
        ("le porteur, ce grand porteur", [("porteur", None), ("porteur", "intrapreneur")]),
    ],
)
def test_where_a_former_name_stands_and_what_to_write(text, expected):
    assert former(text) == expected


def test_a_name_of_today_that_holds_a_former_one_stays(entity):
    delegate = entity("Chef de produit délégué", "role")
    assert former("Le chef de produit délégué et le chef de produit.", entities=(delegate,)) == [
        ("chef de produit", "responsable produit")
    ]


def test_a_part_of_a_longer_former_name_is_told_once():
    names = {"Chef": "Responsable", "Chef de produit": "Responsable produit"}
    assert former("le chef de produit", names) == [("chef de produit", "responsable produit")]


@pytest.mark.parametrize("path", ["CHANGELOG.md", "docs/changelog/2024.md", "journal-2024.md", "release-notes.md"])
def test_change_logs_keep_former_names(path):
    assert former("Le chef de produit", path=path) == []


def test_what_hides_prose_hides_former_names():
    names = FormerNames(Model(Found()), {"role": KindSettings(deprecated=USUAL)})
    text = "`chef de produit`"
    assert list(names.of(Document("a.md", text), Ranges([Span(0, len(text))]))) == []


@given(st.text(alphabet="chef d'eproduit·()./\n’xX ", max_size=80))
def test_a_found_name_is_written_there_and_no_two_overlap(text):
    names = FormerNames(Model(Found()), {"role": KindSettings(deprecated={"Chef de produit": "X", "Chef": "Y"})})
    spans = sorted(one.span for one in names.of(Document("a.md", text), Ranges(())))
    assert all("chef" in text[span.start : span.end].casefold() for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
