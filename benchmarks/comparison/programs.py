"""The programs that are compared: how each is run on a base, and what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

HERE = Path(__file__).parent
_NUMBERS = re.compile(r"\d+")
_VERSION = re.compile(r"\d+\.\d+[\w.]*")

Remarks = Counter[str]  # what a program says of a base, without line numbers: a fault may move what follows


class Program(Struct, frozen=True):
    """A program: its name, its version, and what it says of the base in a folder, with the network or without."""

    name: str
    version: str
    remarks: Callable[[Path, bool], Remarks]


def installed(node: Path | None, sphinx: Path | None, programs: Path) -> list[Program]:
    """The programs that are installed, kbcheck first; `node` holds `node_modules`, `sphinx` is a virtual environment."""
    found = [Program("kbcheck", _version([sys.executable, "-m", "kbcheck", "--version"]), _kbcheck)]
    for name, remarks in (("lychee", _lychee), ("rumdl", _rumdl)):
        if (path := programs / name).is_file():
            found.append(Program(name, _version([str(path), "--version"]), _with(remarks, path)))
    if node:
        modules = node / "node_modules"
        for name, said in (("markdownlint-cli2", _markdownlint), ("remark-validate-links", _remark)):
            version = json.loads((modules / name / "package.json").read_text("utf-8"))["version"]
            found.append(Program(name, version, _with(said, modules)))
    if sphinx:
        version = _version([str(sphinx / "bin/pip"), "show", "sphinx-needs"])
        found.append(Program("sphinx-needs", version, _with(_sphinx, sphinx)))
    return found


def _with(remarks: Callable[[Path, Path, bool], Remarks], place: Path) -> Callable[[Path, bool], Remarks]:
    return lambda base, online: remarks(place, base, online)


def _version(command: list[str]) -> str:
    match = _VERSION.search(_output(command, Path.cwd()))
    return match[0] if match else ""


def _output(command: list[str], folder: Path, **variables: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout


def _matching(pattern: str, text: str) -> Remarks:
    """The lines of an output that are remarks, without their numbers."""
    return Counter(_NUMBERS.sub("", line) for line in text.splitlines() if re.search(pattern, line))


def _kbcheck(base: Path, online: bool) -> Remarks:
    command = "audit" if online else "check"
    arguments = [command, "--no-cache", "--output-format", "concise", "--lang", "en"]
    root = str(HERE.parents[1])
    return _matching(" KB", _output([sys.executable, "-m", "kbcheck", *arguments], base, PYTHONPATH=root))


def _lychee(program: Path, base: Path, online: bool) -> Remarks:
    network = ["--exclude", "github.com", "--max-retries", "0"] if online else ["--offline"]
    arguments = ["--include-fragments", "--no-progress", "--format", "json", *network, "."]
    said = _output([str(program), *arguments], base)
    report, _ = json.JSONDecoder().raw_decode(said, said.index("{"))
    return Counter(
        f"{file} {fault['url'].replace(str(base.resolve()), '')}"
        for file, faults in report["error_map"].items()
        for fault in faults
    )


def _rumdl(program: Path, base: Path, _: bool) -> Remarks:
    return _matching(r"\[MD\d+\]", _output([str(program), "check", "--no-cache", "."], base))


def _markdownlint(modules: Path, base: Path, _: bool) -> Remarks:
    return _matching(r" MD\d+", _output([str(modules / ".bin/markdownlint-cli2"), "**/*.md"], base))


def _remark(modules: Path, base: Path, _: bool) -> Remarks:
    plugin = str(modules / "remark-validate-links/index.js")
    return _matching(
        r"\b(warning|error) ",
        _output([str(modules / ".bin/remark"), "--no-color", "--quiet", "--use", plugin, "."], base),
    )


def _sphinx(environment: Path, base: Path, online: bool) -> Remarks:
    builder = "linkcheck" if online else "dummy"
    with tempfile.TemporaryDirectory() as built:
        said = _output([str(environment / "bin/sphinx-build"), "-q", "-b", builder, ".", built], base, NO_COLOR="1")
    return _matching(r"WARNING|ERROR|broken|needs\.warnings", said.replace(str(base.resolve()), ""))
