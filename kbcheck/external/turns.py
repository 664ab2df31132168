"""Who may make a request now: a pace and a number of connections for each host, and no host that waits for another.

linkchecker holds one lock for all hosts while it sleeps for one of them (`Aggregate.wait_for_host`,
linkchecker/linkchecker#778). Here each host has its own, so a slow one holds up nobody but itself.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Lock
from time import monotonic

from msgspec import Struct

# Requests that a host takes without a pause when it was left alone: any browser makes so many for one page.
_BURST = 10
# Requests a second: slower than that, a run would not end.
_SLOWEST = 1.0


class Pace(Struct, frozen=True):
    """What a host is asked to bear: requests a second, connections at a time."""

    rate: float = 10.0
    parallel: int = 2


class StoppedError(Exception):
    """The run is over (budget, Ctrl-C): no further request is made."""


class _Host:
    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.changed = Condition()
        self.open = 0
        self.arrival = 0.0  # when the next request would come if all kept the pace (the “generic cell rate algorithm”)
        self.paused_until = 0.0

    def ready(self) -> float:
        """When the next request may be made."""
        return max(self.paused_until, self.arrival - (_BURST - 1) / self.pace.rate)


class Turns:
    """The turns of all hosts. Times are those of the clock, in seconds. Methods may be called from any thread."""

    def __init__(self, pace_of: Callable[[str], Pace], clock: Callable[[], float] = monotonic) -> None:
        """`pace_of` says how a host (`example.org:8080`) may be asked."""
        self._pace_of = pace_of
        self.clock = clock
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()
        self._stopped = False

    def begin(self, name: str) -> None:
        """Waits for the turn of one request to a host and for one of its connections. Raises `StoppedError`."""
        host = self._host(name)
        with host.changed:
            while host.open >= host.pace.parallel:
                self._wait(host, None)
            host.open += 1
            try:
                turn = max(host.ready(), self.clock())
                host.arrival = max(host.arrival, turn) + 1 / host.pace.rate
                while (left := max(turn, host.paused_until) - self.clock()) > 0:
                    self._wait(host, left)
            except StoppedError:
                host.open -= 1
                raise

    def end(self, name: str) -> None:
        """Gives a connection back."""
        host = self._host(name)
        with host.changed:
            host.open -= 1
            host.changed.notify()

    def pause(self, name: str, seconds: float) -> None:
        """Makes no request to a host for a while."""
        host = self._host(name)
        host.paused_until = max(host.paused_until, self.clock() + seconds)

    def slow_down(self, name: str) -> None:
        """Asks half as often, over one connection: the host showed that it bears no more."""
        host = self._host(name)
        with host.changed:
            host.pace = Pace(max(host.pace.rate / 2, min(_SLOWEST, host.pace.rate)), 1)

    def ready(self, name: str) -> float:
        """When the next request to a host may be made."""
        return self._host(name).ready()

    def parallel(self, name: str) -> int:
        """How many connections a host is asked to bear."""
        return self._host(name).pace.parallel

    def stop(self) -> None:
        """Ends the run: whoever waits for a turn is told so."""
        self._stopped = True
        with self._lock:
            hosts = list(self._hosts.values())
        for host in hosts:
            with host.changed:
                host.changed.notify_all()

    def _wait(self, host: _Host, seconds: float | None) -> None:
        if self._stopped:
            raise StoppedError
        host.changed.wait(seconds)
        if self._stopped:
            raise StoppedError

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            with self._lock:
                host = self._hosts.setdefault(name, _Host(self._pace_of(name)))
        return host
