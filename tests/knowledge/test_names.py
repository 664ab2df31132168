"""Names of roles, phases and deliverables: what is shown and when two spellings are one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.knowledge.names import Name, name_key, read_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1. Idée", Name("Idée", 1)),
        ("3️⃣ Accélération", Name("Accélération", 3)),
        ("Étape 3 : Préparer son projet", Name("Préparer son projet", 3)),
        ("Step 1 – Qualify", Name("Qualify", 1)),
        ("👷‍♀️ Responsable produit (PO)", Name("Responsable produit", None, ("PO",))),
        ("▶️ Aide au démarrage", Name("Aide au démarrage")),
        ("« Responsabilité du produit » :", Name("Responsabilité du produit")),
        ("- vision produit", Name("vision produit")),
        ("2 responsables", Name("2 responsables")),
        ("5", Name("5")),
        ("(à venir)", Name("(à venir)")),
        ("24/7 support", Name("24/7 support")),
        ("1.3. Réaliser", Name("Réaliser", 3)),
        ("1.3 Réaliser", Name("Réaliser", 3)),
        ("Étape 3", Name("Étape 3", 3)),
        ("1/ 2 responsables", Name("2 responsables", 1)),
        ('Préparer son projet "cloud native"', Name('Préparer son projet "cloud native"')),
        ("Intrapreneur(e)", Name("Intrapreneur(e)")),
        ("Designer / designeuse", Name("Designer / designeuse", None, ("designeuse",))),
        ("Développeuse / développeur", Name("Développeuse / développeur", None, ("Développeuse",))),
        ("Chargé / chargée de déploiement", Name("Chargé / chargée de déploiement", None, ("chargée de déploiement",))),
        ("Product owner / PO", Name("Product owner / PO")),
    ],
)
def test_read_name(text, name):
    assert read_name(text) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Intrapreneur·e", "intrapreneur"),
        ("chargé(e) de déploiement", "Chargés de déploiement"),
        ("L’équipe produit", "équipes produits"),
        ("Maîtrise d'œuvre", "maitrise d’oeuvre"),
        ("👷 Coach produit", "coach produit"),
        ("Designer / designeuse", "designer"),
        ("Développeuse / développeur", "développeur"),
        ("Chargé / chargée de déploiement", "chargé(e) de déploiement"),
        ("Chef de produit / cheffe de produit", "chef.fe de produit"),
        ("chef ou cheffe de produit", "chef de produit"),
        ("le chef / la cheffe de projet", "chef de projet"),
        ("Le/la responsable", "responsable"),
        ("le·la coach", "coach"),
        ("développeur·euse", "développeur"),
        ("Conseiller ou conseillère", "conseiller"),
        ("chargé·e·s d'affaires", "chargés d’affaires"),
    ],
)
def test_two_spellings_of_one_name(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("accélération", "accélérer"),
        ("Designer", "Développeur"),
        ("1", "2"),
        ("Product owner / PO", "Product owner"),
        ("SRE/DevOps", "SRE"),
        ("Développeuse", "Développeur"),
        ("Réalisation et mise en service", "Réalisation"),
    ],
)
def test_two_names(one, other):
    assert name_key(one) != name_key(other)


@given(st.text())
def test_any_text_has_a_name_and_a_stable_key(text):
    read_name(text)
    assert name_key(name_key(text)) == name_key(name_key(name_key(text)))
