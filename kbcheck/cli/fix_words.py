"""What `kbcheck fix` says, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class FixWords(Struct, frozen=True):
    """Every word of `kbcheck fix` that is not a rule's. `yes`, `no`, `all` and `quit` are answers to `question`."""

    fixed: str
    would_fix: str
    refused: Mapping[str, str]
    sum: str
    would_sum: str
    abandoned: str
    question: str
    help: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    all: tuple[str, ...]
    quit: tuple[str, ...]


FIX_WORDS = {
    "en": FixWords(
        fixed="fixed",
        would_fix="would fix",
        refused={
            "changed": "left alone, the file is not what was checked:",
            "encoding": "left alone, the file's encoding lacks a character:",
            "link": "left alone, the file is a symbolic link: fix what it leads to:",
            "unwritable": "could not be written:",
        },
        sum="findings fixed: {done}, in files: {files}; left: {left}",
        would_sum="findings that would be fixed: {done}, in files: {files}; left: {left}. Nothing was written",
        abandoned="stopped, nothing was written",
        question="Apply? [y]es, [n]o, a number, [a]ll safe ones, [q]uit",
        help="y: apply the first fix; 2 to 9: another one; n: leave it; a: this and all that follow, if safe; "
        "q: write what was answered so far; Ctrl-C: write nothing",
        yes=("y", "yes"),
        no=("n", "no"),
        all=("a", "all"),
        quit=("q", "quit"),
    ),
    "fr": FixWords(
        fixed="corrigé",
        would_fix="serait corrigé",
        refused={
            "changed": "laissé en l’état, le fichier n’est pas celui qui a été vérifié :",
            "encoding": "laissé en l’état, un caractère n’existe pas dans l’encodage du fichier :",
            "link": "laissé en l’état, le fichier est un lien symbolique : corrigez celui où il mène :",
            "unwritable": "écriture impossible :",
        },
        sum="défauts corrigés : {done}, fichiers : {files} ; restants : {left}",
        would_sum="défauts qui seraient corrigés : {done}, fichiers : {files} ; restants : {left}. Rien n’a été écrit",
        abandoned="arrêt demandé, rien n’a été écrit",
        question="Appliquer ? [o]ui, [n]on, un numéro, [t]outes celles sans risque, [q]uitter",
        help="o : la première correction ; 2 à 9 : une autre ; n : ne rien changer ; t : celle-ci et toutes les suivantes, "
        "si elles sont sans risque ; q : écrire ce qui a été accepté jusque-là ; Ctrl-C : ne rien écrire",
        yes=("o", "oui", "y"),
        no=("n", "non"),
        all=("t", "toutes", "tout"),
        quit=("q", "quitter"),
    ),
}
