"""What kbcheck says stands in the code in English, and in the catalogues in every other language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from kbcheck.errors import UsageError
from kbcheck.texts import Text, texts_in
from tests.translations import (
    FOREIGN,
    ROOT,
    calls,
    catalogue_file,
    name_of,
    read_catalogue,
    texts_given,
    texts_of,
    untranslated,
)

CODE = re.compile(r"`[^`]*`")
# A straight apostrophe in a word; an ordinary space, or none, where the line must not break.
SLIP = re.compile(r"\w'\w|[ \n][;:?!»](?!\S)|«[^\xa0\u202f]|[^\xa0\u202f]»|[^\s\W][;?!](?=\s|$)")
CATALOGUES = [(language, domain) for language in FOREIGN for domain in ("kbcheck", "click")]

each_catalogue = pytest.mark.parametrize(("language", "domain"), CATALOGUES, ids=lambda part: part)


def forms(text: object) -> tuple[str, ...]:
    """The forms of a text: one, or one for each number."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def translations(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


@each_catalogue
def test_every_text_is_translated(language, domain):
    catalogue = read_catalogue(language, domain)
    known = {message.id for message in translations(catalogue)}
    new = texts_of(domain).keys() - known
    assert not new, "new texts: `python -m tests.translations --rewrite`, then translate them"
    assert untranslated(catalogue) == []
    if domain == "kbcheck":  # click has other texts in another version
        assert known - texts_of(domain).keys() == set(), "`python -m tests.translations --rewrite` takes these out"


@each_catalogue
def test_a_translation_has_the_placeholders_of_its_text(language, domain):
    for message in translations(read_catalogue(language, domain)):
        wanted = [placeholders(form) for form in forms(message.id)]
        for form, in_english in zip(forms(message.string), wanted, strict=True):
            # The singular may say “one” where English has the number, and the other way round.
            assert placeholders(form) ^ in_english <= {("count", None, ""), ("nargs", None, "")}, message.id


def placeholders(text: str) -> set[tuple[str, str | None, str | None]]:
    """What stands in braces: name, conversion, format."""
    return {(name, conversion, spec) for _, name, spec, conversion in Formatter().parse(text) if name is not None}


def test_french_is_set_as_the_french_set_it():
    for domain in ("kbcheck", "click"):
        for message in translations(read_catalogue("fr", domain)):
            for form in forms(message.string):
                assert SLIP.findall(CODE.sub("", form)) == [], form


@each_catalogue
def test_the_compiled_catalogue_is_that_of_the_file(language, domain):
    with catalogue_file(language, domain).with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    written = read_catalogue(language, domain)
    assert {forms(one.id): forms(one.string) for one in translations(compiled)} == {
        forms(one.id): forms(one.string) for one in translations(written)
    }
    assert compiled.plural_expr == written.plural_expr


def test_no_text_is_put_together_where_it_is_said():
    """What is no literal is in no catalogue: values go into placeholders, and a text stands where it gets them."""
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted(ROOT.glob("kbcheck/**/*.py"))
        if file.name not in ("texts.py", "errors.py")  # where a text is made of what it is given
        for call in calls(file)
        for argument in texts_given(call)
        if not (is_literal(argument) or (is_sayable(argument) and name_of(call) != "counted" and not values(call)))
    ]
    assert found == []


def is_literal(argument: ast.expr) -> bool:
    """Whether it is a text, or the template of one that is kept elsewhere."""
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Attribute) and argument.attr == "template")


def is_sayable(argument: ast.expr) -> bool:
    """Whether it can be something that is sayable already."""
    return isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))


def values(call: ast.Call) -> list[ast.keyword]:
    """What fills the placeholders."""
    return [keyword for keyword in call.keywords if keyword.arg not in ("place", "others")]


# Texts


def test_a_number_chooses_the_form_of_the_language():
    def files(language: str) -> list[str]:
        return [texts_in(language).counted("{count} file", "{count} files", count) for count in (0, 1, 2)]

    assert files("en") == ["0 files", "1 file", "2 files"]
    assert files("fr") == ["0 fichier", "1 fichier", "2 fichiers"]


def test_what_fills_a_text_is_said_in_its_language():
    error = UsageError("{file} cannot be read: {reason}", file="a{b}.md", reason=Text("Permission denied"))
    assert str(error) == "a{b}.md cannot be read: Permission denied"
    assert texts_in("fr").said(error) == "a{b}.md est illisible : accès refusé".replace(" :", "\xa0:")


def test_a_language_without_catalogue_is_english():
    assert texts_in("de").said("Permission denied") == "Permission denied"


def test_texts_are_found_by_those_who_translate():
    assert {"Permission denied", "Skip to the findings", ("{count} file", "{count} files")} <= texts_of(
        "kbcheck"
    ).keys()
    assert "Usage:" in texts_of("click")
