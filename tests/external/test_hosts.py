"""Patterns of hosts and addresses, as the settings write them."""

from __future__ import annotations

import pytest

from kbcheck.external.hosts import matches_address
from kbcheck.knowledge.verdicts import address_of


@pytest.mark.parametrize(
    ("pattern", "target", "expected"),
    [
        ("example.org", "https://example.org/a", True),
        ("example.org", "https://www.example.org/a", False),
        ("*.example.org", "https://example.org:8443/a", True),
        ("example.org:8443", "https://example.org/a", False),
        ("Démarche.fr", "https://démarche.fr/", True),
        ("*.démarche.fr", "https://www.xn--dmarche-bya.fr/", True),
        ("https://démarche.fr/été/*", "https://démarche.fr/%C3%A9t%C3%A9/1", True),
        ("https://example.org/a", "https://example.org/a/b", True),
        ("https://example.org/a", "https://example.org/ab", False),
        ("example.org/a/*", "http://example.org/a/b", True),
        ("https://*", "http://example.org/", False),
        ("é" * 70 + ".fr", "https://example.org/", False),
    ],
)
def test_a_pattern_is_for_hosts_or_addresses(pattern: str, target: str, expected: bool) -> None:
    address = address_of(target)
    assert address is not None
    assert matches_address(pattern, address.page, address.host) is expected
