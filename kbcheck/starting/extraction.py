"""What was guessed, as the section `extract:` of the settings: `kbcheck init --model`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kbcheck.knowledge.extraction.proposals import Proposal
from kbcheck.reports.model_words import kind_count
from kbcheck.reports.terminal import escaped
from kbcheck.schema.yaml_writing import write_yaml
from kbcheck.texts import Texts

_SHOWN_NAMES = 5
_LONGEST_NAME = 60
_INDENT = "  "


def render_extraction(found: Iterable[Proposal], texts: Texts) -> str:
    """The lines of `extract:`, ending with a line end; a comment before each rule says what it found."""
    comment = texts.said("What kbcheck guessed; correct it, then look at `kbcheck model` again.")
    blocks = [f"# {comment}\nextract:\n"]
    for proposal in found:
        comments = "".join(f"{_INDENT}# {line}\n" for line in _comments(proposal, texts))
        rule = write_yaml([dict(proposal.values)])
        blocks.append(comments + "".join(_INDENT + line for line in rule.splitlines(keepends=True)))
    return "\n".join(blocks)


def _comments(proposal: Proposal, texts: Texts) -> Iterator[str]:
    """One line a kind: how many, and the first names."""
    for kind in dict.fromkeys(entity.kind for entity in proposal.entities):
        names = [escaped(entity.name, _LONGEST_NAME) for entity in proposal.entities if entity.kind == kind]
        more = ", …" if names[_SHOWN_NAMES:] else ""
        shown = ", ".join(names[:_SHOWN_NAMES]) + more
        yield texts.said("{label}: {text}", label=kind_count(texts, kind, len(names)), text=shown)
