"""Verdicts over several days, and what counts as a new address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from kbcheck.external.checker import Answer, is_mail_address
from kbcheck.external.fragments import present
from kbcheck.external.judgement import judged, retry_after, verdict_of
from kbcheck.knowledge.verdicts import Verdict, address_of

PAGE = "https://example.org/a/b"
DAY = 86_400.0
DOWN = Answer(PAGE, 500, headers=CaseInsensitiveDict())
UP = Answer(PAGE, 200, headers=CaseInsensitiveDict())


def over(*events: tuple[float, Answer]) -> list[str]:
    """The outcomes of answers at times."""
    known: Verdict | None = None
    outcomes: list[str] = []
    for time, answer in events:
        known = verdict_of(answer, judged(answer), known, time)
        outcomes.append(known.outcome)
    return outcomes


def test_failures_on_three_days_are_a_death() -> None:
    assert over((0.1 * DAY, DOWN), (1.1 * DAY, DOWN), (2.1 * DAY, DOWN)) == ["unreachable", "unreachable", "dead"]


def test_failures_on_one_day_are_none() -> None:
    assert set(over(*((hour * 3600.0, DOWN) for hour in range(24)))) == {"unreachable"}


def test_days_without_a_network_of_our_own_do_not_count() -> None:
    known: Verdict | None = None
    for number in range(9):
        known = verdict_of(DOWN, judged(DOWN), known, number * DAY, has_witness=False)
    assert known is not None
    assert (known.outcome, known.failed_days) == ("unreachable", 0)


def test_a_success_in_between_forgives() -> None:
    events = ((0.0, DOWN), (DAY, DOWN), (1.5 * DAY, UP), (2 * DAY, DOWN), (3 * DAY, DOWN))
    assert over(*events) == ["unreachable", "unreachable", "alive", "unreachable", "unreachable"]


def test_the_dead_can_rise() -> None:
    assert over((0, DOWN), (DAY, DOWN), (2 * DAY, DOWN), (3 * DAY, DOWN), (4 * DAY, UP))[2:] == [
        "dead",
        "dead",
        "alive",
    ]


def test_what_was_not_sent_again_keeps_its_fragments() -> None:
    known = verdict_of(Answer(PAGE, 200, headers=CaseInsensitiveDict(), fragments={"a": True}), judged(UP), None, 0)
    again = Answer(PAGE, 304, headers=CaseInsensitiveDict())
    assert verdict_of(again, judged(again), known, 1, ["a"]).fragments == {"a": True}


@pytest.mark.parametrize(
    ("hops", "expected"),
    [
        ([(301, "https://example.org/a/b/")], "alive"),
        ([(301, "https://example.org/a/%62")], "alive"),
        ([(301, "https://new.example/a/b")], "moved"),
        ([(308, "https://new.example/a/b"), (302, "https://new.example/fr/a/b")], "moved"),
        ([(302, "https://new.example/a/b"), (301, "https://other.example/")], "alive"),
        ([(301, "https://example.org/")], "moved home"),
        ([(301, "https://example.org/login")], "alive"),
        ([(301, "https://sso.example.org/cas?service=https%3A%2F%2Fexample.org%2Fa%2Fb")], "alive"),
        ([(301, "ftp://example.org/")], "alive"),
    ],
)
def test_what_is_a_new_address(hops: list[tuple[int, str]], expected: str) -> None:
    found = judged(Answer(PAGE, 200, tuple(hops), CaseInsensitiveDict()))
    assert f"{found.outcome} {found.reason}".strip() == expected


def test_https_in_place_of_http_is_no_new_address() -> None:
    found = judged(Answer("http://example.org/a", 200, ((301, "https://example.org/a"),), CaseInsensitiveDict()))
    assert (found.reason, found.location) == ("https", "https://example.org/a")


@pytest.mark.parametrize(
    ("target", "page"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("HTTP://example.org:80/A?b#c", "http://example.org/A?b"),
        ("https://example.org:8443/é", "https://example.org:8443/%C3%A9"),
        ("//example.org/x", "https://example.org/x"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
        ("https://me:hidden@example.org/", "https://example.org/"),
        ("mailto:me@example.org", "mailto:me@example.org"),
        ("https://example.org:99999999/", "https://example.org:99999999/"),
        ("https://[nonsense/", "https://[nonsense/"),
        ("https://Démarche.fr/", "https://xn--dmarche-bya.fr/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://x\u00adn--.é/", "https://x\u00adn--.é/"),
        ("https://example.org./", "https://example.org/"),
    ],
)
def test_an_address_is_written_in_one_way(target: str, page: str) -> None:
    address = address_of(target)
    assert address is not None
    assert address.page == page


@pytest.mark.parametrize("target", ["ftp://example.org/", "tel:+33", "javascript:x", "page.md", "data:,x", ""])
def test_other_schemes_are_left_alone(target: str) -> None:
    assert address_of(target) is None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("mailto:me@example.org", True),
        ("mailto:me@example.org,you@example.org?subject=Bonjour%20!", True),
        ("mailto:?subject=x", True),
        ("mailto:Jean%20Dupont%20<me@example.org>", True),
        ("mailto:me", False),
        ("mailto:me@", False),
        ("mailto:a..b@example.org", False),
    ],
)
def test_the_syntax_of_e_mail_addresses(target: str, expected: bool) -> None:
    assert is_mail_address(target) is expected


@given(st.text(st.characters()) | st.from_regex(r"(https?|mailto)?:?(//)?[\w.\[\]:@%?#/é-]*", fullmatch=True))
def test_any_text_is_an_address_or_none(target: str) -> None:
    address = address_of(target)
    if address is not None:
        again = address_of(address.page)
        assert again is not None
        assert again.page == address.page


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 40, 1e9),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 1e9),
        ("Wed, 21 Oct 1999 07:28:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
    ],
)
def test_how_long_a_host_wants_to_be_left_alone(written: str, seconds: float | None) -> None:
    answer = Answer(PAGE, 429, headers=CaseInsensitiveDict({"Retry-After": written}))
    wait = retry_after(answer, 1.8e9)
    assert wait == seconds if seconds is None or seconds < 1e9 else wait is not None and wait >= seconds


@given(st.text())
def test_any_text_after_retry_after_is_a_time_or_none(text: str) -> None:
    answer = Answer(PAGE, 429, headers=CaseInsensitiveDict({"Retry-After": text}))
    wait = retry_after(answer, 1e9)
    assert wait is None or wait >= 0


@given(st.binary(), st.sampled_from([None, "utf-8", "nonsense", "utf-16"]))
def test_any_content_has_fragments_or_not(content: bytes, encoding: str | None) -> None:
    for start in (b"", b"<h1 id=a>A</h1>"):
        assert set(present(["a", "b"], start + content, encoding)) <= {"a", "b"}
