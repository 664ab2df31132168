"""One run over many addresses: workers, retries, what a host asks for, the end of the time.

One thread gives out the jobs and judges what comes back; the others do nothing but look at addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import time
from urllib.parse import urlsplit

import requests
from msgspec import Struct
from msgspec.structs import replace

from kbcheck.external.checker import Answer, Checker
from kbcheck.external.hosts import is_number
from kbcheck.external.judgement import Judgement, judged, retry_after, verdict_of
from kbcheck.external.schedule import Job, Schedule
from kbcheck.external.turns import StoppedError, Turns
from kbcheck.knowledge.verdicts import Verdict

# Seconds before the second attempt and before the third: a moment's fault, and one of some seconds.
RETRIES = (1.0, 5.0)
# Seconds that a host may ask us to wait at a time, and in all; then it is left alone in this run.
_LONGEST_PAUSE = 60.0
_PATIENCE = 180.0
# Failures that may be those of our own network: believed when that one is seen to work.
_DOUBTFUL = frozenset({"no-such-host", "lookup", "proxy"})
# Failures that a host may owe to our haste.
_OVERBURDENED = frozenset({"rate-limited", "broken", "refused"})
# When so many hosts in a row cannot be found, it is asked whether any name is known: offline, to wait for all is in vain.
_LOST = 10
_POLL = 0.25  # Ctrl-C is heard, and the end of the budget seen, within so many seconds


class _Done(Struct):
    job: Job
    started: float
    answer: Answer


class Run:
    """Looks at addresses until all have a verdict, or the time is over."""

    def __init__(
        self,
        checker: Checker,
        turns: Turns,
        workers: int,
        retries: tuple[float, ...] = RETRIES,
        *,
        earlier: Callable[[str], Verdict | None],
        on_verdict: Callable[[Verdict], None],
        knows_names: Callable[[], bool],
    ) -> None:
        """`earlier` says what was known of an address, `knows_names` whether the DNS knows any.

        The functions are called in the thread of `run`.
        """
        self._checker = checker
        self._turns = turns
        self._workers = workers
        self._retries = retries
        self._earlier = earlier
        self._on_verdict = on_verdict
        self._knows_names = knows_names
        self._schedule = Schedule(turns)
        self._tasks: SimpleQueue[Job | None] = SimpleQueue()
        self._results: SimpleQueue[_Done] = SimpleQueue()
        self._threads = 0
        self._busy = 0
        self._left: dict[str, Job] = {}
        self._waited: defaultdict[str, float] = defaultdict(float)  # seconds, by host, because it asked for them
        self._has_answer = False  # from any host that was looked up by its name
        self._doubtful: list[tuple[Job, Judgement]] = []
        self._lost: set[str] = set()  # hosts that were not found, and no other has answered
        self._is_offline = False

    def run(self, jobs: dict[str, Job], budget: float | None = None) -> None:
        """Looks at all addresses of `jobs`, or as many as `budget` seconds allow; each leaves it when it has its verdict.

        Ctrl-C passes through.
        """
        self._left = jobs
        self._schedule.put(jobs.values())
        deadline = None if budget is None else self._turns.clock() + budget
        try:
            while len(jobs) > len(self._doubtful) and not self._is_offline:
                self._hand_out()
                left = None if deadline is None else deadline - self._turns.clock()
                if left is not None and left <= 0:
                    break
                ready = self._schedule.wait() if self._busy < self._workers else None
                self._collect(min(each for each in (_POLL, left, ready) if each is not None))
        finally:
            self._turns.stop()
            for _ in range(self._threads):
                self._tasks.put(None)
            self._decide_doubtful()

    @property
    def is_cut_off(self) -> bool:
        """Whether addresses have no verdict because our own network does not lead to them."""
        return bool(self._doubtful) or self._is_offline

    def _hand_out(self) -> None:
        while self._busy < self._workers and (job := self._schedule.take()) is not None:
            self._busy += 1
            if self._busy > self._threads:
                self._threads += 1
                Thread(target=self._work, name=f"kbcheck-{self._threads}", daemon=True).start()
            self._tasks.put(job)

    def _work(self) -> None:
        while (job := self._tasks.get()) is not None:
            started = self._turns.clock()
            try:
                answer = self._checker.look_at(job.page, job.fragments, job.etag)
            except StoppedError:
                return
            except Exception as error:  # noqa: BLE001 - what no library should raise is a failure of this address
                answer = Answer(job.page, failure=error)
            self._results.put(_Done(job, started, answer))

    def _collect(self, seconds: float) -> None:
        """Takes in what has come back; waits for it a little."""
        try:
            done = self._results.get(timeout=max(seconds, 0.001))
            while True:
                self._take_in(done)
                done = self._results.get_nowait()
        except Empty:
            return

    def _take_in(self, done: _Done) -> None:
        job, answer = done.job, done.answer
        self._busy -= 1
        self._schedule.done(job)
        job.attempts += 1
        judgement = judged(answer)
        host = _asked(job, answer)
        if answer.status is not None:
            self._has_answer = self._has_answer or not is_number(host)
            self._schedule.succeeded(host)
        elif judgement.reason in _DOUBTFUL and not self._has_answer:
            self._lose(host)
        if not judgement.is_passing or self._heed(job, host, done, judgement):
            self._conclude(job, answer, judgement)
            return
        job.due = self._turns.clock() + self._retries[job.attempts - 1]
        self._schedule.put([job])

    def _lose(self, host: str) -> None:
        """Notes a host that was not found; the one that is too many ends the run when no name is known at all."""
        is_new = host not in self._lost
        self._lost.add(host)
        if is_new and len(self._lost) == _LOST:
            self._is_offline = not self._knows_names()

    def _heed(self, job: Job, host: str, done: _Done, judgement: Judgement) -> bool:
        """Does as a host wishes: waits, or gives it up. Returns whether this address is not to be tried again."""
        is_last = job.attempts > len(self._retries)
        if judgement.reason in _OVERBURDENED or done.answer.status == requests.codes.service_unavailable:
            self._turns.slow_down(host)
        is_too_much = self._is_asked_too_much(job, host, done.answer, judgement)
        has_enough = is_too_much or (is_last and judgement.reason == "rate-limited")
        if judgement.extent == "host" and host == job.host:
            wait = self._retries[min(job.attempts, len(self._retries)) - 1] if self._retries else 0.0
            has_enough = self._schedule.failed(host, done.started, wait) or has_enough
        if has_enough and host == job.host:
            self._give_up(host, done.answer, judgement)
        return is_last or is_too_much or self._schedule.is_closed(job.host)

    def _is_asked_too_much(self, job: Job, host: str, answer: Answer, judgement: Judgement) -> bool:
        """Leaves a host alone for as long as it asks for. Returns whether that is longer than a run can wait."""
        pause = retry_after(answer, time())
        if pause is None and judgement.reason == "rate-limited":
            pause = 2.0**job.attempts
        if pause is None:
            return False
        self._waited[host] += pause
        if pause > _LONGEST_PAUSE or self._waited[host] > _PATIENCE:
            return True
        self._turns.pause(host, pause)
        return False

    def _give_up(self, host: str, answer: Answer, judgement: Judgement) -> None:
        """All other addresses of a host get the verdict of this one without being asked for."""
        for job in self._schedule.close(host):
            self._conclude(job, replace(answer, page=job.page, hops=(), fragments={}), judgement)

    def _conclude(self, job: Job, answer: Answer, judgement: Judgement) -> None:
        if judgement.reason in _DOUBTFUL:
            self._doubtful.append((job, judgement))
        else:
            self._say(job, answer, judgement)

    def _decide_doubtful(self) -> None:
        """A computer without a network is told that no site exists: without a witness, such addresses have no verdict."""
        if not self._doubtful:
            return
        knows_names = self._has_answer or self._knows_names()
        doubtful, self._doubtful = self._doubtful, []
        for job, judgement in doubtful:
            if self._has_answer or (knows_names and judgement.reason != "proxy"):
                self._say(job, Answer(job.page), judgement)
            else:
                self._doubtful.append((job, judgement))

    def _say(self, job: Job, answer: Answer, judgement: Judgement) -> None:
        earlier = self._earlier(job.page)
        verdict = verdict_of(answer, judgement, earlier, time(), job.fragments, has_witness=self._has_answer)
        self._on_verdict(verdict)
        self._left.pop(job.page, None)  # last: Ctrl-C in between must not lose it


def _asked(job: Job, answer: Answer) -> str:
    """The host that answered, or failed, at last: that of the last redirect."""
    return urlsplit(answer.hops[-1][1]).netloc.rpartition("@")[2].lower() if answer.hops else job.host
