"""`mv`: every link goes along, and there and back restores every byte."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from posixpath import dirname, relpath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kbcheck.engine import move
from kbcheck.errors import UsageError
from tests.fixes.bases import BASES, dead, read, write

BASE = BASES["gitbook"]
TARGETS = ("new", "new/deep/place", "roles/x", "guide/x", "été", "a b")
INDEXES = ("README", "index", "_index", "SUMMARY")
# The pages of these are in a folder that the configuration names.
TOPS = ("vitepress", "docusaurus", "mkdocs", "hugo")


def places(platform: str) -> list[str]:
    """What can be moved: pages that are no index, images, and folders that no configuration names."""
    files = [path for path in BASES[platform] if path.endswith((".md", ".png")) and Path(path).stem not in INDEXES]
    folders = {str(Path(path).parent) for path in files}
    return sorted({*files, *folders} - {".", "docs", "content", "static"})


@pytest.mark.parametrize("platform", sorted(BASES))
@settings(max_examples=30)
@given(draw=st.data())
def test_there_and_back_restores_every_byte(platform, draw):
    old = draw.draw(st.sampled_from(places(platform)))
    name = draw.draw(st.sampled_from(TARGETS)) + Path(old).suffix
    top = Path(old).parts[0] if platform in TOPS else ""
    new = f"{top}/{name}" if top else name
    assume(not f"{new}/".startswith(f"{old}/") and new not in BASES[platform])
    # At the top of a vault, a path and a name are the same: nothing tells which of them a link was.
    assume(not (platform in ("obsidian", "hugo") and "/" not in name))
    assume(not (platform == "jekyll" and " " in name))  # a tag of Jekyll cannot name a file with a space
    with TemporaryDirectory() as name_of_folder:
        folder = write(BASES[platform], Path(name_of_folder))
        before, wrong = read(folder), len(dead(folder))
        planned = move(folder, old, new)
        assert (folder / planned.new).exists()
        assert not (folder / old).exists()
        assert len(dead(folder)) <= wrong
        move(folder, planned.new, old)
        assert read(folder) == before


FORMS = ("[x]({})", "<a href='{}'>x</a>", "[x](<{}>)", "![x]({}#L3)")
steps = st.lists(st.sampled_from(["a", "b c", "é"]), min_size=1, max_size=3)
linked_pages = st.dictionaries(
    steps.map(lambda each: "/".join(each) + ".md"),
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(FORMS))),
    min_size=2,
    max_size=6,
)
NEW = ("m.md", "n/m.md", "a/m.md", "n/o/é m.md")


@settings(max_examples=60)
@given(linked=linked_pages, which=st.integers(0), new=st.sampled_from(NEW))
def test_links_between_any_pages_survive_and_come_back(linked, which, new):
    paths = sorted(linked)
    old = paths[which % len(paths)]
    files = {path: f"# {path}\n\n" for path in paths}
    for path, links in linked.items():
        for target, form in links:
            way = relpath(paths[target % len(paths)], dirname(path) or ".")
            files[path] += form.format(way if "(<" in form else way.replace(" ", "%20")) + "\n\n"
    with TemporaryDirectory() as name_of_folder:
        folder = write(files, Path(name_of_folder))
        before, wrong = read(folder), dead(folder)
        move(folder, old, new)
        assert dead(folder) == wrong
        move(folder, new, old)
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


def test_a_read_only_page_that_must_be_rewritten_is_a_refusal(base):
    (base / "README.md").chmod(0o444)
    before = read(base)
    with pytest.raises(UsageError, match="so nothing was moved"):
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


# Other platforms


def moved(platform: str, folder: Path, old: str, new: str) -> dict[str, str]:
    """The texts of a base after a move."""
    move(write(BASES[platform], folder), old, new)
    return {path: content.decode() for path, content in read(folder).items()}


def test_wiki_links_keep_their_way_of_naming(tmp_path):
    texts = moved("obsidian", tmp_path, "roles/po.md", "people/owner.md")
    assert "[[owner]] [[owner#Tasks|the tasks]] [[people/owner]] ![[a.png]] [po](people/owner.md)" in texts["Base.md"]
    assert "[[roles/dev|dev]] [[people/owner#Tasks]]" in texts["guide/Start.md"]
    assert "[[owner|PO]]" in texts["roles/dev.md"]


def test_addresses_and_the_sidebar_of_vitepress(tmp_path):
    texts = moved("vitepress", tmp_path, "docs/roles/po.md", "docs/people/owner.md")
    assert "link: '/people/owner'" in texts["docs/.vitepress/config.ts"]
    assert "[po](/people/owner) [po](people/owner.md#tasks) [po](./people/owner.html)" in texts["docs/index.md"]
    assert "(https://kb.example.org/people/owner.html#tasks)" in texts["docs/guide/start.md"]


def test_ids_in_the_sidebar_of_docusaurus(tmp_path):
    texts = moved("docusaurus", tmp_path, "docs/roles", "docs/people")
    assert "items: ['people/po', 'people/dev']" in texts["sidebars.js"]
    assert "(people/po.md#tasks) [po](/docs/people/po)" in texts["docs/intro.md"]


def test_navigation_and_redirects_of_mkdocs(tmp_path):
    text = moved("mkdocs", tmp_path, "docs/roles/po.md", "docs/people/owner.md")["mkdocs.yml"]
    assert "- PO: people/owner.md # kept" in text
    assert "old.md: people/owner.md\n        roles/po.md: people/owner.md\n" in text


def test_hugo_and_jekyll_keep_the_old_address_in_the_page(tmp_path):
    hugo = moved("hugo", tmp_path / "hugo", "content/roles", "content/people")
    assert hugo["content/people/po.md"].startswith("---\ntitle: PO\naliases:\n  - /roles/po/\n---\n")
    assert hugo["content/people/dev.md"].startswith('+++\naliases = ["/roles/dev/"]\n')
    assert '{{< ref "people/po.md" >}}' in hugo["content/_index.md"]
    jekyll = moved("jekyll", tmp_path / "jekyll", "roles", "people")
    assert "redirect_from:\n  - /former.html\n  - /roles/dev.html\n" in jekyll["people/dev.md"]
    assert "{% link people/po.md %}" in jekyll["index.md"]


def test_the_settings_name_what_has_moved(tmp_path):
    assert "  - manual/old/**\n" in moved("github", tmp_path / "1", "guide", "manual")[".kbcheck.yaml"]
    assert "  people/po.md: [KB3]\n" in moved("github", tmp_path / "2", "roles/po.md", "people/po.md")[".kbcheck.yaml"]


def test_a_link_with_the_wrong_letters_does_not_lose_its_page(base):
    (base / "x.md").write_text("# X\n\n[po](roles/PO.md#tasks)\n")
    move(base, "roles/po.md", "people/po.md")
    assert "(people/po.md#tasks)" in (base / "x.md").read_text()


def test_an_address_on_another_branch_stays(base):
    (base / ".kbcheck.yaml").write_text("repository: a/b\nbranch: main\n")
    text = "# X\n\n[po](https://github.com/a/b/blob/v1-docs/roles/po.md)\n"
    (base / "x.md").write_text(text)
    move(base, "roles", "people")
    assert (base / "x.md").read_text() == text


@pytest.mark.parametrize(
    ("link", "target", "old"), [("l.md", "roles/po.md", "roles"), ("roles/l.md", "../README.md", "roles")]
)
def test_a_symbolic_link_that_would_lead_nowhere_is_a_refusal(base, link, target, old):
    (base / link).symlink_to(target)
    before = read(base)
    with pytest.raises(UsageError, match="symbolic link that would lead nowhere"):
        move(base, old, "people")
    assert read(base) == before


def test_the_folder_of_the_platform_stays(tmp_path):
    with pytest.raises(UsageError, match="docs stays where mkdocs looks for it"):
        moved("mkdocs", tmp_path, "docs", "documentation")
