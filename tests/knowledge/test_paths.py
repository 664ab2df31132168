"""Names are compared as git or the folder spells them: a disk that takes `roles.md` for `Roles.md` is never asked."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from kbcheck.config import Settings
from kbcheck.engine import Request, check, load_base
from kbcheck.knowledge.paths import encoded
from kbcheck.rules.examples import File, write


def test_a_mismatch_of_case_does_not_depend_on_the_disk(tmp_path):
    write([File("a.md", b"[x](roles.md) [y](Roles.md)"), File("Roles.md", b"# R\n")], tmp_path)
    base = load_base(Settings(root=tmp_path))
    shutil.rmtree(tmp_path)
    statuses = [resolution.status for _, resolution in base.resolutions(base.documents["a.md"])]
    assert statuses == ["case-mismatch", "ok"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name is Unicode")
def test_a_name_that_is_no_utf_8_is_no_bug_and_no_repair(tmp_path):
    write([File("a.md", b"# A\n\n[x](caf.md) [y](old/caf%C3%A9.md)\n")], tmp_path)
    path = os.fsdecode(b"caf\xe9.md")
    (tmp_path / path).write_text("# Caf\n\n[a](a.md)\n")
    report, _ = check(Request(tmp_path, select=("KB3",)))
    assert [(one.rule, one.fixes) for one in report.diagnostics] == [("missing-file", ())] * 2
    assert encoded(path) == "caf%E9.md"
