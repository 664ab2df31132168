"""The model of a base as people read it: what is shown first, what is marked, that it fits, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.diagnostics import Span
from kbcheck.knowledge.lists import Difference
from kbcheck.knowledge.model import (
    PHASE_HAS_DELIVERABLE,
    PHASE_PRECEDES,
    ROLE_PARTICIPATES_IN,
    ROLE_RESPONSIBLE_FOR,
    Entity,
    EntityList,
    Found,
    Model,
    Relation,
)
from kbcheck.reports.model import Understood, render_text
from kbcheck.reports.model_words import PARTS
from kbcheck.reports.terminal import cells, width_of, wrapped
from kbcheck.texts import LANGUAGES

PAGE = "phases/page.md"
TEXTS = {PAGE: "---\nname: Idée\n---\n", "phases.md": "\n\n  Arrêt\n"}


def entity(kind: str, name: str, order: int | None = None, **fields: object) -> Entity:
    values: dict[str, object] = {"kind": kind, "id": name, "name": name, "path": PAGE, "span": Span(10, 14)}
    return Entity(**{**values, "form": "front-matter", "order": order, **fields})  # type: ignore[arg-type]


def guess(kind: str, name: str, order: int | None = None, **fields: object) -> Entity:
    values = {"form": "table-row", "rule": "phase-table", "guessed": True, "path": "phases.md", "span": Span(4, 9)}
    return entity(kind, name, order, **{**values, **fields})


def relation(subject: Entity, name: str, object_: Entity, part: str = "") -> Relation:
    return Relation(subject.key, name, object_.key, PAGE, Span(0, 0), part)


IDEA, END = entity("phase", "Idée", 1, aliases=("Cadrage",)), guess("phase", "Arrêt", 2, target="phases/arret.md")
NOTE, BUDGET = guess("deliverable", "Note"), guess("deliverable", "Budget")
OWNER, CODER = entity("role", "Responsable produit"), entity("role", "Développeur")
TASK = guess("task", "Tester", rule="raci", guessed=False)
MODEL = Model(
    Found(
        (IDEA, guess("phase", "Idée", 1), END, NOTE, BUDGET, OWNER, CODER, TASK),
        (
            relation(IDEA, PHASE_HAS_DELIVERABLE, NOTE, "deliverables"),
            relation(IDEA, PHASE_PRECEDES, END),
            relation(OWNER, ROLE_RESPONSIBLE_FOR, NOTE, "responsible"),
            relation(CODER, ROLE_PARTICIPATES_IN, IDEA, "participants"),
            relation(OWNER, ROLE_RESPONSIBLE_FOR, TASK, "accountable"),
            relation(CODER, ROLE_PARTICIPATES_IN, TASK, "responsible"),
        ),
        (EntityList("phase-table", "phase", (guess("phase", "Idée", 1), END), (1, 2), "phases.md", Span(0, 9)),),
        idle=("gates",),
    )
)


def test_the_whole_report():
    assert render_text(Understood(MODEL, TEXTS), width=80) == (
        """\
2 phases, 2 roles, 2 deliverables, 1 task

Where they come from
   front matter          1 phase, 2 roles in phases/page.md
   phase-table, guessed  2 phases, 2 deliverables in phases.md
   raci                  1 task in phases.md

Phases (2)

1. Idée (Cadrage)                              phases/page.md:2:7 · front matter
   deliverables  Note
   participants  Développeur
   order         before Arrêt
   also in       phases.md:3:3

2. Arrêt                                    phases.md:3:3 · phase-table, guessed
   deliverables  —
   order         after Idée
   page          phases/arret.md

Roles (2)

Responsable produit                            phases/page.md:2:7 · front matter
   responsible for  Note · Tester

Développeur                                    phases/page.md:2:7 · front matter
   takes part in  Idée · Tester

Deliverables (2)

Note                                        phases.md:3:3 · phase-table, guessed
   phases       Idée
   responsible  Responsable produit

Budget                                      phases.md:3:3 · phase-table, guessed
   phases       —
   responsible  —

Tasks (1)

Tester                                                      phases.md:3:3 · raci
   accountable  Responsable produit
   responsible  Développeur

Extraction rules that match nothing
   gates

What is guessed is right only by chance: `kbcheck init --model` writes it into
the settings, to be corrected.
"""
    )


def test_the_same_in_french():
    text = render_text(Understood(MODEL, TEXTS, language="fr"), width=80)
    for words in ("2 phases, 2 rôles", "en-tête", "phase-table, deviné", "livrables  —", "ordre         avant Arrêt"):
        assert words in text
    for words in ("guessed", "front matter", "deliverable", "responsible", "before", "also", "role"):
        assert words not in text


def test_lists_that_disagree_stand_at_the_end():
    one = Difference("missing", IDEA, END, (END, BUDGET))
    text = render_text(Understood(MODEL, TEXTS, (one,)), width=80)
    assert "Lists that disagree\n   phases/page.md:2:7\n      after “Idée”, “Arrêt”, “Budget” is missing" in text
    assert text.index("Tasks (1)") < text.index("Lists that disagree")


def test_of_a_long_base_the_first_are_shown_and_all_for_the_kind():
    roles = tuple(entity("role", f"Role {number}") for number in range(40))
    understood = Understood(Model(Found((IDEA, *roles))), TEXTS)
    text = render_text(understood, width=80)
    assert "Role 14" in text
    assert "Role 15" not in text
    assert "… 25 more: kbcheck model --kind role" in text
    whole = render_text(understood, width=80, kinds=("role", "skill"))
    assert "Role 39" in whole
    assert "Idée" not in whole
    assert whole.endswith("Nothing of the kind “skill” was found.\n")


def test_a_kind_of_the_team_is_called_as_the_team_calls_it():
    text = render_text(Understood(Model(Found((entity("skill", "SQL"),))), TEXTS, language="fr"), width=80)
    assert text.startswith("skill: 1\n")
    assert "Skill (1)" in text


def test_nothing_is_told_with_what_to_do():
    assert "`extract:`" in render_text(Understood(Model(Found()), {}), width=80)


LONG = (
    "Responsable de la mise en conformité du service avec le référentiel général d’amélioration de l’accessibilité",
    "デジタル庁サービスデザイン責任者および利用者体験調査担当者デジタル庁サービスデザイン責任者",
    "Charge\u0301e de de\u0301ploiement 👩‍💻 et d’accompagnement du changement dans les services de\u0301concentre\u0301s",
    "Rôle\x1b[31m rouge\nsur deux lignes",
)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_fit(width, language):
    roles = tuple(entity("role", name, path=f"r{number}.md") for number, name in enumerate(LONG))
    said = tuple(relation(role, ROLE_PARTICIPATES_IN, IDEA, "participants") for role in roles)
    text = render_text(Understood(Model(Found((IDEA, *roles), said)), TEXTS, language=language), width=width)
    assert max(map(width_of, text.splitlines())) <= width
    assert "\x1b" not in text


def test_a_path_is_not_broken():
    path = "a-very-long-folder/" * 6 + "page.md"
    text = render_text(Understood(Model(Found((entity("role", "PO", path=path),))), {}), width=60)
    assert f"   {path}:1:1 · front matter\n" in text
    assert f"\n      in {path}\n" in text


@given(st.text(alphabet="ab é\u0301計👩\u200d💻 ", max_size=60), st.integers(2, 30))
def test_a_wrapped_text_fits_and_loses_nothing(text, width):
    lines = list(wrapped(text, width))
    assert all(width_of(line) <= width or len({*cells(line).columns[:-1]}) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_word_without_end_takes_no_quadratic_time():
    assert len(list(wrapped("a" * 400_000, 40))) == 10_000


def test_every_relation_of_the_schema_has_a_label():
    from kbcheck.knowledge.extraction.front_matter import _RELATIONS as FIELDS
    from kbcheck.knowledge.extraction.relations import _RELATIONS as WORDS

    parts = {str(path[-1]) for fields in FIELDS.values() for path, (_, side) in fields.items() if side == "object"}
    parts |= {part for _, is_subject, part in WORDS.values() if not is_subject}
    assert parts - {"phase"} <= PARTS.keys()
