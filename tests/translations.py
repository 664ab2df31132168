"""The catalogues of translations: what stands in the code to be translated, and the files that hold it.

`python -m tests.translations --rewrite` brings `kbcheck/locale` up to date: new texts come in without a translation, those
that are gone go out, and the `.po` files are compiled. docs/translating.md says more.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import kbcheck
from kbcheck.cli import kbcheck as command_line
from kbcheck.cli.translation import translated
from kbcheck.errors import SayableError
from kbcheck.texts import CATALOGUES, LANGUAGES

ROOT = Path(kbcheck.__file__).parents[1]
#: The languages that have catalogues.
FOREIGN = tuple(language for language in LANGUAGES if language != "en")

#: A text in the code: the English form, or singular and plural.
Id = str | tuple[str, ...]


def catalogue_file(language: str, domain: str) -> Path:
    """The file that people edit; the compiled one stands beside it."""
    return Path(CATALOGUES, language, "LC_MESSAGES", f"{domain}.po")


def read_catalogue(language: str, domain: str) -> Catalog:
    """The translations of one domain: `kbcheck`, or `click` for its words."""
    with catalogue_file(language, domain).open("rb") as stream:
        return read_po(stream, locale=language, domain=domain)


def save(catalogue: Catalog, language: str, domain: str) -> None:
    """Writes a catalogue for people, and the compiled one beside it for the program."""
    file = catalogue_file(language, domain)
    with file.open("wb") as stream:
        write_po(stream, catalogue, width=120, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)


def _id(text: str | Sequence[str]) -> Id:
    return text if isinstance(text, str) else tuple(text)


def untranslated(catalogue: Catalog) -> list[Id]:
    """The texts of a catalogue without a translation, or with one that a person should look at again."""
    return [_id(one.id) for one in catalogue if one.id and (one.fuzzy or not one.string or not all(one.string))]


def texts_of(domain: str) -> dict[Id, list[str]]:
    """Every text of a domain that can be translated, with the files that say it."""
    return _collected(_of_kbcheck() if domain == "kbcheck" else _of_click())


def errors() -> Iterator[type[SayableError]]:
    """The errors that have a text, `SayableError` itself and those made of it."""
    for module in walk_packages(kbcheck.__path__, "kbcheck."):
        if module.name != "kbcheck.__main__":
            import_module(module.name)
    waiting: list[type[SayableError]] = [SayableError]
    while waiting:
        error = waiting.pop()
        yield error
        waiting += error.__subclasses__()


@cache
def keywords() -> dict[str, int]:
    """The functions that are given texts, with how many of their first arguments are."""
    return {"said": 1, "Text": 1, "counted": 2, **{error.__name__: 1 for error in errors()}}


def texts_given(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that are texts, or something that can be said."""
    return call.args[: keywords().get(name_of(call), 0)]


def calls(file: Path) -> Iterator[ast.Call]:
    """The calls in a module that are given texts, those inside f-strings as well."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and texts_given(node):
            yield node


def name_of(call: ast.Call) -> str:
    """The name that a function or a method is called by."""
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _of_kbcheck() -> Iterator[tuple[Id, str]]:
    for file in sorted(ROOT.glob("kbcheck/**/*.py")):
        for call in calls(file):
            said = [str(text.value) for text in texts_given(call) if isinstance(text, ast.Constant)]
            if said:
                yield said[0] if len(said) == 1 else tuple(said), file.relative_to(ROOT).as_posix()
    yield from _of_help()


def _of_help() -> Iterator[tuple[Id, str]]:
    for name in ("", *command_line.list_commands(click.Context(command_line))):
        command = command_line.get_command(click.Context(command_line), name) if name else command_line
        assert command is not None
        found: list[str] = []
        translated(command, lambda text, found=found: found.append(text) or text)  # type: ignore[misc]
        place = Path(sys.modules[command.callback.__module__].__file__ or "").relative_to(ROOT).as_posix()
        yield from ((text, place) for text in found)


def _of_click() -> Iterator[tuple[Id, str]]:
    spec = find_spec("click")
    assert spec is not None
    assert spec.origin is not None
    for file in sorted(Path(spec.origin).parent.glob("*.py")):
        for _, text, _, _ in extract_from_file("python", file, keywords={"_": None, "ngettext": (1, 2)}):
            yield text, f"click/{file.name}"
    yield "required", "click/core.py"  # it is no literal there


def _collected(found: Iterable[tuple[Id, str]]) -> dict[Id, list[str]]:
    places: dict[Id, list[str]] = {}
    for text, place in found:
        if text and place not in places.setdefault(text, []):
            places[text].append(place)
    return places


def rewritten(language: str, domain: str) -> Catalog:
    """The catalogue of today: with the texts in the code, and with the translations of those that it had."""
    template = Catalog(project="kbcheck")
    for text, places in texts_of(domain).items():
        template.add(text, locations=[(place, 1) for place in sorted(places)])
    catalogue = read_catalogue(language, domain)
    catalogue.update(template, update_creation_date=False)
    return catalogue


def main() -> None:
    """Rewrites the catalogues, and says what is left to translate."""
    if sys.argv[1:] != ["--rewrite"]:
        sys.exit("usage: python -m tests.translations --rewrite")
    for language in FOREIGN:
        for domain in ("kbcheck", "click"):
            catalogue = rewritten(language, domain)
            save(catalogue, language, domain)
            left = len(untranslated(catalogue))
            file = catalogue_file(language, domain).relative_to(ROOT)
            sys.stdout.write(f"{file}: {len(catalogue)} texts, to translate: {left}\n")


if __name__ == "__main__":
    main()
