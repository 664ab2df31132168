"""Links in the dialects of platforms: wiki links, shortcodes, tags; they stand in every Document, a platform chooses."""

from __future__ import annotations

import pytest

from kbcheck.documents.build import read_document
from kbcheck.files import Source


def links(text: str) -> list[tuple[str, str | None, str, str, str]]:
    """The links of a page, with what stands at the place of the target."""
    document = read_document(Source("page.md", text))
    return [
        (link.syntax, link.tag, link.target, link.text, text[link.target_span.start : link.target_span.end])
        for link in document.links
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[Rôles]]", [("wiki", None, "Rôles", "Rôles", "Rôles")]),
        ("[[ a/b#c | le PO ]]", [("wiki", None, "a/b#c", "le PO", "a/b#c")]),
        ("![[plan.png|300]]", [("wiki-embed", None, "plan.png", "300", "plan.png")]),
        ("| a |\n| - |\n| [[b\\|c]] |", [("wiki", None, "b", "c", "b")]),
        ("`[[a]]` <!-- [[b]] --> [[]] [[c", []),
        ('{{< ref "a.md#b" >}}', [("template", "ref", "a.md#b", "", "a.md#b")]),
        ("{{% relref path=`a b.md` lang=\"fr\" %}}", [("template", "relref", "a b.md", "", "a b.md")]),
        ("{{< figure src=\"a.png\" >}} {{</* ref \"b\" */>}}", []),
        ("{% link _fiches/po.md %}", [("template", "link", "_fiches/po.md", "", "_fiches/po.md")]),
        ("```\n{{< ref \"a\" >}} [[b]]\n```", []),
    ],
)  # fmt: skip
def test_links_of_dialects(text, expected):
    assert links(text) == expected


def test_a_shortcode_in_a_target_leaves_the_link_to_the_platform():
    assert [link[:3] for link in links('[a]({{< ref "b.md" >}})')] == [
        ("inline", None, ""),
        ("template", "ref", "b.md"),
    ]
