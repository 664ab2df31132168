"""The rules of external links: a repair gives the link its new address, and a limited run says what the full one says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.engine import Request, check
from kbcheck.reports.report import Report

OLD = "http://old.example/a"
FORMS = (
    "[x]({})",
    '[x]({} "title")',
    "[x](<{}>)",
    "<{}>",
    "{}",
    "![x]({})",
    '<a href="{}">x</a>',
    "<a href='{}'>x</a>",
    "[x][y]\n\n[y]: {}",
    '{{% content-ref url="{}" %}}\n{{% endcontent-ref %}}',
)


def checked(root: Path, pages: dict[str, str], verdicts: list[dict[str, object]], *paths: str) -> Report:
    for path, text in pages.items():
        (root / path).write_text(text, encoding="utf-8")
    (root / ".kbcheck.yaml").write_text("external: {verdicts: known.json}\n")
    (root / "known.json").write_text(json.dumps({"format": "kbcheck-verdicts/1", "verdicts": verdicts}))
    return check(Request(root, paths))[0]


def moved_to(location: str) -> list[dict[str, object]]:
    return [{"address": OLD, "outcome": "moved", "status": 200, "location": location}]


def repaired(root: Path, form: str, location: str) -> str | None:
    """The page after the repair that is offered; None when there is none."""
    page = f"# Page\n\n{form.format(OLD)}\n"
    report = checked(root, {"page.md": page}, moved_to(location), "page.md")
    fixes = [one.fixes for one in report.diagnostics if one.rule == "moved-permanently"]
    assert fixes
    if not fixes[0]:
        return None
    (edit,) = fixes[0][0].edits
    return page[: edit.span.start] + edit.text + page[edit.span.end :]


@pytest.mark.parametrize(
    ("location", "is_safe"),
    [
        (f"{OLD}/new", True),
        (OLD.replace("://", "://www."), True),
        ("https://casino.example/", False),
        ("https://old.example.casino.example/", False),
    ],
)
def test_only_an_address_of_the_same_site_is_written_unseen(location: str, is_safe: bool, tmp_path: Path) -> None:
    report = checked(tmp_path, {"page.md": f"# Page\n\n[x]({OLD})\n"}, moved_to(location), "page.md")
    assert [fix.safe for one in report.diagnostics for fix in one.fixes] == [is_safe]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("location", ["https://new.example/b", "https://new.example/?a=b&c=%20d,e+f@g#h"])
def test_the_repair_writes_the_new_address(form: str, location: str, tmp_path: Path) -> None:
    assert repaired(tmp_path, form, location) == f"# Page\n\n{form.format(location.partition('#')[0])}\n"


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_no_location_ends_a_link_or_begins_another(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("base")
    location = f"https://new.example/{text}"
    page = repaired(root, "[x]({})", location)
    if page is not None:
        (link,) = checked_links(root, page)
        assert link == location.partition("#")[0]


def checked_links(root: Path, page: str) -> list[str]:
    from kbcheck.documents.build import read_document
    from kbcheck.files import read

    (root / "page.md").write_text(page, encoding="utf-8")
    return [link.target for link in read_document(read(root, "page.md")).links]


def test_a_limited_run_says_what_the_full_run_says(tmp_path: Path) -> None:
    outcomes = ("dead", "unverifiable", "unreachable", "certificate", "alive")
    verdicts: list[dict[str, object]] = [
        {"address": f"http://{host}.example/{outcome}", "outcome": outcome, "status": 403}
        for host in "ab"
        for outcome in outcomes
    ]
    links = [str(verdict["address"]) for verdict in verdicts]
    pages = {f"{number}.md": "# Page\n\n" + "\n".join(f"<{link}>" for link in links[number:]) for number in range(4)}
    full = checked(tmp_path, pages, verdicts).diagnostics
    assert {one.rule for one in full} >= {"dead-link", "unverifiable", "unreachable", "certificate-error"}
    assert len([one for one in full if one.rule == "unverifiable"]) == 2
    for path in pages:
        limited = checked(tmp_path, pages, verdicts, path).diagnostics
        assert limited == tuple(one for one in full if one.path == path)
