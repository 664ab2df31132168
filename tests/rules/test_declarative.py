"""Rules without code: what each word of a sentence means, on a small base."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kbcheck.config import KINDS as SHIPPED
from kbcheck.engine import Request, check
from kbcheck.errors import UsageError
from kbcheck.knowledge.extraction.said import KINDS
from kbcheck.rules.catalogue import load_catalogue
from kbcheck.rules.declarative import Condition, Sentence
from kbcheck.rules.structure import TOLD_ABOVE, TOLD_BELOW
from kbcheck.schema.resources import schema_text

PAGES = {
    "cadrage.md": "kind: phase\nid: cadrage\nname: Cadrage\norder: 1\nresponsible: po\nparticipants: [dev, ux]\n",
    "mvp.md": "kind: phase\nid: mvp\nname: MVP\norder: 2\nresponsible: po\noptional: true\n",
    "arret.md": "kind: phase\nid: arret\nname: Arrêt\norder: 3\nstatus: draft\noptional: false\n",
    "essai.md": "kind: phase\nid: essai\nname: Essai\nlifecycle: pilote\norder: 1\n",
    "note.md": "kind: deliverable\nid: note\nname: Note\nphase: [cadrage, mvp]\nresponsible: ux\n",
    "po.md": "kind: role\nid: po\nname: PO\n",
    "ux.md": "kind: role\nid: ux\nname: UX\nparticipates-in: [{id: essai, effort: 2 jours}]\n",
}
TABLE = "# Table\n\n| Phase | Livrables |\n| - | - |\n| Cadrage | Note |\n| Arrêt | |\n| Bilan | |\n"


def reported(folder: Path, sentence: str) -> list[str]:
    """The places and messages of one rule that says this sentence, in a base with `PAGES`."""
    rules = folder / "kb-rules"
    rules.mkdir()
    (folder / ".kbcheck.yaml").write_text("rules: ./kb-rules\n", encoding="utf-8")
    messages = "messages: {default: '{entity.kind} {entity.name} {count}', too-many: 'too many {count}'}"
    rule = f"---\ncode: X001\nname: x-rule\nseverity: error\ncheck: {sentence}\n{messages}\n---\n\n# x-rule\n"
    (rules / "x-rule.md").write_text(rule, encoding="utf-8")
    for path, fields in PAGES.items():
        (folder / path).write_text(f"---\n{fields}---\n\n# Page\n\nText.\n", encoding="utf-8")
    (folder / "table.md").write_text(TABLE, encoding="utf-8")
    report, _ = check(Request(folder, select=("X001",)))
    return [f"{one.path}: {one.message}" for one in report.diagnostics]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("{for-each: role, require: {relation: role-responsible-for}}", []),
        (
            "{for-each: phase, require: {relation: phase-has-deliverable}}",
            ["arret.md: phase Arrêt 0", "essai.md: phase Essai 0", "table.md: phase Bilan 0"],
        ),
        # In the text, an entity is reported wherever it stands there.
        (
            "{for-each: phase, at: text, require: {relation: phase-has-deliverable}}",
            ["essai.md: phase Essai 0", "table.md: phase Arrêt 0", "table.md: phase Bilan 0"],
        ),
        (
            "{for-each: phase, where: {form: front-matter}, require: {relation: role-responsible-for, as: object}}",
            ["arret.md: phase Arrêt 0", "essai.md: phase Essai 0"],
        ),
        # `essai` is the last one of its own life cycle; `Bilan`, third in the table, stands beside `arret`.
        (
            "{for-each: phase, unless: {order: last}, require: {relation: role-responsible-for, as: object}}",
            [],
        ),
        (
            "{for-each: phase, where: {order: first}, forbid: {form: front-matter}}",
            ["cadrage.md: phase Cadrage 0", "essai.md: phase Essai 0"],
        ),
        ("{for-each: phase, where: {order: 2}, require: {field: goal}}", ["mvp.md: phase MVP 0"]),
        ("{for-each: phase, forbid: {field: optional}}", ["mvp.md: phase MVP 0"]),
        ("{for-each: phase, forbid: {field: order, equals: true}}", []),
        (
            "{for-each: phase, forbid: {field: order, equals: 1}}",
            ["cadrage.md: phase Cadrage 0", "essai.md: phase Essai 0"],
        ),
        ("{for-each: phase, forbid: {field: participants, equals: [ux, coach]}}", ["cadrage.md: phase Cadrage 0"]),
        (
            "{for-each: phase, where: [{form: front-matter}, {order: 3}], forbid: {field: status, equals: [draft, deprecated]}}",
            ["arret.md: phase Arrêt 0"],
        ),
        (
            "{for-each: phase, unless: [{field: optional}, {order: 3}, {form: text}], require: {field: goal}}",
            ["cadrage.md: phase Cadrage 0", "essai.md: phase Essai 0"],
        ),
        (
            "{for-each: deliverable, require: {relation: phase-has-deliverable, as: object, at-most: 1}}",
            ["note.md: too many 2"],
        ),
        ("{for-each: deliverable, forbid: {relation: phase-has-deliverable, as: object, at-least: 3}}", []),
        # A role's own page says it too, and the relations of a list count together: `ux` has cadrage, essai and note.
        (
            "{for-each: role, require: {relation: [role-responsible-for, role-participates-in], at-least: 3}}",
            ["po.md: role PO 2"],
        ),
        (
            "{for-each: [role, deliverable], require: {field: tags}}",
            ["note.md: deliverable Note 0", "po.md: role PO 0", "ux.md: role UX 0"],
        ),
    ],
)
def test_a_sentence(tmp_path: Path, sentence: str, expected: list[str]) -> None:
    assert reported(tmp_path, sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # What the settings say of a need: one or more deliverables, exactly one responsible.
        ("{for-each: deliverable, require: {need: responsible}}", []),
        (
            "{for-each: phase, require: {need: deliverable}, stated: true, at: text}",
            ["table.md: phase Arrêt 0", "table.md: phase Bilan 0"],  # `essai` is alone in its life cycle
        ),
        # `0..1` is satisfied by none; a limit of the sentence comes before that of the settings.
        ("{for-each: phase, require: {need: responsible}}", []),
        (
            "{for-each: phase, where: {form: front-matter}, require: {need: responsible, at-least: 1}}",
            ["arret.md: phase Arrêt 0", "essai.md: phase Essai 0"],
        ),
        (
            "{for-each: deliverable, require: {need: phase, at-most: 1}}",
            ["note.md: too many 2"],
        ),
        # In the table nobody is said to be responsible for a phase, so the row lacks nothing.
        ("{for-each: phase, require: {need: responsible, at-least: 1}, stated: true}", ["arret.md: phase Arrêt 0"]),
        # Where a need is a condition, it holds within its limits.
        (
            "{for-each: phase, where: {need: deliverable}, forbid: {form: front-matter}}",
            ["cadrage.md: phase Cadrage 0", "mvp.md: phase MVP 0"],
        ),
    ],
)
def test_a_sentence_about_a_need(tmp_path: Path, sentence: str, expected: list[str]) -> None:
    assert reported(tmp_path, sentence) == expected


def test_a_need_that_is_given_up_is_not_asked_for(tmp_path: Path) -> None:
    sentence = "{for-each: phase, require: {need: deliverable, at-least: 1}}"
    assert reported(tmp_path, sentence)
    settings = tmp_path / ".kbcheck.yaml"
    settings.write_text("rules: ./kb-rules\nmodel: {phase: {needs: {deliverable: 0..}}}\n", encoding="utf-8")
    assert check(Request(tmp_path, select=("X001",)))[0].diagnostics == ()


def test_what_other_rules_tell_of_a_need_has_a_rule() -> None:
    """`unmet-need` and `unwanted-cover` leave out what the sentences of other rules tell, and the two rules with code."""
    below, above = set(), set()
    for rule in load_catalogue():
        need = ((rule.sentence or {}).get("require") or {}).get("need")
        if need is not None and rule.sentence is not None:
            below.add((rule.sentence["for-each"], need))
            above |= {(rule.sentence["for-each"], need)} if "too-many" in rule.messages else set()
    by_code = {("phase", "responsible"), ("phase", "participant"), ("task", "accountable"), ("task", "responsible")}
    assert below | by_code == TOLD_BELOW
    assert above | {("phase", "responsible"), ("task", "accountable")} == TOLD_ABOVE
    shipped = {(kind, need) for kind, settings in SHIPPED.items() for need in settings.needs}
    assert shipped <= TOLD_BELOW


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("{for-each: phase, require: {need: page, relation: phase-has-deliverable}}", "relation"),
        ("{for-each: phase, require: {field: goal, at-least: 2}}", "relation. is missing"),
        ("{for-each: phase, require: {relation: phase-has-deliverable}, stated: most}", "need"),
    ],
)
def test_words_that_do_not_go_together(tmp_path: Path, sentence: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        reported(tmp_path, sentence)


@pytest.mark.parametrize(("stated", "count"), [("true", 0), ("false", 1)])
def test_a_need_that_a_base_never_states(tmp_path: Path, stated: str, count: int) -> None:
    page = "---\nkind: role\nid: po\nname: PO\n---\n\n# PO\n\nText.\n"
    (tmp_path / "po.md").write_text(page, encoding="utf-8")
    (tmp_path / "kb-rules").mkdir()
    (tmp_path / ".kbcheck.yaml").write_text("rules: kb-rules\n", encoding="utf-8")
    check_line = f"check: {{for-each: role, stated: {stated}, require: {{relation: role-responsible-for}}}}"
    rule = f"---\ncode: X001\nname: x-rule\nseverity: error\n{check_line}\nmessages: {{default: x}}\n---\n"
    (tmp_path / "kb-rules" / "x.md").write_text(rule, encoding="utf-8")
    assert len(check(Request(tmp_path, select=("X001",)))[0].diagnostics) == count


def test_the_schema_names_what_the_model_has() -> None:
    words = json.loads(schema_text("rule"))["$defs"]
    assert set(words["relation"]["enum"]) == set(KINDS)


def test_the_schema_names_all_words_of_a_sentence() -> None:
    words = json.loads(schema_text("rule"))["$defs"]
    assert set(words["check"]["properties"]) == set(Sentence.__struct_encode_fields__)
    assert set(words["condition"]["properties"]) == set(Condition.__struct_encode_fields__)
