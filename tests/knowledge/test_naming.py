"""Two entities of one name, one entity under two, and names that nothing defines."""

from __future__ import annotations

from kbcheck.config import KINDS, KindSettings
from kbcheck.knowledge.model import ROLE_PARTICIPATES_IN, Entity, EntityList, Found, Key, Matrix, Model, Relation
from kbcheck.knowledge.naming import Naming


def naming(
    *lists: EntityList, mentions: tuple[Entity, ...] = (), matrices: tuple[Matrix, ...] = (), **fields
) -> Naming:
    """The names of a base with these lists and other places."""
    roles = tuple(one for matrix in matrices for one in matrix.roles)
    every = (*mentions, *(one for found in lists for one in found.entities), *roles)
    settings = {**KINDS, "role": KindSettings(**fields)} if fields else KINDS
    return Naming(Model(Found(every, (), lists, matrices)), settings, {})


def matrix(entity, *names: str, guessed: bool = False) -> Matrix:
    """A matrix with these roles."""
    roles = tuple(entity(name, "role", "raci.md", form="table-header", guessed=guessed) for name in names)
    return Matrix("raci", "raci.md", roles[0].span, (), roles, (), guessed)


def test_the_same_entity_twice_in_one_list(found):
    for form, expected in (("list-item", ["Coach"]), ("table-row", []), ("bold-term", [])):
        names = naming(found(["Coach", "Designer", "Coach"], "role", form=form))
        assert [one.name for one in names.duplicates("page.md")] == expected


def test_groups_of_cards_of_one_page_are_one_list(found):
    cards = [found(names, "role", form="card") for names in (["Coach", "Designer"], ["Ops", "Coach"])]
    assert [one.name for one in naming(*cards).duplicates("page.md")] == ["Coach"]
    lists = [found(names, "role", form="list-item") for names in (["Coach", "Designer"], ["Ops", "Coach"])]
    assert naming(*lists).duplicates("page.md") == ()


def test_an_acronym_of_two_roles_but_no_other_words_in_parentheses(found):
    names = ["Responsable métier (PM)", "Product manager (PM)", "Ops (facultatif)", "Coach (facultatif)"]
    names += ["Référent (DNUM)", "Agent (DNUM)"]  # where they work
    assert [one.name for one in naming(found(names, "role")).duplicates("page.md")] == ["PM"]
    assert naming(found(names, "role"), mentions=()).duplicates("other.md") == ()


def test_the_rarer_spelling_is_the_variant(found):
    usual = found(["Dossier de développement", "Bilan"], "deliverable", "a.md")
    names = naming(usual, found(["Dossier de dévelopement"], "deliverable", "b.md"))
    assert [(one.place.name, one.usual.name) for one in names.variants("b.md")] == [
        ("Dossier de dévelopement", "Dossier de développement")
    ]
    assert names.variants("a.md") == ()


def test_two_names_of_one_list_or_with_pages_of_their_own_are_two(found, entity):
    pair = ["Dossier de développement", "Dossier de dévelopement"]
    assert naming(found(pair, "deliverable")).variants("page.md") == ()
    pages = tuple(entity(name, "role", f"{n}.md", target=f"{n}.md") for n, name in enumerate(pair))
    assert naming(mentions=pages).variants("1.md") == ()


def test_a_role_that_nothing_defines(found, entity):
    roles = found(["Product owner", "Développeur"], "role", "roles.md")
    names = naming(roles, matrices=(matrix(entity, "Product owner", "Dévelopeur", "Mécène", "Everyone"),))
    undefined = names.undefined("raci.md")
    assert [(one.place.name, one.meant.name if one.meant else None) for one in undefined] == [
        ("Dévelopeur", "Développeur"),
        ("Mécène", None),
    ]
    assert names.variants("raci.md") == ()  # the same fault is told once


def test_a_page_with_roles_of_its_own_is_told_once(found, entity):
    roles = found(["Product owner", "Développeur"], "role", "roles.md")
    names = naming(roles, matrices=(matrix(entity, "Product owner", "Mécène", "Juriste", "Acheteur"),))
    (together,) = names.undefined("raci.md")
    assert [one.name for one in (together.place, *together.others)] == ["Mécène", "Juriste", "Acheteur"]


def test_a_guessed_matrix_must_speak_of_the_roles(found, entity):
    roles = found(["Product owner", "Développeur"], "role", "roles.md")
    other = matrix(entity, "MOA", "MOE", "Développeur", guessed=True)
    assert naming(roles, matrices=(other,)).undefined("raci.md") == ()
    longer = matrix(entity, "Développeur du programme", "Product owner", "Ops", guessed=True)
    assert [one.place.name for one in naming(roles, matrices=(longer,)).undefined("raci.md")] == ["Ops"]


def test_wildcards_and_former_names_are_no_undefined_ones(found, entity):
    roles = found(["Product owner", "Développeur"], "role", "roles.md")
    names = naming(
        roles,
        matrices=(matrix(entity, "Les parties prenantes", "Chef de produit"),),
        wildcards=("Parties prenantes",),
        deprecated={"Chef de produit": "Product owner"},
    )
    assert names.undefined("raci.md") == ()


def test_a_base_without_roles_of_its_own_defines_none(entity):
    assert naming(matrices=(matrix(entity, "MOA", "MOE"),)).undefined("raci.md") == ()


def test_a_role_in_a_cell_of_another_entity(found, entity):
    roles = found(["Product owner", "Développeur"], "role", "roles.md")
    cell = entity("Mécène", "role", "phases.md", form="table-cell")
    relation = Relation(cell.key, ROLE_PARTICIPATES_IN, Key("phase", "idee"), cell.path, cell.span)
    model = Model(Found((*roles.entities, cell), (relation,), (roles,)))
    assert [one.place.name for one in Naming(model, KINDS, {}).undefined("phases.md")] == ["Mécène"]
