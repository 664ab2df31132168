"""Which machines may be contacted: public ones, and those that the settings allow.

A link in a pull request must not make a CI machine knock at doors inside its network (server-side request forgery). So the
name is looked up once, every address of the answer is judged, and the connection goes to an address that was judged.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Lock

from kbcheck.external.hosts import matches_host

#: What `socket.getaddrinfo` gives for a stream: family and socket address.
Endpoint = tuple[socket.AddressFamily, tuple[str, int]]
Lookup = Callable[[str, int], Sequence[Endpoint]]

# Addresses of IPv6 that carry one of IPv4: a translator behind them leads to it (RFC 6052). On a network of IPv6 only, the
# names of all other machines stand for such addresses (DNS64, RFC 6147).
_TRANSLATED = IPv6Network("64:ff9b::/96")
# All that IANA has given out of IPv6 for the public internet; what lies beside it is for special purposes.
_UNICAST = IPv6Network("2000::/3")


class ForbiddenAddressError(Exception):
    """The host is on a private network, or on this machine, and the settings do not allow it.

    No `OSError`: the libraries in between would take it for a broken connection.
    """


class NoSuchHostError(Exception):
    """The name is not registered: a definite answer."""


class LookupFailedError(Exception):
    """Nobody could say what the name stands for: no answer at all."""


class Guard:
    """Looks names up and says which of their addresses may be contacted. Safe to use from several threads."""

    def __init__(self, allowed: Iterable[str] = (), lookup: Lookup | None = None) -> None:
        """`allowed` are hosts (`wiki.intra`, `*.intra`), addresses and networks (`10.0.0.0/8`) that may be private."""
        self._networks: list[IPv4Network | IPv6Network] = []
        self._hosts: list[str] = []
        for each in allowed:
            try:
                self._networks.append(ip_network(each, strict=False))
            except ValueError:
                self._hosts.append(each.lower())
        self._lookup = lookup or look_up
        self._known: dict[tuple[str, int], Sequence[Endpoint]] = {}
        self._private: dict[tuple[str, int], bool] = {}
        self._lock = Lock()

    def endpoints(self, host: str, port: int) -> Sequence[Endpoint]:
        """The endpoints of a host that may be contacted.

        Raises `ForbiddenAddressError` when there is none, `NoSuchHostError` and `LookupFailedError` when the name leads nowhere.
        """
        name = host.strip("[]").rstrip(".").lower()
        found = self._endpoints(name, port)
        if any(matches_host(pattern, name) for pattern in self._hosts):
            return found
        allowed = [endpoint for endpoint in found if self._is_allowed(endpoint[1][0])]
        if not allowed:
            raise ForbiddenAddressError(host)
        return allowed

    def is_private(self, host: str, port: int) -> bool:
        """Whether this machine knows a host to be private. For requests through a proxy, which looks names up for itself."""
        key = host, port
        if key not in self._private:
            try:
                self.endpoints(host, port)
            except (LookupFailedError, NoSuchHostError):  # the proxy may know better
                self._private[key] = False
            except ForbiddenAddressError:
                self._private[key] = True
            else:
                self._private[key] = False
        return self._private[key]

    def _endpoints(self, name: str, port: int) -> Sequence[Endpoint]:
        """What a name stands for, asked once a run; only a failure to answer is asked again."""
        with self._lock:
            known = self._known.get((name, port))
        if known is None:
            known = tuple(self._lookup(name, port))
            with self._lock:  # the first answer of two threads counts: all of a run see the same machine
                known = self._known.setdefault((name, port), known)
        return known

    def _is_allowed(self, address: str) -> bool:
        ip = ip_address(address.partition("%")[0])
        both = (ip, _inner(ip))
        return _is_public(ip) or any(each in network for network in self._networks for each in both if each)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet (IANA's registries, as Python's `ipaddress` has them)."""
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not ip.is_reserved
    inner = _inner(ip)
    return (ip in _UNICAST and ip.is_global) if inner is None else _is_public(inner)


def _inner(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 leads to: mapped, 6to4 or translated."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def look_up(name: str, port: int) -> Sequence[Endpoint]:
    """The endpoints of a name, as this machine sees it. Raises `NoSuchHostError` and `LookupFailedError`."""
    try:
        answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        # A machine without network says the same as one that knows better; only the DNS itself can say “no such name”.
        if error.errno in _NO_NAME and is_unregistered(name):
            raise NoSuchHostError(name) from None
        raise LookupFailedError(name) from None
    except (UnicodeError, OSError):  # a label that is empty or too long
        raise NoSuchHostError(name) from None
    return [(family, (str(address[0]), int(address[1]))) for family, _, _, _, address in answers]


_NO_NAME = {getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)}


def is_unregistered(name: str) -> bool:
    """Whether the DNS answers that there is no such name (NXDOMAIN, RFC 8020)."""
    return _is_registered(name, "A", 10.0) is False


def knows_names() -> bool:
    """Whether the DNS that this machine asks is that of the internet: it knows `com`, which certainly exists."""
    return _is_registered("com.", "NS", 3.0) is True


def _is_registered(name: str, kind: str, seconds: float) -> bool | None:
    """What the DNS says of a name; None when it says nothing."""
    import dns.exception
    import dns.resolver

    try:
        dns.resolver.resolve(name, kind, search=False, raise_on_no_answer=False, lifetime=seconds)
    except dns.resolver.NXDOMAIN:
        return False
    except (dns.exception.DNSException, OSError, UnicodeError):
        return None
    return True
