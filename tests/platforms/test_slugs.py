"""Slugs against what the platforms themselves made of real headings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.platforms.slugs import gitbook_slug, github_slug, mkdocs_numbered, numbered, past_blockers, vitepress_slug

LABELS = Path(__file__).parents[3] / "shared" / "labels" / "slugs.jsonl"


@pytest.mark.parametrize(("platform", "slug_of"), [("gitbook", gitbook_slug), ("vitepress", vitepress_slug)])
def test_every_labelled_slug_is_reproduced(platform, slug_of, capsys):
    """A pair whose anchor ends in a number comes from a page that has the heading several times."""
    if not LABELS.exists():
        pytest.skip("the shared labels (../shared) are not here")
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    pairs = [(row["heading"], row["slug"]) for row in rows if row["platform"] == platform]
    wrong = [
        (heading, slug, slug_of(heading)) for heading, slug in pairs if slug not in numbered([slug_of(heading)] * 3)
    ]
    with capsys.disabled():
        print(f"\n{platform} slugs: {len(pairs) - len(wrong)} of {len(pairs)}")
    assert wrong == []
    assert pairs


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("L’usage de l'image", "lusage-de-limage"),
        ("2FA ProConnect", "id-2fa-proconnect"),
        ("R&D", "randd"),
        ("au niveau réseau/middleware", "au-niveau-reseau-middleware"),
        ("v1.2 du cœur", "v1.2-du-coeur"),
        ("🏛️ Comité produit", "comite-produit"),
        ("x" * 130, "x" * 100),
        ("🙂", ""),
        ("Set syntax…", "set-syntax..."),
        ("Switching edit modes: text <> block", "switching-edit-modes-text-less-than-greater-than-block"),
        ("Inférieur à (<)", "inferieur-a-less-than"),
    ],
)
def test_gitbook_slug(heading, slug):
    assert gitbook_slug(heading) == slug


@pytest.mark.parametrize(
    ("slug", "today"),
    [
        ("id-1.-create-an-app-registration-in-azure-ad", "id-1.-create-an-app-registration-in-azure-a-d"),
        ("ad-hoc-experiments", "a-d-hoc-experiments"),
        ("working-with-offline-ads", "working-with-offline-a-ds"),
        ("id-1.4-advertising-behavior", "id-1.4-a-dvertising-behavior"),
        ("add-an-admin-download-and-read", "add-an-admin-download-and-read"),
    ],
)
def test_words_that_blockers_look_for_are_split(slug, today):
    assert past_blockers(slug) == today


# What github-slugger 2.0 gives for these texts, among them some of its published fixtures (all 78 were compared once).
@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Hello world", "hello-world"),
        ("Hello, world!  Twice", "hello-world--twice"),
        ("Où est l’image ?", "où-est-limage-"),
        ("I ♥ unicode", "i--unicode"),
        ("heading with a - dash", "heading-with-a---dash"),
        ("heading with a period.txt", "heading-with-a-periodtxt"),
        (
            "exchange.bind_headers(exchange, routing [, bindCallback])",
            "exchangebind_headersexchange-routing--bindcallback",
        ),
        ("apostrophe’s should be trimmed", "apostrophes-should-be-trimmed"),
        ("en–dash", "endash"),
        ("😄 - an emoji", "---an-emoji"),
        (":ok_hand: Single", "ok_hand-single"),
        ("a_ ‿ ⁀b", "a_-‿-⁀b"),
        ("a» ’ ”b", "a--b"),
        ("\u00a0a\u2028b", "ab"),
        ("⚙️ Réglages", "️-réglages"),
        ("Привет", "привет"),
        ("snake_case & kebab-case", "snake_case--kebab-case"),
        ("Ⅷ et ②", "ⅷ-et-"),
        ("ⓐ", "ⓐ"),
        ("日本語", "日本語"),
    ],
)
def test_github_slug(heading, slug):
    assert github_slug(heading) == slug


def test_repeated_slugs_are_numbered_around_headings_of_that_name():
    assert numbered(["a", "a", "a-1", "a"]) == ["a", "a-1", "a-1-1", "a-2"]


@given(st.lists(st.sampled_from(["a", "a-1", "a-2", "b", ""])))
def test_numbered_slugs_are_unique_and_the_first_of_each_stays(slugs):
    unique = numbered(slugs)
    assert len(set(unique)) == len(slugs)
    assert all(unique[slugs.index(slug)].startswith(slug) for slug in slugs)


@given(st.text())
def test_gitbook_slugs_are_plain_and_stable(heading):
    slug = gitbook_slug(heading)
    assert len(slug) <= 100
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert gitbook_slug(slug) in (slug, slug.rstrip("-"), slug.strip("-"))


@given(st.lists(st.sampled_from(["a", "a_1", "a_2", "", "_1", "a_1_1", "a_09"])))
def test_slugs_numbered_as_python_markdown_does(slugs):
    """Against `unique` of markdown.extensions.toc in its own words: count the number at the end on, until it is free."""
    taken: set[str] = set()
    for slug, unique in zip(slugs, mkdocs_numbered(slugs), strict=True):
        expected = slug
        while expected in taken or not expected:
            stem, mark, number = expected.rpartition("_")
            counts = bool(mark) and number.isdigit()
            expected = f"{stem}_{int(number) + 1}" if counts else f"{expected}_1"
        assert unique == expected
        taken.add(unique)
