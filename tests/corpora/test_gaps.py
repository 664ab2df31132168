"""Gaps that careful readers found in real bases, for the rules there are today; and what kbcheck finds beyond them."""

from __future__ import annotations

from collections import Counter
from posixpath import dirname
from typing import Any

from kbcheck.reports.report import Report
from tests.corpora.labelled import CORPORA, line_of

#: For a kind of gap in the labels, the rules that state it, and what must agree: the line, the page or the folder.
STATED_BY = {
    "page-not-in-summary": ({"page-not-in-navigation"}, "page"),
    "section-without-readme": ({"section-without-index"}, "folder"),
    "page-empty": ({"empty-page"}, "page"),
    "section-empty": ({"empty-page", "empty-section"}, "line"),
    "role-page-empty": ({"empty-page"}, "page"),
    "page-not-linked": ({"orphan-page"}, "page"),
    "placeholder-text": ({"placeholder-text"}, "line"),
    "phase-without-deliverables": ({"phase-without-deliverables"}, "line"),
    "encoding-mojibake": ({"mojibake"}, "page"),
    "link-broken": ({"missing-file", "missing-image", "broken-marker"}, "page"),
    "heading-level": ({"skipped-heading-level"}, "line"),
    "table-header": ({"broken-table"}, "line"),
    "h1-is-filename": ({"file-name-title"}, "page"),
    "list-item-malformed": ({"malformed-list-item", "editor-residue"}, "line"),
    "text-residue": ({"editor-residue"}, "line"),
}

#: Rules of whose findings readers named one or two of many: what they find beyond the labels is counted, not listed.
SAMPLED = {"skipped-heading-level", "editor-residue"}

#: Gaps that these rules do not state, each with the reason.
NOT_STATED = {
    (
        "dnum-socialgouv",
        ".gitbook/includes/sont-exclus.md",
    ): "the block says « Sont exclus : »: too little, but not nothing",
    (
        "dnum-socialgouv",
        "preparer-et-lancer/les-differents-roles-et-metiers/README.md",
        16,
    ): "tables of cards have no header: GitBook makes them so",
    (
        "dnum-socialgouv",
        "preparer-et-lancer/les-differents-roles-et-metiers/README.md",
        20,
    ): "the corner of a matrix is empty: usual",
    (
        "dnum-socialgouv",
        "preparer-et-lancer/les-differents-roles-et-metiers/README.md",
        35,
    ): "a question of the authors in plain words",
    ("dso-formation-yoarmi", "4-contribuer"): "no extension: for GitHub and Jekyll the file is no page",
    ("dso-formation-yoarmi", "Liste_liens"): "no extension: for GitHub and Jekyll the file is no page",
    ("dso-formation-yoarmi", "README.md"): "the page that is empty is reported, not each page that links to it",
    (
        "dnum-socialgouv",
        "readme/cycle-de-vie-produit.md",
        15,
    ): "a space is missing before a parenthesis: a matter of spelling",
    ("dso-formation", "index.md", 119): "a description that three parts of four lack: nothing says that they need one",
    ("seeds", "000_b8d9a5985d6d6479.md", 24): "a quotation mark is missing: a matter of spelling",
    ("seeds", "003_33cee0f9801d2b9b.md", 10): "bold paragraphs in place of headings: as often they are labels",
    ("certification", "README.md", 23): "bold paragraphs in place of headings: as often they are labels",
    ("seeds", "004_7471d66f218ad75d.md", 144): "the corner of a table is empty: usual in a matrix",
    (
        "embarquement-autoformation",
        "formation_step4.md",
        16,
    ): "a level that its neighbours do not have: none is skipped",
    ("embarquement-autoformation", "formation_step4.md", 21): "a level that other pages do not have: none is skipped",
    ("embarquement-autoformation", "formation_step4.md", 4): "two lines of text, which may be meant as such",
    ("certification", "competences-requises.md", 83): "lines that are indented and have no mark: continuations look so",
    ("embarquement-autoformation", "eligibilite.md"): "a spreadsheet that no page links to: no rule yet",
    ("seeds", "002_1a557ca9988bc9dc.md", 55): "a list of tasks for the authors in plain words",
    (
        "seeds",
        "004_7471d66f218ad75d.md",
        112,
    ): "« Point à discuter » is garbled there: it is found once the text is repaired",
}


def test_gaps_of_these_kinds_are_found(report_of, labels, capsys):
    """Every gap that a reader listed is reported, but for those listed above."""
    missed, found = [], 0
    for row in labels("gaps"):
        if row["rule"] not in STATED_BY or _reason(row):
            continue
        if _is_reported(row, report_of(row["corpus"])):
            found += 1
        else:
            missed.append((row["corpus"], row["file"], row["line"], row["rule"], row["entity"]))
    with capsys.disabled():
        print(f"\ngaps: {found} found, {len(missed)} missed, {len(NOT_STATED)} places left out with a reason")
        for gap in missed:
            print("  missed:", *gap)
    assert missed == []


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
            if not kinds or any((corpus, kind, diagnostic.path) in labelled for kind in kinds):
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


#: All true: a link that is labelled as an address of the own repository, two empty pages that nothing links to either,
#: a heading « A venir », a phase whose cells are « (à venir) », which is labelled as empty, bullets of a word processor, and
#: the pseudo-item without a space that is labelled in an older state of the same page.
EXPECTED = {
    ("dso-formation-yoarmi", "README.md", "missing-file"),
    ("dnum-socialgouv", "nos-produits/offre-de-soin.md", "malformed-list-item"),
    ("dnum-socialgouv", "readme/cycle-de-vie-produit.md", "malformed-list-item"),
    ("embarquement-autoformation", "formation_step4.md", "placeholder-text"),
    ("embarquement-autoformation", "README.md", "phase-without-deliverables"),
    ("dso-formation-yoarmi", "1.3-mode_produit.md", "orphan-page"),
    ("dso-formation-yoarmi", "3-contexte_interministeriel.md", "orphan-page"),
}


def _reason(row: dict[str, Any]) -> str | None:
    return NOT_STATED.get((row["corpus"], row["file"])) or NOT_STATED.get((row["corpus"], row["file"], row["line"]))


def _is_reported(row: dict[str, Any], report: Report) -> bool:
    rules, agreement = STATED_BY[row["rule"]]
    for diagnostic in report.diagnostics:
        if diagnostic.rule not in rules:
            continue
        if agreement == "folder" and dirname(diagnostic.path) == dirname(row["file"]):
            return True
        if diagnostic.path == row["file"] and (agreement == "page" or line_of(report, diagnostic) == row["line"]):
            return True
    return False


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
