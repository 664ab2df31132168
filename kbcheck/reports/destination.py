"""What a format knows of the place where its report is read: a terminal, a folder of a repository, a code host."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, field

from kbcheck.diagnostics import SEVERITIES, Diagnostic
from kbcheck.files import GitError, changed_lines, path_in_repository
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped

# What cannot stand for a byte of a file name, as U+DC80 to U+DCFF do; a report in JSON may hold it all the same.
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class Destination(Struct, frozen=True, dict=True):
    """Where a report on the knowledge base in `root` is read; `color` and `width` (in columns) are those of a terminal.

    `day` is the one on which it is made. `since` is the revision that changed lines are counted from; None: where the default branch was left.
    """

    root: Path
    color: bool = False
    width: int = 80
    since: str | None = None
    environment: Mapping[str, str] = os.environ
    day: date = field(default_factory=date.today)

    @property
    def name(self) -> str:
        """What people call the base: the name of its folder, after that of the repository it is a part of (`guide/docs`)."""
        return "/".join(self.root.resolve().parts[-1 - len(Path(self._folder).parts) :])

    def path(self, path: str) -> str:
        """A path as code hosts want it, from the top of the repository, on one line and writable as UTF-8."""
        return escaped(self._from_top(path))

    def uri(self, path: str) -> str:
        """The same as a relative reference (RFC 3986); bytes that are no UTF-8 are kept."""
        name = _NO_BYTE.sub("\ufffd", self._from_top(path))
        return quote(name.encode("utf-8", "surrogateescape"), safe="/!$&'*+,;=@~")

    def address(self, path: str, line: int) -> str | None:
        """Where the code host shows this line, as its runner's variables say; None elsewhere.

        GitHub: `GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`, `GITHUB_SHA`; GitLab: `CI_PROJECT_URL`, `CI_COMMIT_SHA`.
        """
        if self._blob is None:
            return None
        # `plain=1`: without it GitHub shows a Markdown page as readers see it, where lines have no numbers.
        plain = "?plain=1" if path.lower().endswith((".md", ".mdx", ".markdown")) else ""
        return f"{self._blob}/{self.uri(path)}{plain}#L{line}"

    def by_weight(self, report: Report) -> list[Diagnostic]:
        """The diagnostics, the most severe first; of equally severe ones, those on changed lines."""
        return sorted(
            report.diagnostics, key=lambda one: (SEVERITIES.index(one.severity), not self._changed(report, one))
        )

    def _changed(self, report: Report, diagnostic: Diagnostic) -> bool:
        ranges = self._changes.get(diagnostic.path, ())
        line = report.position(diagnostic.path, diagnostic.span.start).line if ranges else 0
        before = bisect_right(ranges, line, key=lambda lines: lines.start)
        return before > 0 and line in ranges[before - 1]

    def _from_top(self, path: str) -> str:
        return f"{self._folder}/{path}" if self._folder else path

    @cached_property
    def _folder(self) -> str:
        return path_in_repository(self.root)

    @cached_property
    def _changes(self) -> Mapping[str, tuple[range, ...]]:
        """The changed lines of each file; none where git cannot tell: then the order is a little worse, no more."""
        try:
            return changed_lines(self.root, self.since)
        except GitError:
            return {}

    @cached_property
    def _blob(self) -> str | None:
        """The address below which the code host shows the files of this commit."""
        known = self.environment.get
        if (server := known("GITHUB_SERVER_URL")) and (name := known("GITHUB_REPOSITORY")) and known("GITHUB_SHA"):
            return f"{server}/{name}/blob/{known('GITHUB_SHA')}"
        if (project := known("CI_PROJECT_URL")) and (commit := known("CI_COMMIT_SHA")):
            return f"{project}/-/blob/{commit}"
        return None
