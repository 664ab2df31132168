"""What was guessed, as the section `extract:` of the settings: `kbcheck init --model`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kbcheck.knowledge.extraction.proposals import Proposal
from kbcheck.reports.model_words import kind_count
from kbcheck.reports.terminal import escaped
from kbcheck.schema.yaml import read_yaml
from kbcheck.schema.yaml_writing import write_yaml
from kbcheck.texts import Texts

# Editors with YAML's language server complete and check the file by the schema at this address.
_LANGUAGE_SERVER = "# yaml-language-server: $schema=https://www.schemastore.org/kbcheck.json"
_SHOWN_NAMES = 5
_LONGEST_NAME = 60
_INDENT = "  "


def render_extraction(found: Iterable[Proposal], words: Texts) -> str:
    """The lines of `extract:`, ending with a line end; a comment before each rule says what it found."""
    comment = words.said("What kbcheck guessed; correct it, then look at `kbcheck model` again.")
    blocks = [f"# {comment}\nextract:\n"]
    for proposal in found:
        comments = "".join(f"{_INDENT}# {line}\n" for line in _comments(proposal, words))
        rule = write_yaml([dict(proposal.values)])
        blocks.append(comments + "".join(_INDENT + line for line in rule.splitlines(keepends=True)))
    return "\n".join(blocks)


def _comments(proposal: Proposal, words: Texts) -> Iterator[str]:
    """One line a kind: how many, and the first names."""
    for kind in dict.fromkeys(entity.kind for entity in proposal.entities):
        names = [escaped(entity.name, _LONGEST_NAME) for entity in proposal.entities if entity.kind == kind]
        more = ", …" if names[_SHOWN_NAMES:] else ""
        shown = ", ".join(names[:_SHOWN_NAMES]) + more
        yield words.said("{label}: {text}", label=kind_count(words, kind, len(names)), text=shown)


def with_extraction(settings: str, section: str) -> str | None:
    """The text of a settings file with this section at its end; None where it would not be read as that.

    An empty text becomes a new file, which tells editors where the schema of the settings is. Line ends are those of the
    file.
    """
    start = settings or f"{_LANGUAGE_SERVER}\n"
    gap = "\n" if start.endswith("\n") else "\n\n"
    added = f"{gap}{section}".replace("\n", "\r\n" if "\r\n" in settings else "\n")
    text = start + added
    before, after = read_yaml(settings), read_yaml(text)
    wanted = {**(before.value or {}), **read_yaml(section).value}
    return text if not after.errors and after.value == wanted else None
