"""What is read of kbcheck's own files is kept until they change, and never trusted when it is broken."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kbcheck.rules.catalogue import load_catalogue
from kbcheck.schema.compiled import compiled


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)


def kept(folder: Path) -> Path:
    [file] = (folder / "__pycache__").iterdir()
    return file


def value(source: Path, made: list[str]) -> object:
    def make() -> object:
        made.append("made")
        return {"text": source.read_text(encoding="utf-8")}

    return compiled(source.with_name("name"), [source], make)


def test_a_value_is_made_once_and_again_when_its_source_changes(tmp_path: Path) -> None:
    source, made = tmp_path / "source.md", list[str]()
    source.write_text("one", encoding="utf-8")
    assert value(source, made) == value(source, made) == {"text": "one"}
    assert len(made) == 1
    source.write_text("two", encoding="utf-8")
    os.utime(source, ns=(1, 1))
    assert value(source, made) == {"text": "two"}


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xc1" * 100, b"\x92\x90"])
def test_what_is_broken_is_made_anew(tmp_path: Path, content: bytes) -> None:
    source, made = tmp_path / "source.md", list[str]()
    source.write_text("one", encoding="utf-8")
    value(source, made)
    kept(tmp_path).write_bytes(content)
    assert value(source, made) == {"text": "one"}
    assert len(made) == 2


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, made = tmp_path / "source.md", list[str]()
    source.write_text("one", encoding="utf-8")
    (tmp_path / "__pycache__").write_text("no folder", encoding="utf-8")
    assert value(source, made) == value(source, made)
    (tmp_path / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    value(source, made)
    assert not (tmp_path / "__pycache__").exists()


def test_a_catalogue_is_the_same_from_pages_and_from_what_was_kept(tmp_path: Path) -> None:
    page = tmp_path / "links" / "some-rule.md"
    page.parent.mkdir()
    text = "---\ncode: KB999\nname: some-rule\nfamily: links\nseverity: error\nmessages: {default: a}\n---\n"
    page.write_text(text, encoding="utf-8")
    first, second = (list(load_catalogue(tmp_path)) for _ in range(2))
    assert first == second
    page.with_name("other-rule.md").write_text(
        text.replace("some", "other").replace("KB999", "KB998"), encoding="utf-8"
    )
    assert [rule.name for rule in load_catalogue(tmp_path)] == ["other-rule", "some-rule"]
