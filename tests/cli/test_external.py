"""`check --external`, `audit`, `external` and `merge`, as a person meets them; the outside world is on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import termios
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.external.server import Host, Server, after, answer, redirect

ALLOWED = "external: {allow-private: [127.0.0.0/8], rate: 1000, parallel: 4, timeout: 5}\nrules: {orphan-page: off}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def host(server: Server) -> Host:
    return server.host({"/": answer(), "/gone": answer(404), "/old": redirect("/new"), "/new": answer()})


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def environment(**variables: str) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": root, **variables}


def kbcheck(*arguments: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kbcheck", *map(str, arguments)],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def report(*arguments: object, cwd: Path) -> dict[str, Any]:
    run = kbcheck(*arguments, "--output-format", "json", cwd=cwd)
    assert run.returncode in (0, 1), run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def rules(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["rule"], one["target"]) for one in found["diagnostics"]]


@pytest.fixture
def base(tmp_path: Path, host: Host) -> Path:
    links = " ".join(f"<http://{host.address}/{path}>" for path in ("", "gone", "old"))
    return write(tmp_path, {"README.md": f"# Home\n\n{links}\n", ".kbcheck.yaml": ALLOWED})


def test_check_uses_no_network_unless_asked(base: Path, host: Host) -> None:
    assert "external" not in report("check", cwd=base)["summary"]
    assert host.connections == 0
    assert not list(base.glob(".kbcheck_cache/external*"))


@pytest.mark.parametrize("command", [["check", "--external"], ["check", "--external", "."], ["audit"], ["audit", "."]])
def test_external_links_are_looked_at_when_asked_for(command: list[str], base: Path, host: Host) -> None:
    found = report(*command, cwd=base)
    assert rules(found) == [
        ("dead-link", f"http://{host.address}/gone"),
        ("moved-permanently", f"http://{host.address}/old"),
    ]
    assert found["summary"]["external"] == {
        "addresses": 3,
        "outcomes": {"alive": 1, "dead": 1, "moved": 1},
        "remembered": 0,
        "unchecked": [],
        "interrupted": False,
        "shard": None,
    }
    assert found["diagnostics"][1]["fixes"][0]["replacement"] == f"http://{host.address}/new"


def test_the_second_run_asks_nobody(base: Path, host: Host) -> None:
    first = report("audit", cwd=base)
    asked = len(host.requests)
    second = report("audit", cwd=base)
    assert len(host.requests) == asked
    assert second["summary"]["external"]["remembered"] == 3
    assert second["diagnostics"] == first["diagnostics"]


def test_the_second_run_does_without_the_libraries_of_the_network(base: Path) -> None:
    (base / "README.md").write_text((base / "README.md").read_text() + "<mailto:team@kb.fr> <mailto:no.one>\n")
    first = report("audit", cwd=base)
    run = kbcheck("audit", "--output-format", "json", cwd=base, PYTHONPROFILEIMPORTTIME="1")
    assert json.loads(run.stdout)["diagnostics"] == first["diagnostics"]
    assert ("dead-link", "mailto:no.one") in rules(first)
    assert "kbcheck.external.store" in run.stderr
    assert not [name for name in ("linkcheck", "requests", "dns") if f" {name}\n" in run.stderr]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("mkdocs.yml", "site_name: A\nnav:\n  - Home: index.md\n  - Other: {address}\n"),
        (
            "docs/.vitepress/config.mts",
            "export default {{themeConfig: {{nav: [{{text: 'Other', link: '{address}'}}]}}}}",
        ),
    ],
)
def test_a_table_of_contents_in_another_format_is_looked_at(path: str, text: str, tmp_path: Path, host: Host) -> None:
    address = f"http://{host.address}/gone"
    files = {path: text.format(address=address), "docs/index.md": "# Home\n\nHello.\n", ".kbcheck.yaml": ALLOWED}
    (finding,) = report("audit", cwd=write(tmp_path, files))["diagnostics"]
    assert (finding["rule"], finding["path"], finding["target"]) == ("dead-link", path, address)


def test_each_address_is_asked_for_once_and_reported_at_every_place(tmp_path: Path, host: Host) -> None:
    address = f"http://{host.address}/gone"
    write(tmp_path, dict.fromkeys(("a.md", "b.md"), f"# Page\n\n<{address}> [x]({address}#part)\n"))
    write(tmp_path, {".kbcheck.yaml": ALLOWED})
    assert [one["path"] for one in report("audit", cwd=tmp_path)["diagnostics"]] == ["a.md", "a.md", "b.md", "b.md"]
    assert [request.path for request in host.pages] == ["/gone"]


def test_an_outage_does_not_make_the_command_fail_unless_asked(tmp_path: Path) -> None:
    known = {"address": "http://down.example/", "outcome": "unreachable", "reason": "timeout"}
    write(
        tmp_path,
        {
            "README.md": "# Home\n\n<http://down.example/>\n",
            ".kbcheck.yaml": "external: {verdicts: known.json}\n",
            "known.json": json.dumps({"format": "kbcheck-verdicts/1", "verdicts": [known]}),
        },
    )
    run = kbcheck("check", "--output-format", "concise", cwd=tmp_path)
    assert "KB403 unreachable" in run.stdout
    assert run.returncode == 0
    assert kbcheck("check", "--fail-on-outages", cwd=tmp_path).returncode == 1


def test_private_addresses_are_not_contacted_by_default(tmp_path: Path, host: Host) -> None:
    write(tmp_path, {"README.md": f"# Home\n\n<http://{host.address}/>\n"})
    assert rules(report("audit", cwd=tmp_path)) == [("unverifiable", f"http://{host.address}/")]
    assert host.connections == 0


def test_what_the_settings_leave_out_is_not_contacted(tmp_path: Path, server: Server) -> None:
    hosts = [server.host({"*": answer(404)}) for _ in range(4)]
    skipped, pattern, intranet, site = (host.address for host in hosts)
    settings = (
        f"external:\n  allow-private: 127.0.0.0/8\n  skip: ['{skipped}', 'http://{pattern}/drafts/*']\n"
        f"  intranet: {intranet}\nsite: http://{site}/guide\nrules: {{orphan-page: off}}\n"
    )
    links = [f"http://{skipped}/", f"http://{pattern}/drafts/x", f"http://{intranet}/", f"http://{site}/guide/future"]
    write(tmp_path, {"README.md": "# Home\n\n" + "\n".join(f"<{link}>" for link in links), ".kbcheck.yaml": settings})
    assert rules(report("audit", cwd=tmp_path)) == [("unverifiable", f"http://{intranet}/")]
    assert [host.connections for host in hosts] == [0, 0, 0, 0]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_only_addresses_on_changed_lines(base: Path, host: Host) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "--initial-branch=main"], ["add", "--all"], ["commit", "--message=x"]):
        subprocess.run(["git", *identity, *arguments], cwd=base, check=True, capture_output=True)
    assert report("check", "--external=changed", cwd=base)["summary"]["external"]["addresses"] == 0
    page = base / "README.md"
    page.write_text(page.read_text() + f"\n[new](http://{host.address}/gone?new)\n")
    assert rules(report("check", "--external", "changed", cwd=base)) == [
        ("dead-link", f"http://{host.address}/gone?new")
    ]
    assert [request.path for request in host.pages] == ["/gone?new"]


def test_without_git_it_is_said_that_changes_are_not_known(base: Path) -> None:
    run = kbcheck("check", "--external=changed", cwd=base)
    assert run.returncode == 2
    assert "which lines were changed is not known" in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--budget", "soon"],
        ["--shard", "0/3"],
        ["--shard", "4/3"],
        ["--shard", "x"],
        ["--external=some"],
        ["--changed-since", "main"],  # in no repository
        ["--changed-lines-only"],
    ],
)
def test_wrong_options_are_refused_in_a_sentence(arguments: list[str], base: Path) -> None:
    run = kbcheck("audit", *arguments, cwd=base)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


def test_the_budget_ends_the_run_and_says_what_is_left(tmp_path: Path, server: Server) -> None:
    address = server.host({"*": after(0.3, answer())}).address
    links = "\n".join(f"<http://{address}/{number}>" for number in range(100))
    write(tmp_path, {"README.md": f"# Home\n\n{links}\n", ".kbcheck.yaml": ALLOWED})
    run = kbcheck("audit", "--budget", "3s", "--output-format", "json", cwd=tmp_path)
    external = json.loads(run.stdout)["summary"]["external"]
    assert len(external["unchecked"]) + external["outcomes"]["alive"] == 100
    assert 0 < external["outcomes"]["alive"] < 60  # two at a time: all of them would take 15 seconds
    assert f"out of time; external addresses not checked: {len(external['unchecked'])} (hosts: 1: " in run.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")
def test_ctrl_c_keeps_what_is_known(tmp_path: Path, server: Server) -> None:
    slow = server.host({"/robots.txt": answer(404), "/gone": answer(404), "*": after(30, answer())})
    links = f"<http://{slow.address}/gone>\n<http://{slow.address}/slow>\n"
    write(tmp_path, {"README.md": f"# Home\n\n{links}", ".kbcheck.yaml": ALLOWED.replace("timeout: 5", "timeout: 60")})
    command = [sys.executable, "-m", "kbcheck", "audit", "--output-format", "json"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while len(slow.pages) < 2:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    found = json.loads(out)
    assert rules(found) == [("dead-link", f"http://{slow.address}/gone")]
    assert found["summary"]["external"]["interrupted"]
    assert found["summary"]["external"]["unchecked"] == [f"http://{slow.address}/slow"]
    assert "interrupted, the report is partial; external addresses not checked: 1 (hosts: 1: " in err
    assert "Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_progress_is_shown_on_a_terminal_only(base: Path) -> None:
    assert kbcheck("audit", cwd=base).stderr == ""
    kbcheck("external", "forget", "--all", cwd=base)
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "kbcheck", "audit", "--lang", "fr"]
    subprocess.run(command, cwd=base, env=environment(), stdout=subprocess.DEVNULL, stderr=follower, check=False)
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert "liens externes\xa0: 3 sur 3, hôtes restants\xa0: 0 (valides 1, déplacés 1, morts 1)" in shown
    assert shown.endswith("\r\x1b[K")


@pytest.fixture
def secure(server: Server, tmp_path: Path) -> tuple[Host, dict[str, str]]:
    """A host with a certificate that the environment trusts: credentials go over https only."""
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", *(f"127.0.0.{n}" for n in range(2, 200))).configure_cert(context)
    routes = {"/": answer(), "/gone": answer(404), "/old": redirect("/new"), "/new": answer(), "/down": answer(500)}
    return server.host(routes, context), {"REQUESTS_CA_BUNDLE": str(bundle)}


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_progress_fits_into_the_terminal(base: Path) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "kbcheck", "audit"]
    termios.tcsetwinsize(follower, (10, 30))
    subprocess.run(command, cwd=base, env=environment(), stdout=subprocess.DEVNULL, stderr=follower, check=False)
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert "external links: 3 of 3" in shown
    assert max(len(line) for line in shown.replace("\x1b[K", "").split("\r")) < 30


def test_no_secret_is_written_anywhere(tmp_path: Path, secure: tuple[Host, dict[str, str]]) -> None:
    host, trust = secure
    name = f"hosts: {{'{host.address}': {{headers: {{X-Key: KBCHECK_KEY}}, user: KBCHECK_USER, password: KBCHECK_PASSWORD}}}}"
    links = " ".join(f"<https://{host.address}/{path}>" for path in ("", "gone", "old", "down"))
    settings = ALLOWED.replace("timeout: 5", name)
    base = write(tmp_path / "base", {"README.md": f"# Home\n\n{links}\n", ".kbcheck.yaml": settings})
    secrets = {"KBCHECK_KEY": "s3cr3t-key", "KBCHECK_USER": "s3cr3t-user", "KBCHECK_PASSWORD": "s3cr3t-word"}
    formats = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html", "rdjson")
    runs = [kbcheck("audit", "--output-format", each, cwd=base, **secrets, **trust) for each in formats]
    runs += [kbcheck("external", each, cwd=base, **secrets, **trust) for each in ("list", "export")]
    encoded = b64encode(b"s3cr3t-user:s3cr3t-word").decode()
    assert host.pages[0].headers["authorization"] == f"Basic {encoded}"
    assert host.pages[0].headers["x-key"] == "s3cr3t-key"
    assert {run.returncode for run in runs} == {0, 1}
    for text in (part for run in runs for part in (run.stdout, run.stderr)):
        assert "s3cr3t" not in text
        assert encoded not in text
    for file in (file for file in base.rglob("*") if file.is_file()):
        assert b"s3cr3t" not in file.read_bytes()
        assert encoded.encode() not in file.read_bytes()


def test_a_secret_that_cannot_be_sent_is_said_by_its_header(tmp_path: Path, host: Host) -> None:
    name = f"hosts: {{'{host.address}': {{headers: {{X-Key: KBCHECK_KEY, X-Name: KBCHECK_NAME}}}}}}"
    settings = ALLOWED.replace("timeout: 5", name)
    write(tmp_path, {"README.md": f"# Home\n\n<http://{host.address}/>\n", ".kbcheck.yaml": settings})
    run = kbcheck("audit", cwd=tmp_path, KBCHECK_KEY="s3cr3t\r\nX-Other: œ")
    assert run.returncode == 0
    assert f"the header X-Key for {host.address} is not sent" in run.stderr
    assert "the variable KBCHECK_NAME" in run.stderr
    assert "s3cr3t" not in run.stdout + run.stderr


def test_only_variables_of_kbcheck_can_be_named(base: Path) -> None:
    text = "external: {hosts: {evil.example: {headers: {X: GITHUB_TOKEN}}}}\n"
    run = kbcheck("check", cwd=write(base, {".kbcheck.yaml": text}))
    assert run.returncode == 2
    assert "GITHUB_TOKEN" in run.stderr


def test_verdicts_can_be_listed_forgotten_and_taken_elsewhere(base: Path, host: Host, tmp_path_factory: Any) -> None:
    report("audit", cwd=base)
    listed = kbcheck("external", "list", cwd=base).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["alive", "dead", "moved"]
    assert kbcheck("external", "export", "known.json", cwd=base).returncode == 0
    assert kbcheck("external", "forget", "--outcome", "dead", cwd=base).stdout == "1\n"
    assert kbcheck("external", "forget", f"*{host.address}/o*", cwd=base).stdout == "1\n"
    assert len(kbcheck("external", "list", cwd=base).stdout.splitlines()) == 1
    assert kbcheck("external", "import", "known.json", cwd=base).stdout == "3\n"
    assert kbcheck("external", "list", cwd=base).stdout.splitlines() == listed
    assert kbcheck("external", "forget", cwd=base).returncode == 2


def test_what_cannot_be_forgotten_is_not_called_so(base: Path) -> None:
    report("audit", cwd=base)
    kbcheck("external", "export", "known.json", cwd=base)
    shutil.rmtree(base / ".kbcheck_cache")
    (base / ".kbcheck_cache").write_text("")
    run = kbcheck("external", "import", "known.json", cwd=base)
    assert (run.returncode, run.stdout) == (2, "")
    assert "cannot be remembered" in run.stderr


def test_recorded_verdicts_are_reported_without_network(base: Path, host: Host) -> None:
    report("audit", cwd=base)
    kbcheck("external", "export", "known.json", cwd=base)
    asked = host.connections
    write(base, {".kbcheck.yaml": "external: {verdicts: known.json}\nrules: {orphan-page: off}\n"})
    assert [rule for rule, _ in rules(report("check", cwd=base))] == ["dead-link", "moved-permanently"]
    assert host.connections == asked


def test_what_a_run_finds_takes_the_place_of_what_was_recorded(base: Path, host: Host) -> None:
    known = {"format": "kbcheck-verdicts/1", "verdicts": [{"address": f"http://{host.address}/", "outcome": "dead"}]}
    settings = ALLOWED.replace("external: {", "external: {verdicts: known.json, ")
    write(base, {"known.json": json.dumps(known), ".kbcheck.yaml": settings})
    assert [rule for rule, _ in rules(report("check", cwd=base))] == ["dead-link"]
    assert rules(report("audit", cwd=base)) == [
        ("dead-link", f"http://{host.address}/gone"),
        ("moved-permanently", f"http://{host.address}/old"),
    ]


@pytest.mark.parametrize("path", ["missing.json", "README.md", "../outside.json"])
def test_a_file_of_verdicts_that_cannot_be_used_ends_the_run(path: str, base: Path) -> None:
    run = kbcheck("check", cwd=write(base, {".kbcheck.yaml": f"external: {{verdicts: {path}}}\n"}))
    assert run.returncode == 2
    assert path in run.stderr
    assert "Traceback" not in run.stderr


# Shards


def test_shards_together_say_what_one_run_says(tmp_path: Path, server: Server) -> None:
    hosts = [server.host({"*": answer(404 if number % 2 else 403)}).address for number in range(8)]
    links = "\n".join(f"<http://{host}/a> <http://{host}/b>" for host in hosts)
    write(tmp_path, {"README.md": f"# Home\n\n[gone](gone.md)\n{links}\n", ".kbcheck.yaml": ALLOWED})
    whole = report("audit", cwd=tmp_path)
    shutil.rmtree(tmp_path / ".kbcheck_cache")
    sizes = []
    for number in (1, 2, 3):
        file = tmp_path / f"{number}.json"
        kbcheck("audit", "--shard", f"{number}/3", "--output-format", "json", "--output-file", file, cwd=tmp_path)
        sizes.append(json.loads(file.read_text())["summary"]["external"]["addresses"])
    assert sum(sizes) == 16
    assert max(sizes) < 16
    joined = report("merge", "1.json", "2.json", "3.json", cwd=tmp_path)
    assert joined["diagnostics"] == whole["diagnostics"]
    external = joined["summary"]["external"], whole["summary"]["external"]
    assert external[0] == external[1] | {"remembered": 0}
    text = kbcheck("merge", "3.json", "2.json", "1.json", "--output-format", "concise", cwd=tmp_path)
    assert text.stdout == kbcheck("audit", "--output-format", "concise", cwd=tmp_path).stdout
    assert text.returncode == 1


def test_a_shard_that_is_missing_is_told(base: Path) -> None:
    for index in (1, 3):
        kbcheck("audit", "--shard", f"{index}/4", "--output-format", "json", "--output-file", f"{index}.json", cwd=base)
    run = kbcheck("merge", "1.json", "3.json", cwd=base)
    assert run.returncode == 2
    assert "the report of a shard is missing: 2/4, 4/4" in run.stderr


def test_reports_are_joined_where_the_files_are_not(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    kbcheck("audit", "--output-format", "json", "--output-file", elsewhere / "1.json", cwd=base)
    here = kbcheck("audit", "--output-format", "concise", cwd=base).stdout
    assert kbcheck("merge", "1.json", "--output-format", "concise", cwd=elsewhere).stdout == here
    assert kbcheck("merge", "1.json", cwd=elsewhere).returncode == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "nonsense", '{"format": "kbcheck/1"}', '{"format": "kbcheck/1", "diagnostics": 3}', "[" * 99_999],
)
def test_what_is_no_report_is_refused_in_a_sentence(text: str, base: Path) -> None:
    run = kbcheck("merge", "x.json", cwd=write(base, {"x.json": text}))
    assert run.returncode == 2
    assert "the reports cannot be joined" in run.stderr


def test_with_paths_only_their_links_are_looked_at(tmp_path: Path, host: Host) -> None:
    for name in ("a.md", "guide/b.md"):
        write(tmp_path, {name: f"# Page\n\n<http://{host.address}/gone?{name}>\n"})
    write(tmp_path, {".kbcheck.yaml": ALLOWED})
    found = report("check", "--external", "guide", cwd=tmp_path)
    assert ("dead-link", f"http://{host.address}/gone?guide/b.md") in rules(found)
    assert [request.path for request in host.pages] == ["/gone?guide/b.md"]


def test_addresses_that_are_made_up_are_not_looked_at(tmp_path: Path) -> None:
    links = (
        "<https://example.org/x> <http://www.example.com/> <http://site.test/> <http://localhost:8080/> <http://wiki/x>"
    )
    write(tmp_path, {"README.md": f"# Home\n\n{links}\n"})
    found = report("audit", cwd=tmp_path)
    assert rules(found) == [("unverifiable", "http://wiki/x")]
    assert found["summary"]["external"]["addresses"] == 1


def test_names_of_a_network_of_ones_own_are_not_called_dead(tmp_path: Path) -> None:
    names = ("wiki", "wiki.local", "wiki.corp", "wiki.team.internal", "nas.home.arpa")
    links = " ".join(f"<https://{name}/page>" for name in names)
    write(tmp_path, {"README.md": f"# Home\n\n{links}\n", ".kbcheck.yaml": ALLOWED})
    found = report("audit", cwd=tmp_path)
    assert found["summary"]["external"]["outcomes"] == {"unverifiable": 5}
    assert {rule for rule, _ in rules(found)} == {"unverifiable"}


def test_a_private_repository_of_the_own_organisation_is_not_called_dead(tmp_path: Path, server: Server) -> None:
    forge = server.host({"*": answer(404)}).address
    links = f"<http://{forge}/team/hidden> <http://{forge}/others/gone>"
    settings = f"repository: {forge}/team/guide\n{ALLOWED}"
    write(tmp_path, {"README.md": f"# Home\n\n{links}\n", ".kbcheck.yaml": settings})
    assert rules(report("audit", cwd=tmp_path)) == [
        ("unverifiable", f"http://{forge}/team/hidden"),
        ("dead-link", f"http://{forge}/others/gone"),
    ]


def test_a_page_that_has_not_changed_is_not_sent_again(tmp_path: Path, server: Server) -> None:
    site = server.host({"*": answer(200, ETag='"v1"')})
    address = f"http://{site.address}/"
    write(tmp_path, {"README.md": f"# Home\n\n<{address}>\n", ".kbcheck.yaml": ALLOWED})
    report("audit", cwd=tmp_path)
    exported = json.loads(kbcheck("external", "export", cwd=tmp_path).stdout)
    assert exported["verdicts"][0]["address"] == address
    store = tmp_path / ".kbcheck_cache" / "external.sqlite3"
    with contextlib.closing(sqlite3.connect(store)) as connection:
        (row,) = connection.execute("SELECT verdict FROM verdicts").fetchone()
        old = json.loads(row) | {"checked": 1.0}
        connection.execute("UPDATE verdicts SET checked = 1, verdict = ?", (json.dumps(old).encode(),))
        connection.commit()
    site.routes["*"] = answer(304, b"")
    assert report("audit", cwd=tmp_path)["summary"]["external"]["outcomes"] == {"alive": 1}
    assert site.pages[-1].headers["if-none-match"] == '"v1"'


@pytest.mark.parametrize("content", [None, "nonsense"])
def test_certificates_that_cannot_be_read_end_the_run(content: str | None, base: Path) -> None:
    bundle = base / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    run = kbcheck("audit", cwd=base, REQUESTS_CA_BUNDLE=str(bundle))
    assert run.returncode == 2
    assert "the certificates that REQUESTS_CA_BUNDLE names cannot be read" in run.stderr
