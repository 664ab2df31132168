"""The repairs of the text rules: each makes its finding go away, and what is found lies in the text, whatever the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.diagnostics import Finding, Fix
from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.files import Source
from kbcheck.rules.list_markers import malformed_items
from kbcheck.rules.residue import residues
from kbcheck.rules.sections import broken_promises, empty_sections
from kbcheck.rules.tables import misplaced_header, unfit_rows, unmade_tables


def tables(document: Document) -> Iterator[Finding]:
    yield from unmade_tables(document)
    for table in document.tables:
        if table.syntax == "markdown":
            yield from misplaced_header(document, table)
            yield from unfit_rows(document, table)


READERS = (tables, malformed_items, residues)


def page(text: str) -> Document:
    return read_document(Source("page.md", text))


def repaired(text: str, fix: Fix) -> str:
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("reader", "text", "expected"),
    [
        (tables, "| a | b |\n|---|---|\n| `x|y` | z |\n", "| a | b |\n|---|---|\n| `x\\|y` | z |\n"),
        (tables, "| a | b |\n|---|---|\n| c | d |\nText.\n", "| a | b |\n|---|---|\n| c | d |\n\nText.\n"),
        (
            tables,
            "| | |\r\n|-|-|\r\n| **a** | **b** |\r\n| c | d |\r\n",
            "| **a** | **b** |\r\n|-|-|\r\n| c | d |\r\n",
        ),
        (malformed_items, "- a\r\n-b\r\n", "- a\r\n- b\r\n"),
        (malformed_items, "| a |\n|---|\n| - b<br>-c |\n", "| a |\n|---|\n| - b<br>- c |\n"),
        (malformed_items, "1- a\n\n2- b\n", "1. a\n\n2. b\n"),
        (malformed_items, "1.Un\n2.Deux\n", "1. Un\n2. Deux\n"),
        (malformed_items, "•\u00a0a\n• b\n", "- a\n- b\n"),
        (residues, "Fin.CommentShare feedback on the editorDébut.\n", "Fin. Début.\n"),
        (residues, "Page actionsCommentShare feedback on the editorDébut.\n", "Début.\n"),
        (residues, "Un&#x20;&#x20;\r\ndeux&#x20;\r\n", "Un\r\ndeux\r\n"),
        (residues, "- Un\\\\\r\n\r\nDeux.\\", "- Un\r\n\r\nDeux."),
        (residues, "Un mot \\*\\*\\*\\* vide\n", "Un mot  vide\n"),
    ],
)
def test_a_repair_changes_this_and_nothing_else(
    reader: Callable[[Document], Iterator[Finding]], text: str, expected: str
) -> None:
    findings = list(reader(page(text)))
    assert len(findings) == 1
    after = repaired(text, findings[0].fixes[0])
    assert after == expected
    assert list(reader(page(after))) == []


def test_no_repair_where_it_would_be_a_guess() -> None:
    for text in (
        "| a | b |\n|---|---|\n| c | d | e |\n",  # which pipe is one too many?
        "| a | b |\n|---|---|\n| c\nd | e |\n",
        "> | a | b |\n> |---|---|\n> | c | d |\n> Text.\n",  # the empty line would end the quote
        "• a • b\n• c\n",
    ):
        assert [fix for reader in READERS for finding in reader(page(text)) for fix in finding.fixes] == []


PIECES = st.sampled_from(
    [
        *"|-*•:;.\\`<>#&1 ab\n\r\t",
        "\n\n",
        "**",
        "---",
        "|---|",
        "- ",
        "1. ",
        "&#x20;",
        "<br>",
        "<!--",
        "-->",
        "# ",
        "suivants :",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_what_is_found_lies_in_the_text_and_safe_repairs_help(text: str) -> None:
    document = page(text)
    for reader in READERS:
        for finding in reader(document):
            assert 0 <= finding.span.start <= finding.span.end <= len(text)
            for fix in finding.fixes:
                assert repaired(text, fix) != text
    for span in broken_promises(document):
        assert text[span.start : span.end].strip()
    for heading, count in empty_sections(document):
        assert heading in document.headings
        assert count >= 1
