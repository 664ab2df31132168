"""What hosts see of a run, by the log of the server: pace, connections, waiting when told to."""

from __future__ import annotations

from itertools import pairwise
from time import monotonic

import pytest

from kbcheck.config import ExternalSettings, HostSettings
from tests.external.conftest import LookAt
from tests.external.server import Host, Server, after, answer, in_turn, redirect
from tests.external.test_misbehaviour import said


def seen(host: Host) -> list[float]:
    return [request.time for request in host.requests]


def test_a_host_is_asked_at_its_pace_and_over_few_connections(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": after(0.05, answer())})
    look_at(*(f"http://{host.address}/{number}" for number in range(25)), rate=20.0, parallel=2)
    times = seen(host)
    assert len(times) == 26  # with robots.txt
    # A burst of ten, then twenty a second: 16 intervals.
    assert times[-1] - times[0] > 16 / 20 - 0.1
    for first, last in zip(times, times[15:], strict=False):
        assert last - first > 5 / 20 - 0.05
    assert max(request.parallel for request in host.requests) <= 2


def test_the_defaults_are_polite(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": after(0.02, answer())})
    usual = ExternalSettings()
    look_at(
        *(f"http://{host.address}/{number}" for number in range(16)),
        rate=usual.rate,
        parallel=usual.parallel,
    )
    times = seen(host)
    assert times[-1] - times[0] > 0.6
    assert max(request.parallel for request in host.requests) <= 2


def test_a_host_of_the_settings_has_a_pace_of_its_own(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": answer()})
    look_at(
        *(f"http://{host.address}/{number}" for number in range(15)),
        hosts={host.address: HostSettings(rate=10.0, parallel=1)},
    )
    assert seen(host)[-1] - seen(host)[0] > 0.4
    assert max(request.parallel for request in host.requests) == 1


def test_redirects_count_for_the_host_that_they_lead_to(server: Server, look_at: LookAt) -> None:
    target = server.host({"*": after(0.1, answer())})
    sources = [server.host({"/": redirect(f"http://{target.address}/{number}")}) for number in range(8)]
    verdicts = look_at(*(f"http://{source.address}/" for source in sources), parallel=1)
    assert {verdict.outcome for verdict in verdicts.values()} == {"moved"}
    assert max(request.parallel for request in target.requests) == 1


def test_hosts_do_not_wait_for_each_other(server: Server, look_at: LookAt) -> None:
    hosts = [server.host({"*": after(0.1, answer())}) for _ in range(20)]
    slow = server.host({"*": after(60, answer())})
    started = monotonic()
    look_at(f"http://{slow.address}/", *(f"http://{host.address}/{n}" for host in hosts for n in range(5)), parallel=2)
    ended = max(time for host in hosts for time in seen(host))
    assert ended - started < 1.5  # one after the other: 12 s


def test_robots_txt_is_read_once_a_host(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": answer()})
    look_at(*(f"http://{host.address}/{number}" for number in range(10)))
    assert [request.path for request in host.requests].count("/robots.txt") == 1


def test_connections_are_used_again(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": answer()})
    look_at(*(f"http://{host.address}/{number}" for number in range(20)), parallel=2)
    assert host.connections <= 2


def test_nothing_is_asked_while_a_host_wants_to_be_left_alone(server: Server, look_at: LookAt) -> None:
    host = server.host({"/robots.txt": answer(404), "*": in_turn(answer(429, Retry_After="1"), answer())})
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(4)), parallel=1)
    assert {verdict.outcome for verdict in verdicts.values()} == {"alive"}
    first, second = [request.time for request in host.pages][:2]
    assert second - first > 0.9


@pytest.mark.parametrize(
    ("status", "expected"), [(429, "unverifiable rate-limited"), (503, "unreachable server-error")]
)
def test_a_host_that_wants_to_be_left_alone_for_long_is(
    status: int, expected: str, server: Server, look_at: LookAt
) -> None:
    host = server.host({"/robots.txt": answer(404), "*": answer(status, Retry_After="7200")})
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(30)), parallel=1)
    assert [said(verdict) for verdict in verdicts.values()] == [expected] * 30
    assert len(host.pages) == 1


def test_a_host_that_does_not_answer_is_given_up(server: Server, look_at: LookAt) -> None:
    verdicts = look_at(*(f"http://127.0.0.1:9/{number}" for number in range(200)))
    assert [said(verdict) for verdict in verdicts.values()] == ["unreachable refused"] * 200


def test_a_host_that_takes_one_connection_gets_one(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": after(0.05, answer())})
    host.cap = 1
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(20)), parallel=4, retries=(0.2, 0.4))
    assert {verdict.outcome for verdict in verdicts.values()} == {"alive"}
    assert host.connections < 10


def test_a_host_that_is_asked_too_often_is_asked_less_often(server: Server, look_at: LookAt) -> None:
    wall = in_turn(*[answer(429)] * 2, answer())
    host = server.host({"/robots.txt": answer(404), "*": wall})
    look_at(*(f"http://{host.address}/{number}" for number in range(16)), parallel=1, rate=10.0)
    times = [request.time for request in host.pages][2:]
    assert len(times) == 16
    assert times[-1] - times[-3] > 0.7  # 2.5 a second


def test_a_host_that_says_nothing_is_given_up(server: Server, look_at: LookAt) -> None:
    host = server.host({"/robots.txt": answer(404), "*": after(60, answer())})
    started = monotonic()
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(40)), timeout=0.3)
    assert {said(verdict) for verdict in verdicts.values()} == {"unreachable timeout"}
    assert monotonic() - started < 4  # each by itself: 40 · 3 · 0.3 s over four connections


def test_a_host_whose_rules_never_come_is_given_up(server: Server, look_at: LookAt) -> None:
    host = server.host({"/robots.txt": after(60, answer()), "*": answer()})
    started = monotonic()
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(40)), timeout=0.3)
    assert {said(verdict) for verdict in verdicts.values()} == {"unreachable timeout"}
    assert monotonic() - started < 6


def test_a_host_that_wants_us_to_wait_again_and_again_is_given_up(
    server: Server, look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kbcheck.external.run._PATIENCE", 2.5)
    host = server.host({"/robots.txt": answer(404), "*": answer(503, Retry_After="1")})
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(20)), parallel=1)
    assert {said(verdict) for verdict in verdicts.values()} == {"unreachable server-error"}
    assert len(host.pages) <= 4


@pytest.mark.parametrize("name", ["démarche.test", "xn--dmarche-bya.test"])
def test_a_host_with_accents_is_left_alone_when_it_asks_for_it(name: str, server: Server, look_at: LookAt) -> None:
    host = server.host({"/robots.txt": answer(404), "*": in_turn(answer(429, Retry_After="1"), answer())})
    ip, _, port = host.address.rpartition(":")
    look_at(*(f"http://{name}:{port}/{number}" for number in range(3)), parallel=1, names={"xn--dmarche-bya.test": ip})
    times = [request.time for request in host.pages]
    assert times[1] - times[0] > 0.9


def test_failures_are_tried_again_with_a_pause_that_grows(server: Server, look_at: LookAt) -> None:
    host = server.host({"/robots.txt": answer(404), "*": answer(500)})
    look_at(f"http://{host.address}/", retries=(0.2, 0.6))
    pauses = [after - before for before, after in pairwise(request.time for request in host.pages)]
    assert len(pauses) == 2
    assert 0.2 <= pauses[0] < 0.6 <= pauses[1]


def test_a_page_that_is_remembered_is_not_sent_again(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": answer(200, ETag='"v1"')})
    (verdict,) = look_at(f"http://{host.address}/").values()
    assert verdict.etag == '"v1"'


def test_a_run_ends_when_its_time_is_over(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": after(0.2, answer())})
    started = monotonic()
    verdicts = look_at(*(f"http://{host.address}/{number}" for number in range(50)), parallel=1, budget=1.0)
    assert monotonic() - started < 1.5
    assert 2 <= len(verdicts) <= 5
