r"""Patterns that choose paths, with the meaning that .gitignore gives them (https://git-scm.com/docs/gitignore).

`*` and `?` stop at a slash, `**` as a whole part of the path does not, `[a-z]` and `[!a-z]` are one character, `\` takes
the next character literally. A pattern without a slash at its beginning or in its middle matches at any depth; one that
ends with a slash matches folders only. What matches a folder matches everything in it. Unlike in .gitignore, `!` and
`#` at the beginning and spaces at the end are ordinary characters. Letter case counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

#: Characters: no path is longer (PATH_MAX of Linux).
_LONGEST_PATTERN = 4096
# A backslash and what it protects, a bracket expression (a `]` that comes first is a member), or any character.
_PART = re.compile(r"\\(?P<literal>.)|\[(?P<not>[!^]?)(?P<members>\]?(?:\\.|[^\]\\])*)\]|(?P<other>.)", re.DOTALL)
_STARS = re.compile(r"\*{2,}")
_MEMBER = re.compile(r"\\?(?P<first>.)(?:-\\?(?P<last>.))?", re.DOTALL)


def compile_globs(patterns: Sequence[str], *, from_root: bool = False) -> Callable[[str], bool]:
    """A test whether a path (relative, with `/`) matches one of the patterns; no pattern matches nothing.

    `from_root`: every pattern starts at the root, so that `README.md` is the one there.
    """
    if not patterns:
        return lambda path: False
    if from_root:
        patterns = [f"/{pattern.removeprefix('./').removeprefix('/')}" for pattern in patterns]
    expression = re.compile("|".join(_path_expression(pattern) for pattern in patterns), re.DOTALL)
    return lambda path: expression.fullmatch(path) is not None


def escape_glob(path: str) -> str:
    """The pattern that matches this path only."""
    return re.sub(r"[\\*?\[]", r"\\\g<0>", path)


def _path_expression(pattern: str) -> str:
    """The regular expression of a whole path.

    What comes before the last `**` is matched as early as possible and never tried again (atomic groups): nothing can
    be gained by a later match, and a hostile pattern takes no exponential time.
    """
    body = pattern.rstrip("/")
    segments = ["**" if _STARS.fullmatch(segment) else segment for segment in body.split("/") if segment]
    if not segments or len(pattern) > _LONGEST_PATTERN:
        return "(?!)"  # nothing: what is empty or `/` names no path below the root
    if "/" not in body:
        segments.insert(0, "**")
    if segments[-1] == "**":
        segments.append("*")  # everything inside, not the folder itself
    *chunks, last = _chunks(segments)
    expression = ""
    for number, chunk in enumerate(chunks):
        if chunk:
            expression += f"(?>(?:[^/]+/)*?{chunk}/)" if number else f"{chunk}/"
    if chunks:
        expression += "(?:[^/]+/)*?"
    return expression + last + ("/.*" if pattern.endswith("/") else "(?:/.*)?")


def _chunks(segments: Sequence[str]) -> list[str]:
    """The expressions of the parts between `**` and `**`, in order; empty where there is nothing between them."""
    chunks: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            chunks.append([])
        else:
            chunks[-1].append(_segment_expression(segment))
    return ["/".join(chunk) for chunk in chunks]


def _segment_expression(segment: str) -> str:
    """The expression of a part of the path that ends at a slash or at the end."""
    first, *rest = ("".join(piece) for piece in _pieces(segment))
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + f"[^/]*{last}(?=/|\\Z)"


def _pieces(segment: str) -> Iterator[list[str]]:
    """The expressions of what stands between the stars."""
    piece: list[str] = []
    for part in _PART.finditer(segment):
        if part["other"] == "*":
            yield piece
            piece = []
        elif part["other"] == "?":
            piece.append("[^/]")
        elif part["members"] is not None:
            piece.append(_bracket_expression(part["members"], negated=bool(part["not"])))
        else:
            piece.append(re.escape(part["literal"] or part["other"]))
    yield piece


def _bracket_expression(members: str, *, negated: bool) -> str:
    """The expression of `[members]`; of a range that runs backwards, git takes the first character."""
    pairs = ((member["first"], member["last"] or member["first"]) for member in _MEMBER.finditer(members))
    inside = "".join(f"{re.escape(first)}-{re.escape(max(first, last))}" for first, last in pairs)
    if negated:
        return f"[^/{inside}]"
    return f"(?!/)[{inside}]" if inside else re.escape("[]")
