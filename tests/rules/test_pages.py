"""The rule pages: each is a rule, its documentation, and a test of itself."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from inspect import signature
from pathlib import Path

import pytest

from kbcheck.diagnostics import Diagnostic
from kbcheck.reports.report import Report
from kbcheck.rules.catalogue import PLACEHOLDER, Rule, load_catalogue
from kbcheck.rules.examples import Example, examples
from kbcheck.schema.faults import KINDS
from kbcheck.schema.validate import validate
from kbcheck.schema.yaml import read_yaml
from tests.support import read_cases, report_on

RULES = Path(__file__).parents[2] / "rules"
CATALOGUE = load_catalogue(RULES)
SECTIONS = ["What it reports", "Why", "Examples", "Settings"]


EXAMPLES = [example for rule in CATALOGUE for example in examples(rule)]


@pytest.fixture(params=[pytest.param(rule, id=rule.name) for rule in CATALOGUE])
def rule(request: pytest.FixtureRequest) -> Rule:
    rule: Rule = request.param
    return rule


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.verdict}-{one.line}")
def test_example(example: Example, tmp_path: Path) -> None:
    report = report_on(example.files, tmp_path)
    own = [diagnostic for diagnostic in report.diagnostics if diagnostic.rule == example.rule]
    if example.verdict == "bad":
        assert example.path in {diagnostic.path for diagnostic in own}
    else:
        assert own == []
        # A good example is a model: no other rule may call it an error.
        assert [diagnostic for diagnostic in report.diagnostics if diagnostic.severity == "error"] == []


def test_page_has_good_and_bad_examples(rule: Rule) -> None:
    assert {example.verdict for example in EXAMPLES if example.rule == rule.name} == {"bad", "good"}


def test_front_matter_follows_the_schema(rule: Rule) -> None:
    block = rule.page.read_text(encoding="utf-8").split("---\n", 2)[1]
    assert validate(read_yaml(block), "rule") == []


def test_page_is_where_its_front_matter_says(rule: Rule) -> None:
    assert (rule.page.parent.name, rule.page.stem) == (rule.family, rule.name)


def test_function_has_the_shape_of_all_rules(rule: Rule) -> None:
    if rule.scope == "run":  # reported by the engine, which alone knows what was silenced
        return
    assert list(signature(rule.check).parameters) == ["document", "base", "options"]


def test_page_has_its_sections(rule: Rule) -> None:
    lines = re.sub(r"^```.*?^```", "", rule.body, flags=re.DOTALL | re.MULTILINE).splitlines()
    assert lines[0] == f"# {rule.name}"
    assert [line[3:] for line in lines if line.startswith("## ")] == SECTIONS


def test_summary_is_a_short_sentence(rule: Rule) -> None:
    assert 20 <= len(rule.summary) <= 90


def test_messages_are_one_sentence_without_full_stop(rule: Rule) -> None:
    for message in rule.messages.values():
        assert not message.text.endswith("."), message.text
        assert '"' not in message.text.replace("{found}", ""), "quotes are “…”"


def test_a_severity_of_its_own_is_another_one(rule: Rule) -> None:
    assert rule.severity not in {message.severity for message in rule.messages.values()}


def test_codes_are_unique() -> None:
    pages = [page for page in RULES.glob("*/*.md") if page.stem != "README" and "." not in page.stem]
    codes = Counter(re.findall(r"^code: (\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE)[0] for page in pages)
    assert [code for code, count in codes.items() if count > 1] == []
    assert len(codes) == len(list(CATALOGUE))


# What the rules say in all examples and all cases together.


@cache
def _reports(folder: Path) -> tuple[Report, ...]:
    bases = [example.files for example in EXAMPLES]
    bases += [case.files for case in read_cases()]
    return tuple(report_on(files, folder / str(number)) for number, files in enumerate(bases))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Diagnostic]:
    reports = _reports(tmp_path_factory.mktemp("bases"))
    return [diagnostic for report in reports for diagnostic in report.diagnostics]


def _pattern(text: str) -> re.Pattern[str]:
    """What a message looks like when it is filled."""
    pieces = PLACEHOLDER.split(text)
    return re.compile("".join(".*" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)), re.DOTALL)


# What no file of an example can bring about.
UNSAYABLE = {
    "invalid-encoding": {"mixed"},  # two encodings in one file: tests/files
    "skipped-heading-level": {"habit"},  # more than twenty pages: tests/rules/test_habits.py
    "section-without-index": {"habit"},
    "schema-violation": set(KINDS),  # tests/schema brings each of them about; some are said of settings only
    "unchecked-file": {"default", "outside-root", "too-large", "too-complex"},  # tests/files, tests/documents
}


def test_every_message_is_said_somewhere(rule: Rule, found: list[Diagnostic]) -> None:
    """A message that no example and no case brings about is one that nobody has ever read."""
    own = [diagnostic for diagnostic in found if diagnostic.rule == rule.name]
    said = {diagnostic.message for diagnostic in own}
    said |= {related.message for diagnostic in own for related in diagnostic.related}
    said |= {fix.title for diagnostic in own for fix in diagnostic.fixes}
    unsaid = {key for key, message in rule.messages.items() if not any(map(_pattern(message.text).fullmatch, said))}
    assert unsaid <= UNSAYABLE.get(rule.name, set())


def test_every_placeholder_is_filled(rule: Rule, found: list[Diagnostic]) -> None:
    """The code gives each message the values that its page wants."""
    wanted = {f"{{{name}}}" for message in rule.messages.values() for name in PLACEHOLDER.findall(message.text)}
    for diagnostic in found:
        if diagnostic.rule == rule.name:
            assert not [name for name in wanted if name in diagnostic.message], diagnostic.message


def test_the_schema_rules_word_every_kind() -> None:
    messages = {**CATALOGUE["schema-violation"].messages, **CATALOGUE["unknown-field"].messages}
    assert set(messages) == set(KINDS)
    for kind, message in messages.items():
        assert set(PLACEHOLDER.findall(message.text)) <= KINDS[kind], kind


def test_page_says_what_is_repaired(rule: Rule, found: list[Diagnostic]) -> None:
    fixes = [fix for diagnostic in found if diagnostic.rule == rule.name for fix in diagnostic.fixes]
    offered = "safe" if any(fix.safe for fix in fixes) else "unsafe" if fixes else "none"
    assert offered == rule.fix
