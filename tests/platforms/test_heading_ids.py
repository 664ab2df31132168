"""The ids of a page of nasty headings, against those that the generators themselves made of it.

`benchmarks/headings.py --write` builds the page with every generator and keeps what came out in `headings/`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kbcheck.config import Settings
from kbcheck.engine import load_base

HERE = Path(__file__).parent / "headings"
BUILT = sorted(path.stem for path in HERE.glob("*.json"))


@pytest.mark.parametrize("name", BUILT)
def test_every_id_is_the_one_that_the_generator_made(name, tmp_path):
    built = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    for path, text in {**built["files"], built["page"]: (HERE / "headings.md").read_text(encoding="utf-8")}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    base = load_base(Settings(root=tmp_path, platform=name.partition("-")[0]))
    assert list(base.platform.heading_ids(base.documents[built["page"]])) == built["ids"]


def test_all_generators_were_built():
    assert set(BUILT) >= {"docusaurus", "github", "hugo", "jekyll", "mkdocs", "mkdocs-material", "vitepress"}
