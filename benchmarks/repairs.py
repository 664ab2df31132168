"""Links that were really dead and that a person repaired: does kbcheck flag them, and offer what the person wrote?

    python benchmarks/repairs.py REPAIRS HISTORIES [--sample N] [--repository OWNER/NAME] [--platform NAME] [--misses]

REPAIRS is a file of JSON lines, one a repaired link (the repository, the commit before the repair, the file, the old and
the new target). HISTORIES is a folder of clones, bare or not, each called OWNER+NAME. At every sampled commit the whole
tree is checked out in a temporary folder with the history up to there, and checked as a contributor would; `--platform`
says what publishes it, where that is not what its files say.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import unquote

from msgspec.structs import replace

from kbcheck.diagnostics import Diagnostic
from kbcheck.engine import Request, check, load_base
from kbcheck.errors import UsageError
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.resolver import path_written
from kbcheck.platforms.platform import Platform
from kbcheck.platforms.slugs import letters
from kbcheck.reports.report import Report

Repair = dict[str, Any]
Place = tuple[str, str]  # a path and a fragment


class Outcome(NamedTuple):
    """What kbcheck said of one link: whether it was flagged, what it offered first, whether as safe, whether rightly."""

    repair: Repair
    flagged: bool
    offered: str | None = None
    safe: bool = False
    right: bool = False

    @property
    def weight(self) -> float:
        """Repairs of one group are one decision of one person."""
        return 1 / int(self.repair["group_size"])


def main() -> None:
    """Prints the figures, for each repository and for all."""
    options = _options()
    repairs = [json.loads(line) for line in options.repairs.read_text(encoding="utf-8").splitlines()]
    _count_groups(repairs)
    outcomes: dict[str, list[Outcome]] = {}
    for repository in sorted({repair["repo"] for repair in repairs}):
        if options.repository in (None, repository):
            own = [repair for repair in repairs if repair["repo"] == repository]
            outcomes[repository] = list(_outcomes(repository, own, options))
            _print(repository, outcomes[repository])
    everything = [outcome for each in outcomes.values() for outcome in each]
    _print("all", everything)
    if options.misses:
        _print_misses(everything)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repairs", type=Path)
    parser.add_argument("histories", type=Path)
    parser.add_argument("--sample", type=int, default=1000, help="commits of each repository")
    parser.add_argument("--repository", help="only this one")
    parser.add_argument("--platform", help="judge the pages as this one shows them")
    parser.add_argument("--misses", action="store_true", help="show what was not flagged or not offered")
    return parser.parse_args()


def _count_groups(repairs: Iterable[Repair]) -> None:
    sizes: dict[int, int] = defaultdict(int)
    for repair in repairs:
        sizes[repair["group"]] += 1
    for repair in repairs:
        repair["group_size"] = sizes[repair["group"]]


def _outcomes(repository: str, repairs: list[Repair], options: argparse.Namespace) -> Iterator[Outcome]:
    commits = sorted({repair["parent"] for repair in repairs})
    random.Random(0).shuffle(commits)  # noqa: S311 - the same sample each time
    with TemporaryDirectory() as folder:
        root = Path(folder) / "base"
        history = next(path for path in options.histories.glob(repository.replace("/", "+") + "*") if path.is_dir())
        source = history / "repo" if (history / "repo").is_dir() else history
        _git(Path(folder), "clone", "--quiet", "--shared", "--no-checkout", str(source.resolve()), str(root))
        _git(root, "remote", "set-url", "origin", f"https://github.com/{repository}")
        for commit in commits[: options.sample]:
            _check_out(root, commit)
            if options.platform:
                (root / ".kbcheck.yaml").write_text(f"platform: {options.platform}\n", encoding="utf-8")
            try:
                report, settings = check(Request(root, select=("KB3", "KB6")))
                base = load_base(settings)
            except UsageError as error:
                print(f"{repository} {commit}: {error}")
                continue
            yield from (_outcome(repair, report, base) for repair in repairs if repair["parent"] == commit)


def _check_out(root: Path, commit: str) -> None:
    """The whole tree of a commit. A copy of a history may lack its largest files: these are empty here."""
    for path in root.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    _git(root, "update-ref", "--no-deref", "HEAD", commit)
    _git(root, "read-tree", commit)
    _git(root, "checkout-index", "--all", "--force", "--quiet", check=False)
    for name in filter(None, _git(root, "ls-files", "--deleted", "-z").split("\0")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def _git(folder: Path, *arguments: str, check: bool = True) -> str:
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=folder, check=check, capture_output=True, encoding="utf-8", errors="surrogateescape"
    )
    return done.stdout


def _outcome(repair: Repair, report: Report, base: KnowledgeBase) -> Outcome:
    found = _diagnostic(repair, report)
    if found is None:
        return Outcome(repair, flagged=False)
    if not found.fixes or found.fixes[0].replacement is None:
        return Outcome(repair, flagged=True)
    first = found.fixes[0]
    offered = first.replacement or ""
    wanted = _wanted(repair, report)
    right = offered == repair["new_target"] or wanted in (
        _place(offered, repair["file"], report),
        _place_on_site(offered, found, base),
    )
    return Outcome(repair, flagged=True, offered=offered, safe=first.safe, right=right)


def _diagnostic(repair: Repair, report: Report) -> Diagnostic | None:
    """The finding about the link, the nearest one to the line of the repair."""
    targets = (repair["old_target"], repair["old_target"].strip("<>"))
    found = [
        diagnostic
        for diagnostic in report.diagnostics
        if diagnostic.path == repair["file"]
        and diagnostic.target is not None
        and (diagnostic.target in targets or unquote(diagnostic.target) in map(unquote, targets))
    ]
    line = repair["line"]
    return min(found, key=lambda one: abs(report.position(one.path, one.span.start).line - line), default=None)


def _place(target: str, page: str, report: Report) -> Place:
    """The page and the heading that a target means: two ways to write it, and the anchors of two platforms, are one."""
    written = unquote(path_written(target))
    path = Platform().source_path(written, page) if written else page
    return _index(path, report), letters(unquote(target.partition("#")[2]))


def _place_on_site(target: str, diagnostic: Diagnostic, base: KnowledgeBase) -> Place | None:
    """What a target leads to on the platform, where it may be an address, which is no path."""
    document = base.documents[diagnostic.path]
    links = (link for link, _ in base.resolutions(document) if link.target_span == diagnostic.span)
    found = next((base.resolve(replace(link, target=target), document) for link in links), None)
    return (base.index_page(found.path), letters(found.fragment or "")) if found and found.path is not None else None


def _wanted(repair: Repair, report: Report) -> Place:
    return _index(repair["resolved_new"] or "", report), letters(repair["new_fragment"] or "")


def _index(path: str, report: Report) -> str:
    readme = f"{path}/README.md".lstrip("/")
    return readme if readme in report.texts else path


def _print(name: str, outcomes: list[Outcome]) -> None:
    there = [one for one in outcomes if one.repair["new_exists_at_parent"] and one.repair["new_target"]]
    sure = [one for one in there if one.safe]
    offered = [one for one in there if one.offered is not None]
    print(f"{name}: {len(outcomes)} dead links")
    _print_share("flagged", outcomes, [one for one in outcomes if one.flagged])
    _print_share("first suggestion is the person's, of those whose new target exists", there, _right(there))
    _print_share("first suggestion is the person's, of those offered", offered, _right(offered))
    _print_share("sure ones that are the person's", sure, _right(sure))


def _right(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.right]


def _print_share(what: str, of: list[Outcome], those: list[Outcome]) -> None:
    share = len(those) / len(of) if of else 0
    weighted = sum(one.weight for one in those) / sum(one.weight for one in of) if of else 0
    print(f"  {what}: {len(those)}/{len(of)} = {share:.1%} (a group counted once: {weighted:.1%})")


def _print_misses(outcomes: Iterable[Outcome]) -> None:
    for one in outcomes:
        repair = one.repair
        if not one.flagged:
            verdict = "not flagged"
        elif one.right or not repair["new_exists_at_parent"] or not repair["new_target"]:
            continue
        else:
            verdict = "none" if one.offered is None else f"{'sure' if one.safe else 'unsure'} {one.offered}"
        print(
            f"{repair['parent'][:8]} {repair['file']}:{repair['line']} [{repair['link_text'][:40]}] "
            f"{repair['old_target']} → {repair['new_target']} ({repair['kind']}/{repair['detail']}) got: {verdict}"
        )


if __name__ == "__main__":
    main()
