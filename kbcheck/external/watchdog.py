"""Ends requests that take too long in all.

A socket's own timeout begins anew with every byte: a server that sends one now and then could hold a thread for hours.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from threading import Event, Lock, Thread, local
from time import monotonic

_INTERVAL = 0.2  # seconds between two looks


class Watch:
    """One request being watched, from its turn to its last byte."""

    def __init__(self, watchdog: Watchdog, deadline: float) -> None:
        self.deadline = deadline
        self.socket: socket.socket | None = None
        self.has_expired = False
        self._watchdog = watchdog

    def end(self) -> None:
        """The request is over."""
        self._watchdog.forget(self)

    def expire(self) -> None:
        """Whoever reads from the socket reads its end."""
        self.has_expired = True
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Watches the requests of all threads; its own thread lives as long as there are any."""

    def __init__(self) -> None:
        self._current = local()
        self._watches: set[Watch] = set()
        self._lock = Lock()
        self._is_running = False

    def watch(self, seconds: float) -> Watch:
        """Watches the request that this thread is about to make."""
        watch = self._current.watch = Watch(self, monotonic() + seconds)
        with self._lock:
            self._watches.add(watch)
            if not self._is_running:
                self._is_running = True
                Thread(target=self._run, name="kbcheck-watchdog", daemon=True).start()
        return watch

    def is_used(self, socket_of: Callable[[], socket.socket | None]) -> None:
        """Tells which socket the request of this thread uses."""
        watch = getattr(self._current, "watch", None)
        if watch is not None:
            watch.socket = socket_of()

    def forget(self, watch: Watch) -> None:
        """Watches this request no longer."""
        with self._lock:
            self._watches.discard(watch)

    def _run(self) -> None:
        pause = Event()
        while True:
            pause.wait(_INTERVAL)
            now = monotonic()
            with self._lock:
                if not self._watches:
                    self._is_running = False
                    return
                late = [watch for watch in self._watches if watch.deadline < now]
                self._watches.difference_update(late)
            for watch in late:
                watch.expire()
