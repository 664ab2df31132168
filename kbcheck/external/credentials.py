"""Headers with secrets: the settings say which variable of the environment goes to which host. Their values are shown nowhere."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping

from msgspec import Struct

from kbcheck.config import HostSettings
from kbcheck.texts import Text


class Credentials(Struct, frozen=True):
    """What a host is told besides, by the name of the header."""

    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self.headers)})"


def read_credentials(hosts: Mapping[str, HostSettings]) -> tuple[Mapping[str, Credentials], tuple[Text, ...]]:
    """The headers of each host that has some, their values from the environment; and notes on those that are not sent."""
    found: dict[str, Credentials] = {}
    notes: list[Text] = []
    for name, settings in hosts.items():
        reading = _Reading(name)
        headers = reading.headers(settings)
        if headers:
            found[name] = Credentials(headers)
        notes += reading.notes
    return found, tuple(notes)


class _Reading:
    """The headers of one host."""

    def __init__(self, host: str) -> None:
        self.notes: list[Text] = []
        self._host = host

    def headers(self, settings: HostSettings) -> Mapping[str, str]:
        headers = {header: self._variable(variable) for header, variable in settings.headers.items()}
        if settings.user and settings.password:
            user, password = self._variable(settings.user), self._variable(settings.password)
            headers["Authorization"] = _basic(user, password) if user or password else ""
        return {header: value for header, value in headers.items() if value and self._can_be_sent(header, value)}

    def _variable(self, name: str) -> str:
        value = os.environ.get(name, "").strip()
        if not value:
            note = Text(
                "the variable {name}, which the settings name for {host}, is not set: the header is not sent.",
                name=name,
                host=self._host,
            )
            self.notes.append(note)
        return value

    def _can_be_sent(self, header: str, value: str) -> bool:
        if value.isascii() and value.isprintable():
            return True
        note = Text(
            "the header {header} for {host} is not sent: its value has characters that no header can hold.",
            header=header,
            host=self._host,
        )
        self.notes.append(note)
        return False


def _basic(user: str, password: str) -> str:
    """The value of `Authorization` (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
