"""The text of a first `.kbcheck.yaml`: what was found, said with its source, and the keys that teams need next as comments.

What a key means and its example come from `schemas/config.schema.json`, in both languages.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from kbcheck import REPOSITORY
from kbcheck.reports.terminal import escaped
from kbcheck.schema.published import SCHEMA_ADDRESS
from kbcheck.schema.resources import schema_text
from kbcheck.schema.yaml_writing import write_keys
from kbcheck.starting.survey import Survey

# Editors with YAML's language server complete and check the file by this line
# (https://github.com/redhat-developer/yaml-language-server#using-inlined-schema).
_MODELINE = f"# yaml-language-server: $schema={SCHEMA_ADDRESS}\n"
_GITHUB = "github.com/"
_WIDTH = 100
_END_OF_SENTENCE = re.compile(r"(?<=\.)\s")
# What is set where it is found, and shown as an example where not, then what is only shown.
_FOUND = ("platform", "language", "site", "repository", "exclude")
_SHOWN = ("rules", "per-file-ignores", "placeholders", "external", "fail-on")


def found_settings(survey: Survey, left_out: Collection[str]) -> Mapping[str, Any]:
    """The settings that say what was found and is not what holds without them; `left_out` are folders, as patterns."""
    sites = survey.base.platform.sites()
    repositories = [name.removeprefix(_GITHUB) for name in survey.repositories]
    values = {
        "platform": survey.base.platform.name if survey.evidence else None,
        "language": survey.language if survey.has_language else None,
        "site": sites[0] if len(sites) == 1 else None,
        "repository": repositories[0] if len(repositories) == 1 else repositories,
        "exclude": list(left_out),
    }
    return {key: values[key] for key in _FOUND if values[key]}


def missing_settings(survey: Survey, left_out: Collection[str]) -> str:
    """The lines for what was found and an existing settings file leaves open; empty when it says everything."""
    said = survey.base.settings
    found = found_settings(survey, left_out)
    return "".join(
        _comments([_source(key, survey)]) + write_keys({key: value})
        for key, value in found.items()
        if not getattr(said, key)
    )


def settings_text(survey: Survey, left_out: Collection[str]) -> str:
    """The whole file, ending with a line end."""
    texts = survey.texts
    found = found_settings(survey, left_out)
    head = (
        texts.said("Settings of kbcheck, begun by `kbcheck init`. Every line can be changed or taken out."),
        texts.said("All settings: {address}", address=REPOSITORY),
    )
    said = [
        _comments([f"{_description(key, survey.language)} {_source(key, survey)}"]) + write_keys({key: found[key]})
        for key in found
    ]
    more = texts.said("More that can be said; take the “#” away to use it.")
    shown = [_example(key, survey.language) for key in (*_FOUND, *_SHOWN) if key not in found]
    return "\n".join((_MODELINE + _comments(head), *said, _comments([more]), *shown))


def _source(key: str, survey: Survey) -> str:
    """Where a value was found, in a sentence."""
    match key:
        case "platform" | "site":
            evidence = escaped(survey.evidence or survey.base.platform.name)
            return survey.texts.said("Found by {evidence}.", evidence=evidence)
        case "repository":
            return survey.texts.said("Found by git.")
        case "exclude":
            return survey.texts.said("By their names, these folders are no part of the base.")
        case _:
            return survey.texts.said("It is that of the pages.") if survey.language == survey.page_language else ""


def _example(key: str, language: str) -> str:
    """A setting as a comment: what it means, and its first example, ready to be used."""
    example = write_keys({key: _properties()[key]["examples"][0]})
    return _comments([_description(key, language)]) + textwrap.indent(example, "# ")


def _description(key: str, language: str) -> str:
    setting = _properties()[key]
    translated: str = setting.get(f"x-description-{language}") or setting["description"]
    return _END_OF_SENTENCE.split(translated, maxsplit=1)[0]


@cache
def _properties() -> Mapping[str, Any]:
    properties: Mapping[str, Any] = json.loads(schema_text("config"))["properties"]
    return properties


def _comments(lines: Iterable[str]) -> str:
    """Sentences as comments, each from the beginning of a line."""
    wrap = textwrap.TextWrapper(
        _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
    )
    return "".join(f"{part}\n" for line in lines for part in wrap.wrap(line))
