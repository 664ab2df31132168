"""Lists of the same entities: what one lacks, calls otherwise, or has in another order."""

from __future__ import annotations

from typing import Any

import pytest

from kbcheck.config import KINDS
from kbcheck.knowledge.lists import Lists
from kbcheck.knowledge.model import FRONT_MATTER, PHASE_HAS_DELIVERABLE, EntityList, Found, Key, Model, Relation

PHASES = ["Idée", "Prototype", "Construction", "Arrêt"]


def differences(
    *lists: EntityList, declared: tuple[Any, ...] = (), shown: tuple[Any, ...] = (), relations: tuple[Any, ...] = ()
) -> list[str]:
    """All that is said, as `path: reason place names`."""
    mentions = (*declared, *(one for found in lists for one in found.entities))
    answers = Lists(Model(Found(mentions, relations, lists)), KINDS, shown)
    paths = dict.fromkeys(one.path for one in (*mentions, *shown))
    return [
        f"{path}: {one.reason} {one.place.name}"
        + (f" ({', '.join(name.name for name in one.missing)})" if one.missing else f" / {one.other.name}")
        for path in paths
        for one in answers.differences(path)
    ]


def test_a_list_that_lacks_an_entity_is_said_after_the_one_before_it(found):
    short = found(["Idée", "Construction", "Arrêt"], path="b.md")
    assert differences(found(PHASES, path="a.md"), short) == ["b.md: missing Idée (Prototype)"]


def test_each_list_is_compared_with_the_longest_only(found):
    lists = [found(PHASES, path="a.md"), *(found(PHASES[1:], path=f"{name}.md") for name in "bcd")]
    assert differences(*lists) == [f"{name}.md: missing Prototype (Idée)" for name in "bcd"]


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["Idée", "Candidature", "Construction", "Sélection"], "phase"),  # half of the names
        (["Idée", "Prototype"], "phase"),  # an extract
        (["Idée", "Prototype", "Arrêt", "Bilan", "Suivi"], "role"),  # three of five: roles meet by accident
    ],
)
def test_lists_that_meet_by_accident(found, names, kind):
    assert differences(found(PHASES, kind, path="a.md"), found(names, kind, path="b.md")) == []


def test_names_that_belong_to_another_entity_are_no_list(found):
    participants = found(["Designer", "Développeur", "Coach"], "role", "b.md")
    relations = tuple(
        Relation(Key("phase", "idee"), PHASE_HAS_DELIVERABLE, one.key, one.path, one.span)
        for one in participants.entities
    )
    roles = found(["Designer", "Développeur", "Coach", "Ops"], "role", "a.md")
    assert differences(roles, participants, relations=relations) == []


def test_what_the_settings_declare_the_same_need_have_little_in_common(found):
    lists = (
        found(PHASES, path="a.md", rule="phases"),
        found(["Idée", "Essai"], path="b.md", rule="nav", same_as="phases"),
    )
    assert differences(*lists) == ["a.md: missing Idée (Essai)", "b.md: missing Idée (Prototype, Construction, Arrêt)"]


def test_all_lists_of_a_rule_together_are_what_another_is_the_same_as(found):
    halves = [found(PHASES[:2], path="a.md", rule="phases"), found(PHASES[2:], path="b.md", rule="phases")]
    assert differences(*halves, found(PHASES, path="c.md", rule="nav", same_as="phases")) == []


def test_the_same_place_in_lists_declared_the_same_is_another_name(found):
    lists = (
        found(["Idée", "Essai", "Arrêt"], path="a.md", rule="phases"),
        found(["Idée", "Pilote", "Fin"], path="b.md", rule="nav", same_as="phases"),
    )
    assert differences(*lists) == ["b.md: wording Pilote / Essai", "b.md: wording Fin / Arrêt"]


def test_groups_of_cards_of_a_page_are_one_list(found):
    cards = [found(PHASES[start : start + 2], "role", "b.md", form="card", rule="cards") for start in (0, 2)]
    assert differences(found(PHASES, "role", "a.md"), *cards) == []
    assert differences(found([*PHASES, "Suivi"], "role", "a.md"), *cards) == ["b.md: missing Arrêt (Suivi)"]


def test_another_name_between_the_same_neighbours_is_no_hole(found):
    renamed = found(["Idée", "Prototype", "Construction", "Fermeture"], path="b.md")
    assert differences(found(PHASES, path="a.md"), renamed) == ["b.md: wording Fermeture / Arrêt"]


def test_another_order_is_said_at_the_first_that_is_out_of_place(found):
    swapped = found(["Idée", "Construction", "Prototype", "Arrêt"], path="b.md")
    assert differences(found(PHASES, path="a.md"), swapped) == ["b.md: order Prototype (Construction)"]
    assert differences(found(PHASES, "role", "a.md"), found(PHASES[::-1], "role", "b.md")) == []


def test_the_order_in_front_matter_comes_first(found, entity):
    declared = tuple(entity(name, path=f"{name}.md", form=FRONT_MATTER, order=n) for n, name in enumerate(PHASES))
    assert differences(found(PHASES[::-1], path="a.md"), declared=declared) == ["a.md: order Construction (Arrêt)"]


def test_the_navigation_has_the_order_of_the_list(found, entity):
    shown = tuple(entity(name, path="SUMMARY.md", form="link") for name in ["Prototype", "Idée", "Arrêt"])
    assert differences(found(PHASES, path="a.md"), shown=shown) == ["SUMMARY.md: order Idée (Prototype)"]


@pytest.mark.parametrize(
    ("stems", "expected"), [("123", []), ("321", ["2.md: order Prototype (Construction)"]), ("cba", [])]
)
def test_pages_have_the_order_of_their_file_numbers_or_none(found, entity, stems, expected):
    pages = [entity(name, path=f"{stem}.md", form="page") for stem, name in zip(stems, PHASES, strict=False)]
    pages.sort(key=lambda one: one.path)
    folder = EntityList("pages", "phase", tuple(pages), (None,) * 3, pages[0].path, pages[0].span)
    said = differences(found(PHASES[:3], path="z.md"), folder)
    assert said == expected


def test_a_thousand_lists_cost_a_hundred_times_ten(found):
    """No list is compared with each other: the names of 3,000 lists that share one are looked at once."""
    lists = [found(["Idée", f"Phase {n}", f"Suite {n}"], path=f"{n}.md") for n in range(3000)]
    assert differences(*lists) == []
