"""From what came back to what it means: the one place where an answer becomes a verdict."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

import requests
from linkcheck import LinkCheckerError
from msgspec import Struct
from msgspec.structs import replace
from urllib3.exceptions import LocationParseError

from kbcheck.external.checker import Answer
from kbcheck.external.guard import ForbiddenAddressError, LookupFailedError, NoSuchHostError
from kbcheck.knowledge.verdicts import GOOD, Outcome, Verdict, address_of

#: Failures on so many different days make an address dead: nobody repairs it any more.
DAYS_UNTIL_DEAD = 3

# How far a failure goes: a `host` that takes no connection, or says nothing, will not answer for other addresses either.
Extent = Literal["address", "host"]

# Answers by which a server turns a program away, or asks for what a program does not have. 999 is LinkedIn's.
_WALLS = {
    401: "sign-in",
    402: "sign-in",
    403: "forbidden",
    407: "proxy",
    429: "rate-limited",
    451: "legal",
    999: "forbidden",
}
_GONE = (404, 410)
_PERMANENT = (301, 308)
_SIGN_IN = re.compile(r"\b(log-?in|sign-?in|connexion|auth\w*|sso|cas|consent|captcha)\b", re.IGNORECASE)

# What OpenSSL says of a certificate (x509_vfy.h), by what a person can do about it.
_CERTIFICATES = {
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "unknown-issuer",
    21: "unknown-issuer",
    62: "wrong-host",
    64: "wrong-host",
}


class Judgement(Struct, frozen=True):
    """What an answer means by itself. `is_passing`: another attempt may bring something else."""

    outcome: Outcome
    reason: str = ""
    is_passing: bool = False
    extent: Extent = "address"
    location: str | None = None


def judged(answer: Answer) -> Judgement:
    """What one attempt means."""
    if answer.is_disallowed:
        return Judgement("unverifiable", "robots")
    if answer.failure is not None or answer.status is None:
        return _of_failure(answer.failure)
    status = answer.status
    if status in _WALLS:
        return Judgement("unverifiable", _WALLS[status], is_passing=status == requests.codes.too_many_requests)
    if _is_bot_wall(answer):
        return Judgement("unverifiable", "forbidden")
    if status in _GONE:
        return Judgement("dead", "gone")
    if status >= 500 or status in (408, 425):
        return Judgement("unreachable", "server-error", is_passing=True)
    if status >= 400:
        return Judgement("unverifiable", "refused-request")
    return _of_success(answer)


def _is_bot_wall(answer: Answer) -> bool:
    """Cloudflare and its like answer programs with a riddle, under any status."""
    assert answer.status is not None
    headers: Any = answer.headers
    if "cf-mitigated" in headers or headers.get("x-datadome") == "protected":
        return True
    return answer.status == 503 and "cloudflare" in headers.get("server", "").lower() and "retry-after" not in headers


def _of_success(answer: Answer) -> Judgement:
    location = answer.page
    for status, target in answer.hops:
        if status not in _PERMANENT:
            break
        location = target
    moved = address_of(location)
    if moved is None or _is_trivial(answer.page, moved.page) or _is_detour(answer.page, moved.page):
        return Judgement("alive")
    before, after = urlsplit(answer.page), urlsplit(moved.page)
    if before.scheme == "http" and after.scheme == "https" and before[1:] == after[1:]:
        return Judgement("moved", "https", location=moved.page)
    if after.path in ("", "/") and not after.query and len(before.path) > 1:
        return Judgement("moved", "home", location=moved.page)
    return Judgement("moved", location=moved.page)


def _is_trivial(before: str, after: str) -> bool:
    """Whether two addresses are one but for a slash at the end or the way in which they are escaped."""
    return unquote(before).rstrip("/") == unquote(after).rstrip("/")


def _is_detour(before: str, after: str) -> bool:
    """Whether an address is that of a sign-in page, or takes the old one along to go back to it."""
    parts = urlsplit(after)
    return bool(_SIGN_IN.search(parts.path)) or quote(before, "") in parts.query or before in parts.query


def _of_failure(failure: Exception | None) -> Judgement:
    if isinstance(failure, ForbiddenAddressError):
        return Judgement("unverifiable", "private")
    if isinstance(failure, NoSuchHostError):
        return Judgement("dead", "no-such-host", is_passing=True, extent="host")
    if isinstance(failure, LookupFailedError):
        return Judgement("unreachable", "lookup", is_passing=True, extent="host")
    if isinstance(failure, requests.exceptions.TooManyRedirects):
        return Judgement("unreachable", "redirects")
    if isinstance(failure, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return Judgement("unreachable", "proxy", is_passing=True)
    if isinstance(failure, requests.exceptions.SSLError):
        return _of_tls(failure)
    if isinstance(failure, requests.exceptions.Timeout):
        return Judgement("unreachable", "timeout", is_passing=True, extent="host")
    if isinstance(failure, _INVALID):
        return Judgement("dead", "invalid")
    if isinstance(failure, requests.exceptions.ConnectionError):
        refused = _cause(failure, ConnectionRefusedError) is not None
        return Judgement(
            "unreachable", "refused" if refused else "broken", is_passing=True, extent="host" if refused else "address"
        )
    return Judgement("unreachable", "broken", is_passing=True)


# `LinkCheckerError` and `UnicodeError`: linkchecker could not read the address; a redirect can lead to such a one, too.
_INVALID = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    LinkCheckerError,
    LocationParseError,
    UnicodeError,
)


def _of_tls(failure: Exception) -> Judgement:
    cause = _cause(failure, ssl.SSLCertVerificationError)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Judgement("certificate", _CERTIFICATES.get(cause.verify_code, "invalid"))
    return Judgement("unreachable", "tls", is_passing=True)


def _cause(failure: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """The first exception of a kind among those that led to this one; libraries hide them in each other."""
    seen: list[BaseException] = []
    waiting: list[object] = [failure]
    while waiting and len(seen) < 20:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or each in seen:
            continue
        if isinstance(each, kind):
            return each
        seen.append(each)
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return None


def verdict_of(
    answer: Answer,
    judgement: Judgement,
    earlier: Verdict | None,
    now: float,
    looked_for: Iterable[str] = (),
    *,
    has_witness: bool = True,
) -> Verdict:
    """The verdict on an address, with what was known of it before; `now` in seconds since 1970.

    `has_witness`: other hosts have answered in this run, so a failure is not that of our own network.
    """
    known: dict[str, bool | None] = dict.fromkeys(looked_for)
    if earlier and answer.status == requests.codes.not_modified:
        known.update(earlier.fragments)
    known.update(answer.fragments)
    verdict = Verdict(
        answer.page,
        judgement.outcome,
        judgement.reason,
        answer.status,
        judgement.location,
        known,
        now,
        etag=_etag(answer),
    )
    if verdict.outcome in GOOD or verdict.outcome == "unverifiable":
        return verdict
    return _with_history(verdict, earlier, has_witness=has_witness)


def _with_history(verdict: Verdict, earlier: Verdict | None, *, has_witness: bool) -> Verdict:
    """A failure counted with those before it: after failures on several days, an address is dead."""
    failed_before = earlier is not None and earlier.failures > 0
    since = earlier.since if earlier and failed_before else verdict.checked
    failures = 1 + (earlier.failures if earlier and failed_before else 0)
    days = earlier.failed_days if earlier and failed_before else 0
    is_new_day = days == 0 or (earlier is not None and day(earlier.checked) != day(verdict.checked))
    if has_witness and is_new_day:
        days += 1
    verdict = replace(verdict, failures=failures, failed_days=days, since=since)
    if verdict.outcome == "unreachable" and days >= DAYS_UNTIL_DEAD:
        return replace(verdict, outcome="dead", reason="for-days")
    return verdict


def day(time: float) -> str:
    """The day (UTC) of a time in seconds since 1970, as `2026-05-31`."""
    return datetime.fromtimestamp(time, UTC).date().isoformat()


def _etag(answer: Answer) -> str | None:
    headers: Any = answer.headers
    etag = headers.get("ETag") if headers is not None else None
    return etag if isinstance(etag, str) and len(etag) <= 200 and etag.isascii() and etag.isprintable() else None


def retry_after(answer: Answer, now: float) -> float | None:
    """Seconds that a server asks to wait (`Retry-After`, RFC 9110 section 10.2.3): a number or a date."""
    from email.utils import parsedate_to_datetime

    headers: Any = answer.headers
    value = (headers.get("Retry-After") or "").strip()[:64] if headers is not None else ""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now) if value else None
    except (ValueError, OverflowError, TypeError):
        return None
