"""What `kbcheck model` and `kbcheck init` say, in French and in English; names and places are those of the base."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kbcheck.knowledge.model import PHASE_HAS_DELIVERABLE, ROLE_PARTICIPATES_IN, ROLE_RESPONSIBLE_FOR
from kbcheck.reports.words import Forms, counted


class ModelWords(Struct, frozen=True):
    """Every word about a model that is not the base's, in one language.

    `kinds` are those that ship; a team's own kind is called as the team calls it. `subject` has the label of what a relation
    leads to, `parts` the label of who has that part in an entity. The `differences` are those between two lists.
    """

    kinds: Mapping[str, Forms]
    subject: Mapping[str, str]
    parts: Mapping[str, str]
    phases: str
    page: str
    order: str
    after: str
    before: str
    mentions: str
    more_mentions: Forms
    front_matter: str
    guessed: str
    rule: str
    nothing: str
    nothing_of_kind: str
    life_cycles: str
    sources: str
    in_file: str
    in_files: str
    more: str
    advice: str
    lists: str
    differences: Mapping[str, str]
    idle: str
    matrix: tuple[str, str, str]
    no_phase: str
    no_matrix: str
    holes: str
    left_out: str
    quotes: str
    extract_comment: str
    names: str

    def kind(self, kind: str, count: int) -> str:
        """“3 roles”; of a kind that a team has added, “skill: 3”."""
        forms = self.kinds.get(kind)
        return counted(forms, count) if forms else f"{kind}: {count}"

    def heading(self, kind: str) -> str:
        """What entities of a kind are called in a heading."""
        forms = self.kinds.get(kind)
        name = forms[1].format(count="").strip() if forms else kind
        return name[:1].upper() + name[1:]


WORDS = {
    "en": ModelWords(
        kinds={
            "phase": ("{count} phase", "{count} phases"),
            "role": ("{count} role", "{count} roles"),
            "deliverable": ("{count} deliverable", "{count} deliverables"),
            "task": ("{count} task", "{count} tasks"),
            "gate": ("{count} gate", "{count} gates"),
        },
        subject={
            PHASE_HAS_DELIVERABLE: "deliverables",
            ROLE_RESPONSIBLE_FOR: "responsible for",
            ROLE_PARTICIPATES_IN: "takes part in",
        },
        parts={
            "accountable": "accountable",
            "responsible": "responsible",
            "responsible-for": "responsible",
            "participants": "participants",
            "participates-in": "participants",
            "contributors": "contributors",
            "approved-by": "approved by",
            "decided-by": "decided by",
            "consulted": "consulted",
            "informed": "informed",
        },
        phases="phases",
        page="page",
        order="order",
        after="after {names}",
        before="before {names}",
        mentions="also in",
        more_mentions=("{count} more place", "{count} more places"),
        front_matter="front matter",
        guessed="{rule}, guessed",
        rule="{rule}",
        nothing="Nothing was found: neither front matter with `kind:` nor a table of phases and deliverables. See `extract:`.",
        nothing_of_kind="Nothing of the kind “{kind}” was found.",
        life_cycles="in {count} life cycles",
        sources="Where they come from",
        in_file="in {path}",
        in_files="in {count} files",
        more="… {count} more: kbcheck model --kind {kind}",
        advice="What is guessed is right only by chance: `kbcheck init --model` writes it into the settings, to be corrected.",
        lists="Lists that disagree",
        differences={
            "missing": "after “{name}”, {missing} is missing, which {place} has",
            "wording": "“{name}” is called “{other}” in {place}",
            "order": "“{name}” stands elsewhere than in {place}",
        },
        idle="Extraction rules that match nothing",
        matrix=("Phase", "Deliverable", "Responsible"),
        no_phase="(no phase)",
        no_matrix="No phase or deliverable was found.",
        holes=(
            "{phases} of {all_phases} phases without deliverables, "
            "{deliverables} of {all_deliverables} deliverables without a responsible role"
        ),
        left_out="not shown: {count} phases of life cycles without any deliverable",
        quotes="“{name}”",
        extract_comment="What kbcheck guessed; correct it, then look at `kbcheck model` again.",
        names="{count}: {names}",
    ),
    "fr": ModelWords(
        kinds={
            "phase": ("{count} phase", "{count} phases"),
            "role": ("{count} rôle", "{count} rôles"),
            "deliverable": ("{count} livrable", "{count} livrables"),
            "task": ("{count} tâche", "{count} tâches"),
            "gate": ("{count} jalon de décision", "{count} jalons de décision"),
        },
        subject={
            PHASE_HAS_DELIVERABLE: "livrables",
            ROLE_RESPONSIBLE_FOR: "responsable de",
            ROLE_PARTICIPATES_IN: "participe à",
        },
        parts={
            "accountable": "en répond",
            "responsible": "responsable",
            "responsible-for": "responsable",
            "participants": "participants",
            "participates-in": "participants",
            "contributors": "contributeurs",
            "approved-by": "validé par",
            "decided-by": "décidé par",
            "consulted": "consultés",
            "informed": "informés",
        },
        phases="phases",
        page="page",
        order="ordre",
        after="après {names}",
        before="avant {names}",
        mentions="aussi dans",
        more_mentions=("{count} autre endroit", "{count} autres endroits"),
        front_matter="en-tête",
        guessed="{rule}, deviné",
        rule="{rule}",
        nothing="Rien n’a été trouvé : ni en-tête avec `kind:`, ni tableau de phases et de livrables. Voir `extract:`.",
        nothing_of_kind="Rien du type « {kind} » n’a été trouvé.",
        life_cycles="dans {count} cycles de vie",
        sources="D’où cela vient",
        in_file="dans {path}",
        in_files="dans {count} fichiers",
        more="… {count} de plus : kbcheck model --kind {kind}",
        advice="Ce qui est deviné est à vérifier : `kbcheck init --model` l’écrit dans les réglages, où vous pourrez le corriger.",
        lists="Listes qui ne s’accordent pas",
        differences={
            "missing": "après « {name} », il manque {missing}, présent dans {place}",
            "wording": "« {name} » s’appelle « {other} » dans {place}",
            "order": "« {name} » n’est pas à la même place que dans {place}",
        },
        idle="Règles d’extraction qui ne trouvent rien",
        matrix=("Phase", "Livrable", "Responsable"),
        no_phase="(sans phase)",
        no_matrix="Aucune phase et aucun livrable n’ont été trouvés.",
        holes=(
            "phases sans livrable : {phases} sur {all_phases} ; "
            "livrables sans rôle responsable : {deliverables} sur {all_deliverables}"
        ),
        left_out="non montrées : {count} phases de cycles de vie qui n’ont aucun livrable",
        quotes="« {name} »",
        extract_comment="Ce que kbcheck a deviné : corrigez-le, puis regardez de nouveau `kbcheck model`.",
        names="{count} : {names}",
    ),
}
