"""A team's own rules: what is wrong in their pages, and that they are rules like others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbcheck.engine import Request, check, load_rules
from kbcheck.errors import UsageError
from kbcheck.reports.text import render_concise

FIELDS = {
    "code": "X001",
    "name": "phase-without-owner",
    "severity": "warning",
    "check": "{for-each: phase, require: {relation: role-responsible-for, as: object}}",
    "messages": "{default: 'nobody answers for “{entity.name}”'}",
}
# Only what the team's rule says is looked at here.
NO_NEEDS = "model: {phase: {needs: {deliverable: 0.., responsible: 0..}}}\n"
PHASE = "---\nkind: phase\nid: mvp\nname: MVP\n---\n\n# MVP\n\n[Start](README.md)\n"


def page(**fields: str | None) -> str:
    lines = [f"{key}: {value}\n" for key, value in {**FIELDS, **fields}.items() if value is not None]
    return f"---\n{''.join(lines)}---\n\n# {FIELDS['name']}\n\nNobody answers for a phase.\n"


def base(root: Path, pages: dict[str, str], settings: str = "rules: ./kb-rules\n") -> Path:
    files = {"README.md": "# Start\n\n[MVP](mvp.md)\n", "mvp.md": PHASE, ".kbcheck.yaml": settings + NO_NEEDS}
    for path, text in {**files, **{f"kb-rules/{name}": text for name, text in pages.items()}}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def shown(root: Path, *select: str) -> str:
    return render_concise(check(Request(root, select=select))[0])


FOUND = "mvp.md:4:7 warning X001 phase-without-owner: nobody answers for “MVP”\n"


@pytest.mark.parametrize("name", ["a.md", "below/a.md"])
def test_a_rule_of_a_team_reports_and_its_page_is_no_page(tmp_path: Path, name: str) -> None:
    assert shown(base(tmp_path, {name: page(), "README.md": "", "a.fr.md": "[dead](x.md)"})) == FOUND


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    root = base(tmp_path, {"a.md": "\ufeff" + page().replace("\n", "\r\n")})
    assert shown(root) == FOUND
    assert load_rules(root)["X001"].summary == "Nobody answers for a phase"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("rules:\n  folder: kb-rules/\n  phase-without-owner: error\n", FOUND.replace("warning", "error")),
        ("rules: {folder: ./kb-rules, x001: off}\n", ""),
        ("rules: ./kb-rules\nper-file-ignores: {'mvp.md': [X001]}\n", ""),
    ],
)
def test_the_settings_know_it(tmp_path: Path, settings: str, expected: str) -> None:
    assert shown(base(tmp_path, {"a.md": page()}, settings)) == expected


def test_it_can_be_selected_and_silenced(tmp_path: Path) -> None:
    root = base(tmp_path, {"a.md": page()})
    assert shown(root, "X001") == shown(root, "phase-without-owner") == FOUND
    (root / "mvp.md").write_text(PHASE + "\n<!-- kbcheck-disable-file phase-without-owner: soon -->\n")
    assert shown(root) == ""


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (page(check=None), "2:1", "the field “check” is missing"),
        (page(check="{for-each: phase, requires: {}}"), "5:26", "did you mean “require”?"),
        (page(check="{for-each: phases, require: {field: goal}}"), "5:19", "did you mean phase?"),
        (page(check="{for-each: phase, require: {need: pages}}"), "5:42", "did you mean page?"),
        (page(check="{for-each: phase, unless: [{order: 1}, {need: gat}], forbid: {order: 2}}"), "5:54", "mean gate?"),
        (page(code="KB901"), "2:7", "choose other letters"),
        (page(code="X-1"), "2:7", "“code” cannot be"),
        (page(name="missing-file"), "3:7", "“missing-file” is taken"),
        (page(name="kb301"), "3:7", "“kb301” is taken"),
        (page(name="folder"), "3:7", "“folder” is taken"),
        (page(fix="safe"), "7:6", '“fix” must be "none"'),
        (page(messages="{default: 'no {entity.nam}'}"), "6:22", "nothing fills “{entity.nam}”"),
        (page(messages="{too-many: x}"), "6:1", "“messages.default” is missing"),
        (page(messages="{default: x, too-meny: x}"), "6:24", "did you mean “too-many”?"),
        (page(severity="[a"), "4:11", "no YAML"),
        ("# No front matter\n", "1:1", "begins with front matter"),
        ("---\ncode: X001\n", "1:1", "has no end"),
        ("", "1:1", "begins with front matter"),
        ("\0", "1:1", "NUL"),
    ],
)
def test_what_is_wrong_in_a_page_is_told_with_its_place(tmp_path: Path, text: str, place: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        shown(base(tmp_path, {"a.md": text}))
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"kb-rules/a.md:{place}: ")
    assert words in first


def test_two_rules_of_one_name_or_code(tmp_path: Path) -> None:
    root = base(tmp_path, {"a.md": page(), "b.md": page(code="X002"), "c.md": page(name="other")})
    with pytest.raises(UsageError) as caught:
        shown(root)
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == [
        "kb-rules/b.md:3:7",
        "kb-rules/c.md:2:7",
    ]


@pytest.mark.parametrize(
    ("settings", "place", "words"),
    [
        ("rules: ../kb-rules\n", "1:8", "outside"),
        ("rules: {folder: /etc}\n", "1:17", "outside"),
        ("rules: .\n", "1:8", "outside"),
        ('rules: "a\\0b"\n', "1:9", "outside"),
        ("rules: ./kb-rule\n", "1:8", "does not exist"),
        ("rules: ./mvp.md\n", "1:8", "does not exist"),
        ("rules: {folder: link, my-rule: off}\n", "1:17", "outside"),
        ("rules: {folder: 3}\n", "1:17", "rules.folder"),
        ("rules: ''\n", "1:1", "rules"),
    ],
)
def test_a_folder_that_cannot_be_used(tmp_path: Path, settings: str, place: str, words: str) -> None:
    root = base(tmp_path / "base", {"a.md": page()}, settings)
    (tmp_path / "kb-rules").mkdir()
    (root / "link").symlink_to(tmp_path / "kb-rules")
    with pytest.raises(UsageError) as caught:
        shown(root)
    assert str(caught.value).startswith(f".kbcheck.yaml:{place}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_page_that_is_a_link_out_of_the_base_is_not_read(tmp_path: Path) -> None:
    root = base(tmp_path / "base", {"README.md": ""})
    (tmp_path / "a.md").write_text(page())
    (root / "kb-rules" / "a.md").symlink_to(tmp_path / "a.md")
    with pytest.raises(UsageError, match=r"kb-rules/a\.md:1:1"):
        shown(root)


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no rule page"):
        shown(base(tmp_path, {"README.md": "# Rules\n"}))
