"""The check of external links: from a knowledge base to what is known of the addresses it names."""

from __future__ import annotations

import os
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from time import time

from msgspec import Struct
from msgspec.structs import replace

from kbcheck import __version__
from kbcheck.external.schedule import Job
from kbcheck.external.scope import Progress, Scope, addresses, is_intranet
from kbcheck.external.store import Store, expires
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.verdicts import GOOD, Verdict
from kbcheck.texts import Text

#: How the requests introduce themselves; robots.txt files may name `kbcheck`.
USER_AGENT = f"kbcheck/{__version__}"

# How often what was found is written down: after so many verdicts.
_BATCH = 100
_NAMED_HOSTS = 5


class Outside(Struct, frozen=True):
    """What is known of the addresses of a base after a run. `unchecked` are those that it did not get to, in order."""

    verdicts: Mapping[str, Verdict]
    remembered: int
    unchecked: tuple[str, ...]
    is_interrupted: bool
    notes: tuple[Text, ...]


def check_external(
    base: KnowledgeBase, scope: Scope, language: str, on_progress: Callable[[Progress], None] = lambda _: None
) -> Outside:
    """Looks at the addresses that a base names, as far as they are not remembered.

    Ctrl-C ends the run, not the program. Raises `UsageError` when it is not known which addresses are meant.
    """
    return _Check(base, language, on_progress).run(addresses(base, scope), scope.budget)


class _Check:
    def __init__(self, base: KnowledgeBase, language: str, on_progress: Callable[[Progress], None]) -> None:
        settings = self._settings = base.settings
        self._owners = {name.rpartition("/")[0] for name in base.own_repositories}
        self._language = language
        self._on_progress = on_progress
        self._store = Store(settings.root)
        self._verdicts: dict[str, Verdict] = {}
        self._new: list[Verdict] = []
        self._wanted: Mapping[str, tuple[str, frozenset[str]]] = {}
        self._notes: list[Text] = []
        self._hosts = 0
        self._outcomes: Counter[str] = Counter()

    def run(self, wanted: Mapping[str, tuple[str, frozenset[str]]], budget: float | None) -> Outside:
        self._wanted = wanted
        self._hosts = len({host for host, _ in wanted.values()})
        self._known_without_asking()
        earlier = self._store.get([page for page in wanted if page not in self._verdicts])
        now = time()
        for page, verdict in earlier.items():
            if expires(verdict) > now >= verdict.checked and wanted[page][1] <= verdict.fragments.keys():
                self._record(verdict)
        remembered = len(self._verdicts)
        left, interrupted = self._ask(earlier, budget if budget is not None else self._settings.external.budget)
        self._save()
        self._store.close()
        notes = (*self._store.notes, *self._notes, *_remaining(left, is_interrupted=interrupted))
        return Outside(self._verdicts, remembered, tuple(job.page for job in left), interrupted, notes)

    def _known_without_asking(self) -> None:
        """E-mail addresses, by their syntax, and hosts of the intranet."""
        for page, (host, _) in self._wanted.items():
            if page.startswith("mailto:"):
                from kbcheck.external.checker import is_mail_address

                is_right = is_mail_address(page)
                self._record(Verdict(page, "alive" if is_right else "dead", "" if is_right else "mail"))
            elif is_intranet(host, self._settings):
                self._record(Verdict(page, "unverifiable", "intranet"))
            elif not host:
                self._record(Verdict(page, "dead", "invalid"))

    def _ask(self, earlier: Mapping[str, Verdict], budget: float | None) -> tuple[tuple[Job, ...], bool]:
        jobs = [
            Job(page, host, fragments, _etag(earlier.get(page), fragments))
            for page, (host, fragments) in self._wanted.items()
            if page not in self._verdicts
        ]
        if not jobs:
            return (), False
        from kbcheck.external.engine import make_run

        run = make_run(
            self._settings.external, USER_AGENT, self._credentials(), earlier=earlier, on_verdict=self._found
        )
        try:
            return run.run(jobs, budget), False
        except KeyboardInterrupt:
            return run.left, True

    def _credentials(self) -> Mapping[str, Mapping[str, str]]:
        """The headers of each host that has some, their values from the environment."""
        found: dict[str, dict[str, str]] = {}
        for name, host in self._settings.external.hosts.items():
            headers = {header: self._variable(variable, name) for header, variable in host.headers.items()}
            if host.user and host.password:
                pair = f"{self._variable(host.user, name)}:{self._variable(host.password, name)}"
                headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}" if pair != ":" else ""
            found[name] = {header: value for header, value in headers.items() if value}
        return {name: headers for name, headers in found.items() if headers}

    def _variable(self, name: str, host: str) -> str:
        value = os.environ.get(name, "").strip()
        if not value:
            note = Text(
                "the variable {name}, which the settings name for {host}, is not set: the header is not sent.",
                name=name,
                host=host,
            )
            self._notes.append(note)
        return value

    def _found(self, verdict: Verdict) -> None:
        verdict = self._unless_hidden(verdict)
        if verdict.reason != "private":  # the settings decide, and they may be others next time
            self._new.append(verdict)
        if len(self._new) >= _BATCH:
            self._save()
        self._record(verdict)

    def _unless_hidden(self, verdict: Verdict) -> Verdict:
        """GitHub and GitLab say 404 of a private repository: of one's own organisation, that need not be dead."""
        host, _, path = verdict.address.partition("://")[2].partition("/")
        if verdict.status == 404 and f"{host}/{path.partition('/')[0]}".lower() in self._owners:
            return replace(verdict, outcome="unverifiable", reason="hidden")
        return verdict

    def _save(self) -> None:
        self._store.put(self._new)
        self._new.clear()

    def _record(self, verdict: Verdict) -> None:
        self._verdicts[verdict.address] = verdict
        self._outcomes[verdict.outcome] += 1
        self._on_progress(Progress(len(self._verdicts), len(self._wanted), self._hosts, self._outcomes, self._language))


def _etag(earlier: Verdict | None, fragments: frozenset[str]) -> str | None:
    """The version of a page that need not be sent again."""
    usable = earlier is not None and earlier.outcome in GOOD and fragments <= earlier.fragments.keys()
    return earlier.etag if earlier and usable else None


def _remaining(left: tuple[Job, ...], *, is_interrupted: bool) -> tuple[Text, ...]:
    if not left:
        return ()
    hosts = list(dict.fromkeys(job.host for job in left))
    if is_interrupted:
        note = Text(
            "interrupted, the report is partial; external addresses not checked: {count} (hosts: {hosts}).",
            count=len(left),
            hosts=len(hosts),
        )
        return (note,)
    note = Text(
        "out of time; external addresses not checked: {count} (hosts: {hosts}: {names}).",
        count=len(left),
        hosts=len(hosts),
        names=", ".join(hosts[:_NAMED_HOSTS]) + (", …" if hosts[_NAMED_HOSTS:] else ""),
    )
    return (note,)
