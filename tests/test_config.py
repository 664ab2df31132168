"""The settings file: what it means, and how its faults are told."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kbcheck.config import KINDS, Need, RuleSetting, SchemaFile, Settings, find_root, kind_settings, load_settings
from kbcheck.errors import UsageError
from kbcheck.platforms.detection import PLATFORMS
from kbcheck.schema.resources import schema_text

RULES = ("missing-file", "KB301", "missing-anchor", "KB302", "placeholder-text", "KB106")


def load(root: Path, text: str | bytes, name: str = ".kbcheck.yaml") -> Settings:
    (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(root, rule_names=RULES)


def fault(root: Path, text: str | bytes) -> str:
    with pytest.raises(UsageError) as caught:
        load(root, text)
    return str(caught.value)


def test_the_platforms_of_the_schema_are_those_of_the_program() -> None:
    assert set(json.loads(schema_text("config"))["properties"]["platform"]["enum"]) == set(PLATFORMS)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path, rule_names=RULES) == Settings(root=tmp_path)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff", "{}"])
def test_an_empty_file_says_the_defaults(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Settings(root=tmp_path, file=".kbcheck.yaml")


def test_the_defaults_are_those_of_the_schema() -> None:
    fields = json.loads(schema_text("config"))["properties"]
    settings = msgspec.structs.asdict(Settings(root=Path()))
    del settings["root"]
    del settings["rules_folder"]  # it is a part of `rules`
    del settings["file"]
    assert {name.replace("_", "-") for name in settings} == fields.keys()
    external = msgspec.structs.asdict(settings.pop("external"))
    assert fields["external"]["default"] == {}
    for values, known in ((settings, fields), (external, fields["external"]["properties"])):
        for name, value in values.items():
            default = known[name.replace("_", "-")].get("default")
            default = kind_settings(default) if name == "model" else default
            assert (list(value) if isinstance(value, tuple) else value) == default, name


def test_every_key_has_its_place_in_the_settings(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "platform: gitbook\nsite: https://docs.example.org/guide\nrepository: [example/guide, old/guide]\n"
        "branch: main\nlanguage: fr\ninclude: docs/**\nexclude:\n- archives/**\nplaceholders: [à rédiger]\n"
        "rules:\n  missing-file: off\n  KB302: false\n  placeholder-text: {severity: error, words: [Tk]}\n"
        "per-file-ignores:\n  old/**: [missing-file, KB3]\n  new/**: kb106\nfail-on: never\n"
        "schemas:\n  kinds: {skill: ./schemas/../skill.json}\n  files:\n    adr/*.md: 'adr.yaml'\n",
    )
    assert settings == Settings(
        root=tmp_path,
        platform="gitbook",
        site="https://docs.example.org/guide",
        repository=("example/guide", "old/guide"),
        branch="main",
        language="fr",
        include=("docs/**",),
        exclude=("archives/**",),
        placeholders=("à rédiger",),
        rules={
            "missing-file": RuleSetting("off", {}, ".kbcheck.yaml:11:3"),
            "KB302": RuleSetting("off", {}, ".kbcheck.yaml:12:3"),
            "placeholder-text": RuleSetting("error", {"words": ["Tk"]}, ".kbcheck.yaml:13:3"),
        },
        per_file_ignores={"old/**": ("missing-file", "KB3"), "new/**": ("kb106",)},
        schemas={
            "kinds": {"skill": SchemaFile("skill.json", ".kbcheck.yaml:19:18")},
            "files": {"adr/*.md": SchemaFile("adr.yaml", ".kbcheck.yaml:21:16")},
        },
        fail_on="never",
        file=".kbcheck.yaml",
    )


def test_what_is_said_of_a_kind_is_added_to_what_ships(tmp_path: Path) -> None:
    model = load(tmp_path, "model:\n  phase: {needs: {gate: 1, deliverable: 0..}, start: 1}\n  skill: {}\n").model
    assert model["phase"].needs == {"deliverable": Need(0), "responsible": Need(0, 1), "gate": Need(1, 1)}
    assert (model["phase"].order, model["phase"].start) == ("consecutive", 1)
    assert model["skill"].needs == {}
    assert model["role"] == KINDS["role"]


def test_the_examples_of_the_schema_can_be_loaded(tmp_path: Path) -> None:
    for example in json.loads(schema_text("config"))["examples"]:
        (tmp_path / ".kbcheck.yaml").write_text(json.dumps(example))
        load_settings(tmp_path, rule_names=[*RULES, *example["rules"]])


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("platfrom: gitbook\n", "1:1", ["platfrom", "platform"]),
        ("# x\nper_file_ignores: {}\n", "2:1", ["per_file_ignores", "per-file-ignores"]),
        ("platform: gitbok\n", "1:11", ["gitbok", "gitbook"]),
        ("rules:\n  missing-fil: error\n", "2:3", ["missing-fil", "did you mean “missing-file”?"]),
        ("rules:\n  KB999: error\n", "2:3", ["KB999"]),
        ("rules:\n  missing-file: eror\n", "2:17", ["eror", "error"]),
        ("rules:\n  missing-file: {severity: [a]}\n", "2:28", ["rules.missing-file.severity"]),
        ("rules: off\n", "1:8", ["rules"]),
        ("per-file-ignores:\n  'a/**': [missing-file, missing-ancor]\n", "2:26", ["“missing-anchor”"]),
        ("per-file-ignores:\n  'a/**': missing-ancor\n", "2:11", ["“missing-anchor”"]),
        ("per-file-ignores: {a: [KB9]}\n", "1:24", ["KB9"]),
        ("include: [a, '']\n", "1:15", ["include #2"]),
        ("site: docs.example.org\n", "1:7", ["site"]),
        ("repository: guide\n", "1:13", ["repository"]),
        ("fail-on:\n", "1:1", ["fail-on"]),
        ("language: de\n", "1:11", ["en, fr"]),
        ("- a\n", "1:1", []),
        ("a: b: c\n", "1:5", ["quotes"]),
        ("site: https://a.b\nsite: https://c.d\n", "2:1", ["twice"]),
        ("exclude: !!python/object:os.system x\n", "1:10", ["!!python/object:os.system"]),
        ("rules:\r\n  a:\r\n\tb\r\n", "3:1", ["tab"]),
        ("extract:\n- {id: a, kind: role, from: x.md, take: pagess}\n", "2:41", ["pagess", "pages"]),
        ("extract:\n- {id: a, kind: role, from: x.md, take: pages, under: '('}\n", "2:56", ["regular expression"]),
        ("extract:\n- {id: a, kind: role, from: x.md, take: pages, same-as: b}\n", "2:57", ["“b”"]),
        (
            "extract: [{id: a, kind: role, from: x, take: rows}, {id: a, kind: role, from: y, take: rows}]\n",
            "1:58",
            ["“a”"],
        ),
        ("extract: [{id: a, kind: role, from: x.md, take: matches}]\n", "1:12", ["where"]),
        ("model: {phase: {needs: {deliverable: many}}}\n", "1:38", ["many", "0..1"]),
        ("model: {phase: {needs: {delivrable: 1}}}\n", "1:25", ["“delivrable”", "did you mean “deliverable”?"]),
        ("model: {phase: {needs: {deliverable: 5..1}}}\n", "1:38", ["“5..1”", "the least number comes first"]),
        ("schemas: {kind: {}}\n", "1:11", ["kinds"]),
        ("schemas: {kinds: {skill: ../skill.json}}\n", "1:26", ["../skill.json", "not in the knowledge base"]),
        ("schemas: {files: {a/*.md: /etc/skill.json}}\n", "1:27", ["not in the knowledge base"]),
        ("schemas: {kinds: {skill: https://example.org/skill.txt}}\n", "1:26", ["skill.txt"]),
        ("schemas: {kinds: {Compétence: skill.json}}\n", "1:19", ["Compétence"]),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_remedy(tmp_path: Path, text: str, place: str, words: list[str]) -> None:
    message = fault(tmp_path, text)
    assert message.startswith(f".kbcheck.yaml:{place}: ")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_all_faults_are_told(tmp_path: Path) -> None:
    message = fault(tmp_path, "platfrom: gitbook\nrules:\n  missing-fil: error\nsite: x\nsite: y\nfail-on: maybe\n")
    assert [line.split(": ")[0] for line in message.splitlines()] == [
        ".kbcheck.yaml:1:1",
        ".kbcheck.yaml:3:3",
        ".kbcheck.yaml:4:7",
        ".kbcheck.yaml:5:1",
        ".kbcheck.yaml:6:10",
    ]


def test_the_place_is_given_apart(tmp_path: Path) -> None:
    (tmp_path / ".kbcheck.yaml").write_text("a: 1\n")
    with pytest.raises(UsageError) as caught:
        load_settings(tmp_path, rule_names=RULES)
    assert caught.value.place == ".kbcheck.yaml:1:1"


def test_bytes_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    assert "UTF-8" in fault(tmp_path, b"placeholders: [\xe0 r\xe9diger]\n")


def test_a_byte_order_mark_moves_no_column(tmp_path: Path) -> None:
    assert fault(tmp_path, "\ufeffplatform: x\n").startswith(".kbcheck.yaml:1:11: ")


def test_two_settings_files_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / ".kbcheck.yml").write_text("")
    assert "keep one" in fault(tmp_path, "")


def test_the_other_suffix_is_read_too(tmp_path: Path) -> None:
    assert load(tmp_path, "branch: trunk\n", ".kbcheck.yml").branch == "trunk"


def test_a_file_given_by_name_is_read_instead(tmp_path: Path) -> None:
    (tmp_path / ".kbcheck.yaml").write_text("branch: one\n")
    other = tmp_path / "ci" / "settings.yaml"
    other.parent.mkdir()
    other.write_text("branch: two\n")
    assert load_settings(tmp_path, file=other, rule_names=RULES).branch == "two"
    other.write_text("brnach: two\n")
    with pytest.raises(UsageError, match=r"^ci/settings\.yaml:1:1: "):
        load_settings(tmp_path, file=other, rule_names=RULES)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.yaml: the settings cannot be read"):
        load_settings(tmp_path, file=tmp_path / "nothing.yaml", rule_names=RULES)
    (tmp_path / ".kbcheck.yaml").mkdir()
    with pytest.raises(UsageError, match=r"\.kbcheck\.yaml: the settings cannot be read"):
        load_settings(tmp_path, rule_names=RULES)


def test_a_link_to_a_file_outside_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "base"
    root.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("password\n")
    (root / ".kbcheck.yaml").symlink_to(secret)
    with pytest.raises(UsageError, match="leads out") as caught:
        load_settings(root, rule_names=RULES)
    assert "password" not in str(caught.value)
    (root / ".kbcheck.yaml").unlink()
    (root / ".kbcheck.yaml").symlink_to(root / "gone")
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(root, rule_names=RULES)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_settings_that_are_no_file_stop_the_run(tmp_path: Path) -> None:
    makers: dict[str, Callable[[Path], None]] = {
        "folder": Path.mkdir,
        "pipe": os.mkfifo,  # reading it would wait for ever
        "circle": lambda path: path.symlink_to(path.name),
    }
    for name, make in makers.items():
        (tmp_path / name).mkdir()
        make(tmp_path / name / ".kbcheck.yaml")
        with pytest.raises(UsageError, match="the settings cannot be read"):
            load_settings(tmp_path / name, rule_names=RULES)


def test_settings_without_end_are_not_read() -> None:
    with pytest.raises(UsageError, match="larger than"):
        load_settings(Path("/"), file=Path("/dev/zero"), rule_names=RULES)


def test_the_root_is_the_nearest_folder_with_settings(tmp_path: Path) -> None:
    deep = tmp_path / "docs" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "page.md").write_text("")
    assert find_root(deep) is None
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert find_root(deep / "page.md") == tmp_path
    (tmp_path / "docs" / ".kbcheck.yml").write_text("")
    assert find_root(deep / "page.md") == tmp_path / "docs"
    assert find_root(tmp_path) == tmp_path


def test_settings_above_the_repository_are_another_base(tmp_path: Path) -> None:
    (tmp_path / ".kbcheck.yaml").write_text("")
    inside = tmp_path / "repository" / "docs"
    inside.mkdir(parents=True)
    (tmp_path / "repository" / ".git").write_text("gitdir: elsewhere\n")
    assert find_root(inside) == tmp_path / "repository"


def test_a_relative_start_gives_an_absolute_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".kbcheck.yaml").write_text("")
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert find_root(Path()) == tmp_path
    assert find_root(Path("missing.md")) == tmp_path


def test_the_kind_of_an_extraction_rule_is_a_word_before_needs_are_compared_with_it(tmp_path: Path) -> None:
    rules = "extract: [{id: a, kind: [], from: a.md, take: rows}]\nmodel: {phase: {needs: {gat: 1}}}\n"
    assert "did you mean “gate”?" in fault(tmp_path, rules)


def test_a_need_may_be_any_whole_number(tmp_path: Path) -> None:
    assert load(tmp_path, "model: {phase: {needs: {gate: 1.0}}}\n").model["phase"].needs["gate"] == Need(1, 1)
