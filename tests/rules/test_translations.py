"""The French pages of the rules say what the English ones say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbcheck.rules.catalogue import PLACEHOLDER, Rule, load_catalogue
from kbcheck.schema.resources import schema_text
from kbcheck.schema.validate import Schema, validate
from kbcheck.schema.yaml import read_yaml
from tests.translations import read_catalogue

ROOT = Path(__file__).parents[2]
RULES = list(load_catalogue())
FRENCH_PAGES = sorted([*ROOT.glob("*.fr.md"), *ROOT.glob("rules/**/*.fr.md"), *ROOT.glob("docs/*.fr.md")])
SCHEMAS = sorted(ROOT.glob("schemas/*.json"))
CODE = re.compile(r"^```.*?^```$|`[^`]*`", re.MULTILINE | re.DOTALL)
# A straight apostrophe in a word; an ordinary space where the line must not break.
SLIP = re.compile(r"\w'\w|[ \n][;:?!»](?!\S)|«[ \n]")
LINK = re.compile(r"\]\(([^)#:\s]+\.md)(?:#[^)]*)?\)")
GLOSSARY = ROOT / "docs" / "translating.fr.md"
TRANSLATION = Schema({"$ref": "urn:kbcheck:schema:rule#/$defs/translation"})


def front_matter(rule: Rule) -> str:
    text = rule.page.with_name(f"{rule.name}.fr.md").read_text(encoding="utf-8")
    return text.split("---\n")[1]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_message_is_translated_with_its_placeholders(rule):
    assert "translation" in json.loads(schema_text("rule"))["$defs"]
    document = read_yaml(front_matter(rule))
    assert not document.errors
    assert validate(document, TRANSLATION) == []
    french = document.value["messages"]
    assert french.keys() == rule.messages.keys()
    for key, message in rule.messages.items():
        assert set(PLACEHOLDER.findall(french[key])) == set(PLACEHOLDER.findall(message.text)), key


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_page_is_explained_in_french_with_the_examples_of_the_english_one(rule):
    (french,) = [one for one in load_catalogue().in_language("fr") if one.name == rule.name]
    sections = [line for line in french.explanation.splitlines() if line.startswith("## ")]
    assert sections == ["## Ce que la règle signale", "## Pourquoi", "## Réglages", "## Exemples"]
    assert french.explanation.startswith(f"# {rule.name}\n")
    assert len(french.summary) <= 100
    assert french.summary != rule.summary


def test_a_language_without_translations_speaks_english():
    assert [rule.explanation for rule in load_catalogue().in_language("de")] == [rule.body for rule in RULES]


def french_of(schema: object) -> Iterator[str]:
    """The French descriptions in a schema."""
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key.startswith("x-") and key.endswith("-fr"))
        yield from (text for value in schema.values() for text in french_of(value))
    elif isinstance(schema, list):
        yield from (text for value in schema for text in french_of(value))


@pytest.mark.parametrize("file", [*FRENCH_PAGES, *SCHEMAS], ids=lambda file: file.name)
def test_french_is_set_as_the_french_set_it(file):
    text = file.read_text(encoding="utf-8")
    for one in french_of(json.loads(text)) if file.suffix == ".json" else (text,):
        assert SLIP.findall(CODE.sub("", one)) == []


def french_texts() -> Iterator[tuple[str, str]]:
    """All of kbcheck's French, each with where it stands: pages, schemas and the catalogue."""
    for page in FRENCH_PAGES:
        if page != GLOSSARY:
            yield page.name, CODE.sub("", page.read_text(encoding="utf-8"))
    for schema in SCHEMAS:
        yield from ((schema.name, CODE.sub("", one)) for one in french_of(json.loads(schema.read_text("utf-8"))))
    for message in read_catalogue("fr", "kbcheck"):
        strings = (message.string,) if isinstance(message.string, str) else message.string or ()
        yield from (("kbcheck.po", CODE.sub("", one)) for one in strings)


def test_the_words_are_those_of_the_glossary():
    rows = re.findall(r"^\| (?!-)[^|]+\|[^|]+\|(?P<not>[^|]+)\|$", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    never = [word for row in rows for word in re.findall(r"\*([^*]+)\*", row)]
    assert "constat" in never
    wrong = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, never))})s?(?![\w.-])")
    assert [(place, word) for place, text in french_texts() for word in wrong.findall(text)] == []


@pytest.mark.parametrize("page", FRENCH_PAGES, ids=lambda page: page.name)
def test_a_french_page_leads_to_french_pages(page):
    """But for the one that it is the translation of, which the entry line names."""
    english = page.name.replace(".fr.md", ".md")
    targets = {Path(target) for target in LINK.findall(CODE.sub("", page.read_text("utf-8")))}
    lost = {one for one in targets if one.name != english and not one.name.endswith(".fr.md")}
    assert {one for one in lost if (page.parent / one.with_name(f"{one.stem}.fr.md")).exists()} == set()
