"""`kbcheck rules` and `kbcheck explain`: what is checked, and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from kbcheck.cli import EXIT_CLEAN, EXIT_FINDINGS
from kbcheck.cli.language import option as language_option
from kbcheck.cli.language import usual_language
from kbcheck.cli.paths import base_of, config_option, root_option
from kbcheck.config import load_settings
from kbcheck.diagnostics import Lines
from kbcheck.engine import Request, check, load_rules
from kbcheck.errors import UsageError, reason
from kbcheck.reports.terminal import escaped
from kbcheck.rules.catalogue import Catalogue, Rule
from kbcheck.rules.examples import Example, ExampleError, examples, write
from kbcheck.selection import did_you_mean
from kbcheck.texts import Text, Texts, texts_in

_FIXES = {"none": Text("fix: none"), "safe": Text("fix: safe"), "unsafe": Text("fix: unsafe")}


@click.command(short_help="Lists all rules.")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@root_option
@config_option
@language_option
@click.option("--test", is_flag=True, help="Run the examples of the base's own rules: bad is reported, good is not.")
def rules(folder: Path | None, root: Path | None, config: Path | None, language: str | None, *, test: bool) -> int:
    """Lists all rules: code, name, severity, and what it reports.

    Those of the knowledge base itself are among them: of FOLDER, by default of the one that `rules:` names in the settings.
    """
    catalogue, texts = _catalogue(folder, root, config, language)
    if test:
        return _test(catalogue, texts)
    width = max(len(rule.name) for rule in catalogue)
    for rule in catalogue:
        click.echo(f"{rule.code:5}  {rule.name:{width}}  {rule.severity:7}  {escaped(rule.summary)}")
    return EXIT_CLEAN


@click.command(short_help="Shows what a rule reports, and why.")
@click.argument("rule")
@root_option
@config_option
@language_option
def explain(rule: str, root: Path | None, config: Path | None, language: str | None) -> None:
    """Shows the page of RULE (a name or a code): what it reports, why, examples, settings."""
    catalogue, texts = _catalogue(None, root, config, language)
    try:
        found = catalogue[rule]
    except KeyError:
        raise UsageError(
            "no rule is called “{name}”{hint}", name=rule, hint=did_you_mean(rule, catalogue.names)
        ) from None
    body = "\n".join(map(escaped, found.explanation.split("\n")))
    click.echo(f"{found.code} · {found.severity} · {texts.said(_FIXES[found.fix])}\n\n{body}", nl=False)


def _catalogue(
    folder: Path | None, root: Path | None, config: Path | None, language: str | None
) -> tuple[Catalogue, Texts]:
    """The rules of kbcheck and of a base (those in `folder`, or those that its settings name), in the user's language."""
    base, inside = base_of((folder,) if folder else (), root)
    if folder and not folder.is_dir():
        raise UsageError("rule pages stand in a folder: {folder}", folder=folder)
    catalogue = load_rules(base, config, (inside[0] if inside else ".") if folder else None)
    if language is None:
        settings = load_settings(base, file=config, rule_names=catalogue.names)
        language = settings.language or usual_language()
    return catalogue.in_language(language), texts_in(language)


# The examples


def _test(catalogue: Catalogue, texts: Texts) -> int:
    """Runs the examples of a base's own rules and says which of them do not hold."""
    own = [rule for rule in catalogue if rule.is_own]
    if not own:
        raise UsageError(
            "this knowledge base has no rules of its own; name their folder, or see `rules:` in the settings"
        )
    found = {rule.name: _examples(rule) for rule in own}
    faults = [fault for rule in own for fault in _faults(rule, found[rule.name], catalogue)]
    for place, fault in faults:
        click.echo(escaped(f"{place}: {texts.said(fault)}"))
    count = sum(map(len, found.values()))
    sums = {"examples": count, "rules": len(own), "problems": len(faults)}
    click.echo(texts.said("examples: {examples}, rules: {rules}, problems: {problems}", **sums))
    return EXIT_FINDINGS if faults else EXIT_CLEAN


def _examples(rule: Rule) -> list[Example]:
    try:
        return list(examples(rule))
    except ExampleError as error:
        line = Lines(rule.body).position(error.offset).line
        raise UsageError(error, place=_place(rule, line)) from None


def _faults(rule: Rule, own: list[Example], catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    """The place of each fault, and what it is."""
    if not any(example.verdict == "bad" for example in own):
        yield _place(rule, 1), Text("{rule} has no bad example: nothing shows that it reports anything", rule=rule.name)
    for example in own:
        reported = _reported(rule, example, catalogue)
        if example.verdict == "bad" and example.path not in reported:
            yield _place(rule, example.line), Text("{rule} does not report this bad example", rule=rule.name)
        elif example.verdict == "good" and reported:
            yield (
                _place(rule, example.line),
                Text("{rule} reports this good example, in {path}", rule=rule.name, path=min(reported)),
            )


def _reported(rule: Rule, example: Example, catalogue: Catalogue) -> frozenset[str]:
    """The pages of an example, as a knowledge base of its own, in which the rule finds something."""
    with TemporaryDirectory() as folder:
        try:
            write(example.files, Path(folder))
            report, _ = check(Request(Path(folder), select=(rule.name,)), catalogue)
        except (OSError, ValueError, ExampleError) as error:
            raise UsageError(
                "the files of this example cannot be written: {reason}",
                place=_place(rule, example.line),
                reason=reason(error),
            ) from None
        except UsageError as error:
            raise UsageError(
                "this example cannot be checked: {reason}", place=_place(rule, example.line), reason=reason(error)
            ) from None
    return frozenset(diagnostic.path for diagnostic in report.diagnostics)


def _place(rule: Rule, line_of_body: int) -> str:
    return f"{os.path.relpath(rule.page)}:{rule.body_line + line_of_body - 1}"
