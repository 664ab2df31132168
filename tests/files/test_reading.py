"""Texts are read as their bytes say, on a best guess where the bytes are wrong, and never with an exception."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.files import reading
from kbcheck.files.reading import Encoding, Source, decode, encode, read

FRENCH = (
    "# L’équipe produit\r\n\r\nÀ chaque étape, «\xa0l’œuvre\xa0» est évaluée : où ? Ça coûte 20 €…\r\n"
    "Le comité décide de la Généralisation, puis de l’arrêt.\n"
)


def only_problem(source: Source) -> reading.ReadProblem:
    (problem,) = source.problems
    return problem


# ---- bytes that are as they should be


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_keeps_its_line_ends_and_loses_its_mark(tmp_path: Path, encoding: Encoding, newline: str) -> None:
    text = newline.join(["# Été", "", "fin"])
    content = encode(text, encoding)
    (tmp_path / "page.md").write_bytes(content)
    assert read(tmp_path, "page.md") == Source("page.md", text, encoding)
    assert content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: text.encode("utf-8-sig")))
def test_any_bytes_are_read_and_valid_ones_come_back(content: bytes) -> None:
    source = decode("page.md", content)
    source.text.encode()  # no lone surrogates
    if not source.problems:
        assert encode(source.text, source.encoding) == content
    for problem in source.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(source.text)


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]))
def test_text_comes_back_from_its_bytes(text: str, encoding: Encoding) -> None:
    source = decode("page.md", encode("x" + text, encoding))
    if all(problem.kind != "unchecked-file" for problem in source.problems):  # NULs in the text
        assert (source.text, source.encoding) == ("x" + text, encoding)


# ---- bytes that are not UTF-8


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
def test_another_encoding_is_guessed_and_said(encoding: Encoding) -> None:
    content = FRENCH.encode(encoding)
    source = decode("page.md", content)
    assert (source.text, source.encoding) == (FRENCH, encoding)
    assert encode(source.text, source.encoding) == content
    problem = only_problem(source)
    assert (problem.kind, problem.reason) == ("invalid-encoding", encoding)
    assert FRENCH[problem.span.start : problem.span.end] == "’"


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
@pytest.mark.parametrize("word", ["é", "Généralisation", "État", "l’hôpital", "cœur", "maïs"])
def test_one_word_is_enough_for_a_guess(word: str, encoding: Encoding) -> None:
    text = f"Un seul mot : {word} fin."
    assert decode("page.md", text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_but_reported(encoding: Encoding) -> None:
    source = decode("page.md", encode(FRENCH, encoding))
    assert (source.text, only_problem(source).reason) == (FRENCH, encoding)


def test_broken_utf_16_is_read_as_far_as_it_goes() -> None:
    source = decode("page.md", b"\xff\xfe#\0 \0a\0b")
    assert source.text.startswith("# a")
    assert "broken" in str(only_problem(source).detail)


@pytest.mark.parametrize(("encoding", "byte"), [("cp1252", "E9"), ("mac-roman", "8E")])
def test_a_pasted_byte_spoils_neither_the_rest_nor_itself(encoding: Encoding, byte: str) -> None:
    head, tail = FRENCH.encode(), " — voilà".encode()
    source = decode("page.md", head + b"pr" + "é".encode(encoding) + b"parer" + tail)
    assert source.text == FRENCH + "préparer — voilà"
    problem = only_problem(source)
    assert (problem.reason, f"0x{byte}" in str(problem.detail)) == ("mixed", True)
    assert source.text[problem.span.start : problem.span.end] == "é"


def test_bytes_that_no_encoding_defines_are_read() -> None:
    assert decode("page.md", b"a\x81b\xe9t\xe9").text == "a\x81bété"


# ---- files that are not read


def reason(root: Path, path: str) -> str:
    source = read(root, path)
    problem = only_problem(source)
    assert (source.text, problem.kind) == ("", "unchecked-file")
    assert str(problem.detail).endswith(".")
    return problem.reason


def test_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert reason(tmp_path, "image.md") == "binary"


def test_utf_32_is_not_taken_for_utf_16(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_bytes("# Été".encode("utf-32"))
    assert reason(tmp_path, "page.md") == "binary"


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.md").open("wb") as file:
        file.truncate(reading.SIZE_LIMIT + 1)
    assert reason(tmp_path, "large.md") == "too-large"


def test_a_file_at_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SIZE_LIMIT", 4)
    (tmp_path / "page.md").write_text("1234")
    assert read(tmp_path, "page.md").text == "1234"


@pytest.mark.parametrize("path", ["gone.md", "gone/gone.md", "nul\0.md", "x" * 5000])
def test_a_file_that_is_not_there(tmp_path: Path, path: str) -> None:
    assert reason(tmp_path, path) in ("missing", "unreadable")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret.md").write_text("x")
    monkeypatch.setattr("builtins.open", refuse)
    source = read(tmp_path, "secret.md")
    monkeypatch.undo()
    assert only_problem(source).reason == "unreadable"


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    assert reason(tmp_path, "folder.md") == "not-a-file"
    os.mkfifo(tmp_path / "pipe.md")
    assert reason(tmp_path, "pipe.md") == "not-a-file"


@pytest.mark.parametrize("path", ["link.md", "linked/secret.md", "../secret.md", "docs/../../secret.md", "git.md"])
def test_nothing_outside_of_the_root_is_read(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (root / "docs").mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (root / ".git" / "config").write_text("password")
    (root / "link.md").symlink_to("../secret.md")
    (root / "linked").symlink_to("..")
    (root / "git.md").symlink_to(".git/config")
    assert reason(root, path) == "outside-root"
    assert reason(root, str(tmp_path / "secret.md")) == "outside-root"


def test_a_link_inside_of_the_root_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "root").mkdir()
    (tmp_path / "root").symlink_to("real/root")  # the root itself may be a link
    (tmp_path / "root" / "page.md").write_text("text")
    (tmp_path / "root" / "link.md").symlink_to("page.md")
    assert read(tmp_path / "root", "link.md").text == "text"


def test_a_loop_of_links_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop.md").symlink_to("loop.md")
    assert reason(tmp_path, "loop.md") == "unreadable"
