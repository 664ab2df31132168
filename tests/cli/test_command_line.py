"""The command line as a person meets it: exit codes, streams, what is said when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kbcheck import __version__

BROKEN = {"README.md": "# Home\n\n[gone](gone.md)\n", "guide/page.md": "# Page\n\n[home](../README.md#nowhere)\n"}
CLEAN = {"README.md": "# Home\n\n[page](page.md)\n", "page.md": "# Page\n\n[home](README.md#home)\n"}


@pytest.fixture
def base(tmp_path):
    """Writes a small knowledge base and gives its folder."""

    def write(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def kbcheck(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the program as a shell does."""
    variables = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR")}
    variables["LC_ALL"] = "C.UTF-8"  # messages in English, wherever the tests run
    return subprocess.run(
        [sys.executable, "-m", "kbcheck", *map(str, arguments)],
        cwd=cwd,
        env={**variables, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_clean_base_exits_with_0(base):
    run = kbcheck("check", cwd=base(CLEAN))
    assert run.returncode == 0
    assert run.stdout.startswith("No problem found in 2 files")
    assert run.stderr == ""


def test_findings_exit_with_1_and_stand_on_stdout(base):
    run = kbcheck("check", "--output-format", "concise", cwd=base(BROKEN))
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        "README.md:3:8 error KB301 missing-file: this link leads nowhere: “gone.md” does not exist",
        "guide/page.md:1:1 info KB603 section-without-index: the folder “guide” has no “README.md” to introduce its pages",
        "guide/page.md:1:3 info KB604 orphan-page: no other page links to this one",
        "guide/page.md:3:8 error KB302 missing-anchor: “README.md” has no heading for “#nowhere”",
    ]
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.md"], "no such path: nowhere.md"),
        (["check", "--select", "missing-fil"], "did you mean “missing-file”?"),
        (["explain", "MISSING_FILE"], "did you mean “missing-file”?"),
        (["check", "--output-format", "yaml"], "Invalid value"),
        (["chek"], "No such command"),
        (["explain", "KB999"], "no rule is called “KB999”"),
    ],
)
def test_what_the_user_must_correct_exits_with_2(base, arguments, said):
    run = kbcheck(*arguments, cwd=base(CLEAN))
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("platfrom: gitbook\n", ".kbcheck.yaml:1:1"),
        ("rules:\n  missing-fil: error\n", ".kbcheck.yaml:2:3"),
        ("platform: gitbok\n", ".kbcheck.yaml:1:11"),
        ("rules: [\n", ".kbcheck.yaml:1:8"),
        ("rules:\n  KB301: off\n  missing-file: error\n", ".kbcheck.yaml:3:3"),
    ],
)
def test_a_mistake_in_the_settings_exits_with_2_at_its_place(base, settings, said):
    run = kbcheck("check", cwd=base({**CLEAN, ".kbcheck.yaml": settings}))
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize("file", ["nowhere/report.txt", ".", "README.md/report.txt"])
def test_a_report_that_cannot_be_written_exits_with_2(base, file):
    run = kbcheck("check", "--output-file", file, cwd=base(CLEAN))
    assert run.returncode == 2
    assert run.stderr.startswith(f"kbcheck: the report cannot be written to {file}: ")
    assert run.stderr.count("\n") == 1


def test_a_message_steers_no_terminal(base):
    run = kbcheck("check", "no\x1b[31mwhere.md", cwd=base(CLEAN))
    assert (run.returncode, run.stderr) == (2, "kbcheck: no such path: no\\x1b[31mwhere.md\n")


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("mkdir gone; cd gone; rmdir ../gone; kbcheck check", 2),  # the current folder is not there any more
        ("kbcheck check >&-", 1),  # nobody wants the report
        ("kbcheck rules >&- 2>&-", 0),
        ("kbcheck check --output-format json | head -n 1; exit ${PIPESTATUS[0]}", 1),
    ],
)
def test_an_odd_shell_causes_no_traceback(base, script, code):
    script = f'kbcheck() {{ "{sys.executable}" -m kbcheck "$@"; }}; {script}'
    folder = base({"README.md": "# Home\n\n" + "[gone](gone.md)\n" * 2000})
    run = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == code
    assert "Traceback" not in run.stderr
    assert "bug" not in run.stderr


def test_a_path_that_git_ignores_is_no_silent_success(base):
    folder = base({**CLEAN, ".gitignore": "drafts/\n", "drafts/page.md": "[gone](gone.md)\n"})
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    for path in ("drafts", "drafts/page.md"):
        assert kbcheck("check", path, cwd=folder).stderr.startswith(f"kbcheck: {path} is not looked at")


def test_a_folder_without_pages_is_not_a_success(tmp_path):
    run = kbcheck("check", cwd=tmp_path)
    assert run.returncode == 2
    assert "no Markdown page found" in run.stderr


def test_a_bug_exits_with_3_in_one_line(base):
    program = (
        "import kbcheck.engine\n"
        "def bad(*settings, **options): raise RuntimeError('boom')\n"
        "kbcheck.engine.load_base = bad\n"
        "from kbcheck.cli import main\n"
        "main(['check'])\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=base(CLEAN), capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert run.stderr.count("\n") == 1
    assert "RuntimeError: boom" in run.stderr


@pytest.mark.parametrize(("threshold", "code"), [("error", 1), ("never", 0)])
def test_fail_on_says_which_findings_count(base, threshold, code):
    assert kbcheck("check", "--fail-on", threshold, cwd=base(BROKEN)).returncode == code


def test_infos_alone_do_not_fail_a_run_unless_asked(base):
    folder = base({**CLEAN, "orphan.md": "# Orphan\n\ntext\n"})
    assert kbcheck("check", cwd=folder).returncode == 0
    assert kbcheck("check", "--fail-on", "info", cwd=folder).returncode == 1


def test_json_is_one_object_on_stdout(base):
    run = kbcheck("check", "--output-format", "json", cwd=base(BROKEN))
    report = json.loads(run.stdout)
    assert report["format"] == "kbcheck/1"
    assert report["summary"]["documents"] == 2
    assert report["diagnostics"][0]["path"] == "README.md"
    assert (report["diagnostics"][0]["line"], report["diagnostics"][0]["column"]) == (3, 8)


def test_the_report_can_go_to_a_file(base):
    folder = base(BROKEN)
    run = kbcheck("check", "--output-format", "json", "--output-file", "report.json", cwd=folder)
    assert (run.returncode, run.stdout) == (1, "")
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["summary"]["error"] == 2


def test_paths_limit_the_findings_to_them_and_to_links_that_lead_there(base):
    folder = base({**BROKEN, "other.md": "# Other\n\n[x](guide/page.md#gone) [y](nothing.md)\n"})
    run = kbcheck("check", "--output-format", "concise", "--select", "KB3", "guide/page.md", cwd=folder)
    assert [line.split(" ")[0] for line in run.stdout.splitlines()] == ["guide/page.md:3:8", "other.md:3:5"]


def test_a_base_is_checked_from_outside_by_its_folder(base, tmp_path_factory):
    run = kbcheck("check", base(BROKEN), "--output-format", "concise", cwd=tmp_path_factory.mktemp("elsewhere"))
    assert run.returncode == 1
    assert run.stdout.startswith("README.md:3:8 ")


def test_colors_follow_the_option_then_the_environment(base):
    folder = base(BROKEN)
    escape = "\x1b["
    assert escape not in kbcheck("check", cwd=folder).stdout
    assert escape in kbcheck("check", cwd=folder, FORCE_COLOR="1").stdout
    assert escape not in kbcheck("check", cwd=folder, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert escape in kbcheck("check", "--color", "always", cwd=folder, NO_COLOR="1").stdout


def test_explain_prints_the_page_of_a_rule_by_name_or_code(base):
    by_name = kbcheck("explain", "missing-anchor", cwd=base(CLEAN))
    by_code = kbcheck("explain", "kb302", cwd=base(CLEAN))
    assert by_name.stdout == by_code.stdout
    assert "## Why" in by_name.stdout


def test_rules_lists_every_rule_with_a_sentence(base):
    lines = kbcheck("rules", cwd=base(CLEAN)).stdout.splitlines()
    assert any(line.startswith("KB302  missing-anchor") for line in lines)
    assert all(len(line.split()) > 5 for line in lines)


#: Modules that `kbcheck --version` may load beside Python's own: the bill that everyone pays at every start.
VERSION_BILL = {"click", "kbcheck"}


def test_version_loads_only_what_it_needs():
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "sys.argv = ['kbcheck', '--version']\n"
        "from kbcheck.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})\n"
        "print(*sorted(name for name in sys.modules if name.startswith('kbcheck')))\n"
    )
    run = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    version, loaded, own = run.stdout.splitlines()
    assert version == f"kbcheck {__version__}"
    assert set(loaded.split()) - sys.stdlib_module_names == VERSION_BILL
    assert own.split() == ["kbcheck", "kbcheck.cli", "kbcheck.cli.language", "kbcheck.errors", "kbcheck.texts"]


#: Modules that `kbcheck check` may not load for a small base without front matter and settings: those for the network,
#: for other processes and for schemas.
NOT_ON_THE_BILL = {
    *("jsonschema", "referencing", "linkcheck", "rich", "ftfy"),
    *("requests", "urllib3", "socket", "ssl", "http.client", "asyncio", "sqlite3"),
    *("subprocess", "multiprocessing", "concurrent.futures", "tempfile", "random"),
    *("kbcheck.external.check", "kbcheck.external.run", "kbcheck.external.store", "kbcheck.reports.json"),
}


def test_check_loads_nothing_that_it_does_not_use(base):
    program = (
        "import sys\n"
        "from kbcheck.cli import main\n"
        "try:\n    main(['check', '--output-format', 'concise'])\nexcept SystemExit:\n    pass\n"
        f"print(*sorted({NOT_ON_THE_BILL} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=base(CLEAN), capture_output=True, text=True, check=True)
    assert run.stdout == "\n"
