"""Every page of the shared corpora: equal Documents from both parsers, and spans that cut out what they name."""

from __future__ import annotations

import pytest

from kbcheck.diagnostics import Lines
from kbcheck.documents.build import read_document
from kbcheck.documents.targets import unescape_target
from kbcheck.files import discover, read

#: Pages on which the two parsers differ, each with the reason. None is known.
DIFFERENT: dict[str, str] = {}


@pytest.fixture(scope="module")
def pages(shared):
    corpora = shared / "corpora"
    return [(corpus, path) for corpus in sorted(corpora.iterdir()) for path in discover(corpus).pages]


@pytest.fixture(scope="module")
def documents(pages):
    return [read_document(read(corpus, path), "pyromark") for corpus, path in pages]


def test_both_parsers_give_equal_documents(pages, documents):
    pytest.importorskip("pyromark")
    different = []
    for (corpus, path), fast in zip(pages, documents, strict=True):
        reference = read_document(read(corpus, path), "markdown-it-py")
        different += [
            (path, field) for field in fast.__struct_fields__ if getattr(fast, field) != getattr(reference, field)
        ]
    assert [(path, field) for path, field in different if path not in DIFFERENT] == []
    assert len(documents) > 120


def test_spans_of_links_cut_out_the_target(documents):
    for document in documents:
        for link in document.links:
            written = document.text[link.target_span.start : link.target_span.end]
            if link.syntax in ("reference", "image-reference"):
                assert written.endswith("]")
            elif "√" not in written:  # the target of a garbled page is the repaired one
                assert link.target in (unescape_target(written), "mailto:" + written, "http://" + written)
            assert link.span.start <= link.target_span.start <= link.target_span.end <= link.span.end


def test_spans_of_headings_items_and_cells_cut_out_their_text(documents):
    for document in documents:
        cells = [cell for table in document.tables for row in (table.header, *table.rows) for cell in row]
        for part in (*document.headings, *document.summaries, *document.items, *cells):
            source = document.text[part.span.start : part.span.end]
            assert source == source.strip()
            # Markup and entities aside, the words of the text stand in the source, in order.
            words = [word for word in part.text.split() if word.isalnum() and word.isascii()]
            position = 0
            for word in words:
                position = source.find(word, position)
                assert position >= 0, (document.path, part)


def test_spans_of_front_matter_values_cut_out_the_value(documents):
    found = 0
    for document in documents:
        yaml = document.front_matter.yaml if document.front_matter else None
        if yaml is None:
            continue
        for path, span in yaml.spans.items():
            value = yaml.value
            for step in path:
                value = value[step]
            if isinstance(value, str) and path:
                found += 1
                written = document.text[span.start : span.end]
                assert "".join(written.split()).strip(">|-").replace("''", "'") == "".join(value.split())
    assert found > 10


def test_positions_and_offsets_are_inverse(documents):
    for document in documents:
        lines = Lines(document.text)
        for link in document.links:
            assert lines.offset(lines.position(link.target_span.start)) == link.target_span.start
