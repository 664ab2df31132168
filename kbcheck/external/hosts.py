"""Hosts and addresses as the settings write them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from ipaddress import ip_address


def matches_host(pattern: str, host: str) -> bool:
    """Whether a host (`example.org`, `example.org:8080`) is the one of a pattern: `example.org`, `*.example.org`.

    `*.example.org` is `example.org` too. Without a port, the pattern is for all ports.
    """
    pattern = pattern.lower()
    name = host if ":" in pattern else without_port(host)
    return fnmatchcase(name, pattern) or (pattern.startswith("*.") and name == pattern[2:])


def matches_address(pattern: str, page: str, host: str) -> bool:
    """Whether an address is one of a pattern: an address with `*` for anything, or a host."""
    if "://" in pattern:
        return fnmatchcase(page, pattern) or fnmatchcase(page, pattern.rstrip("/") + "/*")
    name, slash, path = pattern.partition("/")
    if not slash:
        return matches_host(name, host)
    return matches_host(name, host) and fnmatchcase(page.partition("://")[2].partition("/")[2], path)


def without_port(host: str) -> str:
    """The name of a host, or its address (`[::1]`)."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def is_number(host: str) -> bool:
    """Whether a host is an address of the network (`127.0.0.1:80`, `[::1]`) and no name."""
    try:
        ip_address(without_port(host).strip("[]"))
    except ValueError:
        return False
    return True
