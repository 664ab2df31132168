"""Internal links of real bases against what careful readers say of each link."""

from __future__ import annotations

from collections import Counter

from tests.corpora.labelled import LABELLED, line_of

#: The rules that call a link dead; 307 and 308 are advice on links that work.
DEAD = {
    "missing-file",
    "missing-anchor",
    "case-mismatch",
    "unicode-form",
    "broken-marker",
    "outside-root",
    "empty-target",
    "missing-image",
    "missing-directory-index",
    "navigation-entry-missing",
}


def test_precision_and_recall_on_labelled_links(report_of, labels, capsys):
    """What is called dead is dead, and what is dead is called so: both at least 0.98."""
    labelled: Counter[tuple[str, str, int, str]] = Counter()
    unsure = set()
    for row in labels("links"):
        place = (row["corpus"], row["file"], row["line"], row["target"])
        if row["verdict"] == "broken":
            labelled[place] += 1
        elif row["verdict"] == "unsure":
            unsure.add(place)
    found: Counter[tuple[str, str, int, str]] = Counter()
    for corpus in LABELLED:
        report = report_of(corpus)
        for diagnostic in report.diagnostics:
            if diagnostic.rule in DEAD:
                found[corpus, diagnostic.path, line_of(report, diagnostic), diagnostic.target or ""] += 1
    false_alarms = [place for place in (found - labelled).elements() if place not in unsure]
    misses = list((labelled - found).elements())
    right = sum((found & labelled).values())
    precision = right / (right + len(false_alarms))
    recall = right / sum(labelled.values())
    with capsys.disabled():
        print(
            f"\ninternal links: precision {precision:.3f}, recall {recall:.3f} ({right} of {sum(labelled.values())} dead)"
        )
        for place in false_alarms:
            print("  false alarm:", *place)
        for place in misses:
            print("  miss:", *place)
    assert precision >= 0.98
    assert recall >= 0.98


def test_every_labelled_link_is_read(report_of, labels, shared):
    """Links that work are seen too: each labelled link stands in the Document of its page, at its line."""
    from kbcheck.diagnostics import Lines
    from kbcheck.documents.build import read_document
    from kbcheck.files import read

    documents = {}
    missing = []
    for row in labels("links"):
        if row["corpus"] not in LABELLED:
            continue
        key = row["corpus"], row["file"]
        if key not in documents:
            document = read_document(read(shared / "corpora" / row["corpus"], row["file"]))
            lines = Lines(document.text)
            documents[key] = {(lines.position(link.target_span.start).line, link.target) for link in document.links}
        if (row["line"], row["target"]) not in documents[key]:
            missing.append((*key, row["line"], row["target"]))
    assert missing == []


def test_nearest_anchor_is_the_one_the_reader_proposes(report_of, labels, capsys):
    """Where the reader names the right target, the first fix names the same one."""
    wanted = {
        (row["corpus"], row["file"], row["line"], row["target"]): row["fix"]
        for row in labels("links")
        if row["verdict"] == "broken" and row["fix"]
    }
    offered = {}
    for corpus in LABELLED:
        report = report_of(corpus)
        for diagnostic in report.diagnostics:
            if diagnostic.rule in DEAD and diagnostic.fixes:
                place = (corpus, diagnostic.path, line_of(report, diagnostic), diagnostic.target)
                offered[place] = diagnostic.fixes[0].replacement
    right = [place for place, fix in wanted.items() if offered.get(place) == fix]
    with capsys.disabled():
        print(f"\nfirst fix: {len(right)} of {len(wanted)} as the reader proposes")
        for place, fix in wanted.items():
            if offered.get(place) != fix:
                print("  ", *place, "| wanted:", fix, "| offered:", offered.get(place))
    assert len(right) >= 0.8 * len(wanted)
