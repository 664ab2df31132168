"""From the pages to the model: what front matter declares, and what the extraction rules find in the text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from kbcheck.config import Settings
from kbcheck.documents.facts import Document
from kbcheck.knowledge.extraction.builtin import builtin_rules
from kbcheck.knowledge.extraction.front_matter import declared, fields_saying
from kbcheck.knowledge.extraction.identity import identified
from kbcheck.knowledge.extraction.naming import Pages
from kbcheck.knowledge.extraction.run import Extractor
from kbcheck.knowledge.extraction.said import Fact
from kbcheck.knowledge.extraction.vocabulary import Rule, read_rules
from kbcheck.knowledge.model import Model

__all__ = ["extract", "fields_saying"]


class Base(Pages, Protocol):
    """What extraction asks of the knowledge base."""

    settings: Settings

    @property
    def pages(self) -> tuple[Document, ...]:
        """The Markdown documents, by path."""


def extract(base: Base, kinds: Collection[str]) -> Model:
    """The model of a knowledge base, from all its files; `kinds` are those that front matter can declare."""
    facts: list[Fact] = [fact for page in base.pages for fact in declared(page, kinds)]
    extractor = Extractor(base, base.settings)
    rules = _rules(base.settings)
    for rule in rules:
        facts += extractor.run(rule)
    idle = tuple(rule.id for rule in rules if not (rule.optional or rule.guessed) and rule.id not in extractor.matched)
    return Model(identified(facts, base.settings.model, idle))


def _rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules of the settings; where they have none, those of kbcheck."""
    return builtin_rules() if settings.extract is None else read_rules(settings.extract)
