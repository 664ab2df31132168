"""Names that are taken for one another, and names that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.knowledge.likeness import is_like, is_variant, variants
from kbcheck.knowledge.names import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Expert en recherche utilisateur", "Expert recherche utilisateur"),
        ("Développeur back end", "Développeur backend"),
        ("Équipe de développement", "Équipe de dévelopement"),
        ("Gouvernance/décision", "Gouvernance/décisionnaire"),
    ],
)
def test_one_name_spelt_in_two_ways(one, other):
    assert is_variant(name_key(one), name_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Responsable IT", "Responsable IP"),
        ("Support N1", "Support N2"),
        ("Lot 1 2", "Lot 12"),
        ("Import", "Export"),
        ("Accélération", "Accélérer"),
        ("Comité technique", "Comité technicien"),
        ("Responsable produit", "Responsable production"),
        ("Flux entrants", "Flux sortants"),
        ("Invention", "Intention"),
        ("Coach produit", "Coach"),
    ],
)
def test_two_names(one, other):
    assert not is_variant(name_key(one), name_key(other))


def test_a_series_of_names_is_no_variant_of_itself():
    series = [f"livraison intermediaire{letter}{other}" for letter in "abcdef" for other in "abcdef"]
    assert list(variants([*series, "livraison intermediaire"])) == []


@pytest.mark.parametrize(
    ("label", "title", "alike"),
    [
        ("PO", "Product owner", True),
        ("Expert Recherche Utilisateur", "Expert en Recherche Utilisateur", True),
        ("Coach", "Coach produit", True),
        ("Appui DevOps", "Coach produit", False),
        ("Auditeurs et expert code accessibilité", "Expert Ops", False),
    ],
)
def test_a_label_and_the_title_of_its_page(label, title, alike):
    assert is_like(label, title) is alike


@given(st.lists(st.text(alphabet="abcde 12é", max_size=20), max_size=12))
def test_each_pair_is_said_once_and_is_what_two_names_alone_say(names):
    found = list(variants(names))
    assert len({frozenset(pair) for pair in found}) == len(found)
    assert all(is_variant(*pair) for pair in found)
