"""A misbehaving server, and a run that may contact it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from kbcheck.config import ExternalSettings
from kbcheck.external.credentials import Credentials
from kbcheck.external.guard import Endpoint, NoSuchHostError, look_up
from kbcheck.external.schedule import Job
from kbcheck.knowledge.verdicts import Verdict, address_of
from tests.external.server import Server

#: Fast enough for tests, and no politeness to a server of ours.
HASTY: dict[str, Any] = {"timeout": 0.8, "rate": 1000.0, "parallel": 4, "allow_private": ("127.0.0.0/8",)}
LookAt = Callable[..., Mapping[str, Verdict]]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def look_at() -> LookAt:
    """Looks at addresses and says the verdict of each; `names` are hosts that the DNS knows besides."""

    def run(
        *targets: str,
        names: Mapping[str, str] | None = None,
        earlier: Mapping[str, Verdict] | None = None,
        retries: tuple[float, ...] = (0.05, 0.1),
        credentials: Mapping[str, Mapping[str, str]] | None = None,
        budget: float | None = None,
        knows_names: bool = False,
        **settings: Any,
    ) -> Mapping[str, Verdict]:
        from kbcheck.external.engine import make_run

        def lookup(name: str, port: int) -> Sequence[Endpoint]:
            if name in (names or {}):
                return [(socket.AF_INET, ((names or {})[name], port))]
            if name.endswith(".test"):
                raise NoSuchHostError(name)
            return look_up(name, port)

        found: dict[str, Verdict] = {}
        made = make_run(
            ExternalSettings(**{**HASTY, **settings}),
            "kbcheck/test",
            {host: Credentials(headers) for host, headers in (credentials or {}).items()},
            earlier=(earlier or {}).get,
            on_verdict=lambda verdict: found.__setitem__(verdict.address, verdict),
            lookup=lookup,
            knows_names=lambda: knows_names,
            retries=retries,
        )
        jobs: dict[str, Job] = {}
        for target in targets:
            address = address_of(target)
            assert address is not None
            known = jobs.setdefault(address.page, Job(address.page, address.host))
            known.fragments |= {address.fragment} - {""}
        made.run(jobs, budget)
        return found

    return run
