"""The known findings of a base, in a file beside the settings: they are left out, and can only become fewer.

A line of the file is a finding, as `schemas/baseline.schema.json` describes it; the lines are sorted. So a change of the
findings of one page changes its lines only, and git can join two such changes (JSON Lines, jsonlines.org).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from posixpath import basename, dirname

from msgspec import Struct, ValidationError, convert
from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic
from kbcheck.errors import UsageError
from kbcheck.files import read
from kbcheck.reports.report import fingerprints
from kbcheck.texts import texts_in

FILE_NAME = ".kbcheck-baseline.jsonl"
# Pages that are gone, with which one page is compared: a folder can have lost thousands.
_MOST_FORMER = 200


class Known(Struct, frozen=True, order=True):
    """A known finding. `subject` is the link's target or the entity that it is about, empty when there is none."""

    path: str
    rule: str
    subject: str
    fingerprint: str


class Compared(Struct, frozen=True):
    """The findings of a run and the known ones: `new` are not known, `met` were found again, `fixed` were not.

    A finding that met its entry by rule, file and subject, on a line that was edited, has its fingerprint of today.
    """

    new: tuple[Diagnostic, ...]
    met: tuple[Known, ...]
    fixed: tuple[Known, ...]


def compared(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], known: Iterable[Known], rules: Iterable[str]
) -> Compared:
    """The findings of a whole base, in order, and those that are known; `rules` are those that ran.

    First by fingerprint; those in a page that was moved, by the fingerprint that they would have at its former path. What
    is left over on both sides with the same rule, file and subject is the same fault on a line that was edited: as many of
    them as were known stay known.
    """
    names, marks = frozenset(rules), fingerprints(diagnostics, texts)
    left = {entry.fingerprint: entry for entry in known if entry.rule in names}
    met = [left.pop(mark) for mark in marks.values() if mark in left]
    matched = {entry.fingerprint for entry in met}
    unknown = {diagnostic: mark for diagnostic, mark in marks.items() if mark not in matched}
    for diagnostic, entry in _moved(unknown, texts, left.values()):
        if diagnostic in unknown and left.pop(entry.fingerprint, None) is not None:
            met.append(_known(diagnostic, unknown.pop(diagnostic)))
    of_subject: dict[tuple[str, str, str], list[Known]] = {}
    for entry in left.values():
        if entry.subject:
            of_subject.setdefault((entry.path, entry.rule, entry.subject), []).append(entry)
    new = []
    for diagnostic, mark in unknown.items():
        found = _known(diagnostic, mark)
        same = of_subject.get((found.path, found.rule, found.subject))
        if same:
            del left[same.pop().fingerprint]
            met.append(found)
        else:
            new.append(diagnostic)
    return Compared(tuple(new), tuple(sorted(met)), tuple(sorted(left.values())))


def _moved(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], known: Iterable[Known]
) -> list[tuple[Diagnostic, Known]]:
    """The findings in pages that stood elsewhere, in the same folder or under the same name, each with its entry there."""
    gone: dict[str, dict[str, Known]] = {}
    for entry in known:
        if entry.path not in texts:
            gone.setdefault(entry.path, {})[entry.fingerprint] = entry
    former: dict[str, list[str]] = {}
    for path in gone:
        for part in (dirname(path) + "/", basename(path)):
            former.setdefault(part, []).append(path)
    of_page: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics if gone else ():
        of_page.setdefault(diagnostic.path, []).append(diagnostic)
    found: list[tuple[Diagnostic, Known]] = []
    for path, here in of_page.items():
        candidates = dict.fromkeys((*former.get(basename(path), ()), *former.get(dirname(path) + "/", ())))
        for old in islice(candidates, _MOST_FORMER):
            there = {replace(one, path=old): one for one in here}
            marks = fingerprints(there, {old: texts.get(path, "")})
            found += ((there[one], gone[old][mark]) for one, mark in marks.items() if mark in gone[old])
    return found


def known_of(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> list[Known]:
    """The findings of a whole base, in order, as they stand in the file."""
    return sorted(_known(one, mark) for one, mark in fingerprints(diagnostics, texts).items())


def _known(diagnostic: Diagnostic, fingerprint: str) -> Known:
    entity = diagnostic.entity.name if diagnostic.entity else ""
    return Known(diagnostic.path, diagnostic.rule, diagnostic.target or entity, fingerprint)


# ---- the file


def read_baseline(root: Path) -> list[Known] | None:
    """The known findings of the base at `root`; None without a file. Raises `UsageError` for a faulty one."""
    source = read(root, FILE_NAME)
    for problem in source.problems:
        if problem.reason == "missing":
            return None
        raise UsageError("the known findings cannot be read. {detail}", place=FILE_NAME, detail=problem.detail)
    return [_entry(line, number) for number, line in enumerate(source.text.split("\n"), 1) if line.strip()]


def _entry(line: str, number: int) -> Known:
    try:
        return convert(json.loads(line), Known)
    except (ValueError, RecursionError, ValidationError):
        raise UsageError(
            "this is no line of a baseline; take it out, or write the file anew with `kbcheck baseline --force`",
            place=f"{FILE_NAME}:{number}",
        ) from None


def baseline_text(known: Sequence[Known]) -> str:
    """The file with these findings."""
    from kbcheck.reports.json import json_line

    return "".join(
        json_line({name: getattr(entry, name) for name in Known.__struct_fields__}) for entry in sorted(known)
    )


# ---- what is said of it


def notes_on(outcome: Compared, language: str) -> tuple[str, ...]:
    """How many known findings are left out, and how many are fixed."""
    words = texts_in(language)
    left_out = words.counted(
        "{count} known finding is left out, as {file} says; --no-baseline shows it.",
        "{count} known findings are left out, as {file} says; --no-baseline shows them.",
        len(outcome.met),
        file=FILE_NAME,
    )
    fixed = words.counted(
        "{count} known finding is fixed: `kbcheck baseline --prune` takes it out of {file}.",
        "{count} known findings are fixed: `kbcheck baseline --prune` takes them out of {file}.",
        len(outcome.fixed),
        file=FILE_NAME,
    )
    return tuple(said for said, known in ((left_out, outcome.met), (fixed, outcome.fixed)) if known)


def written(known: Sequence[Known], language: str) -> str:
    """What the file holds now: how many findings, and of which rules, the most frequent first."""
    words = texts_in(language)
    if not known:
        return words.said("no known finding: there is no {file}", file=FILE_NAME)
    rules = Counter(entry.rule for entry in known).most_common()
    counts = ", ".join(f"{name} {count}" for name, count in rules)
    return words.counted(
        "{file}: {count} known finding ({rules})",
        "{file}: {count} known findings ({rules})",
        len(known),
        file=FILE_NAME,
        rules=counts,
    )
