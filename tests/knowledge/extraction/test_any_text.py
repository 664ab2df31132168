"""What holds of extraction for any page and any rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbcheck.config import KINDS, Settings
from kbcheck.documents.build import read_document
from kbcheck.documents.facts import Document
from kbcheck.files import Source, Tree
from kbcheck.knowledge import KnowledgeBase, Model
from kbcheck.platforms.platform import Platform

_FRAGMENTS = (
    *(
        "# ",
        "## ",
        "### Step 1 : ",
        "\n",
        "\n\n",
        "- ",
        "* [ ] ",
        "1. ",
        "3) ",
        "  ",
        "    ",
        "> ",
        "| ",
        " | ",
        "|-|-|\n",
    ),
    *(
        "| Phase | Livrables |\n| - | - |\n| 1. A | b<br>c, d / e |\n",
        "|A|\n|-|\n",
        "**",
        "***",
        "__",
        "_",
        "`",
        "```\n",
        "\\",
    ),
    *(
        "<table><tr><td>",
        "</td><td>",
        "</td></tr></table>",
        '<table data-view="cards"><thead><tr><th></th></tr></thead>',
    ),
    *(
        "<br>",
        "<p>",
        "</p>",
        "<strong>",
        "</strong>",
        "<ul><li>",
        "<!--",
        "-->",
        '<a href="p.md">',
        "</a>",
        "&#x20;",
        "&amp;",
    ),
    *(
        '{% tab title="A, b" %}',
        "{% endtab %}",
        '{% content-ref url="p.md" %}',
        "{% hint %}",
        "{{ x }}",
        "---\n",
        "title: T\n",
    ),
    *(
        "[",
        "](p.md)",
        "](",
        ")",
        "![",
        "[^1]",
        "[a]: p.md\n",
        "https://example.org ",
        "p.md",
        "📦 ",
        "3️⃣ ",
        "é",
        "Id√©e ",
        "\r\n",
    ),
    *(
        "Livrables : ",
        "Étape 2 : ",
        "TBD",
        "n/a",
        "-",
        " (PO)",
        "« ",
        " »",
        "R",
        "A/R",
        "Responsable",
        ":",
        ",",
        "/",
        "\x00",
        "\u2028",
    ),
)
_PAGES = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=4), max_size=40).map("".join)
_LOCATORS: tuple[dict[str, Any], ...] = (
    *(
        {"cell": 0, "first": "line"},
        {"cell": "first-filled"},
        {"col": "A", "else": "title"},
        {"row": "A"},
        {"key": "title"},
    ),
    *(
        {"first": "strong", "else": "skip"},
        {"first": "link", "before": ":"},
        {"after": "[:/]"},
        {"match": "(?P<name>x)?\\w+"},
    ),
)
_TAKES = ("rows", "columns", "cards", "items", "headings", "pages", "refs", "strong", "headers", "matches", "records")
_UNDERS: tuple[Any, ...] = (".", {"after": "."}, {"label": "."}, {"heading": "A", "level": 2})


@st.composite
def _rules(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "kind": draw(st.sampled_from(("phase", "role", "deliverable"))),
        "take": draw(st.sampled_from(_TAKES)),
    }
    rule["where"] = draw(
        st.sampled_from(({}, {"depth": "any"}, {"header": "none"}, {"block": "quote"}, {"block": "tab"}))
    )
    rule["where"] = {**rule["where"], "match": "(?P<name>\\w+)?"}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "name": st.sampled_from(_LOCATORS),
        "order": st.sampled_from(("number", "position", {"cell": 0})),
        "link": st.sampled_from(_LOCATORS),
        "under": st.sampled_from(_UNDERS),
        "split": st.sampled_from(("br", ["slash", "comma"], ["br", "comma"])),
        "lifecycle": st.sampled_from(("page", "parent", "x")),
        "report-empty": st.booleans(),
        "aliases": st.lists(st.sampled_from(_LOCATORS), max_size=2),
        "fields": st.dictionaries(st.just("x"), st.sampled_from(_LOCATORS)),
    }
    for name, values in optional.items():
        if draw(st.booleans()):
            rule[name] = draw(values)
    if depth:
        rule["relation"] = draw(
            st.sampled_from(("has-deliverable", "has-responsible", "responsible-for", "described-by"))
        )
        if draw(st.booleans()):
            rule["in"] = draw(st.sampled_from(({"col": "."}, {"row": "."}, {"cell": 1})))
        if rule["take"] == "headers":
            rule["cell-relation"] = {"has-accountable": "A", "has-responsible": "R|."}
    if depth < 3 and draw(st.booleans()):
        rule["each"] = draw(st.lists(_rules(depth=depth + 1), min_size=1, max_size=2))
    return rule


def _model(pages: dict[str, str], rules: list[dict[str, Any]] | None) -> tuple[Model, dict[str, Document]]:
    documents = {path: read_document(Source(path, text)) for path, text in pages.items()}
    extract = (
        None
        if rules is None
        else tuple({"id": f"r{number}", "from": "**", **rule} for number, rule in enumerate(rules))
    )
    tree = Tree(Path(), frozenset(pages), frozenset(("", "phases", "roles")), tuple(pages))
    return KnowledgeBase(
        Settings(root=Path(), extract=extract, model=KINDS), tree, documents, Platform()
    ).model, documents


def _check(pages: dict[str, str], rules: list[dict[str, Any]] | None) -> None:
    model, documents = _model(pages, rules)
    places: list[Any] = [*model.mentions, *model.relations, *model.lists, *model.matrices, *model.nameless]
    for place in places:
        assert 0 <= place.span.start <= place.span.end <= len(documents[place.path].text)
    for matrix in model.matrices:
        assert len(matrix.cells) == len(matrix.tasks)
        assert all(len(row) == len(matrix.roles) for row in matrix.cells)
    for entity in model.mentions:
        assert entity.id.strip("-")
        assert entity.name == " ".join(entity.name.split())
    again, _ = _model(pages, rules)
    assert (again.mentions, again.relations, again.lists) == (model.mentions, model.relations, model.lists)
    assert (again.matrices, again.nameless, again.idle) == (model.matrices, model.nameless, model.idle)


@settings(max_examples=300)
@given(_PAGES, _PAGES, st.lists(_rules(), min_size=1, max_size=3))
def test_any_rule_on_any_page(first: str, second: str, rules: list[dict[str, Any]]) -> None:
    _check({"p.md": first, "phases/2-b.md": second}, rules)


@settings(max_examples=150)
@given(_PAGES, _PAGES)
def test_the_rules_of_kbcheck_on_any_page(first: str, second: str) -> None:
    _check({"roles/README.md": first, "phases/2-b.md": second}, None)


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_change_nothing_but_offsets(line_end: str) -> None:
    text = (
        "# 1. Plan\n\nDeliverables :\n\n- **charter**,\n  signed\n- budget\n\n| Role | Part |\n| - | - |\n| Editor<br>x | R |\n"
        "\n> Deliverables : one, two\n"
    )
    rules: list[dict[str, Any]] = [
        {
            "kind": "phase",
            "take": "headings",
            "each": [{"kind": "deliverable", "under": {"label": "^Deliverables"}, "take": "items", "split": "comma"}],
        },
        {"kind": "role", "take": "rows"},
        {"kind": "term", "take": "strong"},
    ]
    expected, documents = _model({"p.md": text}, rules)
    found, changed = _model({"p.md": text.replace("\n", line_end)}, rules)

    def places(model: Model, texts: dict[str, Document]) -> list[tuple[str, str, str]]:
        return [
            (one.kind, one.name, " ".join(texts[one.path].text[one.span.start : one.span.end].split()))
            for one in model.mentions
        ]

    assert places(found, changed) == places(expected, documents)
    assert len(places(found, changed)) == 7
