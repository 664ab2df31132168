"""Hosts and addresses as the settings write them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import quote

from kbcheck.knowledge.verdicts import SAFE, ascii_host


def matches_host(pattern: str, host: str) -> bool:
    """Whether a host (`example.org`, `example.org:8080`) is the one of a pattern: `example.org`, `*.example.org`.

    `*.example.org` is `example.org` too. Without a port, the pattern is for all ports.
    """
    pattern = _ascii_pattern(pattern)
    name = host if ":" in pattern else without_port(host)
    return fnmatchcase(name, pattern) or (pattern.startswith("*.") and name == pattern[2:])


def matches_address(pattern: str, page: str, host: str) -> bool:
    """Whether an address is one of a pattern: an address with `*` for anything, or a host."""
    scheme, mark, rest = pattern.rpartition("://")
    name, slash, path = rest.partition("/")
    path = quote(path, SAFE)
    if mark:
        whole = f"{scheme}://{_ascii_pattern(name)}{slash}{path}"
        return fnmatchcase(page, whole) or fnmatchcase(page, whole.rstrip("/") + "/*")
    if not slash:
        return matches_host(name, host)
    return matches_host(name, host) and fnmatchcase(page.partition("://")[2].partition("/")[2], path)


@lru_cache
def _ascii_pattern(pattern: str) -> str:
    """The pattern of a host as hosts are written: in lower case and ASCII."""
    try:
        return ".".join(ascii_host(label) for label in pattern.lower().split("."))
    except UnicodeError:  # no name of a host: it matches none
        return pattern


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
