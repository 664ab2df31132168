"""What the check of external links says beside its findings, in both languages."""

from __future__ import annotations

from msgspec import Struct


class Words(Struct, frozen=True):
    """Sentences with `{placeholders}`."""

    store_rebuilt: str
    store_unused: str
    interrupted: str
    out_of_time: str
    unset: str
    progress: str


_WORDS = {
    "en": Words(
        store_rebuilt="what was remembered of external links could not be read; it is built anew.",
        store_unused="external links are checked without memory of earlier runs: {reason}",
        interrupted="interrupted: {count} external addresses on {hosts} hosts were not checked; the report is partial.",
        out_of_time="out of time: {count} external addresses on {hosts} hosts were not checked ({names}).",
        unset="the variable {name}, which the settings name for {host}, is not set: the header is not sent.",
        progress="external links: {done} of {total}, {hosts} hosts",
    ),
    "fr": Words(
        store_rebuilt="la mémoire des liens externes est illisible ; elle est reconstruite.",
        store_unused="les liens externes sont vérifiés sans mémoire des exécutions précédentes : {reason}",
        interrupted="interruption : {count} adresses externes sur {hosts} hôtes n’ont pas été vérifiées ; le rapport est partiel.",
        out_of_time="temps écoulé : {count} adresses externes sur {hosts} hôtes n’ont pas été vérifiées ({names}).",
        unset="la variable {name}, que les réglages indiquent pour {host}, n’est pas définie : l’en-tête n’est pas envoyé.",
        progress="liens externes : {done} sur {total}, {hosts} hôtes",
    ),
}


def words(language: str) -> Words:
    """The sentences in a language; in English when it is another."""
    return _WORDS.get(language, _WORDS["en"])
