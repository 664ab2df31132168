"""Patterns mean what they mean in .gitignore: git itself is asked."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kbcheck.files.globs import compile_globs

PARTS = ["a", "b", "*", "**/", "/**", "?", "/", "[ab]", "[!a]", "[^b]", "[b-a]", "[]a]", "[a\\-c]", "\\*", ".", "-"]
PATTERNS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=7).map("".join)
NAMES = st.text("ab*-.c]", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=20, unique=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(pattern=PATTERNS, paths=PATHS)
def test_a_pattern_matches_what_gitignore_matches(repository: Path, pattern: str, paths: list[str]) -> None:
    assume("//" not in pattern)
    # git 2.39 lets `a**/` cross slashes, against its own documentation
    assume(not re.search(r"[^/*]\*\*+(/|$)|(^|/)\*\*+[^/*]|\*\*\*", pattern))
    (repository / ".gitignore").write_text(pattern + "\n")
    command = ["git", "check-ignore", "--no-index", "--stdin", "-z"]
    done = subprocess.run(command, cwd=repository, input="\0".join(paths), capture_output=True, text=True, check=False)
    matches = compile_globs([pattern])
    assert {path for path in paths if matches(path)} == set(filter(None, done.stdout.split("\0")))


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("*.md", ["a.md", "docs/a.md"], ["a.mdx", "a.MD"]),
        ("docs/", ["docs/a.md", "x/docs/y/z.md"], ["docs", "docs2/a.md"]),
        ("/docs", ["docs", "docs/a.md"], ["x/docs/a.md"]),
        ("docs/*.md", ["docs/a.md"], ["docs/x/a.md", "x/docs/a.md"]),
        ("docs/**/a.md", ["docs/a.md", "docs/x/y/a.md"], ["docs/b.md"]),
        ("docs/**", ["docs/a.md", "docs/x/a.md"], ["docs"]),
        ("[À-Ý]t*", ["États/été.md"], ["étage.md"]),
        ("line?break", ["line\nbreak"], ["line/break"]),
        ("**", ["a", "a/b"], []),
        ("", [], ["a", ""]),
        ("/", [], ["a", ""]),
        ("[", ["["], ["a"]),
    ],
)
def test_a_pattern(pattern: str, matching: list[str], other: list[str]) -> None:
    matches = compile_globs([pattern])
    assert [path for path in matching + other if matches(path)] == matching


def test_no_pattern_matches_nothing() -> None:
    assert not compile_globs([])("a.md")


def test_one_of_several_patterns_is_enough() -> None:
    matches = compile_globs(["a.md", "b/"])
    assert matches("x/a.md")
    assert matches("b/c.md")
    assert not matches("c.md")


@pytest.mark.parametrize("pattern", ["*a" * 1500 + "b", "**/a/" * 600 + "b", "[" * 4000, "[" * 1_000_000, "a**" * 900])
def test_a_hostile_pattern_takes_no_exponential_time(pattern: str) -> None:
    assert not compile_globs([pattern])("a" * 250 + "/a" * 1500)  # backtracking would take years
