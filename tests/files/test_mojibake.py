"""Garbled words are found and repaired to the letter, and what is written well is left alone."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbcheck.files.mojibake import find_mojibake

SHARED = Path(__file__).parents[3] / "shared"
GARBLED_PAGES = {"002_1a557ca9988bc9dc.md", "004_7471d66f218ad75d.md"}

# Where and with what French and English are written: nothing of it is garbled.
ACCENTED = [
    *("à", "À", "âge", "Âge", "ça", "Ça", "dépôt", "DÉPÔT", "élève", "École", "où", "Où", "OÙ", "père", "PÈRE", "être"),
    *(
        "ÊTRE",
        "Êtes",
        "hôpital",
        "naïf",
        "Noël",
        "maïs",
        "île",
        "Île",
        "œuvre",
        "Œuvre",
        "cœur",
        "CŒUR",
        "sûr",
        "coûts",
    ),
    *("hétérogénéité", "ambiguë", "capharnaüm", "FRANÇAISE", "l’équipe", "aujourd’hui", "Étendre", "Dès", "bientôt"),
    *("Über", "Straße", "señor", "Ærø"),
]
MARKS = [*"«»“”‘’…–—€°·•→⇒✅❌☐☑★✔💛👩‍💻🇫🇷①²½×÷±≈≠≤≥√∞∑∏∂∫πµΩ¬§¶©®™†‡‹›‚„"]
PLAIN = [
    "page",
    "the",
    "N",
    "2",
    "1",
    "(x)",
    "|",
    "**",
    ":",
    "!",
    "x²",
    "√2",
    "√(x)",
    "2√π",
    "√π",
    "x≥5",
    "n°5",
    "20°C",
]
ORDINARY = st.lists(
    st.tuples(
        st.sampled_from(ACCENTED + MARKS + PLAIN), st.sampled_from([" ", "\xa0", "\u202f", "\n", ", ", "… »", "\xa0»"])
    ),
    max_size=12,
).map(lambda pairs: "".join(word + gap for word, gap in pairs))


def garble(text: str, encoding: str) -> str:
    """Text whose UTF-8 bytes were read in another encoding, as programs do it: undefined bytes become control characters."""
    return "".join(
        bytes([byte]).decode(encoding, "ignore") or bytes([byte]).decode("latin-1") for byte in text.encode()
    )


def repaired(text: str) -> str:
    for word in reversed(find_mojibake(text)):
        text = text[: word.span.start] + word.repaired + text[word.span.end :]
    return text


# ---- what is found


@pytest.mark.parametrize("encoding", ["mac-roman", "cp1252", "latin-1"])
@pytest.mark.parametrize("word", ACCENTED)
def test_a_garbled_word_alone_is_found(word: str, encoding: str) -> None:
    (found,) = find_mojibake(garble(word, encoding))
    assert found.repaired == word
    assert found.found == garble(word, encoding)


@given(st.lists(st.sampled_from(ACCENTED), min_size=1), st.sampled_from(["mac-roman", "cp1252", "latin-1"]))
def test_garbled_words_come_back(words: list[str], encoding: str) -> None:
    text = " ".join(words)
    garbled = " ".join(garble(word, encoding) for word in words)
    assert repaired(garbled) == text


@given(ORDINARY, st.sampled_from(["mac-roman", "cp1252"]))
def test_a_text_garbled_throughout_comes_back(ordinary: str, encoding: str) -> None:
    ordinary = re.sub("[πΩ]", "", ordinary)  # Greek letters are not looked for
    text = f"Généralisation {unicodedata.normalize('NFD', 'dépôt')} 1ᵉʳ {ordinary}é"
    assert repaired(garble(text, encoding)) == text


@given(ORDINARY, st.sampled_from(ACCENTED), st.sampled_from(["mac-roman", "cp1252"]))
def test_one_garbled_word_among_good_ones(ordinary: str, word: str, encoding: str) -> None:
    before = re.sub("[√¬∂∑∏≈·‚]", "", ordinary)  # what is doubtful beside a garbled word
    text = f"{before} {garble(word, encoding)} {before}"
    assert repaired(text) == f"{before} {word} {before}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**b√™ta** (d√©p√¥t)", ["b√™ta→bêta", "d√©p√¥t→dépôt"]),
        ("qu‚Äôil", ["qu‚Äôil→qu’il"]),
        ("s'arr√™ter_", ["arr√™ter→arrêter"]),
        ("|√âtape 1|", ["√âtape→Étape"]),
        ("mieux.\uf8ffüíõ**", ["\uf8ffüíõ→💛"]),
        ("le 1·µâ\xa0≥ octobre", ["1·µâ\xa0≥→1ᵉʳ"]),
        ("le 1ᵉʳ", []),
        ("Ã©tÃ© Ã  la mer, voilÃ , dÃ©jÃ ", ["Ã©tÃ©→été", "Ã →à", "voilÃ→voilà", "dÃ©jÃ →déjà"]),
        ("Ã©tÃ© Ã la", ["Ã©tÃ©→été", "Ã→à"]),
        ("l’Ã©tÃ©Â : oui", ["Ã©tÃ©Â →été\xa0"]),
        ("ÃƒÂ©tÃƒÂ©", ["ÃƒÂ©tÃƒÂ©→été"]),
        ("‚àö¬©t‚àö¬©", ["‚àö¬©t‚àö¬©→été"]),
        ("agent¬∑e¬∑s", ["agent¬∑e¬∑s→agent·e·s"]),
    ],
)
def test_the_span_is_the_word(text: str, words: list[str]) -> None:
    found = find_mojibake(text)
    assert [f"{word.found}→{word.repaired}" for word in found] == words
    assert [text[word.span.start : word.span.end] for word in found] == [word.found for word in found]


# ---- what is not


@given(ORDINARY)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert find_mojibake(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "A letra “Ã” e a letra «Ã»: IRMÃ… IRMÃ” «AMANHÃ» MANHÃ’ MANHÃ\xa0», NÃO, PÃES, maçã",
        "„Ä“ ”Å” SÅ… „ÄÖÜ“ ‚Ärger‘ Größe",
        "√2 2√π √Ω √∑ ¬Ω ¬p a√∞ 5·µΩ x ≈ π ≈£20 ≈¥500 ∂Ω ≥·≤",
        "« qualité » terminé…\xa0» QUALITÉ\xa0: É» CAFÉ’S À\xa0“là”",
        "Tình yêu, đâ… đâ…\xa0» HÂ » VÂ…",
        "col·lecció, pa·µ",
        "",
        "plain",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert find_mojibake(text) == []


@given(st.text(), st.text())
def test_any_text_is_read(before: str, after: str) -> None:
    text = before + "√©" + after
    found = find_mojibake(text)
    ends = [(word.span.start, word.span.end) for word in found]
    assert ends == sorted(ends)
    assert all(text[start:end] == word.found for (start, end), word in zip(ends, found, strict=True))


@given(st.text("Ã©√Â ‚Äôâ€™a\xa0≥·µâ»\n"))
def test_a_repair_is_never_longer_than_what_it_replaces(text: str) -> None:
    """Documents are read from a repaired text of the same length: the rest is filled."""
    assert all(len(word.repaired) <= len(word.found) for word in find_mojibake(text))


# ---- real pages


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    if not SHARED.is_dir():
        pytest.skip("the shared corpora (../shared) are not here")
    return {str(page): page.read_bytes().decode() for page in (SHARED / "corpora").rglob("*.md")}


def test_only_the_garbled_pages_are_reported(pages: dict[str, str]) -> None:
    assert {Path(page).name for page, text in pages.items() if find_mojibake(text)} == GARBLED_PAGES


def test_the_garbled_pages_become_french(pages: dict[str, str]) -> None:
    """The French of the other pages is the judge: every repaired word has only the letters and marks that they have."""
    good = {char for page, text in pages.items() if Path(page).name not in GARBLED_PAGES for char in text}
    for page, text in pages.items():
        if Path(page).name in GARBLED_PAGES:
            assert set(repaired(text)) - good <= set("💛ᵉʳ\u200b")
            assert not re.search("[√‚¬≈·\uf8ff]", repaired(text))


def test_ftfy_repairs_whole_pages_alike(pages: dict[str, str]) -> None:
    ftfy = pytest.importorskip("ftfy", reason="ftfy is not installed")
    for page, text in pages.items():
        if Path(page).name in GARBLED_PAGES:
            assert repaired(text) == ftfy.fix_encoding(text)
