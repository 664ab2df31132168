"""The audit page: as a parser of HTML sees it, and as a browser shows it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from kbcheck.engine import Request, check
from kbcheck.reports.destination import Destination
from kbcheck.reports.html import render_html
from tests.reports.hostile import ATTACKS, NOWHERE, report_with, texts

EXAMPLES = Path(__file__).parents[2] / "examples"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_VOID = {"meta", "br"}


class Page(HTMLParser):
    """The elements of a page with their attributes, its ids and its text; fails where elements are not nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


@given(texts)
def test_content_makes_no_element(text: str) -> None:
    hostile, harmless = Page(render_html(report_with(text), NOWHERE)), Page(render_html(report_with("word"), NOWHERE))
    known = {tag for tag, _ in harmless.elements}
    assert {tag for tag, _ in hostile.elements} <= known
    attributes = {name for _, given in hostile.elements for name in given}
    assert attributes <= {name for _, given in harmless.elements for name in given}


@pytest.fixture(scope="module", params=[("guide-produit", "fr"), ("product-handbook", "en")])
def audited(request: pytest.FixtureRequest) -> tuple[str, str]:
    folder, language = request.param
    report, _ = check(Request(EXAMPLES / folder, language=language))
    return render_html(report, Destination(EXAMPLES / folder)), language


def test_it_can_be_read_with_a_screen_reader(audited: tuple[str, str]) -> None:
    html, language = audited
    page = Page(html)
    assert page.tags("html") == [{"lang": language}]
    assert len(page.tags("h1")) == len(page.tags("main")) == 1
    assert all(cell.get("scope") for cell in page.tags("th"))
    levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [given["id"] for _, given in page.elements if "id" in given]
    assert len(ids) == len(set(ids))
    anchors = [str(link["href"]) for link in page.tags("a") if str(link.get("href")).startswith("#")]
    assert anchors
    assert {anchor[1:] for anchor in anchors} <= set(ids)


def test_it_is_one_file_without_a_script(audited: tuple[str, str]) -> None:
    page = Page(audited[0])
    assert not [tag for tag, given in page.elements if tag in ("script", "link", "img", "iframe") or "src" in given]


def test_the_matrix_shows_phases_deliverables_roles_and_holes() -> None:
    report, _ = check(Request(EXAMPLES / "guide-produit", language="fr"))
    html = render_html(report, Destination(EXAMPLES / "guide-produit"))
    assert (
        '<th scope="rowgroup" rowspan="2">3. Construction</th><td>Déclaration d’accessibilité</td><td>Designer</td>'
        in html
    )
    assert '<th scope="rowgroup" rowspan="1">4. Généralisation</th><td class="hole">— manquant</td>' in html
    assert "phases sans livrable\xa0: 1 sur 6" in html


@pytest.fixture(scope="module")
def browse(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """What a browser makes of a page: its elements once all was done that the page asks for."""
    if BROWSER is None:
        pytest.skip("no Chromium here: the page is not looked at in a browser")

    def dump(html: str) -> str:
        folder = tmp_path_factory.mktemp("browser")
        (folder / "audit.html").write_text(html, encoding="utf-8")
        options = (
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}", "--dump-dom",
        )  # fmt: skip
        run = subprocess.run(
            [str(BROWSER), *options, (folder / "audit.html").as_uri()],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=True,
        )
        return run.stdout

    return dump


def test_a_browser_shows_it_and_runs_nothing(browse: Callable[[str], str]) -> None:
    hostile = "\n".join(f"{attack} <svg onload=document.title='pwned'>" for attack in ATTACKS[:13])
    shown = browse(render_html(report_with(hostile), NOWHERE))
    page = Page(shown)
    assert f"<title>Audit of the knowledge base “{NOWHERE.name}” – kbcheck</title>" in shown
    assert not page.tags("script") + page.tags("svg") + page.tags("img")
    assert "<script>document.title='pwned'</script>" in page.text


def test_the_audit_names_its_base_and_its_day(tmp_path: Path) -> None:
    base = tmp_path / "guide" / "docs"
    base.mkdir(parents=True)
    (base / "README.md").write_text("# Guide\n", encoding="utf-8")
    report, _ = check(Request(base, language="en"))
    shown = render_html(report, Destination(base, day=date(2026, 11, 22)))
    assert "<h1>Audit of the knowledge base “docs”</h1>" in shown
    assert "Made on 2026-11-22 by kbcheck" in shown
    (tmp_path / "guide" / ".git").mkdir()
    assert "“guide/docs”" in render_html(report, Destination(base))


def test_nobody_is_missing_where_no_deliverable_has_anybody(tmp_path: Path) -> None:
    """One rule says so, once; a column of holes would only say it louder."""
    (tmp_path / "README.md").write_text(
        "# Phases\n\n| Phase | Deliverables |\n| --- | --- |\n| 1. Discovery | Report |\n| 2. Alpha | Prototype |\n",
        encoding="utf-8",
    )
    report, _ = check(Request(tmp_path, language="en"))
    shown = render_html(report, Destination(tmp_path))
    assert "<td>Prototype</td><td>—</td>" in shown
    assert 'class="hole"' not in shown
