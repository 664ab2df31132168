"""Which address is looked at next: one whose host is ready for a request.

Used by one thread, the one that gives the workers their jobs.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from itertools import count

from msgspec import Struct

from kbcheck.external.turns import Turns

# A host that takes no connection so many times in a row is not asked again in this run.
_GIVE_UP_AFTER = 3


class Job(Struct):
    """An address to look at: a page, its host, and the `fragments` that links name; there may be tens of thousands.

    `etag` is the version of the page that is known already. `attempts` are those made so far, `due` is the time before
    which the next one waits.
    """

    page: str
    host: str
    fragments: frozenset[str] = frozenset()
    etag: str | None = None
    attempts: int = 0
    due: float = 0.0


class _Host:
    """The jobs of one host; `queued` is the time under which it stands in the queue of hosts."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: deque[Job] = deque()
        self.later: list[tuple[float, int, Job]] = []
        self.working = 0
        self.queued: float | None = None
        self.failures = 0
        self.failed_at = 0.0
        self.is_closed = False


class Schedule:
    """Jobs by host. Times are those of the clock of `turns`, in seconds."""

    def __init__(self, turns: Turns) -> None:
        """`turns` says when a host is ready."""
        self._turns = turns
        self._hosts: dict[str, _Host] = {}
        self._queue: list[tuple[float, int, _Host]] = []
        self._numbers = count()

    def put(self, jobs: Iterable[Job]) -> None:
        """Adds jobs, new ones or those to be tried again."""
        now = self._turns.clock()
        hosts = {}
        for job in jobs:
            host = hosts[job.host] = self._host(job.host)
            if job.due > now:
                heapq.heappush(host.later, (job.due, next(self._numbers), job))
            else:
                host.waiting.append(job)
        for host in hosts.values():
            self._enqueue(host)

    def take(self) -> Job | None:
        """A job whose host is ready, if there is one."""
        now = self._turns.clock()
        while self._queue and self._queue[0][0] <= now:
            due, _, host = heapq.heappop(self._queue)
            if due != host.queued:  # it was moved forward
                continue
            host.queued = None
            job = self._job_of(host, now)
            self._enqueue(host)
            if job is not None:
                return job
        return None

    def wait(self) -> float | None:
        """Seconds until a host may be ready; None when none has a job."""
        return max(0.0, self._queue[0][0] - self._turns.clock()) if self._queue else None

    def done(self, job: Job) -> None:
        """Says that a worker has put a job out of its hands, finished or not."""
        host = self._host(job.host)
        host.working -= 1
        self._enqueue(host)

    def succeeded(self, name: str) -> None:
        """The host has answered: what went wrong before was a moment's fault."""
        self._host(name).failures = 0

    def failed(self, name: str, started: float, pause: float) -> bool:
        """The host took no connection in an attempt begun at `started`: it is left alone for `pause` seconds.

        Attempts begun before an earlier failure was known count with it. Returns whether to give the host up.
        """
        host = self._host(name)
        if started >= host.failed_at:
            host.failures += 1
            host.failed_at = self._turns.clock()
            self._turns.pause(name, pause)
        return host.failures >= _GIVE_UP_AFTER

    def close(self, name: str) -> list[Job]:
        """Takes all jobs of a host away: nothing more is asked of it in this run."""
        host = self._host(name)
        jobs = [*host.waiting, *(job for _, _, job in sorted(host.later))]
        host.waiting.clear()
        host.later.clear()
        host.is_closed = True
        return jobs

    def is_closed(self, name: str) -> bool:
        """Whether `close` was called."""
        return self._host(name).is_closed

    def _host(self, name: str) -> _Host:
        return self._hosts.get(name) or self._hosts.setdefault(name, _Host(name))

    def _job_of(self, host: _Host, now: float) -> Job | None:
        while host.later and host.later[0][0] <= now:
            host.waiting.append(heapq.heappop(host.later)[2])
        if not host.waiting or self._turns.ready(host.name) > now:
            return None
        host.working += 1
        return host.waiting.popleft()

    def _enqueue(self, host: _Host) -> None:
        """Puts a host with jobs in the queue, unless it stands there early enough or bears no more connections."""
        if host.working >= self._turns.parallel(host.name) or not (host.waiting or host.later):
            return
        due = max(0.0 if host.waiting else host.later[0][0], self._turns.ready(host.name))
        if host.queued is None or due < host.queued:
            host.queued = due
            heapq.heappush(self._queue, (due, next(self._numbers), host))
