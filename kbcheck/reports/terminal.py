"""What a terminal shows of a text: characters that would steer it made visible, the columns that each one takes.

The widths come from `unicodedata` and five rules, not from the `wcwidth` library: its import takes 30 ms, a tenth of the
time a whole run may take. The tests compare both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category, east_asian_width

from msgspec import Struct

TAB = "    "
CUT = "…"

# What steers a terminal (C0, DEL, C1), reorders or hides text (bidirectional controls, zero-width space, soft hyphen,
# BOM), ends a line for some programs (U+2028, U+2029) or cannot be written as UTF-8 (surrogates). The joiners U+200C and
# U+200D stay: scripts and emoji need them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# Letters, digits, punctuation, currencies and arrows of one column each: nearly every line of European text is of these.
# Runs of them and of the rest make up any line.
_PLAIN = " -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u202f-\u205f\u20a0-\u20bf\u2190-\u21ff"
_RUN = re.compile(f"(?P<plain>[{_PLAIN}]+)|[^{_PLAIN}]+")

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


class Cells(Struct, frozen=True):
    """A line in a terminal's cells, an entry for each character of the text.

    `shown` is what is printed for the character. `columns` is the display column, from 0, where the character's cluster
    (a letter and its accents, an emoji and its parts) starts, with the total width as one more entry.
    """

    shown: list[str]
    columns: list[int]


class View(Struct, frozen=True):
    """The part of a line that fits: what is printed before, in and after the marked stretch.

    `column` (from 0) and `width` are the display columns of `marked`.
    """

    before: str
    marked: str
    after: str
    column: int
    width: int


def escaped(text: str, limit: int | None = None) -> str:
    """`text` on one line and harmless to a terminal, cut to `limit` characters before it is escaped."""
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + CUT
    return _UNSAFE.sub(lambda match: _escape(match[0]), text)


def _escape(char: str) -> str:
    code = ord(char)
    return _SHORT_ESCAPES.get(char) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def cells(text: str) -> Cells:
    """The cells of one line; a tab is shown as four spaces."""
    shown: list[str] = []
    columns: list[int] = []
    column = width = cluster = 0  # of the last cluster: its column, its width, its first character
    for run in _RUN.finditer(text):
        start, stop = run.span()
        if run["plain"] is not None:
            column += width
            shown.extend(run[0])
            columns.extend(range(column, column + stop - start))
            column, width, cluster = columns[-1], 1, stop - 1
            continue
        for index in range(start, stop):
            char = _glyph(text[index])
            joined = _joined_width(text, cluster, index, width) if index and char.joins else None
            if joined is None:
                column, width, cluster = column + width, char.width, index
            else:
                width = joined
            shown.append(char.shown)
            columns.append(column)
    columns.append(column + width)
    return Cells(shown, columns)


class _Glyph(Struct, frozen=True):
    """A character that stands alone: what is printed, in how many columns, whether it may join the one before."""

    shown: str
    width: int
    joins: bool


@lru_cache(maxsize=4096)
def _glyph(char: str) -> _Glyph:
    shown = TAB if char == "\t" else escaped(char)
    if shown != char:
        return _Glyph(shown, len(shown), joins=False)
    if _is_mark(char):
        return _Glyph(char, 0, joins=True)
    # An emoji younger than Python's tables is unassigned for it, and wide for the terminal.
    wide = east_asian_width(char) in "WF" or ("\U0001f000" <= char <= "\U0001faff" and category(char) == "Cn")
    return _Glyph(char, 2 if wide or _is_flag_letter(char) else 1, joins=_is_picture(char) or _is_skin_tone(char))


def _joined_width(text: str, cluster: int, index: int, width: int) -> int | None:
    """The width of the cluster that starts at `cluster` once the character at `index` joined it; None: it does not join."""
    char, previous, base = text[index], text[index - 1], text[cluster]
    if char == _EMOJI_STYLE:  # ❤ is text of one column, ❤️ is a picture of two
        return 2 if width == 1 and not base.isalpha() else width
    joins = (
        _is_mark(char)
        or (_is_picture(char) and previous == _JOINER)  # a family, a profession
        or (_is_skin_tone(char) and _is_picture(base))
        or (_is_flag_letter(char) and _is_flag_letter(previous) and index - cluster == 1)  # two letters are a flag
    )
    return width if joins else None


def _is_mark(char: str) -> bool:
    """Whether the character is drawn on the one before: an accent, a joiner, the vowel of a Hangul syllable, a tag."""
    return (
        category(char) in ("Mn", "Me")
        or char in "\u200c\u200d"
        or "\u1160" <= char <= "\u11ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_picture(char: str) -> bool:
    """Whether the character is a symbol, as emoji and the letters of flags are, or too young for Python's tables."""
    return category(char) in ("So", "Cn")


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def width_of(text: str) -> int:
    """The columns that one line takes."""
    return cells(text).columns[-1]


def padded(text: str, width: int) -> str:
    """The text and spaces up to `width` columns."""
    return text + " " * (width - width_of(text))


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a text in at most `width` columns, broken at spaces; a longer word is broken where it must be.

    A single character that is wider than that stands on a line of its own.
    """
    line, used = "", 0
    for word in text.split(" "):
        for number, piece in enumerate(_pieces(word, width)):
            size = width_of(piece)
            if number == 0 and line and used + 1 + size <= width:
                line, used = f"{line} {piece}", used + 1 + size
                continue
            if line:
                yield line
            line, used = piece, size
    yield line


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word in pieces of at most `width` columns; no letter is taken from its accents."""
    columns = cells(word).columns
    start = 0
    while columns[-1] - columns[start] > width:
        end = bisect_right(columns, columns[start] + width) - 1
        end = bisect_left(columns, columns[end])  # where a cluster starts
        if end <= start:
            end = bisect_right(columns, columns[start], hi=len(word))
        if end == len(word):
            break
        yield word[start:end]
        start = end
    yield word[start:]


def view(text: str, start: int, end: int, width: int, *, cut_before: bool = False, cut_after: bool = False) -> View:
    """A line, or the window of `width` columns around its characters `start` to `end`, with a mark where it is cut.

    A character inside a cluster marks the cluster. `cut_before` and `cut_after`: `text` is itself only part of the line.
    """
    line = cells(text)
    columns = line.columns
    first = bisect_left(columns, columns[start])
    last = min(bisect_right(columns, columns[end - 1]), len(text)) if end > start else first
    left, right = 0, len(text)
    if cut_before or cut_after or columns[-1] > width:
        left, right = _window(columns, first, last, room=width - 2 * len(CUT))
    head = CUT if cut_before or left > 0 else ""
    tail = CUT if cut_after or right < len(text) else ""
    first, last = min(max(first, left), right), min(max(last, left), right)
    return View(
        head + "".join(line.shown[left:first]),
        "".join(line.shown[first:last]),
        "".join(line.shown[last:right]) + tail,
        column=len(head) + columns[first] - columns[left],
        width=columns[last] - columns[first],
    )


def _window(columns: list[int], first: int, last: int, room: int) -> tuple[int, int]:
    """The characters to show when only `room` columns fit: the marked ones in the middle, or the start of too many."""
    marked = columns[last] - columns[first]
    context = (room - marked) // 2 if marked < room else room // 4
    left = max(0, min(columns[first] - context, columns[-1] - room))
    start = bisect_left(columns, left)
    stop = bisect_right(columns, columns[start] + room) - 1
    return start, bisect_left(columns, columns[stop])
