"""Gaps that careful readers found in real bases: which of them kbcheck reports; and what it finds beyond them in the text.

What it finds beyond them in the structure is read one by one in `test_structure_findings.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from posixpath import dirname
from typing import Any

from kbcheck.diagnostics import Diagnostic
from kbcheck.reports.report import Report
from tests.corpora.labelled import CORPORA, line_of

#: For a kind of gap in the labels, the rules that state it, and what must agree: the `line` of the finding or of the other
#: place that it names, the `page`, the `folder`, the `name` of the entity on that page, or the `base` as a whole.
STATED_BY = {
    "page-not-in-summary": ({"page-not-in-navigation"}, "page"),
    "section-without-readme": ({"section-without-index"}, "folder"),
    "page-empty": ({"empty-page"}, "page"),
    "section-empty": ({"empty-page", "empty-section"}, "line"),
    "role-page-empty": ({"empty-page"}, "page"),
    "page-not-linked": ({"orphan-page"}, "page"),
    "placeholder-text": ({"placeholder-text"}, "line"),
    "phase-without-deliverables": ({"phase-without-deliverables"}, "line"),
    "phase-empty": ({"phase-without-deliverables", "placeholder-text"}, "line"),
    "phase-without-role": ({"phase-without-responsible", "unstated-need"}, "base"),
    "phase-name-mismatch": ({"list-mismatch", "name-variant"}, "line"),
    "phase-numbering": ({"numbering-gap", "skipped-heading-level"}, "page"),
    "deliverable-responsible": ({"deliverable-without-responsible", "unstated-need"}, "page"),
    "deliverable-without-page": ({"deliverable-without-page", "unstated-need"}, "page"),
    "role-without-page": ({"role-without-page", "undefined-name", "unstated-need"}, "page"),
    "role-undefined": ({"undefined-name", "placeholder-text"}, "line"),
    "role-unreferenced": ({"role-unreferenced", "incomplete-matrix"}, "line"),
    "role-wrong-target": ({"wrong-target"}, "name"),
    "role-listed-twice": ({"duplicate-entity"}, "name"),
    "role-name-variants": ({"name-variant", "list-mismatch"}, "line"),
    "role-deprecated-name": ({"deprecated-name"}, "line"),
    "deprecated-name": ({"deprecated-name"}, "line"),
    "role-page-missing-sections": ({"missing-section"}, "page"),
    "raci-accountable": ({"responsibility-gap"}, "name"),
    "task-without-role": ({"responsibility-gap"}, "line"),
    "encoding-mojibake": ({"mojibake"}, "page"),
    "link-broken": ({"missing-file", "missing-image", "broken-marker"}, "line"),
    "link-self-url": ({"own-repository-url", "missing-file"}, "line"),
    "heading-level": ({"skipped-heading-level"}, "line"),
    "table-header": ({"broken-table"}, "line"),
    "list-item-malformed": ({"malformed-list-item", "editor-residue"}, "line"),
    "text-residue": ({"editor-residue"}, "line"),
}

#: For a kind of gap, what `unstated-need` speaks about when it states it: the kind, and letters of its message in both languages.
UNSTATED = {
    "phase-without-role": ("phase", "respons"),
    "deliverable-responsible": ("deliverable", "respons"),
    "deliverable-without-page": ("deliverable", "page"),
    "role-without-page": ("role", "page"),
}

#: Rules of whose findings readers named one or two of many: what they find beyond the labels is counted, not listed.
SAMPLED = {"skipped-heading-level", "editor-residue"}

#: Kinds of gaps that no rule states, each with the reason.
KINDS_LEFT_OUT = {
    "deliverable-not-linked": "a name without a link is no fault by itself; where nothing links to a page, `orphan-page` says so",
    "phase-without-page": "whether phases need pages, a team says (`needs: {page: 1}`); none of these bases says so",
    "phase-list-mismatch": "a list that is a picture, two life cycles without a common phase, names without links: no two lists",
    "title-mismatch": "a spelling mistake, a missing space, and two pages of one title in two sections, which is usual",
    "summary-label": "the label of an entry may be shorter than the title of its page: `navigation-label-mismatch` is another thing",
    "section-duplicate": "the same sentences in two places: kbcheck does not compare texts",
    "section-variants": "headings of sections that could have one name: nothing says that they must",
    "text-truncated": "a sentence that stops: that takes a reader",
    "folder-duplicate": "names of folders and files: a typo, two ways of writing, a stray file that is no page",
    "front-matter": "an icon in front matter here, a picture in the title there: a matter of taste",
    "h1-is-filename": "the file has no extension: for GitHub and Jekyll it is no page",
    "deliverable-referenced-missing": "a deliverable named in the middle of a sentence: no rule reads names there",
}

_SPELLING = "a matter of spelling"
_BOLD = "bold paragraphs in place of headings: as often they are labels"
_CARDS = "preparer-et-lancer/les-differents-roles-et-metiers/README.md"
_ROLES = "preparer-et-lancer/les-differents-roles-et-metiers"

#: Single gaps that no rule states, by base, kind, page and line or entity, each with the reason.
PLACES_LEFT_OUT = {
    ("dnum-socialgouv", "page-empty", ".gitbook/includes/sont-exclus.md", 2): "it says « Sont exclus : », too little",
    ("dnum-socialgouv", "table-header", _CARDS, 16): "tables of cards have no header: GitBook makes them so",
    ("dnum-socialgouv", "table-header", _CARDS, 20): "the corner of a matrix is empty: usual",
    ("dnum-socialgouv", "placeholder-text", _CARDS, 35): "a question of the authors in plain words",
    ("dnum-socialgouv", "role-wrong-target", _CARDS, "Appui data"): "the card has no link: it leads nowhere wrong",
    ("dnum-socialgouv", "role-without-page", _CARDS, 16): "the card leads to a wrong page: that is said, once",
    ("dnum-socialgouv", "raci-accountable", _CARDS, "🔒 / 🙆‍♂️ Responsable"): "two pictures before the same word",
    (
        "dnum-socialgouv",
        "role-wrong-target",
        "constuire-developper-deployer/checklist-projet.md",
        26,
    ): "a link to another site, which only `kbcheck audit` asks",
    ("dnum-socialgouv", "text-residue", "readme/cycle-de-vie-produit.md", 15): _SPELLING,
    (
        "dnum-socialgouv",
        "deliverable-responsible",
        "concevoir/dossier-architecture.md",
        11,
    ): "one role in bold; the others follow in sentences",
    (
        "dnum-socialgouv",
        "role-name-variants",
        f"{_ROLES}/expert-en-recherche-utilisateur.md",
        3,
    ): "a synonym in a sentence: no rule reads names there",
    (
        "dnum-socialgouv",
        "role-name-variants",
        f"{_ROLES}/responsable-metier.md",
        1,
    ): "an abbreviation that had another meaning: who knows it writes it under `deprecated`",
    ("dnum-socialgouv", "role-name-variants", f"{_ROLES}/devops.md", 1): "the name of a file outlives that of a role",
    ("dso-formation-yoarmi", "page-empty", "4-contribuer", 1): "no extension: for GitHub and Jekyll it is no page",
    ("dso-formation-yoarmi", "page-empty", "Liste_liens", 1): "no extension: for GitHub and Jekyll it is no page",
    (
        "dso-formation-yoarmi",
        "role-page-empty",
        "README.md",
        22,
    ): "the page that is empty is reported, not each page that links to it",
    (
        "dso-formation",
        "list-item-malformed",
        "index.md",
        119,
    ): "a description that three parts of four lack: nothing says that they need one",
    ("dso-formation", "role-name-variants", "index.md", 148): _SPELLING,
    ("seeds", "link-self-url", "000_b8d9a5985d6d6479.md", 16): "a page of another repository than its neighbours",
    ("seeds", "list-item-malformed", "000_b8d9a5985d6d6479.md", 24): _SPELLING,
    ("seeds", "heading-level", "003_33cee0f9801d2b9b.md", 10): _BOLD,
    ("seeds", "role-name-variants", "003_33cee0f9801d2b9b.md", 18): "the other spelling stands in other bases",
    ("seeds", "placeholder-text", "002_1a557ca9988bc9dc.md", 55): "a list of tasks for the authors in plain words",
    (
        "seeds",
        "placeholder-text",
        "004_7471d66f218ad75d.md",
        112,
    ): "« Point à discuter » is garbled there: it is found once the text is repaired",
    ("seeds", "table-header", "004_7471d66f218ad75d.md", 144): "the corner of a table is empty: usual in a matrix",
    (
        "seeds",
        "link-broken",
        "004_7471d66f218ad75d.md",
        42,
    ): "GitBook keeps the full stop in an anchor: the link is right",
    ("certification", "heading-level", "README.md", 23): _BOLD,
    ("certification", "role-name-variants", "README.md", 29): "synonyms in sentences: no rule reads names there",
    (
        "certification",
        "list-item-malformed",
        "competences-requises.md",
        83,
    ): "lines that are indented and have no mark: continuations look so",
    (
        "embarquement-autoformation",
        "heading-level",
        "formation_step4.md",
        16,
    ): "a level that its neighbours do not have: none is skipped",
    (
        "embarquement-autoformation",
        "heading-level",
        "formation_step4.md",
        21,
    ): "a level that other pages do not have: none is skipped",
    (
        "embarquement-autoformation",
        "list-item-malformed",
        "formation_step4.md",
        4,
    ): "two lines of text, which may be meant as such",
    (
        "embarquement-autoformation",
        "page-empty",
        "eligibilite.md",
        1,
    ): "a spreadsheet that no page links to: no rule yet",
    (
        "embarquement-autoformation",
        "phase-numbering",
        "README.md",
        72,
    ): "step 1 has its page, in a file of another name",
    ("embarquement-autoformation", "phase-empty", "checklist.md", 103): "the phase is reported once, in the plan",
    (
        "embarquement-autoformation",
        "phase-empty",
        "checklist.md",
        94,
    ): "the section to come is reported, as what it is, five lines below",
    ("embarquement-autoformation", "role-name-variants", "README.md", 42): "capital letters make no other name",
}

#: Gaps that a rule states and that are not found with the settings, each with the reason.
MISSED = {
    (
        "seeds",
        "role-undefined",
        "004_7471d66f218ad75d.md",
        155,
    ): "a heading that addresses a role is taken for its place",
    (
        "embarquement-autoformation",
        "role-undefined",
        "checklist.md",
        77,
    ): "a role that one sentence names, and no rule reads",
}


def test_gaps_are_found(report_of, labels, capsys):
    """At least 17 of 20 gaps that a rule can state are reported with settings, 12 of 20 without; a table says which."""
    stated = [row for row in labels("gaps") if row["rule"] not in KINDS_LEFT_OUT and not _is_left_out(row)]
    found = {
        configured: Counter(
            row["rule"] for row in stated if _is_reported(row, report_of(row["corpus"], configured=configured))
        )
        for configured in (True, False)
    }
    total = Counter(row["rule"] for row in stated)
    missed = {
        (row["corpus"], row["rule"], row["file"], row["line"])
        for row in stated
        if not _is_reported(row, report_of(row["corpus"]))
    }
    left_out = sum(1 for _ in labels("gaps")) - len(stated)
    with capsys.disabled():
        print(f"\n{'gaps that a rule states':32}{'of':>5}{'with':>6}{'without settings':>18}")
        for kind, count in sorted(total.items(), key=lambda one: (-one[1], one[0])):
            print(f"  {kind:30}{count:5}{found[True][kind]:6}{found[False][kind]:18}")
        print(f"  {'':30}{total.total():5}{found[True].total():6}{found[False].total():18}")
        print(
            f"  {left_out} left out, of {len(KINDS_LEFT_OUT)} kinds and at {len(PLACES_LEFT_OUT)} places, with reasons"
        )
        for gap in sorted(missed):
            print("  missed:", *gap)
    assert missed == set(MISSED)
    assert found[True].total() >= 0.85 * total.total()
    assert found[False].total() >= 0.6 * total.total()


def test_what_is_left_out_is_in_the_labels(labels):
    rows = list(labels("gaps"))
    kinds = {row["rule"] for row in rows}
    assert kinds == set(STATED_BY) | set(KINDS_LEFT_OUT)
    places = {(row["corpus"], row["rule"], row["file"], row[key]) for row in rows for key in ("line", "entity")}
    assert PLACES_LEFT_OUT.keys() <= places


def test_what_is_found_beyond_the_labels_is_listed(report_of, labels, capsys):
    """Findings of these rules that no reader listed: few, and each of them read (see the comments in EXPECTED)."""
    labelled = {(row["corpus"], row["rule"], row["file"]) for row in labels("gaps")}
    folders = {
        (row["corpus"], dirname(row["file"])) for row in labels("gaps") if row["rule"] == "section-without-readme"
    }
    beyond, sampled = set(), Counter[str]()
    for corpus in CORPORA[:-1]:  # the seeds are single pages: links and neighbours are missing by nature
        for diagnostic in report_of(corpus).diagnostics:
            kinds = [kind for kind, (rules, _) in STATED_BY.items() if diagnostic.rule in rules]
            if (
                diagnostic.code.startswith("KB5")
                or not kinds
                or any((corpus, kind, diagnostic.path) in labelled for kind in kinds)
            ):
                continue
            if diagnostic.rule in SAMPLED:
                sampled[diagnostic.rule] += 1
                continue
            if diagnostic.rule == "section-without-index" and (corpus, dirname(diagnostic.path)) in folders:
                continue
            beyond.add((corpus, diagnostic.path, diagnostic.rule))
    with capsys.disabled():
        print(f"\nbeyond the labels: {len(beyond)}; of rules that readers only sampled: {dict(sampled)}")
        for finding in sorted(beyond):
            print("  ", *finding)
    assert beyond == EXPECTED


#: All true: two empty pages that nothing links to either, a heading « A venir », bullets of a word processor, and the
#: pseudo-item without a space that is labelled in an older state of the same page.
EXPECTED = {
    ("dnum-socialgouv", "nos-produits/offre-de-soin.md", "malformed-list-item"),
    ("dnum-socialgouv", "readme/cycle-de-vie-produit.md", "malformed-list-item"),
    ("embarquement-autoformation", "formation_step4.md", "placeholder-text"),
    ("dso-formation-yoarmi", "1.3-mode_produit.md", "orphan-page"),
    ("dso-formation-yoarmi", "3-contexte_interministeriel.md", "orphan-page"),
}


def _is_left_out(row: dict[str, Any]) -> bool:
    place = (row["corpus"], row["rule"], row["file"])
    return (*place, row["line"]) in PLACES_LEFT_OUT or (*place, row["entity"]) in PLACES_LEFT_OUT


def _is_reported(row: dict[str, Any], report: Report) -> bool:
    return any(_agrees(row, diagnostic, report) for diagnostic in report.diagnostics)


def _agrees(row: dict[str, Any], diagnostic: Diagnostic, report: Report) -> bool:
    """Whether a finding states a gap, at the place where it must."""
    rules, agreement = STATED_BY[row["rule"]]
    if diagnostic.rule not in rules:
        return False
    if diagnostic.rule == "unstated-need":
        kind, words = UNSTATED[row["rule"]]
        return diagnostic.entity is not None and diagnostic.entity.kind == kind and words in diagnostic.message
    if agreement == "base":
        return True
    if agreement == "folder":
        return dirname(diagnostic.path) == dirname(str(row["file"]))
    if agreement == "line":
        return (row["file"], row["line"]) in _places(diagnostic, report)
    is_here: bool = diagnostic.path == row["file"]
    if agreement == "name":
        return is_here and diagnostic.entity is not None and diagnostic.entity.name == row["entity"]
    return is_here


def _places(diagnostic: Diagnostic, report: Report) -> Iterator[tuple[str, int]]:
    yield diagnostic.path, line_of(report, diagnostic)
    for one in diagnostic.related:
        yield one.path, report.position(one.path, one.span.start).line


def test_phases_without_deliverables_are_named_at_their_row(report_of):
    """Construction and Généralisation, in the base and in the garbled seed, read from the repaired text."""
    for corpus, path, lines in (
        ("dnum-socialgouv", "readme/cycle-de-vie-produit.md", {"Construction": 16, "Généralisation": 17}),
        ("seeds", "004_7471d66f218ad75d.md", {"Construction": 149, "Généralisation": 150}),
    ):
        report = report_of(corpus, configured=False)
        named = {
            diagnostic.entity.name: line_of(report, diagnostic)
            for diagnostic in report.diagnostics
            if diagnostic.rule == "phase-without-deliverables" and diagnostic.path == path
        }
        assert named == lines


def test_garbled_seeds_are_reported_with_their_repair(report_of):
    report = report_of("seeds", configured=False)
    garbled = [diagnostic for diagnostic in report.diagnostics if diagnostic.rule == "mojibake"]
    assert [diagnostic.path for diagnostic in garbled] == ["002_1a557ca9988bc9dc.md", "004_7471d66f218ad75d.md"]
    for diagnostic in garbled:
        text = report.texts[diagnostic.path]
        for edit in reversed(diagnostic.fixes[0].edits):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        assert "√" not in text
        assert "‚Ä" not in text
        assert "numérique" in text or "Idée" in text
