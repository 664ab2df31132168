"""What fixing promises, for any pages: the finding is gone, no new one appears, nothing else in the file changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbcheck.diagnostics import Diagnostic
from kbcheck.engine import Request, check, fix
from kbcheck.files import decode, encode
from kbcheck.fixes import Chosen, best_fix
from kbcheck.reports.report import Report
from tests.support import fixed

BLOCKS = (
    "# Page",
    "## Page",
    "## Étude d’impact",
    "Some words.",
    "[a](a.md#page) and [gone](gone.md) [case](A.md) [case](Guide/c.md)",
    "[c](guide/c.md#pagee) [c](c.md) ![c](image.png)",
    "[anchor](a.md#PAGE) [depth](../a.md) [ending](c)",
    "[é](#étude-dimpac) <a href='C.md'>c</a> [d][d]\n\n[d]: C.md",
    "Une phase dâ€™Ã©tude",
    "<!-- kbcheck-disable-next-line missing-file: known -->",
    "---\nkind: role\nnam: PO\nid: po\n---",
    "* [a](a.md)\n* [c](guide/C.md)",
    "Points:\\\n• one\\\n• two",
    "-one\\\n-two\\\n",
    "A line.&#x20;\nAnother.\\ \n\n****",
    "| a | b |\n| - | - |\n| `x|y` | 1 |",
    "1- one\n2- two [[A]] [[c#Pag]]",
)
# A file that says which platform it is.
PLATFORMS = {
    "github": None,
    "gitbook": ".gitbook.yaml",
    "vitepress": ".vitepress/config.js",
    "jekyll": "_config.yml",
    "obsidian": ".obsidian/app.json",
    "another": "book.toml",
}
platforms = st.sampled_from(sorted(PLATFORMS))
PATHS = ("a.md", "guide/README.md", "guide/c.md", "SUMMARY.md")
FORMS = {
    "plain": ("utf-8", "\n"),
    "windows": ("utf-8", "\r\n"),
    "byte order mark": ("utf-8-sig", "\r\n"),
    "latin": ("cp1252", "\n"),
}
texts = st.dictionaries(st.sampled_from(PATHS), st.lists(st.sampled_from(BLOCKS)).map("\n\n".join), min_size=1)


def content(text: str, form: str) -> bytes:
    encoding, line_end = FORMS[form]
    return text.replace("\n", line_end).encode(encoding, "replace")


def base_in(folder: str, pages: dict[str, str], form: str, platform: str) -> Path:
    mark = PLATFORMS[platform]
    if mark is not None:
        Path(folder, mark).parent.mkdir(parents=True, exist_ok=True)
        Path(folder, mark).touch()
    for path, text in pages.items():
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content(text, form))
    (Path(folder) / "image.png").touch()
    return Path(folder)


def said(report: Report) -> Counter[tuple[str, str]]:
    return Counter((one.path, one.rule) for one in report.diagnostics)


def repairs_navigation(done: Iterable[Chosen]) -> bool:
    """Whether pages are published that were not: what is wrong with them on the site was hidden until then."""
    return any(edit.path == "SUMMARY.md" for one in done for edit in one.fix.edits)


@settings(max_examples=60)
@given(pages=texts, form=st.sampled_from(sorted(FORMS)), platform=platforms, unsafe=st.booleans())
def test_fix_after_fix_changes_nothing_and_no_finding_is_new(pages, form, platform, unsafe):
    with TemporaryDirectory() as folder:
        root = base_in(folder, pages, form, platform)
        first = fixed(root, unsafe=unsafe)
        assert first.written(root).refused == first.refused
        if not repairs_navigation(first.done):
            assert not said(check(Request(root))[0]) - said(first.first)
        again = fixed(root, unsafe=unsafe)
        assert again.done == ()
        assert again.contents.changed == ()
        assert not any(one.fixes and one.fixes[0].safe for one in again.last.diagnostics) or first.refused
        for path in first.contents.changed:
            now = (root / path).read_bytes()
            line_ends = now.count(b"\n"), now.count(b"\r\n")
            assert line_ends == ((line_ends[0],) * 2 if FORMS[form][1] == "\r\n" else (line_ends[0], 0))
            assert decode(path, now).encoding == decode(path, first.contents.before[path]).encoding or now.isascii()


@settings(max_examples=60)
@given(pages=texts, form=st.sampled_from(sorted(FORMS)), platform=platforms, which=st.integers(min_value=0))
def test_a_fix_touches_only_its_spans_and_its_finding_is_gone(pages, form, platform, which):
    with TemporaryDirectory() as folder:
        root = base_in(folder, pages, form, platform)
        report, _ = check(Request(root))
        fixable = [one for one in report.diagnostics if one.fixes]
        if not fixable:
            return
        wanted = fixable[which % len(fixable)]
        asked = []

        def pick(diagnostic: Diagnostic, _: Report):
            asked.append(diagnostic)
            return diagnostic.fixes[0] if diagnostic == wanted and asked.count(wanted) == 1 else None

        repaired, _ = fix(Request(root), pick)
        if repaired.refused:
            return
        after = said(check(Request(root, contents=repaired.contents.after))[0])
        assert after[wanted.path, wanted.rule] < said(report)[wanted.path, wanted.rule]
        if not repairs_navigation(repaired.done):
            assert not after - said(report)
        assert set(repaired.contents.changed) == {edit.path for edit in wanted.fixes[0].edits}
        for path in repaired.contents.changed:
            source, own = (
                decode(path, repaired.contents.before[path]),
                [e for e in wanted.fixes[0].edits if e.path == path],
            )
            text = source.text
            for edit in sorted(own, key=lambda edit: edit.span, reverse=True):
                text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            line_end = FORMS[form][1]
            expected = text.replace("\r\n", "\n").replace("\n", line_end)
            assert repaired.contents.after[path] == encode(expected, source.encoding)


# Files that must not be written


@pytest.fixture
def base(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\n[b](B.md)\n")
    (tmp_path / "b.md").write_text("# B\n\n[a](A.md)\n")
    return tmp_path


def test_a_file_that_changed_since_the_check_is_left_alone(base):
    repaired = fixed(base)
    (base / "a.md").write_text("# A\n\nSomebody wrote this meanwhile: [b](B.md)\n")
    repaired = repaired.written(base)
    assert [(one.reason, one.chosen.diagnostic.path) for one in repaired.refused] == [("changed", "a.md")]
    assert "meanwhile" in (base / "a.md").read_text()
    assert (base / "b.md").read_text() == "# B\n\n[a](a.md)\n"


def test_a_file_that_is_gone_since_the_check_does_not_come_back(base):
    repaired = fixed(base)
    (base / "a.md").unlink()
    assert [one.reason for one in repaired.written(base).refused] == ["changed"]
    assert not (base / "a.md").exists()


def test_nothing_is_written_through_a_link_that_leads_out(base, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text("# A\n\n[b](B.md)\n")
    repaired = fixed(base)
    (base / "a.md").unlink()
    (base / "a.md").symlink_to(outside)
    assert [one.reason for one in repaired.written(base).refused] == ["changed"]
    assert outside.read_text() == "# A\n\n[b](B.md)\n"


def test_a_link_inside_the_base_stays_a_link_and_follows_its_file(base):
    (base / "c.md").write_text("# C\n\n[b](B.md)\n")
    (base / "d.md").symlink_to("c.md")
    repaired = fixed(base).written(base)
    assert (base / "d.md").is_symlink()
    assert (base / "c.md").read_text() == "# C\n\n[b](b.md)\n"
    assert repaired.refused == ()
    assert not [one for one in repaired.last.diagnostics if one.rule == "case-mismatch"]
    assert "d.md" not in repaired.contents.changed  # git knows no patch of a link


def test_what_is_wrong_only_where_a_symbolic_link_stands_is_left_alone(base):
    (base / "c.md").write_text("# C\n\n[b](b.md)\n")
    (base / "sub").mkdir()
    (base / "sub" / "d.md").symlink_to("../c.md")
    repaired = fixed(base).written(base)
    assert [(one.reason, one.chosen.diagnostic.path) for one in repaired.refused] == [("link", "sub/d.md")]
    assert (base / "c.md").read_text() == "# C\n\n[b](b.md)\n"


def test_permissions_stay_and_no_temporary_file_is_left(base):
    (base / "a.md").chmod(0o640)
    fixed(base).written(base)
    assert (base / "a.md").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in base.iterdir()) == ["a.md", "b.md"]


def test_a_file_of_several_encodings_is_left_alone(base):
    mixed = "# É é à\n\n[b](B.md)\n".encode() + b"caf\xe9\n"
    (base / "a.md").write_bytes(mixed)
    repaired = fixed(base).written(base)
    assert [(one.reason, one.chosen.diagnostic.path) for one in repaired.refused] == [("changed", "a.md")]
    assert (base / "a.md").read_bytes() == mixed


def test_a_character_that_the_encoding_lacks_is_not_written(tmp_path):
    (tmp_path / "a.md").write_bytes("# A é\n\n[b](B%CE%A9.md)\n".encode("cp1252"))
    (tmp_path / "bΩ.md").write_text("# B\n\n[a](a.md)\n")
    repaired = fixed(tmp_path)
    unsupported = [one for one in repaired.refused if one.reason == "encoding"]
    assert not repaired.contents.changed or not unsupported
    assert (tmp_path / "a.md").read_bytes().startswith(b"# A \xe9")


def test_a_file_that_cannot_be_written_is_told(base, monkeypatch):
    def refuse(*_: object):
        raise PermissionError(13, "no")

    monkeypatch.setattr("kbcheck.fixes.rounds.write", refuse)
    assert {one.reason for one in fixed(base).written(base).refused} == {"unwritable"}


def test_a_read_only_file_stays_as_it_is(base):
    (base / "a.md").chmod(0o444)
    repaired = fixed(base).written(base)
    assert [(one.reason, one.chosen.diagnostic.path) for one in repaired.refused] == [("unwritable", "a.md")]
    assert (base / "a.md").read_text() == "# A\n\n[b](B.md)\n"


def test_the_second_best_fix_is_never_applied_unseen():
    from kbcheck.diagnostics import Fix, Span

    unsure, sure = Fix("a", ()), Fix("b", (), safe=True)
    diagnostic = Diagnostic("KB301", "missing-file", "error", "", "a.md", Span(0, 0), fixes=(unsure, sure))
    assert best_fix(diagnostic, unsafe=False) is None
    assert best_fix(diagnostic, unsafe=True) == unsure


def test_where_the_publisher_is_not_known_only_what_is_right_anywhere_is_safe(tmp_path):
    folder = tmp_path / "space"
    (folder / ".gitbook").mkdir(parents=True)
    (folder / ".gitbook" / "vars.yaml").write_text("a: b\n")
    (folder / "SUMMARY.md").write_text("* [A](a.md)\n* [B](b.md)\n")
    (folder / "a.md").write_text("# A\n\n[b](B.md) [budget](b.md#BUDGET)\n")
    (folder / "b.md").write_text("# B\n\n## Budget\n\n[a](a.md)\n")
    texts = fixed(tmp_path, unsafe=False).written(tmp_path).contents.after
    assert texts["space/a.md"].decode() == "# A\n\n[b](b.md) [budget](b.md#BUDGET)\n"
    (folder / "SUMMARY.md").unlink()
    assert "(b.md#budget)" in fixed(tmp_path, unsafe=False).contents.after["space/a.md"].decode()
