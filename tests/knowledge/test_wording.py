"""How alike the wording of two names, headings or anchors is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.knowledge.wording import agreement, gist, has_words, likeness, same_numbers
from kbcheck.platforms.slugs import letters


def test_letters_are_what_the_anchors_of_all_platforms_share():
    assert letters("#L’été_2024 : œuvre") == letters("l-ete-2024-oeuvre") == "lete2024oeuvre"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2-the-needs", "need"),  # the number of a section, an article, a plural
        ("Les équipes", "equipe"),
        ("kick_off", "Kick-off"),
        ("les-phases", "Phase"),
    ],
)
def test_two_spellings_of_one_name_have_one_gist(one, other):
    assert gist(one) == gist(other)


@pytest.mark.parametrize(("one", "other"), [("2024-goals", "goals"), ("phase-2", "phase-3"), ("plan", "planet")])
def test_two_names_have_two_gists(one, other):
    assert gist(one) != gist(other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("server-settings", "settings of the server", 1.0),
        ("config", "configure", 1.0),  # a form of the word
        ("roles-b", "roles-c", 0.5),
        ("roles", "phases", 0.0),
        ("!", "roles", 0.0),
    ],
)
def test_how_many_words_two_texts_share(one, other, expected):
    assert agreement(one, other) == agreement(other, one) == expected


def test_what_is_not_alike_enough_counts_as_nothing():
    assert likeness("organisation", "organization", 0.7) > 0.9
    assert likeness("organisation", "budget", 0.7) == 0


def test_a_longer_name_has_the_words_of_a_shorter_one():
    assert has_words("how-to-write-release-notes", "release-note")
    assert not has_words("release", "release-notes")


def test_numbers_part_two_names():
    assert same_numbers("phase-2", "phases-2")
    assert not same_numbers("goals-2023", "goals-2024")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(one, other):
    assert 0 <= agreement(one, other) <= 1
    assert 0 <= likeness(one, other, 0.5) <= 1
    assert gist(one) == gist(one.casefold()) or not one.isascii()
    assert agreement(one, one) in (0.0, 1.0)
