"""What is offered in the place of a dead link, best first."""

from __future__ import annotations

import pytest

from kbcheck.engine import Request, check

Offer = tuple[str | None, bool]


@pytest.fixture
def offers(tmp_path):
    """Writes pages and says what is offered for each dead link of the first one: targets, and whether they are safe."""

    def offered(files: dict[str, str]) -> list[Offer]:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        report, _ = check(Request(tmp_path, select=("KB3", "navigation-entry-missing")))
        page = next(iter(files))
        return [
            (fix.replacement, fix.safe) for found in report.diagnostics if found.path == page for fix in found.fixes
        ]

    return offered


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("../../../.gitbook/assets/a.png", "../.gitbook/assets/a.png"),  # too many steps up, and a hidden folder
        ("assets/b%20b.png", "../assets/b%20b.png"),  # one step too few
        ("../assets/c.png", "../assets/c.jpg"),  # another format
        ("sprint.md", "../metiers/sprint.md"),  # the only file of that name
        ("PO.md", "po.md"),
        ("../metiers/kick_off.md", "../metiers/lancement.md"),  # the title of the page
        ("../metiers/glossaire.md", "po.md#glossaire"),  # a page that has become a section
    ],
)
def test_the_first_suggestion_leads_to_the_file(offers, written, offered):
    files = {
        "roles/page.md": f"# Page\n\n[a]({written})\n",
        "roles/po.md": "# PO\n\n## Glossaire\n\nTexte.\n",
        "metiers/sprint.md": "# Sprint\n\nTexte.\n",
        "metiers/lancement.md": "# Kick-off\n\nTexte.\n",
        ".gitbook/assets/a.png": "",
        ".gitbook/assets/c/a.png": "",
        "assets/b b.png": "",
        "assets/c.jpg": "",
        "SUMMARY.md": "* [Page](roles/page.md)\n* [PO](roles/po.md)\n",
    }
    assert offers(files)[0][0] == offered


@pytest.mark.parametrize(
    ("fragment", "text", "offered"),
    [
        ("La%20Dette", "x", "#la-dette"),
        ("budget-3", "x", "#budget-1"),  # the last of the two of that name
        ("cout-de-licence", "x", "#cout-de-licences"),  # rather than the longer one with all its words
        ("fixe-cout", "x", "#cout-fixe"),  # the same words
        ("depenses", "Les achats durables et locaux", "#achats-locaux-et-durables"),  # the words of the text
        ("calendrier", "x", "#calendrier-des-versions"),  # more words
        ("versions", "Dette", "#calendrier-des-versions"),
    ],
)
def test_the_first_suggestion_leads_to_the_heading(offers, fragment, text, offered):
    headings = (
        "La dette",
        "Budget",
        "Budget",
        "Cout de licences",
        "Gérer le cout de licence dans le temps",
        "Cout fixe",
        "Achats locaux et durables",
        "Calendrier des versions",
    )
    page = "# Page\n\n" + f"[{text}](#{fragment})\n\n" + "".join(f"## {heading}\n\nTexte.\n\n" for heading in headings)
    assert offers({"README.md": page})[0][0] == offered


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        # A section that moved to another page: that of the same folder, before what only looks like it here.
        ("guide/start.md#first-milestones", "guide/weeks.md#first-milestone"),
        # It has become the page, so no heading need be named.
        ("guide/start.md#1-the-interview-process", "guide/interview_process.md"),
        # The fragment only repeats what the page is called.
        ("guide/start.md#start", "guide/start.md"),
        # What is left of it is on the page itself.
        ("gone/guide/#our-values", "#our-values"),
        # A path behind a mark for a heading.
        ("#guide/start.md", "guide/start.md"),
        # Nothing is like it: the page is still there.
        ("guide/start.md#zzz", "guide/start.md"),
    ],
)
def test_a_section_is_found_where_it_went(offers, written, offered):
    files = {
        "README.md": f"# Home\n\n[here]({written})\n\n## Our values\n\nText.\n",
        "guide/start.md": "# Getting started\n\n## First minutes\n\nText.\n",
        "guide/weeks.md": "# Weeks\n\n## First milestone\n\nText.\n",
        "guide/interview_process.md": "# The interview process\n\nText.\n",
        "other/weeks.md": "# Other\n\n## First milestone\n\nText.\n",
    }
    assert offers(files)[0] == (offered, False)


def test_a_link_of_a_page_to_itself_is_not_offered(offers):
    assert offers({"README.md": "# Home\n\n[here](#zzz)\n"}) == []


def test_an_id_that_begins_with_its_mark_is_not_sure(offers):
    page = '# Home\n\n[here](#team-a)\n\n<a id="#team-a"></a>\n\nText.\n'
    assert offers({"README.md": page}) == [("##team-a", False)]


def test_a_definition_is_called_as_its_label(offers):
    files = {"README.md": "# Home\n\n[see][the roles]\n\n[the roles]: gone/x.md\n", "a/po.md": "# Roles\n\nText.\n"}
    assert offers(files) == [("a/po.md", False)]


def test_of_several_files_of_a_name_the_one_that_keeps_the_folders_comes_first_then_the_nearest(offers):
    files = {
        "guide/page.md": "# Page\n\n[a](testing.md)\n",
        "zz/guide/roles/testing.md": "# T\n\nText.\n",
        "devel/release/testing.md": "# T\n\nText.\n",
        "devel/testing.md": "# T\n\nText.\n",
    }
    assert [target for target, _ in offers(files)] == ["../zz/guide/roles/testing.md", "../devel/testing.md"]


def test_a_path_is_found_without_its_first_folders(offers):
    files = {
        "docs/x/page.md": "# Page\n\n[a](../../../site/guide/README.md)\n",
        "docs/guide/README.md": "# G\n\nText.\n",
        "other/guide/README.md": "# G\n\nText.\n",
    }
    assert offers(files)[0] == ("../guide/README.md", False)


def test_a_target_of_nothing_but_steps_means_no_folder_above(offers):
    assert offers({"a/b/page.md": "# Page\n\n[a](../../../../)\n", "README.md": "# Home\n\nText.\n"}) == []


def test_a_folder_is_found_at_another_depth(offers):
    files = {"a/b/page.md": "# Page\n\n[a](../handbooks/)\n", "a/b/handbooks/x.md": "# X\n\nText.\n"}
    assert offers(files)[0] == ("handbooks/", True)


def test_a_page_that_only_says_where_it_has_gone_comes_after_that_page(offers):
    files = {
        "sig/page.md": "# Page\n\n[a](api.md)\n",
        "api.md": "# API\n\nMoved to [its new place](devel/api-guide.md).\n",
        "devel/api-guide.md": "# Guide\n\nText.\n",
    }
    assert [target for target, _ in offers(files)] == ["../devel/api-guide.md", "../api.md"]


def test_on_hugo_an_address_does_not_name_the_folder_of_its_language(offers):
    files = {
        "content/fr/_index.md": "# Accueil\n\n[a](/equipe/roles/)\n",
        "hugo.toml": "[languages.fr]\ncontentDir = 'content/fr'\n",
        "content/fr/metiers/roles.md": "# Rôles\n\nTexte.\n",
    }
    assert offers(files)[0][0] == "/metiers/roles/"


VITEPRESS = """export default {
  themeConfig: {
    sidebar: [
      { text: 'Roles', link: '/guide/role' },
      { text: 'Home', link: '/' }
    ]
  }
}
"""


@pytest.mark.parametrize(
    ("file", "text", "more", "offered"),
    [
        ("mkdocs.yml", "nav:\n  - index.md\n  - Roles: guide/role.md\n", {}, "guide/roles.md"),
        ("docs/.vitepress/config.mts", VITEPRESS, {}, "/guide/roles"),
        (
            "sidebars.js",
            "module.exports = { docs: ['index', 'guide/role'] };\n",
            {"docusaurus.config.js": "module.exports = { presets: [['classic', {}]] };\n"},
            "guide/roles",
        ),
    ],
)
def test_an_entry_of_a_configuration_is_repaired_as_the_platform_names_pages(offers, file, text, more, offered):
    pages = {"docs/index.md": "# Home\n\nText.\n", "docs/guide/roles.md": "# Roles\n\nText.\n"}
    assert offers({file: text, **more, **pages}) == [(offered, False)]


@pytest.mark.parametrize(
    ("written", "text", "offered"),
    [
        ("../docs/README.fr.md", "the documentation", [("../docs/README.md", False)]),
        ("../docs/README.fr.md#codes", "the documentation", [("#codes", True), ("../docs/README.md", False)]),
        ("../docs/README.fr.md", "Règles", [("README.fr.md", True), ("../docs/README.md", False)]),
        ("README.fr.html", "the documentation", [("README.fr.md", True)]),
    ],
)
def test_a_link_to_another_folder_does_not_mean_its_own_page(offers, written, text, offered):
    files = {
        "rules/README.fr.md": f"# Règles\n\n[{text}]({written})\n\n## Codes\n\nTexte.\n",
        "docs/README.md": "# Docs\n\nText.\n",
    }
    assert offers(files) == offered


@pytest.mark.parametrize(
    ("target", "offered"),
    [("./#budget", [("#budget", True)]), ("../b/#budget", [("../b/", False)]), ("./#none", [("./", False)])],
)
def test_a_heading_of_its_own_folder_is_one_of_the_page(offers, target, offered):
    files = {
        "a/page.md": f"# Page\n\n[x]({target})\n\n## Budget\n\nText.\n",
        "b/page.md": "# B\n",
        "README.md": "# R\n",
    }
    assert offers(files)[:1] == offered
