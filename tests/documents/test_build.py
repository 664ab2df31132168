"""From the text of a page to its Document, where its parts meet."""

from __future__ import annotations

from kbcheck.documents.build import read_document
from kbcheck.files.reading import decode


def document(text: str):
    return read_document(decode("page.md", text.encode()))


def test_garbled_words_in_front_matter_are_no_text_of_the_page():
    page = document("---\nkind: role\nname: Responsable m√©tier\n---\n\n# R√¥le\n")
    assert [problem.repaired for problem in page.problems] == ["métier", "Rôle"]
    assert [heading.text for heading in page.headings] == ["Rôle"]
    assert not page.has_body


def test_what_is_garbled_is_read_as_it_was_meant_at_its_place():
    page = document("| Étape | Livrables |\n| - | - |\n| 1. Id√©e | d√©marche |\n")
    cell = page.tables[0].rows[0][1]
    assert cell.text == "démarche"
    assert page.text[cell.span.start : cell.span.end] == "d√©marche"
