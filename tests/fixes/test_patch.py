"""The patch is what `git apply` makes the same files of."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbcheck.fixes import patch

lines = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\r\n", b"\xe9\n", b"\n"]), max_size=30).map(b"".join)
ends = st.sampled_from([b"", b"end"])


@settings(max_examples=40)
@given(before=st.tuples(lines, ends).map(b"".join), after=st.tuples(lines, ends).map(b"".join))
def test_git_apply_makes_the_same_file(before, after):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a page.md"
        file.write_bytes(before)
        text = patch({"a page.md": before}, {"a page.md": after})
        if before == after:
            assert text == b""
        elif before and after:  # to and from an empty file is a new file to git
            subprocess.run(["git", "apply", "-"], input=text, cwd=folder, check=True)
            assert file.read_bytes() == after


@pytest.mark.parametrize("count", [3000, 20_000])
def test_a_patch_of_many_lines_takes_no_time(count):
    before = b"".join(b"%d\n" % (number % 50) for number in range(count))
    after = b"new\n" + before[:-1] + b"changed\n"
    assert patch({"a.md": before}, {"a.md": after}).startswith(b"--- a/a.md\n+++ b/a.md\n@@ -1,")
