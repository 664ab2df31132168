"""Roles, phases and deliverables of real bases against what careful readers listed, with settings and without any."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from msgspec import Struct

from kbcheck.engine import Request, understand
from tests.corpora.labelled import CORPORA, HERE
from tests.corpora.readers import Comparison, Reading, Row, Score

#: Entities that no reader listed by that name and that are true all the same.
ALSO_TRUE = {
    (
        "dso-formation-yoarmi",
        "2.2-parcours_systeme.md",
        "Expert/Garantir une continuité de production sur toute la chaine d’intégration et de déploiement",
    ): "the reader has cut the name short",
    (
        "embarquement-autoformation",
        "checklist.md",
        'Préparer son projet/produit "cloud native"',
    ): "a step of the plan once more, in other words",
    (
        "embarquement-autoformation",
        "checklist.md",
        'Passer en production, construire dans le respect des normes "Cloud Native"',
    ): "a step of the plan once more, in other words",
    (
        "embarquement-autoformation",
        "XXX-mis de cote.md",
        "System team et utilisateurs",
    ): "the last cell of a row whose other cells are listed",
    ("certification", "competences-requises.md", "architecture logicielle cloud native"): "listed with its verb",
}

#: Lines whose relations no reader listed and that are true all the same.
ALSO_TRUE_LINES = {
    ("embarquement-autoformation", "XXX-mis de cote.md", 11): "the contacts in the project, listed as roles only",
}

#: Files that are copies of those of another base, where the readers listed what they name.
COPIES = {("embarquement-autoformation", "XXX-mis de cote.md"): "dso-formation-yoarmi"}

#: Relations that readers listed and no vocabulary can state, each with the reason. They count as misses.
UNSAYABLE = {
    ("seeds", "Comité produit", "every phase (gate)"): "every phase is no phase",
    ("dnum-socialgouv", "Comité produit", "every phase (go/no go gate)"): "every phase is no phase",
    ("seeds", "Comité produit (bêta)", "readme/comite-produit-beta.md"): "the page is not among the seeds",
    (
        "seeds",
        "catalogue de standards et de communs numériques",
        "readme/catalogue-de-standards-et-de-communs.md",
    ): "the page is not among the seeds",
    (
        "seeds",
        "Comité produit",
        "https://direction-du-numerique-ministere.gitbook.io/ressources/readme/comite-produit",
    ): "the page is none of the base",
    (
        "dnum-socialgouv",
        "communication interne/externe",
        "conduire-le-changement/communication-promotion.md",
    ): "only a reader takes the two names for one thing",
}


class Compared(Struct, frozen=True):
    """One base: its entities and its relations."""

    entities: Comparison
    relations: Comparison


@pytest.fixture(scope="session")
def compared(shared, labels) -> Callable[..., Compared]:
    """The comparison for a corpus, with the settings of tests/corpora or with none."""

    @cache
    def run(corpus: str, *, configured: bool) -> Compared:
        config = HERE / f"{corpus}.yaml" if configured else None
        understood = understand(Request(shared / "corpora" / corpus, config=config))
        rows = list(labels("entities"))
        reading = Reading(
            understood.model,
            understood.texts,
            [row for row in rows if row["corpus"] == corpus],
            [row for row in labels("relations") if row["corpus"] == corpus],
            {
                path: [row for row in rows if row["corpus"] == other]
                for (own, path), other in COPIES.items()
                if own == corpus
            },
            lambda one: (corpus, one.path, one.name) in ALSO_TRUE,
        )
        return Compared(
            reading.compare_entities(), reading.compare_relations(lambda *line: (corpus, *line) in ALSO_TRUE_LINES)
        )

    return run


def test_entities_and_relations_with_settings(compared, capsys):
    """Each base says what its readers found there, once its team has told kbcheck how it is written."""
    bases = {corpus: compared(corpus, configured=True) for corpus in CORPORA}
    with capsys.disabled():
        _print("with settings", bases)
    for corpus, one in bases.items():
        assert one.entities.score.precision >= 0.95, corpus
        assert one.entities.score.recall >= 0.80, corpus
        assert one.relations.score.precision >= 0.75, corpus
        assert one.relations.score.recall >= 0.75, corpus


def test_entities_without_settings(compared, capsys):
    """What kbcheck guesses is right nine times of ten, and is half of what there is."""
    bases = {corpus: compared(corpus, configured=False) for corpus in CORPORA}
    with capsys.disabled():
        _print("without settings", bases)
    entities = sum((one.entities.score for one in bases.values()), Score())
    assert entities.precision >= 0.90
    assert entities.recall >= 0.50


def test_what_cannot_be_said_is_listed_by_readers(labels):
    """The reasons above are about relations that there are."""
    listed = {(row["corpus"], row["subject"], row["object"]) for row in labels("relations")}
    assert set(UNSAYABLE) <= listed


def _print(title: str, bases: dict[str, Compared]) -> None:
    """A table of the figures, and below it what is false and what is missed."""
    entities = {corpus: one.entities.score for corpus, one in bases.items()}
    relations = {corpus: one.relations.score for corpus, one in bases.items()}
    entities["all"], relations["all"] = sum(entities.values(), Score()), sum(relations.values(), Score())
    print(
        f"\n{title:30}entities: precision, recall, on the line, not judged    relations: precision, recall, not judged"
    )
    for corpus, score in entities.items():
        said = relations[corpus]
        print(
            f"  {corpus:28}{_figures(score)}{score.on_line:>6}{score.beyond:>6}      {_figures(said)}{said.beyond:>6}"
        )
    for corpus, one in bases.items():
        for comparison in (one.entities, one.relations):
            for text in comparison.false:
                print("  false: ", corpus, text)
            for row in comparison.missed:
                print("  missed:", corpus, _described(corpus, row))


def _figures(score: Score) -> str:
    precision = f"{score.precision:.3f} ({score.right}/{score.judged})"
    return f"{precision:17} {f'{score.recall:.3f} ({score.found}/{score.listed})':17}"


def _described(corpus: str, row: Row) -> str:
    if "relation" not in row:
        return f"{row['kind']} {row['name']!r} in {row['file']}:{row['line']}"
    reason = UNSAYABLE.get((corpus, row["subject"], row["object"]))
    said = f"{row['subject']!r} {row['relation']} {row['object']!r} in {row['file']}:{row['line']}"
    return f"{said} ({reason})" if reason else said
