"""What is offered in the place of a dead link."""

from __future__ import annotations

import pytest

from kbcheck.engine import Request, check


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("../../../.gitbook/assets/a.png", "../.gitbook/assets/a.png"),  # too many steps up, and a hidden folder
        ("assets/b%20b.png", "../assets/b%20b.png"),  # one step too few
        ("sprint.md", "../metiers/sprint.md"),  # the only file of that name
        ("PO.md", "po.md"),
    ],
)
def test_the_first_suggestion_leads_there(tmp_path, written, offered):
    files = {
        "roles/page.md": f"# Page\n\n[a]({written})\n",
        "roles/po.md": "# PO\n\nTexte.\n",
        "metiers/sprint.md": "# Sprint\n\nTexte.\n",
        ".gitbook/assets/a.png": "",
        ".gitbook/assets/c/a.png": "",
        "assets/b b.png": "",
        "SUMMARY.md": "* [Page](roles/page.md)\n* [PO](roles/po.md)\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    report, _ = check(Request(tmp_path, select=("KB3",)))
    fixes = [fix.replacement for diagnostic in report.diagnostics for fix in diagnostic.fixes]
    assert fixes[:1] == [offered]


def test_on_hugo_an_address_does_not_name_the_folder_of_its_language(tmp_path):
    files = {
        "hugo.toml": "[languages.fr]\ncontentDir = 'content/fr'\n",
        "content/fr/_index.md": "# Accueil\n\n[a](/equipe/roles/)\n",
        "content/fr/metiers/roles.md": "# Rôles\n\nTexte.\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    report, _ = check(Request(tmp_path, select=("KB3",)))
    assert [fix.replacement for found in report.diagnostics for fix in found.fixes][:1] == ["/metiers/roles/"]
