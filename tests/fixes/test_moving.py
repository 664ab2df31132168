"""`mv`: every link goes along, and there and back restores every byte."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kbcheck.engine import Request, check, move
from kbcheck.errors import UsageError

BASE = {
    "README.md": "# Base\n\n[po](roles/po.md#tasks) [folder](roles/) [img](./assets/a%20b.png) <a href='roles/po.md'>x</a>\n",
    "SUMMARY.md": "* [Base](README.md)\n* [Roles](roles/README.md)\n  * [PO](roles/po.md)\n* [Guide](guide/start.md)\n",
    "roles/README.md": "# Roles\n\n[PO](po.md) [PO](./po.md) [up](../README.md) [dead](gone.md) [out](https://example.org)\n",
    "roles/po.md": '---\ncover: ../assets/a.png\n---\n\n# PO\n\n## Tasks\n\n![a](../assets/a.png) [g][g] [r](/roles/README.md)\n\n[g]: <../guide/start.md> "t"\n',
    "guide/start.md": '# Start\r\n\r\n{% content-ref url="../roles/po.md" %}\r\n[po.md](../roles/po.md)\r\n{% endcontent-ref %}\r\n\r\n<img src="../assets/a.png"> [dir](../roles) [self](#start) [é](../accentué.md)\r\n',
    "accentué.md": "\ufeff# É\n\n[po](roles/po.md)\n",
    "assets/a.png": "",
    "assets/a b.png": "",
    ".gitbook.yaml": "root: ./\n\nredirects:\n  old/po: roles/po.md # kept\n",
}
PLACES = ("roles", "roles/po.md", "guide", "guide/start.md", "accentué.md", "assets", "assets/a.png", "README.md")
TARGETS = ("new", "new/deep/place", "guide/x", "roles/x", "x", "été", "a b")


def write(files: dict[str, str], folder: Path) -> Path:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def dead(folder: Path) -> list[str]:
    report, _ = check(Request(folder, select=("KB3", "navigation-entry-missing")))
    return sorted(f"{one.rule} {one.target}" for one in report.diagnostics)


@settings(max_examples=60)
@given(old=st.sampled_from(PLACES), name=st.sampled_from(TARGETS), gitbook=st.booleans())
def test_there_and_back_restores_every_byte(old, name, gitbook):
    new = name + Path(old).suffix
    assume(not f"{new}/".startswith(f"{old}/") and new not in BASE)
    files = {path: text for path, text in BASE.items() if gitbook or path not in ("SUMMARY.md", ".gitbook.yaml")}
    with TemporaryDirectory() as name_of_folder:
        folder = write(files, Path(name_of_folder))
        before, wrong = read(folder), len(dead(folder))
        planned = move(folder, old, new)
        assert (folder / planned.new).exists()
        assert not (folder / old).exists()
        assert len(dead(folder)) <= wrong
        move(folder, planned.new, old)
        assert read(folder) == before


@pytest.fixture
def base(tmp_path):
    return write(BASE, tmp_path)


def test_every_form_of_link_is_rewritten(base):
    wrong = len(dead(base))
    move(base, "roles/po.md", "people/product-owner.md")
    assert len(dead(base)) <= wrong
    texts = {path: content.decode() for path, content in read(base).items()}
    assert "[po](people/product-owner.md#tasks)" in texts["README.md"]
    assert "<a href='people/product-owner.md'>" in texts["README.md"]
    assert "[PO](people/product-owner.md)" in texts["SUMMARY.md"]
    assert 'url="../people/product-owner.md"' in texts["guide/start.md"]
    assert "[po.md](../people/product-owner.md)" in texts["guide/start.md"]
    assert "old/po: people/product-owner.md # kept\n  roles/po: people/product-owner.md" in texts[".gitbook.yaml"]
    assert texts["people/product-owner.md"] == BASE["roles/po.md"]  # as deep as before: nothing to rewrite


def test_links_of_the_moved_page_are_rewritten(base):
    move(base, "roles/po.md", "po.md")
    text = (base / "po.md").read_text()
    for target in ("cover: assets/a.png", "![a](assets/a.png)", "[g]: <guide/start.md>", "[r](/roles/README.md)"):
        assert target in text


def test_a_folder_is_moved_into_an_existing_one(base):
    assert move(base, "roles", "guide").new == "guide/roles"
    assert "[Roles](guide/roles/README.md)" in (base / "SUMMARY.md").read_text()
    assert "[folder](guide/roles/)" in (base / "README.md").read_text()
    assert "[PO](po.md) [PO](./po.md) [up](../../README.md)" in (base / "guide/roles/README.md").read_text()


def test_addresses_of_the_own_repository_are_rewritten(base):
    (base / ".kbcheck.yaml").write_text("repository: a/b\nbranch: main\n")
    address = "https://github.com/a/b/blob/main/{}#tasks"
    (base / "x.md").write_text(f"# X\n\n[po]({address.format('roles/po.md')}) <{address.format('roles/po.md')}>\n")
    move(base, "roles", "people")
    assert (base / "x.md").read_text().count(address.format("people/po.md")) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gone.md", "x.md", "no file or folder of this knowledge base"),
        ("roles/po.md", "roles/README.md", "exists already"),
        ("roles", "roles/x", "cannot be moved into itself"),
        ("roles/po.md", "roles/po.txt", "would be no page"),
        ("SUMMARY.md", "x.md", "stays where gitbook looks for it"),
        ("roles/po.md", ".git/x.md", "into a .git folder"),
        ("roles/po.md", "README.md/x.md", "is a file, not a folder"),
        ("roles/po.md", "roles/po.md", "already"),
        ("link.md", "x.md", "symbolic link"),
        ("roles/po.md", "out/x.md", "symbolic link"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(base, tmp_path_factory, old, new, said):
    (base / "link.md").symlink_to("README.md")
    (base / "out").symlink_to(tmp_path_factory.mktemp("out"))
    before = read(base)
    with pytest.raises(UsageError, match=said):
        move(base, old, new)
    assert read(base) == before


def test_a_page_of_several_encodings_that_must_be_rewritten_is_a_refusal(base):
    (base / "x.md").write_bytes("# É é à\n\n[po](roles/po.md)\n".encode() + b"caf\xe9\n")
    before = read(base)
    with pytest.raises(UsageError, match="mixes encodings"):
        move(base, "roles/po.md", "po.md")
    assert read(base) == before


def test_redirects_in_braces_are_a_refusal(base):
    (base / ".gitbook.yaml").write_text("redirects: {old: roles/po.md}\n")
    with pytest.raises(UsageError, match="stand in braces"):
        move(base, "roles/po.md", "po.md")


@pytest.mark.parametrize(
    "text", ["", "root: ./\n", "root: ./", "redirects:\n  x: README.md", "redirects:\n    'x': README.md\nroot: ./\n"]
)
def test_a_redirect_is_added_and_taken_away_again(base, text):
    (base / ".gitbook.yaml").write_text(text)
    move(base, "roles/po.md", "people/po.md")
    assert "roles/po: people/po.md" in (base / ".gitbook.yaml").read_text()
    assert not [one for one in dead(base) if "redirect" in one or "configuration" in one]
    move(base, "people/po.md", "roles/po.md")
    assert (base / ".gitbook.yaml").read_text() == text


def test_what_git_tracks_is_moved_in_the_index_too(base):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(command, cwd=base, env=environment, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    move(base, "roles", "people")
    assert "R  roles/po.md -> people/po.md" in git("status", "--porcelain").replace("RM", "R ")
    move(base, "people", "roles")
    assert git("status", "--porcelain") == ""
