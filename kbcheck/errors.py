"""Errors that end a run: each says in one sentence what the user must do.

Faults in the *content* of a knowledge base are never raised: they are diagnostics. An error is raised where no language
is known; the command line says it in the user's (`texts.said(error)`). `str(error)` is English.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

from kbcheck.texts import Sayable, Text, Texts, texts_in


class SayableError(Exception, Sayable):
    """An error with a sentence: a text whose placeholders the other arguments fill, or something sayable."""

    def __init__(self, message: str | Sayable, /, **values: object) -> None:
        self.message = Text(message, **values) if isinstance(message, str) else message
        super().__init__(self.spoken(texts_in("en")))

    def spoken(self, texts: Texts) -> str:
        """The sentence in the language of `texts`."""
        return texts.said(self.message)


class UsageError(SayableError):
    """The user must act (settings, options, no such path): exit code 2.

    The message is one sentence with the remedy. `place` is `path` or `path:line:column` when the fault has a place;
    `others` are more faults of the kind, each at its own, which are told on lines of their own.
    """

    def __init__(
        self,
        message: str | Sayable,
        /,
        *,
        place: str | None = None,
        others: Sequence[tuple[str, Sayable]] = (),
        **values: object,
    ) -> None:
        self.place = place
        self.others = others
        super().__init__(message, **values)

    def spoken(self, texts: Texts) -> str:
        """The places and sentences in the language of `texts`, a line each."""
        faults = ((self.place, self.message), *self.others)
        return "\n".join(f"{place}: {texts.said(fault)}" if place else texts.said(fault) for place, fault in faults)


# What the system says most often, in the words of the C library; Python asks it in English.
_REASONS = {
    errno.EACCES: Text("Permission denied"),
    errno.EEXIST: Text("File exists"),
    errno.EISDIR: Text("Is a directory"),
    errno.ELOOP: Text("Too many levels of symbolic links"),
    errno.ENAMETOOLONG: Text("File name too long"),
    errno.ENOENT: Text("No such file or directory"),
    errno.ENOSPC: Text("No space left on device"),
    errno.ENOTDIR: Text("Not a directory"),
    errno.EROFS: Text("Read-only file system"),
}


def reason(error: Exception) -> Sayable | str:
    """Why something failed; in English, where another library or a rare refusal of the system says it."""
    if isinstance(error, Sayable):
        return error
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or error.strerror or str(error)
    return str(error)
