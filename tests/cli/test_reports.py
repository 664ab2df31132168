"""Several reports in one run, and the reports of shards in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kbcheck.reports.formats import FORMATS
from tests.support import kbcheck


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "README.md").write_text("# Home\n\n[gone](gone.md)\n", encoding="utf-8")
    return folder


def test_one_run_writes_several_reports(base):
    run = kbcheck("check", "--report", "sarif=out.sarif", "--report", "markdown=out.md", cwd=base)
    assert run.returncode == 1
    assert "README.md:3:8 error KB301" in run.stdout
    assert json.loads((base / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert (base / "out.md").read_text(encoding="utf-8").startswith("## kbcheck\n\n1 error in 1 of 1 file")


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        (("sarif",), "--report takes a format and a file, such as sarif=kbcheck.sarif: sarif"),
        (("sarfi=x",), "no format is called “sarfi”; did you mean “sarif”?"),
        (("sarif=x", "html=x"), "two reports cannot be written to one file: x"),
        (("sarif=no/such/folder/x",), "the report cannot be written to no/such/folder/x"),
    ],
)
def test_a_report_that_cannot_be_written_is_the_users_to_correct(base, reports, said):
    run = kbcheck("check", *(part for report in reports for part in ("--report", report)), cwd=base)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_reports_of_shards_are_joined_in_every_format(base, name):
    kbcheck("check", "--report", "json=one.json", "--report", f"{name}=direct", cwd=base)
    run = kbcheck("merge", "one.json", "one.json", "--report", f"{name}=merged", cwd=base)
    assert run.returncode == 1, run.stderr
    direct, merged = ((base / file).read_text(encoding="utf-8") for file in ("direct", "merged"))
    if name == "html":  # the structure of the base is in no JSON report
        direct = direct.partition('<section id="coverage">')[0].replace(
            '\n<li><a href="#coverage">Phases, deliverables, roles</a></li>', ""
        )
        merged = merged.partition("</main>")[0]
    assert merged == direct


def test_without_the_pages_the_fingerprints_are_those_of_the_report(base, tmp_path):
    kbcheck("check", "--report", "json=one.json", "--report", "gitlab=direct", cwd=base)
    (tmp_path / "elsewhere").mkdir()
    run = kbcheck("merge", "../base/one.json", "--output-format", "gitlab", cwd=tmp_path / "elsewhere")
    [merged], [direct] = json.loads(run.stdout), json.loads((base / "direct").read_text(encoding="utf-8"))
    assert merged["fingerprint"] == direct["fingerprint"]
