"""Headers with secrets: the settings say which variable of the environment goes to which host. Their values are shown nowhere."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping

from msgspec import Struct

from kbcheck.config import HostSettings
from kbcheck.external.text import Words


class Credentials(Struct, frozen=True):
    """What a host is told besides, by the name of the header."""

    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self.headers)})"


def read_credentials(
    hosts: Mapping[str, HostSettings], words: Words
) -> tuple[Mapping[str, Credentials], tuple[str, ...]]:
    """The headers of each host that has some, their values from the environment; and notes on those that are not sent."""
    found: dict[str, Credentials] = {}
    notes: list[str] = []
    for name, settings in hosts.items():
        reading = _Reading(name, words)
        headers = reading.headers(settings)
        if headers:
            found[name] = Credentials(headers)
        notes += reading.notes
    return found, tuple(notes)


class _Reading:
    """The headers of one host."""

    def __init__(self, host: str, words: Words) -> None:
        self.notes: list[str] = []
        self._host = host
        self._words = words

    def headers(self, settings: HostSettings) -> Mapping[str, str]:
        headers = {header: self._variable(variable) for header, variable in settings.headers.items()}
        if settings.user and settings.password:
            user, password = self._variable(settings.user), self._variable(settings.password)
            headers["Authorization"] = _basic(user, password) if user or password else ""
        return {header: value for header, value in headers.items() if value and self._can_be_sent(header, value)}

    def _variable(self, name: str) -> str:
        value = os.environ.get(name, "").strip()
        if not value:
            self.notes.append(self._words.unset.format(name=name, host=self._host))
        return value

    def _can_be_sent(self, header: str, value: str) -> bool:
        if value.isascii() and value.isprintable():
            return True
        self.notes.append(self._words.unusable.format(header=header, host=self._host))
        return False


def _basic(user: str, password: str) -> str:
    """The value of `Authorization` (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
