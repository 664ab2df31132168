"""What was guessed, as rules for the settings: those of kbcheck that found something, narrowed to the files where they did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from posixpath import dirname
from typing import Any

from msgspec import Struct

from kbcheck.files import compile_globs, escape_glob
from kbcheck.knowledge.extraction.builtin import builtin_rules, builtin_values
from kbcheck.knowledge.extraction.vocabulary import Rule
from kbcheck.knowledge.model import Entity, Model

_PAGES = "pages"
_SUFFIX = ".md"


class Proposal(Struct, frozen=True):
    """One rule as it would stand in `extract:`, and the entities that it found, each once."""

    values: Mapping[str, Any]
    entities: tuple[Entity, ...]


def proposals(model: Model, paths: Collection[str]) -> tuple[Proposal, ...]:
    """The rules that say what kbcheck's own have guessed in this model; `paths` are all files of the base.

    With these rules in its settings a base has the same model, and nothing in it is guessed.
    """
    found: dict[str, set[str]] = {}
    for rule_id, path in (
        *((one.rule, one.path) for one in model.mentions),
        *((one.rule, one.path) for one in model.nameless),
    ):
        found.setdefault(rule_id or "", set()).add(path)
    entities: dict[str, dict[object, Entity]] = {}
    for mention in model.mentions:
        entities.setdefault(mention.rule or "", {}).setdefault(mention.key, mention)
    return tuple(
        Proposal(_narrowed(values, _patterns(rule, found[rule.id], paths)), tuple(entities.get(rule.id, {}).values()))
        for rule, values in zip(builtin_rules(), builtin_values(), strict=True)
        if rule.id in found
    )


def _narrowed(values: Mapping[str, Any], patterns: list[str]) -> Mapping[str, Any]:
    """The rule with other files to look in; the team wants to know when it matches nothing any more."""
    files = {"from": patterns[0] if len(patterns) == 1 else patterns}
    return {name: files.get(name, value) for name, value in values.items() if name != "optional"}


def _patterns(rule: Rule, found: Collection[str], paths: Collection[str]) -> list[str]:
    """The files in which a rule found something; the folder, if it takes pages and looks at all those of the folder: the
    page that is added tomorrow belongs to them.
    """
    if rule.take != (_PAGES,):
        return [escape_glob(path) for path in sorted(found)]
    is_chosen, is_left_out = compile_globs(rule.from_, from_root=True), compile_globs(rule.except_, from_root=True)
    patterns: dict[str, None] = {}
    for path in sorted(found):
        folder = dirname(path)
        beside = [one for one in paths if dirname(one) == folder and one.endswith(_SUFFIX) and not is_left_out(one)]
        is_whole = path.endswith(_SUFFIX) and all(map(is_chosen, beside))
        whole = f"{escape_glob(folder)}/*{_SUFFIX}" if folder else f"*{_SUFFIX}"
        patterns[whole if is_whole else escape_glob(path)] = None
    return list(patterns)
