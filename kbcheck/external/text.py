"""What the check of external links says beside its findings, in both languages."""

from __future__ import annotations

from msgspec import Struct


class Words(Struct, frozen=True):
    """Sentences with `{placeholders}`."""

    store_rebuilt: str
    store_unused: str
    store_outside: str
    interrupted: str
    out_of_time: str
    cut_off: str
    unset: str
    unusable: str
    progress: str


_WORDS = {
    "en": Words(
        store_rebuilt="what was remembered of external links could not be read; it is built anew.",
        store_outside=".kbcheck_cache is under version control, or leads out of the knowledge base",
        store_unused="what is found of external links cannot be remembered from one run to the next: {reason}",
        interrupted="interrupted, the report is partial; external addresses not checked: {count} (hosts: {hosts}).",
        out_of_time="out of time; external addresses not checked: {count} (hosts: {hosts}: {names}).",
        cut_off="no host could be reached by its name: the network of this computer, its DNS or its proxy is at fault; "
        "external addresses not checked: {count} (hosts: {hosts}: {names}).",
        unset="the variable {name}, which the settings name for {host}, is not set: the header is not sent.",
        unusable="the header {header} for {host} is not sent: its value has characters that no header can hold.",
        progress="external links: {done} of {total}, hosts left: {hosts}",
    ),
    "fr": Words(
        store_rebuilt="la mémoire des liens externes est illisible ; elle est reconstruite.",
        store_outside=".kbcheck_cache est suivi par git, ou mène hors de la base de connaissances",
        store_unused="ce qui est trouvé des liens externes ne peut être gardé d’une exécution à l’autre : {reason}",
        interrupted="interruption, le rapport est partiel ; adresses externes non vérifiées : {count} (hôtes : {hosts}).",
        out_of_time="temps écoulé ; adresses externes non vérifiées : {count} (hôtes : {hosts} : {names}).",
        cut_off="aucun hôte n’a pu être atteint par son nom : le réseau de cet ordinateur, son DNS ou son serveur mandataire "
        "est en cause ; adresses externes non vérifiées : {count} (hôtes : {hosts} : {names}).",
        unset="la variable {name}, que les réglages indiquent pour {host}, n’est pas définie : l’en-tête n’est pas envoyé.",
        unusable="l’en-tête {header} pour {host} n’est pas envoyé : sa valeur a des caractères qu’aucun en-tête n’admet.",
        progress="liens externes : {done} sur {total}, hôtes restants : {hosts}",
    ),
}


def words(language: str) -> Words:
    """The sentences in a language; in English when it is another."""
    return _WORDS.get(language, _WORDS["en"])
