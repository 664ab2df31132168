"""The check of external links: from a knowledge base to what is known of the addresses it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from time import time

from msgspec import Struct
from msgspec.structs import replace

from kbcheck import __version__
from kbcheck.external.credentials import read_credentials
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
_MAIL = "mailto:"

_INTERRUPTED = Text("interrupted, the report is partial")
_OUT_OF_TIME = Text("out of time")
_CUT_OFF = Text("no host could be reached by its name: the network of this computer, its DNS or its proxy is at fault")


class Outside(Struct, frozen=True):
    """What is known of the addresses of a base after a run.

    `verdicts` are those that there is something to say about, by address; `outcomes` counts all of this run. `unchecked`
    are the addresses that it did not get to, in order.
    """

    verdicts: Mapping[str, Verdict]
    outcomes: Mapping[str, int]
    remembered: int
    unchecked: tuple[str, ...]
    is_interrupted: bool
    notes: tuple[Text, ...]


def check_external(
    base: KnowledgeBase,
    scope: Scope,
    language: str,
    on_progress: Callable[[Progress], None] = lambda _: None,
    recorded: Mapping[str, Verdict] | None = None,
) -> Outside:
    """Looks at the addresses that a base names, as far as they are not remembered.

    `recorded` are verdicts found elsewhere; those of this run take their place. Ctrl-C ends the run, not the program.
    Raises `UsageError` when it is not known which addresses are meant.
    """
    jobs = addresses(base, scope)
    budget = scope.budget if scope.budget is not None else base.settings.external.budget
    check = _Check(base, jobs, language, on_progress, recorded or {})
    is_interrupted = False
    try:
        check.run(budget)
    except KeyboardInterrupt:
        is_interrupted = True
    return check.end(is_interrupted=is_interrupted)


class _Check:
    """One run. `jobs` are the addresses that have no verdict yet; each leaves when it gets one."""

    def __init__(
        self,
        base: KnowledgeBase,
        jobs: dict[str, Job],
        language: str,
        on_progress: Callable[[Progress], None],
        recorded: Mapping[str, Verdict],
    ) -> None:
        self._settings = base.settings
        self._owners = {name.rpartition("/")[0] for name in base.own_repositories}
        self._jobs = jobs
        self._total = len(jobs)
        self._hosts = Counter(job.host for job in jobs.values())  # how many addresses of each have no verdict
        self._language = language
        self._on_progress = on_progress
        self._store = Store(self._settings.root)
        self._verdicts = dict(recorded)
        self._new: list[Verdict] = []
        self._notes: tuple[Text, ...] = ()
        self._remembered = 0
        self._is_cut_off = False
        self._outcomes: Counter[str] = Counter()

    def run(self, budget: float | None) -> None:
        """Gives verdicts to all addresses, or to as many as there is time for: `budget` seconds."""
        self._judge_by_settings()
        self._remember()
        self._judge_mail()
        if self._jobs:
            from kbcheck.external.engine import make_run

            settings = self._settings.external
            credentials, self._notes = read_credentials(settings.hosts)
            run = make_run(settings, USER_AGENT, credentials, earlier=self._store.find_one, on_verdict=self._found)
            try:
                run.run(self._jobs, budget)
            finally:
                self._is_cut_off = run.is_cut_off

    def end(self, *, is_interrupted: bool) -> Outside:
        """Writes down what was found."""
        self._save()
        if self._outcomes.total() > self._remembered:
            self._store.forget_old()
        self._store.close()
        left = tuple(self._jobs.values())
        why = _INTERRUPTED if is_interrupted else _CUT_OFF if self._is_cut_off else _OUT_OF_TIME
        notes = (*self._store.notes, *self._notes, *_remaining(left, why))
        unchecked = tuple(job.page for job in left)
        outcomes = dict(sorted(self._outcomes.items()))
        return Outside(self._verdicts, outcomes, self._remembered, unchecked, is_interrupted, notes)

    def _judge_by_settings(self) -> None:
        """Hosts of the intranet are not contacted, and addresses without a host cannot be."""
        for page, job in list(self._jobs.items()):
            if page.startswith(_MAIL):
                continue
            if is_intranet(job.host, self._settings):
                self._record(Verdict(page, "unverifiable", "intranet"))
            elif not job.host:
                self._record(Verdict(page, "dead", "invalid"))

    def _remember(self) -> None:
        """Takes what is remembered and not too old; of the rest, the version of the page."""
        now = time()
        for verdict in self._store.find(list(self._jobs)):
            job = self._jobs[verdict.address]
            has_fragments = job.fragments <= verdict.fragments.keys()
            if has_fragments and expires(verdict) > now >= verdict.checked:
                self._remembered += 1
                self._record(verdict)
            elif has_fragments and verdict.outcome in GOOD:
                job.etag = verdict.etag

    def _judge_mail(self) -> None:
        """E-mail addresses are judged by their syntax."""
        for page in [page for page in self._jobs if page.startswith(_MAIL)]:
            from kbcheck.external.checker import is_mail_address

            is_right = is_mail_address(page)
            self._found(Verdict(page, "alive" if is_right else "dead", "" if is_right else "mail", checked=time()))

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
        """Counts a verdict, and keeps it when there is something to say: most addresses of a large base are alive."""
        host = self._jobs.pop(verdict.address).host
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        if verdict.is_silent:
            self._verdicts.pop(verdict.address, None)
        else:
            self._verdicts[verdict.address] = verdict
        self._outcomes[verdict.outcome] += 1
        done = self._total - len(self._jobs)
        self._on_progress(Progress(done, self._total, len(self._hosts), self._outcomes, self._language))


def _remaining(left: tuple[Job, ...], why: Text) -> tuple[Text, ...]:
    """Why the rest has no verdict, and how much it is."""
    if not left:
        return ()
    hosts = list(dict.fromkeys(job.host for job in left))
    note = Text(
        "{why}; external addresses not checked: {count} (hosts: {hosts}: {names}).",
        why=why,
        count=len(left),
        hosts=len(hosts),
        names=", ".join(hosts[:_NAMED_HOSTS]) + (", …" if hosts[_NAMED_HOSTS:] else ""),
    )
    return (note,)
