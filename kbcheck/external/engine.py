"""Puts the parts of a run together. Importing this module imports linkchecker and requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kbcheck.config import ExternalSettings
from kbcheck.external.checker import Checker
from kbcheck.external.credentials import Credentials
from kbcheck.external.guard import Guard, Lookup, knows_names
from kbcheck.external.network import Adapter, Limits
from kbcheck.external.run import RETRIES, Run
from kbcheck.external.turns import Pace, Turns
from kbcheck.knowledge.verdicts import Verdict


def make_run(
    settings: ExternalSettings,
    user_agent: str,
    credentials: Mapping[str, Credentials],
    *,
    earlier: Callable[[str], Verdict | None],
    on_verdict: Callable[[Verdict], None],
    lookup: Lookup | None = None,
    knows_names: Callable[[], bool] = knows_names,
    retries: tuple[float, ...] = RETRIES,
) -> Run:
    """A run with these settings; `credentials` are by host, `lookup` finds the addresses of names, and
    `knows_names` says whether it can be believed when it finds none.
    """
    turns = Turns(lambda host: pace_of(settings, host))
    limits = Limits(settings.timeout)
    adapter = Adapter(
        Guard(settings.allow_private, lookup),
        turns,
        limits,
        user_agent,
        credentials,
        settings.connections,
    )
    checker = Checker(
        adapter, user_agent=user_agent, redirects=settings.redirects, seconds=limits.seconds, size=limits.bytes
    )
    return Run(
        checker,
        turns,
        settings.connections,
        retries,
        earlier=earlier,
        on_verdict=on_verdict,
        knows_names=knows_names,
    )


def pace_of(settings: ExternalSettings, host: str) -> Pace:
    """How a host may be asked."""
    own = settings.hosts.get(host)
    rate = own.rate if own and own.rate is not None else settings.rate
    return Pace(rate, own.parallel if own and own.parallel is not None else settings.parallel)
