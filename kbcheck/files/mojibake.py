"""Garbled words: UTF-8 that was read as Mac Roman (`√©` for `é`) or as Windows-1252 (`Ã©`), and then saved that way.

Only what can be told for sure is reported: the characters must be the bytes of one UTF-8 character that French or English
text uses, and must not be something that people write. Where a text has such a place, its doubtful places (`√π`, `Ã»`)
of the same kind count too.

The library ftfy is not used: judging word by word it overlooks `o√π`, `√¢ge`, `‚Üí`, `Å’uvre`, it takes `«IRMÃ»` for
garbled, and it costs some 70 ms to import. The tests compare with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from kbcheck.diagnostics import Span


class Mojibake(Struct, frozen=True):
    """A garbled word: where it is, how it is written, what was meant."""

    span: Span
    found: str
    repaired: str


def find_mojibake(text: str) -> list[Mojibake]:
    """The garbled words of a text, in order. Code is looked at like prose: the caller knows where it is."""
    if text.isascii():
        return []
    return [
        Mojibake(Span(start, end), text[start:end], _repaired(text[start:end]))
        for start, end in _words(text, _sure_runs(text))
    ]


# ---- what the bytes of one character look like in another encoding

# The lead bytes and the bytes that follow them, of the characters of French and English text.
_CHARACTERS = (
    (b"\xc2", range(0xA0, 0xC0)),  # U+00A0 to U+00BF: no-break space, « » ° · and their like
    (b"\xc3", range(0x80, 0xC0)),  # U+00C0 to U+00FF: letters with accents
    (b"\xc5", b"\x92\x93"),  # Œ œ
    (
        b"\xe2",
        (*range(0x80, 0x9F), 0xAC, 0xAD),
        range(0x80, 0xC0),
    ),  # U+2000 to U+27BF: ’ “ … – € → ✅; arrows and stars
    (b"\xef", b"\xb8", b"\x8f"),  # U+FE0F, which follows some emoji
    (b"\xef", b"\xbb", b"\xbf"),  # U+FEFF, the byte order mark
    (b"\xf0", b"\x9f", range(0x80, 0xAC), range(0x80, 0xC0)),  # emoji
)
_ACCENTS = (b"\xcc", b"\x80\x81\x82\x88\xa7")  # combining accents, which follow a letter
# Small raised letters, as in 1ᵉʳ. The second kind counts beside the first only: in Mac Roman it looks like ` ≥`.
_RAISED = (b"\xe1", b"\xb5", range(0x80, 0xC0))
_ALSO_RAISED = (b"\xca", range(0xB0, 0xC0))


class _Coding(Struct, frozen=True):
    """An encoding that UTF-8 was wrongly read in."""

    name: str
    to_bytes: dict[int, int]  # for `str.translate`: to characters of the same number as the byte
    run: str  # the expression of a run of garbled characters
    leads: str  # the characters that such a run begins with, for a class of an expression
    followers: str  # the characters that come second


def _coding(name: str, bytes_of: dict[str, int], more: str = "") -> _Coding:
    """The coding in which these characters stand for these bytes; `more` are further expressions of a character."""

    def members(values: Iterable[int]) -> str:
        return re.escape("".join(char for char, byte in bytes_of.items() if byte in values))

    def expression(sequence: Sequence[Iterable[int]]) -> str:
        return "".join(f"[{members(values)}]" for values in sequence)

    raised, also = expression(_RAISED), expression(_ALSO_RAISED)
    characters = [expression(sequence) for sequence in _CHARACTERS]
    characters += [f"(?<=[A-Za-z]){expression(_ACCENTS)}", f"(?:{also})?{raised}(?:{raised}|{also})*+"]
    return _Coding(
        name,
        to_bytes={ord(char): byte for char, byte in bytes_of.items()},
        run=f"(?P<{name}>(?:{'|'.join(characters)}{more})++)",
        leads=members({*b"\xca", *(sequence[0][0] for sequence in (*_CHARACTERS, _ACCENTS, _RAISED))}),
        followers=members(range(0x80, 0xC0)),
    )


def _high_half(encoding: str) -> dict[str, int]:
    """The characters of the bytes from 0x80 on, as far as the encoding defines them."""
    return {
        bytes([byte]).decode(encoding): byte for byte in range(0x80, 0x100) if bytes([byte]).decode(encoding, "ignore")
    }


# In Windows-1252, programs read the five undefined bytes, or all from 0x80 to 0x9F, as control characters (ISO 8859-1).
# A no-break space often became a space: `Ã ` is `à`, and it is the space between words where no other follows.
_WINDOWS = _coding(
    "windows",
    _high_half("latin-1") | _high_half("cp1252"),
    more=r"|(?<![A-ZÀ-Þ])(?:Â |Ã (?= |\Z)|Ã(?=\s|\Z))",
)
_MAC = _coding("mac", _high_half("mac-roman"))
_CODINGS = {coding.name: coding for coding in (_MAC, _WINDOWS)}
_RUN = re.compile(f"{_MAC.run}|{_WINDOWS.run}")
# Where a run may begin: a test of two characters, ten times as fast as the full expression.
_BEGIN = re.compile(f"[{_MAC.leads}{_WINDOWS.leads}](?=[{_MAC.followers}{_WINDOWS.followers}]|\\s|\\Z)")
_LOST_BYTE = re.compile(rb"(?<=[\xc2\xc3])(?: |\Z)")
_WORD_END = re.compile(r"[^\W_]*")

# ---- what people do write

# Mathematics: `√π`, `¬Ω`, `5·µΩ`. It stands between two letters in garbled words only (`agent¬∑e¬∑s`).
_MATHEMATICS = re.compile(r"(?:[√¬][πΩ∞∑∏µ∂∫]|·µ[πΩ∞∑∏µ∂∫])+")
# A capital letter at the end of a quotation or before a dash: `«IRMÃ»`, `SÅ…`; and what is left of `Ã` and a space.
_END_OF_QUOTATION = re.compile(r"(?:[ÂÃÅ][…’”»›–—“‘«‹\xa0]|â[…’”»›–—“‘«‹\xa0]{2})+")
_LOST_SPACE = re.compile(r"[ÂÃ] ?")


def _is_sure(text: str, run: re.Match[str]) -> bool:
    """Whether a run can be nothing but garbled, whatever else the text says."""
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    if run.lastgroup == _MAC.name:
        if not _MATHEMATICS.fullmatch(run[0]) or (before.isalpha() and after.isalpha()):
            return True
        # `où`, the one French word with this letter
        return run[0] == "√π" and before in ("o", "O") and not text[run.start() - 2 : run.start() - 1].isalnum()
    if _LOST_SPACE.fullmatch(run[0]):
        return False
    if not _END_OF_QUOTATION.fullmatch(run[0]) or after.isalpha():
        return True
    if "â" in run[0]:
        return False
    return not before.isupper() if run[0].endswith("\xa0") else before.islower()


def _runs(text: str) -> Iterator[re.Match[str]]:
    """All runs of garbled characters, sure or doubtful."""
    begin = _BEGIN.search(text)
    while begin:
        run = _RUN.match(text, begin.start())
        if run:
            yield run
        begin = _BEGIN.search(text, run.end() if run else begin.end())


def _sure_runs(text: str) -> Iterator[re.Match[str]]:
    """The runs of garbled characters: the sure ones, and the doubtful ones of a coding that is surely there."""
    runs = list(_runs(text))
    sure = [_is_sure(text, run) for run in runs]
    codings = {run.lastgroup for run, is_sure in zip(runs, sure, strict=True) if is_sure}
    return (run for run in runs if run.lastgroup in codings)


def _words(text: str, runs: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Start and end of each word that holds a run: the letters and digits around it belong to it."""
    start, end = 0, 0
    for run in runs:
        if run.start() > end or end == 0:
            if end:
                yield start, end
            limit, start = end, run.start()
            while start > limit and text[start - 1].isalnum():
                start -= 1
        if run.end() > end:
            match = _WORD_END.match(text, run.end())
            assert match
            end = match.end()
    if end:
        yield start, end


def _repaired(word: str) -> str:
    """What a garbled word meant. It may have been garbled more than once (`ÃƒÂ©`)."""
    word = _decoded(word, _runs(word))
    for _ in range(2):
        runs = [run for run in _runs(word) if _is_sure(word, run)]
        if not runs:
            break
        word = _decoded(word, runs)
    return word


def _decoded(text: str, runs: Iterable[re.Match[str]]) -> str:
    """The text with its runs read as UTF-8."""
    parts: list[str] = []
    done = 0
    for run in runs:
        parts += (text[done : run.start()], _as_utf_8(run))
        done = run.end()
    return "".join((*parts, text[done:]))


def _as_utf_8(run: re.Match[str]) -> str:
    assert run.lastgroup
    content = run[0].translate(_CODINGS[run.lastgroup].to_bytes).encode("latin-1")
    return _LOST_BYTE.sub(b"\xa0", content).decode()
