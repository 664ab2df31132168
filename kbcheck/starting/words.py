"""What `kbcheck init` says and writes as comments, in French and in English; what a setting means is said by its schema."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kbcheck.reports.words import Forms


class StartWords(Struct, frozen=True):
    """Every word of `kbcheck init` in one language. A pair is singular and plural; `answers` are the words for yes and no."""

    languages: Mapping[str, str]
    found_in: str
    labels: tuple[str, str, str, str, str, str]
    pages: Forms
    by: str
    as_github: str
    as_github_unknown: str
    nothing: str
    from_git: str
    no_git: str
    no_address: str
    guessed: str
    declared: str
    folder: Forms
    answers: tuple[tuple[str, ...], tuple[str, ...], str, str]
    ask_exclude: str
    ask_model: str
    ask_missing: str
    ask_hook: str
    ask_workflow: str
    ask_baseline: str
    not_understood: str
    written: str
    added: str
    kept: str
    kept_extract: str
    would_write: str
    missing: str
    nothing_changed: str
    next: str
    next_check: str
    next_fix: Forms
    next_baseline: str
    next_model: str
    next_hook: str
    head: str
    all_settings: str
    examples: str
    said_by: str
    said_git: str
    said_pages: str
    said_folders: str
    hook_comment: str
    workflow_comment: str
    gitlab_comment: str


WORDS = {
    "en": StartWords(
        languages={"en": "in English", "fr": "in French"},
        found_in="Found in {folder}:",
        labels=("pages", "platform", "site", "repository", "model", "left out"),
        pages=("{count} page", "{count} pages"),
        by="{platform}, by {evidence}",
        as_github="none found: the pages are judged as GitHub shows them",
        as_github_unknown="{publisher}, which kbcheck does not know: the pages are judged as GitHub shows them",
        nothing="none found",
        from_git="{repository}, as git says",
        no_git="no git repository",
        no_address="a git repository without an address elsewhere",
        guessed="{counts} (guessed: `kbcheck model` shows where)",
        declared="{counts} (`kbcheck model` shows where)",
        folder=("{folder} ({count} page)", "{folder} ({count} pages)"),
        answers=(("y", "yes"), ("n", "no"), "[Y/n]", "[y/N]"),
        ask_exclude="Leave {folders} out?",
        ask_model="Write the guessed phases, roles and deliverables as `extract:`, to be corrected?",
        ask_missing="Add these lines to {file}?",
        ask_hook="Add the hook to {file}, so that pre-commit checks each commit?",
        ask_workflow="Write {file}, so that {host} checks each change?",
        ask_baseline="Take today's findings as known, in {file}, and show new ones only from now on?",
        not_understood="Please answer {yes} or {no}.",
        written="{file}: written",
        added="{file}: added to it",
        kept="{file}: there already, left as it is",
        kept_extract="{file}: `extract:` is there already, left as it is",
        would_write="{file} would be:",
        missing="{file} does not say yet:",
        nothing_changed="Nothing to change: everything is there already.",
        next="Next:",
        next_check="shows each finding with its line",
        next_fix=("shows the repair of one finding", "shows the repairs of {count} findings"),
        next_baseline="takes these findings as known: then only new ones make a check fail",
        next_model="shows what was understood of phases, roles and deliverables",
        next_hook="lets git run the hook, once in each clone",
        head="Settings of kbcheck, begun by `kbcheck init`. Every line can be changed or taken out.",
        all_settings="All settings: {address}",
        examples="More that can be said; take the “#” away to use it.",
        said_by="Found by {evidence}.",
        said_git="Found by git.",
        said_pages="It is that of the pages.",
        said_folders="By their names, these folders are no part of the base.",
        hook_comment="kbcheck: what a commit changes in the pages, and what it breaks elsewhere",
        workflow_comment="Checks the knowledge base in each pull request; needs no token and no secret.",
        gitlab_comment="kbcheck: findings in the merge request, and an audit page",
    ),
    "fr": StartWords(
        languages={"en": "en anglais", "fr": "en français"},
        found_in="Trouvé dans {folder} :",
        labels=("pages", "plateforme", "site", "dépôt", "modèle", "à écarter"),
        pages=("{count} page", "{count} pages"),
        by="{platform}, d’après {evidence}",
        as_github="aucune trouvée : les pages sont jugées telles que GitHub les montre",
        as_github_unknown="{publisher}, que kbcheck ne connaît pas : les pages sont jugées telles que GitHub les montre",
        nothing="aucun trouvé",
        from_git="{repository}, d’après git",
        no_git="pas de dépôt git",
        no_address="un dépôt git sans adresse ailleurs",
        guessed="{counts} (deviné : `kbcheck model` montre où)",
        declared="{counts} (`kbcheck model` montre où)",
        folder=("{folder} ({count} page)", "{folder} ({count} pages)"),
        answers=(("o", "oui", "y", "yes"), ("n", "non", "no"), "[O/n]", "[o/N]"),
        ask_exclude="Laisser {folders} de côté ?",
        ask_model="Écrire sous `extract:` les phases, rôles et livrables devinés, à corriger ensuite ?",
        ask_missing="Ajouter ces lignes à {file} ?",
        ask_hook="Ajouter le contrôle à {file}, pour que pre-commit vérifie chaque commit ?",
        ask_workflow="Écrire {file}, pour que {host} vérifie chaque modification ?",
        ask_baseline="Tenir les défauts d’aujourd’hui pour connus, dans {file}, et ne plus montrer que les nouveaux ?",
        not_understood="Répondez {yes} ou {no}.",
        written="{file} : écrit",
        added="{file} : complété",
        kept="{file} : déjà là, laissé tel quel",
        kept_extract="{file} : `extract:` y est déjà, laissé tel quel",
        would_write="{file} serait :",
        missing="{file} ne dit pas encore :",
        nothing_changed="Rien à changer : tout y est déjà.",
        next="Ensuite :",
        next_check="montre chaque défaut avec sa ligne",
        next_fix=("montre la réparation d’un défaut", "montre les réparations de {count} défauts"),
        next_baseline="tient ces défauts pour connus : seuls les nouveaux feront échouer une vérification",
        next_model="montre ce qui a été compris des phases, des rôles et des livrables",
        next_hook="fait exécuter le contrôle par git, une fois dans chaque clone",
        head="Réglages de kbcheck, commencés par `kbcheck init`. Chaque ligne peut être changée ou retirée.",
        all_settings="Tous les réglages : {address}",
        examples="Ce qui peut encore être dit ; retirez le « # » pour vous en servir.",
        said_by="Trouvé grâce à {evidence}.",
        said_git="Trouvé grâce à git.",
        said_pages="C’est celle des pages.",
        said_folders="À en juger par leur nom, ces dossiers ne font pas partie de la base.",
        hook_comment="kbcheck : ce qu’un commit change dans les pages, et ce qu’il casse ailleurs",
        workflow_comment="Vérifie la base de connaissances dans chaque pull request ; ne demande ni jeton ni secret.",
        gitlab_comment="kbcheck : les défauts dans la merge request, et une page d’audit",
    ),
}
