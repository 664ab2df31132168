"""The hook of kbcheck in `.pre-commit-config.yaml` (https://pre-commit.com/#adding-pre-commit-plugins-to-your-project)."""

from __future__ import annotations

from kbcheck import REPOSITORY, __version__
from kbcheck.schema.values import mapping
from kbcheck.schema.yaml import read_yaml
from kbcheck.schema.yaml_writing import write_keys
from kbcheck.starting.insertion import with_entry
from kbcheck.texts import Texts

#: The file, at the top of the git repository: pre-commit knows no other place.
FILE = ".pre-commit-config.yaml"
HOOK = "kbcheck"
_KEY = "repos"


def hook_entry(inside: str, texts: Texts) -> str:
    """The entry of `repos`; `inside` is the path of the base in its repository, a comment says what the hook does."""
    arguments = f"      {write_keys({'args': ['--root', inside]})}" if inside else ""
    comment = texts.said("kbcheck: what a commit changes in the pages, and what it breaks elsewhere")
    return f"# {comment}\n- repo: {REPOSITORY}\n  rev: v{__version__}\n  hooks:\n    - id: {HOOK}\n{arguments}"


def has_hook(text: str) -> bool:
    """Whether a configuration runs kbcheck already, from wherever it comes."""
    repositories = mapping(read_yaml(text).value).get(_KEY)
    for repository in repositories if isinstance(repositories, list) else ():
        hooks = mapping(repository).get("hooks")
        for hook in hooks if isinstance(hooks, list) else ():
            if str(mapping(hook).get("id", "")).startswith(HOOK):
                return True
    return False


def with_hook(text: str, entry: str) -> str | None:
    """The configuration with the entry at the end of `repos`; None where it cannot be added for certain."""
    return with_entry(text, _KEY, entry)
