"""Errors that end a run: each says in one sentence what the user must do.

Faults in the *content* of a knowledge base are never raised: they are diagnostics.
"""

from __future__ import annotations


class UsageError(Exception):
    """The user must act (settings, options, no such path): exit code 2.

    The message is one sentence with the remedy. `place` is `path` or `path:line:column` when the fault has a place.
    """

    def __init__(self, message: str, *, place: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
