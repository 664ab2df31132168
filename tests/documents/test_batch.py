"""All files of a base at once: kept from run to run, parsed by several processes, and always what one file gives alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kbcheck.documents import batch, cache, processes
from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.files import read

PAGES = {
    "README.md": "---\nkind: role\nid: po\ntags: [a, b]\n---\n\n# Titre\n\n[lien](a.md#x) et **gras**\n",
    "a.md": '# A {#x}\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n- [x] fait\n\n<table data-view="cards"><tr><td>x</td></tr></table>\n',
    "garbled.md": "# Idée\n\nUne idÃ©e garbled.\n",
    "config.yaml": "a: [1, {b: 2}]\n",
}
FILE = ".kbcheck_cache/documents.msgpack"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in PAGES.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "latin.md").write_bytes("# Été\n".encode("latin-1"))
    if UNDECODABLE in PATHS:
        (tmp_path / UNDECODABLE).write_bytes(b"# Caf\xe9\n\n[x](caf%E9.md) [y](\xed\xb3\xa9.md) [z](&#xDCE9;.md)\n")
    monkeypatch.setattr(batch, "_WORTH_KEEPING", 0)
    return tmp_path


UNDECODABLE = os.fsdecode(b"caf\xe9.md")  # on Linux a file can be called so
PATHS = [*PAGES, "latin.md", *([UNDECODABLE] if sys.platform == "linux" else [])]


def read_all(base: Path, *, keep: bool = True) -> dict[str, Document]:
    return dict(batch.read_documents(base, PATHS, keep=keep))


def alone(base: Path) -> dict[str, Document]:
    return {path: read_document(read(base, path)) for path in PATHS}


def parsed_paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are parsed from now on."""
    parsed: list[str] = []

    def noted(source):
        parsed.append(source.path)
        return read_document(source)

    monkeypatch.setattr(batch, "read_document", noted)
    return parsed


def test_what_is_kept_is_what_was_read(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_all(base)
    parsed = parsed_paths(monkeypatch)
    assert first == read_all(base) == alone(base)
    assert parsed == []
    assert list(first) == PATHS


def test_only_what_has_changed_is_parsed_again(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_all(base)
    (base / "a.md").write_text("# B\n", encoding="utf-8")
    parsed = parsed_paths(monkeypatch)
    assert read_all(base)["a.md"].headings[0].text == "B"
    assert parsed == ["a.md"]
    read_all(base)
    assert parsed == ["a.md"]


def test_the_encoding_of_a_file_counts_as_content(base: Path) -> None:
    read_all(base)
    (base / "latin.md").write_text("# Été\n", encoding="utf-8")
    assert read_all(base)["latin.md"].problems == ()


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"not msgpack", msgspec.msgpack.encode({"made_by": "x", "entries": {}})]
)
def test_a_broken_cache_is_made_again(base: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    read_all(base)
    (base / FILE).write_bytes(content)
    assert read_all(base) == alone(base)
    parsed = parsed_paths(monkeypatch)
    read_all(base)
    assert parsed == []


def test_broken_facts_of_one_file_are_read_again(base: Path) -> None:
    read_all(base)
    kept = msgspec.msgpack.decode((base / FILE).read_bytes(), type=cache._Kept)
    entry = kept.entries[b"a.md"]
    kept.entries[b"a.md"] = cache._Entry(entry.digest, msgspec.Raw(msgspec.msgpack.encode([1, 2])))
    (base / FILE).write_bytes(msgspec.msgpack.encode(kept))
    assert read_all(base) == alone(base)


def test_another_program_made_the_cache(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_all(base)
    monkeypatch.setattr(cache, "_maker", lambda: "another version")
    parsed = parsed_paths(monkeypatch)
    assert read_all(base) == alone(base)
    assert sorted(parsed) == sorted(PATHS)


def test_a_cache_under_version_control_is_never_believed(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_all(base)
    forged = (base / FILE).read_bytes()
    subprocess.run(["git", "init", "-q"], cwd=base, check=True)
    subprocess.run(["git", "add", "-f", FILE], cwd=base, check=True)
    parsed = parsed_paths(monkeypatch)
    assert read_all(base) == alone(base)
    assert sorted(parsed) == sorted(PATHS)
    assert (base / FILE).read_bytes() == forged


def test_version_control_and_backups_leave_the_cache_alone(base: Path) -> None:
    read_all(base)
    subprocess.run(["git", "init", "-q"], cwd=base, check=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=base, check=True, capture_output=True, text=True)
    assert ".kbcheck_cache" not in status.stdout
    assert (base / ".kbcheck_cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_folder_that_cannot_be_written_stops_nobody(base: Path) -> None:
    (base / ".kbcheck_cache").write_text("a file in its place", encoding="utf-8")
    assert read_all(base) == alone(base)


def test_nothing_is_written_unless_it_is_asked_for(base: Path) -> None:
    read_all(base, keep=False)
    assert not (base / ".kbcheck_cache").exists()


def test_small_bases_have_no_cache(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    batch.read_documents(tmp_path, ["a.md"], keep=True)
    assert not (tmp_path / ".kbcheck_cache").exists()


def test_several_processes_give_what_one_gives(base: Path) -> None:
    sources = [read(base, path) for path in PATHS]
    assert processes.parsed_by(2, sources) == list(alone(base).values())


def test_where_a_process_dies_this_one_does_the_work(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "encoded", lambda document: os._exit(1))  # called in the other process only
    sources = [read(base, path) for path in PATHS]
    assert processes.parsed_by(2, sources) == list(alone(base).values())
