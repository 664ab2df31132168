"""What was guessed, as rules for the settings."""

from __future__ import annotations

from pathlib import Path

from kbcheck.engine import Request, explore
from kbcheck.knowledge.extraction.proposals import proposals
from kbcheck.rules.examples import File, write


def froms(root: Path, *paths: str, text: str = "# {name}\n\nCe que l’on y fait.\n") -> dict[str, object]:
    """For each rule that is proposed, the files it looks in."""
    write([File(path, text.format(name=Path(path).stem.title()).encode()) for path in paths], root)
    base = explore(Request(root))
    return {one.values["id"]: one.values["from"] for one in proposals(base.model, base.documents)}


def test_a_folder_of_role_pages_is_proposed_whole(tmp_path):
    found = froms(tmp_path, "roles/README.md", "roles/designer.md", "roles/developpeur.md", "guide.md")
    assert found["role-pages"] == "roles/*.md"


def test_a_folder_of_which_the_rule_takes_some_pages_is_not(tmp_path):
    found = froms(tmp_path, "phases/01-idee.md", "phases/02-mvp.md", "phases/glossaire.md")
    assert found["phase-pages"] == ["phases/01-idee.md", "phases/02-mvp.md"]


def test_a_path_is_no_pattern(tmp_path):
    table = "# {name}\n\n| Phase | Livrables |\n|---|---|\n| 1. Idée | Note |\n| 2. MVP | Maquette |\n"
    assert froms(tmp_path, "[cycle].md", text=table)["phase-table"] == r"\[cycle].md"
