"""References between pages, and the schemas that judge them, through the engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kbcheck.diagnostics import Diagnostic
from kbcheck.engine import Request, check, understand
from kbcheck.errors import UsageError
from kbcheck.reports.model import render_text


def page(kind: str, own_id: str, fields: str = "") -> str:
    return f"---\nkind: {kind}\nid: {own_id}\nname: The {own_id}\n{fields}---\n\n# The {own_id}\n\nText.\n"


def found(root: Path, rule: str) -> list[Diagnostic]:
    return [one for one in check(Request(root))[0].diagnostics if one.rule == rule]


def write(root: Path, **pages: str) -> None:
    for name, text in pages.items():
        (root / f"{name}.md").write_text(text, encoding="utf-8")


def repaired(root: Path, one: Diagnostic) -> None:
    """Applies the first fix of a diagnostic."""
    (edit,) = one.fixes[0].edits
    text = (root / edit.path).read_text(encoding="utf-8")
    (root / edit.path).write_text(text[: edit.span.start] + edit.text + text[edit.span.end :], encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "safe"),
    [("The po", True), ('"the  PO"', True), ("'po-'", True), ("poo", False), (">-\n  The po\n", True)],
)
def test_a_repair_makes_the_reference_lead_somewhere(tmp_path: Path, written: str, safe: bool) -> None:
    write(tmp_path, po=page("role", "po"), mvp=page("phase", "mvp", f"responsible: {written}\n"))
    (one,) = found(tmp_path, "unresolved-reference")
    assert [fix.safe for fix in one.fixes] == [safe]
    repaired(tmp_path, one)
    assert found(tmp_path, "unresolved-reference") == []
    assert found(tmp_path, "schema-violation") == []


def test_an_id_that_is_none_is_not_offered(tmp_path: Path) -> None:
    role = "---\nkind: role\nid: 'a: b'\nname: PO\n---\n\n# PO\n\nText.\n"
    write(tmp_path, po=role, mvp=page("phase", "mvp", "responsible: PO\n"))
    (one,) = found(tmp_path, "unresolved-reference")
    assert one.fixes == ()


@pytest.mark.parametrize(
    ("field", "safe"),
    [("responsable", True), ("'Responsible'", True), ("reponsables", False), ("responsible-role", False)],
)
def test_a_renamed_field_is_a_known_one(tmp_path: Path, field: str, safe: bool) -> None:
    write(tmp_path, po=page("role", "po"), mvp=page("phase", "mvp", f"{field}: po\n"))
    (one,) = found(tmp_path, "unknown-field")
    assert [fix.safe for fix in one.fixes] == [safe]
    repaired(tmp_path, one)
    assert found(tmp_path, "unknown-field") == []


def test_none_of_two_fields_is_renamed_to_the_same(tmp_path: Path) -> None:
    write(tmp_path, po=page("role", "po"), mvp=page("phase", "mvp", "responsable: po\nresponsibel: po\n"))
    assert [one.fixes for one in found(tmp_path, "unknown-field")] == [(), ()]


def test_a_limited_run_says_the_same(tmp_path: Path) -> None:
    pages = {name: page("phase", name, "responsible: po\nnext: [zzz]\n") for name in ("a", "b", "c")}
    write(tmp_path, **pages)
    whole = check(Request(tmp_path))[0].diagnostics
    for name in pages:
        limited = check(Request(tmp_path, paths=(f"{name}.md",)))[0].diagnostics
        assert list(limited) == [one for one in whole if one.path == f"{name}.md"]
    assert len([one for one in whole if one.severity == "info" and one.rule == "unresolved-reference"]) == 1


def test_many_references_to_nothing_take_no_quadratic_time(tmp_path: Path) -> None:
    ids = ", ".join(f"role-number-{number}" for number in range(3000))
    roles = {f"r{number}": page("role", f"r{number}") for number in range(300)}
    write(tmp_path, **roles, mvp=page("phase", "mvp", f"participants: [{ids}]\n"))
    assert len(found(tmp_path, "unresolved-reference")) == 3000


def test_every_page_but_the_first_repeats_an_id(tmp_path: Path) -> None:
    write(
        tmp_path, a=page("role", "x"), b=page("phase", "x"), c=page("role", "x"), d="---\nid: x\n---\n\n# D\n\nText.\n"
    )
    assert [(one.path, one.related[0].path) for one in found(tmp_path, "duplicate-id")] == [
        ("b.md", "a.md"),
        ("c.md", "a.md"),
    ]


@pytest.mark.parametrize(
    ("name", "words"), [("gone.yaml", "not there"), ("link.yaml", "outside"), ("folder.yaml", "folder")]
)
def test_a_schema_that_cannot_be_read_ends_the_run(tmp_path: Path, name: str, words: str) -> None:
    root = tmp_path / "base"
    (root / "folder.yaml").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("type: password\n")
    (root / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    write(root, a=page("skill", "a"))
    (root / ".kbcheck.yaml").write_text(f"schemas:\n  kinds:\n    skill: ./{name}\n")
    with pytest.raises(UsageError, match=words) as caught:
        check(Request(root))
    assert caught.value.place == ".kbcheck.yaml:3:12"
    assert "password" not in str(caught.value)


def test_a_link_out_of_the_root_is_no_schema_to_refer_to(tmp_path: Path) -> None:
    root = tmp_path / "base"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text("type: password\n")
    (root / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "own.yaml").write_text("$ref: link.yaml\n")
    write(root, a=page("skill", "a"))
    (root / ".kbcheck.yaml").write_text("schemas: {kinds: {skill: own.yaml}}\n")
    assert [(one.path, one.message) for one in found(root, "invalid-schema")] == [
        ("own.yaml", "“link.yaml” leads to no schema")
    ]


def test_a_new_kind_is_an_entity(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(json.dumps({"$ref": "urn:kbcheck:schema:common"}))
    (tmp_path / ".kbcheck.yaml").write_text("schemas: {kinds: {skill: own.json}}\n")
    write(tmp_path, a=page("skill", "a", "anything: 1\n"))
    understood = understand(Request(tmp_path))
    assert [(entity.kind, entity.id) for entity in understood.model.entities] == [("skill", "a")]
    assert "The a" in render_text(understood, width=80)
    assert check(Request(tmp_path))[0].count("error") == 0
