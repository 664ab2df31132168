"""Names are compared as git or the folder spells them: a disk that takes `roles.md` for `Roles.md` is never asked."""

from __future__ import annotations

import shutil

from kbcheck.config import Settings
from kbcheck.engine import load_base
from kbcheck.rules.examples import File, write


def test_a_mismatch_of_case_does_not_depend_on_the_disk(tmp_path):
    write([File("a.md", b"[x](roles.md) [y](Roles.md)"), File("Roles.md", b"# R\n")], tmp_path)
    base = load_base(Settings(root=tmp_path))
    shutil.rmtree(tmp_path)
    statuses = [resolution.status for _, resolution in base.resolutions(base.documents["a.md"])]
    assert statuses == ["case-mismatch", "ok"]
