"""Which program finds which fault: each fault of `faults.yaml` is planted alone in `base/`, and every program is asked.

A program finds a fault when it says something that it does not say of the base without faults. The result is written to
`results.json`, from which the tables of the documentation are made (`python -m tests.docs --rewrite`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml
from programs import HERE, Program, Remarks, installed

_NOWHERE = "127.0.0.1:1"  # stands for the server in the base and in the faults


def main() -> None:
    """Compares the programs that are installed and writes down what each finds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--node", type=Path, help="the folder that holds node_modules")
    options.add_argument("--sphinx", type=Path, help="a virtual environment with sphinx-needs and myst-parser")
    options.add_argument(
        "--programs", type=Path, default=Path(sys.executable).parent, help="where lychee and rumdl are"
    )
    options.add_argument("--output", type=Path, default=HERE / "results.json")
    chosen = options.parse_args()
    programs = installed(chosen.node, chosen.sphinx, chosen.programs.absolute())
    with server() as address:
        results = {program.name: compared(program, address) for program in programs}
    chosen.output.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def faults() -> list[dict[str, Any]]:
    """All faults, in order; each knows its group."""
    groups = yaml.safe_load((HERE / "faults.yaml").read_text(encoding="utf-8"))
    return [{**fault, "group": group["group"]} for group in groups for fault in group["faults"]]


def compared(program: Program, address: str) -> dict[str, Any]:
    """The version of a program, the faults that it finds, and what it says of the base without faults."""
    clean = {online: said(program, None, address, online=online) for online in (False, True)}
    found = []
    for fault in faults():
        online = fault.get("online", False)
        if said(program, fault, address, online=online) - clean[online]:
            found.append(fault["name"])
    print(f"{program.name}: {len(found)} of {len(faults())}")
    return {"version": program.version, "found": found, "says of none": sorted(clean[False].elements())}


def said(program: Program, fault: dict[str, Any] | None, address: str, *, online: bool) -> Remarks:
    """What a program says of the base with one fault, or none."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "handbook")
        shutil.copytree(HERE / "base", base)
        if program.name == "sphinx-needs":
            shutil.copytree(HERE / "sphinx", base, dirs_exist_ok=True)
        if fault:
            plant(fault.get("sphinx", fault) if program.name == "sphinx-needs" else fault, base)
        for page in base.rglob("*.md"):
            page.write_text(page.read_text(encoding="utf-8").replace(_NOWHERE, address), encoding="utf-8")
        for command in ("init --quiet", "remote add origin https://github.com/example/handbook.git"):
            subprocess.run(["git", *command.split()], cwd=base, check=True)  # noqa: S607 - the git of the person who compares
        return program.remarks(base, online)


def plant(fault: dict[str, Any], base: Path) -> None:
    """Makes one fault in the base. Raises SystemExit when the text that it changes does not stand once in each of its pages."""
    for path, text in fault.get("files", {}).items():
        (base / path).write_text(text, encoding="utf-8")
    places = fault.get("in", [])
    for place in [places] if isinstance(places, str) else places:
        page = base / place
        text = page.read_text(encoding="utf-8")
        if text.count(fault["good"]) != 1:
            sys.exit(f"{place}: “{fault['good']}” stands there {text.count(fault['good'])} times")
        page.write_text(text.replace(fault["good"], fault["bad"]), encoding="utf-8")


@contextmanager
def server() -> Iterator[str]:
    """A site on this machine that has one page, `/report`; its host and port."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    Thread(target=site.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{site.server_port}"
    site.shutdown()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answers 200 for the one page, 404 for others."""
        self.send_response(200 if self.path == "/report" else 404)
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815 - as above

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is declared
        """Says nothing."""


if __name__ == "__main__":
    main()
