"""Names, certificates, credentials and private addresses: what is contacted, and what is told to whom."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
import trustme

from kbcheck.errors import UsageError
from kbcheck.external.guard import ForbiddenAddressError, Guard, LookupFailedError, NoSuchHostError
from tests.external.conftest import LookAt
from tests.external.server import Host, Server, answer, redirect, slowly
from tests.external.test_misbehaviour import said

Contexts = Callable[..., ssl.SSLContext]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certified(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contexts:
    """Makes the TLS side of a server; the environment trusts the authority, as an organisation's own."""
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))

    def context(*names: str, by: trustme.CA | None = None, days: int = 9) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        until = datetime.now(UTC) + timedelta(days=days)
        start = until - timedelta(days=400)
        (by or authority).issue_cert(*names, not_before=start, not_after=until).configure_cert(made)
        return made

    return context


def name_of(host: Host, name: str) -> tuple[str, dict[str, str]]:
    """The address of a host under a name, and what the DNS must know for it."""
    ip, _, port = host.address.rpartition(":")
    return f"{name}:{port}", {name: ip}


@pytest.mark.parametrize(
    ("names", "days", "is_known", "expected"),
    [
        (["site.test"], 9, True, "alive"),
        (["site.test"], -9, True, "certificate expired"),
        (["other.test"], 9, True, "certificate wrong-host"),
        (["site.test"], 9, False, "certificate unknown-issuer"),
    ],
)
def test_a_certificate_has_its_verdict(
    names: list[str], days: int, is_known: bool, expected: str, server: Server, look_at: LookAt, certified: Contexts
) -> None:
    host = server.host({"/": answer()}, certified(*names, days=days, by=None if is_known else trustme.CA()))
    address, known = name_of(host, "site.test")
    (verdict,) = look_at(f"https://{address}/", names=known).values()
    assert said(verdict) == expected


def test_a_certificate_that_nobody_has_signed(
    server: Server, look_at: LookAt, certified: Contexts, tmp_path: Path
) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "self.pem"
    form = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem.write_bytes(key.private_bytes(form, *plain) + certificate.public_bytes(form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    address, known = name_of(server.host({"/": answer()}, context), "site.test")
    (verdict,) = look_at(f"https://{address}/", names=known).values()
    assert said(verdict) == "certificate self-signed"


def test_a_server_without_tls_behind_an_https_address(server: Server, look_at: LookAt) -> None:
    host = server.host({"/": answer()})
    (verdict,) = look_at(f"https://{host.address}/").values()
    assert verdict.outcome == "unreachable"


def test_a_refused_connection(look_at: LookAt) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        port = taken.getsockname()[1]
        (verdict,) = look_at(f"http://127.0.0.1:{port}/").values()
    assert said(verdict) == "unreachable refused"


def test_a_host_that_nobody_knows_is_given_up_after_three_attempts(server: Server, look_at: LookAt) -> None:
    address, known = name_of(server.host({"/": answer()}), "site.test")
    verdicts = look_at(f"http://{address}/", *(f"http://nowhere.test/{number}" for number in range(20)), names=known)
    assert [said(verdict) for page, verdict in verdicts.items() if "nowhere" in page] == ["dead no-such-host"] * 20


def test_where_no_name_is_known_at_all_the_network_is_at_fault(look_at: LookAt) -> None:
    assert look_at("http://nowhere.test/", "http://nobody.test/") == {}


def test_without_a_network_nobody_waits_for_the_other_hosts(look_at: LookAt, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fails(name: str, port: int) -> list[object]:
        asked.append(name)
        raise NoSuchHostError(name)

    monkeypatch.setattr("tests.external.conftest.look_up", fails)

    assert look_at(*(f"http://nowhere{number}.example/" for number in range(300)), connections=4) == {}

    assert len(asked) < 100  # each of the 300 would be asked for three times


def test_many_names_that_are_gone_are_dead_when_others_are_known(look_at: LookAt) -> None:
    found = look_at(*(f"http://nowhere{number}.test/" for number in range(30)), knows_names=True)

    assert {said(verdict) for verdict in found.values()} == {"dead no-such-host"}
    assert len(found) == 30


def test_the_dns_is_asked_whether_it_knows_any_name(look_at: LookAt) -> None:
    (verdict,) = look_at("http://nowhere.test/", knows_names=True).values()
    assert said(verdict) == "dead no-such-host"


def test_a_name_that_cannot_be_looked_up_is_no_dead_link(look_at: LookAt, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str, port: int) -> list[object]:
        raise LookupFailedError(name)

    monkeypatch.setattr("tests.external.conftest.look_up", fails)
    (verdict,) = look_at("http://site.example/", knows_names=True).values()
    assert said(verdict) == "unreachable lookup"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/guide/conception été.html", "/guide/conception%20%C3%A9t%C3%A9.html"),
        ("/déjà%20vu?q=où#là", "/d%C3%A9j%C3%A0%20vu?q=o%C3%B9"),
        ("", "/"),
        ("/a%2Fb%C3%A9", "/a%2Fb%C3%A9"),
    ],
)
def test_a_path_is_asked_for_as_browsers_do(written: str, asked: str, server: Server, look_at: LookAt) -> None:
    host = server.host({"*": answer()})
    (verdict,) = look_at(f"http://{host.address}{written}").values()
    assert verdict.outcome == "alive"
    assert [request.path for request in host.pages] == [asked]


def test_a_host_with_accents_is_asked_for_by_its_ascii_name(server: Server, look_at: LookAt) -> None:
    host = server.host({"/": answer()})
    ip, _, port = host.address.rpartition(":")
    ascii_name = "démarche.test".encode("idna").decode()
    (verdict,) = look_at(f"http://Démarche.test:{port}/", names={ascii_name: ip}).values()
    assert verdict.outcome == "alive"
    assert host.pages[0].headers["host"] == f"{ascii_name}:{port}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fec0::1",
        "4000::1",
    ],
)
def test_a_name_that_stands_for_a_private_address_is_not_contacted(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    guard = Guard(lookup=lambda name, port: [(family, (address, port))])
    with pytest.raises(ForbiddenAddressError):
        guard.endpoints("innocent.example", 80)


def test_only_the_public_addresses_of_a_name_are_contacted() -> None:
    both = [(socket.AF_INET, ("10.0.0.1", 80)), (socket.AF_INET, ("93.184.215.14", 80))]
    assert Guard(lookup=lambda name, port: both).endpoints("mixed.example", 80) == [both[1]]


@pytest.mark.parametrize("address", ["2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_public_addresses_of_ipv6_are_contacted(address: str) -> None:
    assert Guard(lookup=lambda name, port: [(socket.AF_INET6, (address, port))]).endpoints("public.example", 80)


def test_a_name_is_looked_up_once_a_run() -> None:
    answers = [[(socket.AF_INET, ("93.184.215.14", 80))], [(socket.AF_INET, ("127.0.0.1", 80))]]
    guard = Guard(lookup=lambda name, port: answers.pop(0))
    assert guard.endpoints("rebinding.example", 80) == guard.endpoints("rebinding.example", 80)


@pytest.mark.parametrize("allowed", ["10.0.0.0/8", "10.0.0.1", "wiki.example", "*.example"])
def test_what_the_settings_allow_is_contacted(allowed: str) -> None:
    guard = Guard([allowed], lookup=lambda name, port: [(socket.AF_INET, ("10.0.0.1", port))])
    assert guard.endpoints("wiki.example", 80)


def test_loopback_is_not_contacted_unless_allowed(server: Server, look_at: LookAt) -> None:
    host = server.host({"/": answer()})
    (verdict,) = look_at(f"http://{host.address}/", allow_private=()).values()
    assert said(verdict) == "unverifiable private"
    assert host.connections == 0


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "netrc"
    file.write_text("default login somebody password hidden\n")
    monkeypatch.setenv("NETRC", str(file))


@pytest.mark.usefixtures("netrc")
def test_credentials_go_to_their_host_over_https_and_nowhere_else(
    server: Server, look_at: LookAt, certified: Contexts
) -> None:
    other = server.host({"/": answer()}, certified("other.test"))
    other_address, names = name_of(other, "other.test")
    plain = server.host({"/": answer()})
    host = server.host({"/": redirect(f"https://{other_address}/")}, certified("wiki.test"))
    address, known = name_of(host, "wiki.test")
    secret = {"Authorization": "Bearer secret", "X-Key": "secret"}
    look_at(
        f"https://{address}/",
        f"http://{plain.address}/",
        names=names | known,
        credentials={address: secret, plain.address: secret},
    )
    assert host.pages[0].headers["authorization"] == "Bearer secret"
    assert host.pages[0].headers["x-key"] == "secret"
    for page in (*other.pages, *plain.pages):
        assert not {"authorization", "x-key"} & page.headers.keys()


def test_a_password_in_an_address_is_neither_sent_nor_kept(server: Server, look_at: LookAt) -> None:
    host = server.host({"/": answer()})
    verdicts = look_at(f"http://me:hidden@{host.address}/")
    assert list(verdicts) == [f"http://{host.address}/"]
    assert "authorization" not in host.pages[0].headers


def test_requests_go_through_the_proxy_of_the_environment(
    server: Server, look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = server.host({"*": answer()})
    monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
    monkeypatch.setenv("no_proxy", "")
    verdicts = look_at("http://site.example/page", "http://10.0.0.1/", names={"site.example": "93.184.215.14"})
    assert sorted(map(said, verdicts.values())) == ["alive", "unverifiable private"]
    assert [request.path for request in proxy.pages] == ["http://site.example/page"]


def test_a_request_through_a_proxy_ends_in_time_too(
    server: Server, look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = server.host({"*": slowly(b"X: y\r\n" * 100, 0.1, then=b"HTTP/1.1 200 OK\r\n")})
    monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
    started = monotonic()
    (verdict,) = look_at("http://site.example/", names={"site.example": "93.184.215.14"}).values()
    assert said(verdict) == "unreachable timeout"
    assert monotonic() - started < 8


def test_a_name_that_only_the_proxy_knows_is_asked_for(
    server: Server, look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = server.host({"*": answer()})
    monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
    (verdict,) = look_at("http://site.test/").values()
    assert verdict.outcome == "alive"


@pytest.mark.parametrize("proxy", ["http://", "http://127.0.0.1:9", "nonsense:x"])
def test_a_proxy_that_is_none_makes_no_link_dead(proxy: str, look_at: LookAt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    assert look_at("http://site.example/", names={"site.example": "93.184.215.14"}, knows_names=True) == {}


def test_a_host_to_which_the_proxy_knows_no_way(
    server: Server, look_at: LookAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = server.host({"other.example:443": answer(503), "*": answer()})
    monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
    monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
    verdicts = look_at("http://site.example/", "https://other.example/", "https://other.example/2")
    assert sorted(map(said, verdicts.values())) == ["alive", "unreachable proxy", "unreachable proxy"]


def test_a_proxy_that_kbcheck_cannot_speak_with_is_said(look_at: LookAt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5h://127.0.0.1:9")
    with pytest.raises(UsageError, match="SOCKS"):
        look_at("http://site.example/")


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("kbcheck-"):
            thread.join(3)
    assert threading.active_count() <= before


@pytest.mark.usefixtures("no_threads_left")
def test_a_run_leaves_no_thread_behind(server: Server, look_at: LookAt) -> None:
    host = server.host({"*": answer()})
    look_at(*(f"http://{host.address}/{number}" for number in range(10)))


def test_a_request_over_tls_ends_in_time_too(server: Server, look_at: LookAt, certified: Contexts) -> None:
    start = b"HTTP/1.1 200 OK\r\n"
    host = server.host({"/": slowly(b"X: y\r\n" * 100, 0.1, then=start)}, certified("site.test"))
    address, known = name_of(host, "site.test")
    started = monotonic()
    (verdict,) = look_at(f"https://{address}/", names=known).values()
    assert said(verdict) == "unreachable timeout"
    assert monotonic() - started < 6
