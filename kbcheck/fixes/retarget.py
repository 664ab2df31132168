"""The same path, written from another place: what changes of a target when its page, or what it leads to, has moved."""

from __future__ import annotations

import re
from posixpath import dirname, relpath, splitext
from urllib.parse import unquote

from kbcheck.knowledge.paths import encoded

_REST = re.compile(r"(?<!&)#|\?")  # where the path ends; not the `#` of a character reference (`&#39;`)


def parts(written: str) -> tuple[str, str]:
    """The path of a target as it stands in the source, and the rest: its query and fragment."""
    rest = _REST.search(written)
    return (written[: rest.start()], written[rest.start() :]) if rest else (written, "")


def retargeted(
    written: str, target: str, page: str, asked: str, folder: str, *, in_markdown: bool, bracketed: bool
) -> str:
    """`written` (as it stands in the source, for `target`) so that it asks for the path `asked`, seen from `page`.

    `folder` is the published folder, from which targets with a slash at the beginning count. Targets in angle brackets
    may hold spaces.
    """
    path, end = parts(written)
    if path.startswith("/"):
        start, plain = "/", relpath(asked or ".", folder or ".")
    else:
        start = "./" if path.startswith("./") and path != "./" else ""
        plain = relpath(asked or ".", dirname(page) or ".")
    old = path[len(start) :]
    steps = [each if bracketed else encoded(each, in_markdown=in_markdown, like=target) for each in plain.split("/")]
    # Names at the end that stay keep their spelling.
    for back, (name, spelt) in enumerate(
        zip(plain.split("/")[::-1], old.rstrip("/").split("/")[::-1], strict=False), 1
    ):
        if unquote(spelt) != name and spelt != name:
            break
        steps[-back] = spelt
    slash = "/" if old.endswith("/") and not splitext(plain)[1].strip("./") else ""
    return f"{start}{'/'.join(steps)}{slash}{end}"
