"""The result of a run, as every output format reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Protocol

from msgspec import Struct

from kbcheck.diagnostics import Diagnostic, Places, Position, Severity
from kbcheck.knowledge.model import Model

# How much of a line, in characters on each side of the finding, its fingerprint remembers: enough to tell two findings
# apart, and little enough that a one-line table of 3,000 characters can be edited elsewhere.
_FINGERPRINT_REACH = 80

_LINE_END = re.compile(r"[\r\n]")


class Counts(Struct, frozen=True):
    """How much was checked."""

    documents: int = 0
    links: int = 0
    entities: int = 0


class External(Struct, frozen=True):
    """What was done about external links: addresses by outcome, those that were remembered, those not got to."""

    addresses: int = 0
    outcomes: Mapping[str, int] = {}
    remembered: int = 0
    unchecked: tuple[str, ...] = ()
    is_interrupted: bool = False
    shard: str | None = None


class Excerpt(Struct, frozen=True):
    """A stretch of one line around a place: `offset` (in characters) is where that place is in `text`.

    `cut_before` and `cut_after` say that the line goes on beyond the stretch.
    """

    text: str
    offset: int
    cut_before: bool
    cut_after: bool


class RulePage(Protocol):
    """What formats that describe the rules read of one, in the language of the report: see `kbcheck.rules.catalogue`."""

    @property
    def explanation(self) -> str:
        """The page in Markdown, which is read when this is asked for."""

    @property
    def summary(self) -> str:
        """The first sentence of the page."""


class Report(Struct, frozen=True, dict=True):
    """Everything that a run found. `diagnostics` are as `in_order` returns them, `seconds` is the time it took.

    `texts` has the text of every file that a diagnostic, a related place or an edit names, by path; what is not there
    (a file that does not exist) is taken for empty: each of its positions is 1:1. `notes` say what was done otherwise than
    usual, such as reading every file because git did not answer. `rules` are the pages by name, `model` is what was
    understood of the base: a report made of JSON has none, and the fingerprints that were given there.
    """

    version: str
    platform: str
    diagnostics: tuple[Diagnostic, ...]
    counts: Counts
    seconds: float
    texts: Mapping[str, str]
    notes: tuple[str, ...] = ()
    language: str = "en"
    external: External | None = None
    rules: Mapping[str, RulePage] = {}
    model: Model | None = None
    given_fingerprints: Mapping[Diagnostic, str] | None = None

    def position(self, path: str, offset: int) -> Position:
        """The line and column of a character offset in the file `path`."""
        return self._places.position(path, offset)

    def excerpt(self, path: str, offset: int, reach: int) -> Excerpt:
        """At most `reach` characters of the line on each side of a character offset; never the copy of a long line."""
        return _excerpt(self.texts.get(path, ""), self._places, path, offset, reach)

    def count(self, severity: Severity) -> int:
        """How many diagnostics have this severity."""
        return self._severities[severity]

    @cached_property
    def fingerprints(self) -> Mapping[Diagnostic, str]:
        """What names each diagnostic for other runs and other programs, see `fingerprints`."""
        if self.given_fingerprints is not None:
            return self.given_fingerprints
        return fingerprints(self.diagnostics, self.texts)

    @cached_property
    def _severities(self) -> Counter[Severity]:
        return Counter(diagnostic.severity for diagnostic in self.diagnostics)

    @cached_property
    def _places(self) -> Places:
        return Places(self.texts)


def fingerprints(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> Mapping[Diagnostic, str]:
    """What names each diagnostic for other runs and other programs: 32 hexadecimal digits, unique among them.

    It survives moved lines and a change of language: it is made of the rule, the path, the target or entity and the
    text around the finding; equal ones are told apart by their order.
    """
    from hashlib import sha256  # 4 ms of OpenSSL that reports for people need not pay

    diagnostics = tuple(diagnostics)
    seen: Counter[str] = Counter()
    prints = {}
    for diagnostic, content in zip(diagnostics, identities(diagnostics, texts), strict=True):
        prints[diagnostic] = sha256(f"{content}\0{seen[content]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[content] += 1
    return prints


def identities(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> Iterator[str]:
    """What makes each diagnostic the same one after lines moved, or after a change of language or of its rule's code.

    `texts` has the text of every file that they are about, by path. Two of the same rule can be equal in this.
    """
    places = Places(texts)
    for diagnostic in diagnostics:
        path, start = diagnostic.path, diagnostic.span.start
        line = _excerpt(texts.get(path, ""), places, path, start, _FINGERPRINT_REACH).text.strip()
        kind, name = (diagnostic.entity.kind, diagnostic.entity.name) if diagnostic.entity else ("", "")
        yield "\0".join(
            (diagnostic.rule, path, diagnostic.target or "", kind, name, "" if diagnostic.is_about_file else line)
        )


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics sorted by path, span and code, each only once; what is equal in these stays in the given order."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda diagnostic: (diagnostic.path, diagnostic.span, diagnostic.code)))


def _excerpt(text: str, places: Places, path: str, offset: int, reach: int) -> Excerpt:
    offset = min(max(offset, 0), len(text))
    line_start = offset - places.position(path, offset).column + 1
    start, stop = max(line_start, offset - reach), offset + reach
    # One character more than asked for: when it is a line end, nothing is cut.
    stretch = text[start : stop + 1]
    line_end = _LINE_END.search(stretch)
    shown = stretch[: line_end.start() if line_end else stop - start]
    return Excerpt(
        shown,
        min(offset - start, len(shown)),
        cut_before=start > line_start,
        cut_after=line_end is None and len(shown) < len(stretch),
    )
