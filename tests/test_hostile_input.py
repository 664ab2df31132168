"""Settings, data files and front matter of any shape: findings or a sentence for the user, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbcheck.engine import Request, check, understand
from kbcheck.errors import UsageError
from kbcheck.reports.json import render_json
from kbcheck.reports.model_json import render_json as render_model
from kbcheck.reports.text import render_concise
from kbcheck.rules.examples import File, write

# A base that all settings below have something to say of.
PAGES = {
    "README.md": "# Produit\n\n| Phase | Livrables | Rôle |\n| - | - | - |\n| 1. Idée | vision<br>budget | PO |\n| 3. MVP | | |\n",
    "roles/po.md": "---\nkind: role\nid: po\naliases: [PO]\n---\n\n# Product owner\n\n## Missions\n\nDécide.\n",
    "qui.md": "# Qui\n\n| Activité | PO | Dev |\n| - | - | - |\n| Choisir | A/R | C |\n",
}
EXTRACT: list[dict[str, Any]] = [
    {
        "id": "phases",
        "kind": "phase",
        "from": "README.md",
        "take": "rows",
        "where": {"columns": ["Phase"], "at-least": 1},
        "name": {"col": "Phase", "first": "line"},
        "order": "number",
        "each": [
            {
                "kind": "deliverable",
                "take": "items",
                "in": {"col": "Livr"},
                "split": "br",
                "relation": "has-deliverable",
            },
            {"kind": "role", "take": "items", "in": {"cell": 2}, "relation": "has-responsible", "report-empty": True},
        ],
    },
    {
        "id": "list",
        "kind": "phase",
        "from": "**/*.md",
        "take": "matches",
        "where": {"match": "(?P<name>Idée)"},
        "same-as": "phases",
    },
    {
        "id": "records",
        "kind": "role",
        "from": "data.yaml",
        "take": "records",
        "name": {"key": "name"},
        "optional": True,
    },
    {
        "id": "matrix",
        "kind": "task",
        "from": ["qui.md"],
        "take": "rows",
        "each": [
            {"kind": "role", "take": "headers", "cell-relation": {"has-accountable": "A", "has-responsible": "R"}}
        ],
    },
]
MODEL: dict[str, Any] = {
    "phase": {"needs": {"deliverable": "1..", "gate": 1}, "order": "consecutive", "start": 1},
    "role": {
        "aliases": {"Product owner": ["PO"]},
        "deprecated": {"Chef": "Product owner"},
        "homonyms": ["Dev"],
        "wildcards": ["Tous"],
        "sections": ["Missions"],
    },
}
# What a person writes there by mistake, or on purpose: other types, patterns that match nothing or the empty text.
WORDS = (
    "",
    "x",
    "phase",
    "role",
    "phases",
    "list",
    "data.yaml",
    "nowhere.md",
    "**",
    "..",
    "a.b",
    "has-deliverable",
    "PO",
    "1..",
    "5..1",
)
PATTERNS = (
    "",
    "^",
    "$",
    "(?P<name>)",
    "(?P<name>x)?",
    "x*",
    "(?=P)",
    "[",
    "(?P<other>x)",
    "\\b",
    "(a)(?P<name>b)|c",
    "(?i)x",
    "\\1",
)
SCALARS = (
    st.sampled_from((*WORDS, *PATTERNS))
    | st.none()
    | st.booleans()
    | st.integers(-2, 10**18)
    | st.floats()
    | st.text(max_size=3)
)
KEYS = st.sampled_from(
    ("id", "kind", "name", "phase", "role", "po", "title", "status", "order", "aliases", "replaced-by", "deliverables")
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


# Tables, lists and headings with less in them than rules look for.
BLOCKS = (
    *("# Qui", "## Missions", "### 1. Idée", "## ", "**Livrables** :", "vision, budget / note", "TBD"),
    *("| Activité |\n| - |\n| Choisir |", "| Activité | PO | |\n| - | - | - |\n| Choisir | A | ? |\n| | | |"),
    *(
        "| Phase | Livrables |\n| - | - |\n| 1. Idée | vision |\n| 3. MVP | |",
        "| Phase |\n| - |",
        "| | |\n|-|-|\n| | |",
    ),
    *("- 1. Idée\n- 2. MVP\n- TBD", "1. Idée\n1. MVP", "* [PO](roles/po.md)\n* [](roles/po.md)", "- n/a\n- –\n- "),
    '<table data-view="cards"><thead><tr><th></th></tr></thead><tbody><tr><td></td></tr></tbody></table>',
)
TEXTS = st.lists(st.sampled_from(BLOCKS), max_size=8).map("\n\n".join)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value inside another."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from places(inner, (*path, step))


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """`whole` with one to three of its values replaced."""
    changed = deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(changed))))
        inside = changed
        for step in way:
            inside = inside[step]
        inside[last] = draw(VALUES)
    return changed


def run(files: dict[str, str]) -> None:
    """Checks and shows a base of these files; a `UsageError` is the one sentence that a user may get instead."""
    with TemporaryDirectory() as folder:
        write((File(path, text.encode("utf-8", "surrogatepass")) for path, text in files.items()), Path(folder))
        request = Request(Path(folder), language="fr")
        try:
            report, _ = check(request)
            understood = understand(request)
        except UsageError:
            return
        assert json.loads(render_json(report))["summary"]
        render_concise(report)
        json.loads(render_model(understood.model, understood.texts))


def with_settings(**values: Any) -> dict[str, str]:
    # JSON is YAML, but for what JSON itself does not know (NaN): then the file is a faulty one, which is as well.
    return {**PAGES, "data.yaml": "- {name: Dev}\n", ".kbcheck.yaml": json.dumps(values)}


QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(extract=spoilt(EXTRACT) | VALUES, model=spoilt(MODEL) | VALUES)
def test_settings_of_any_shape(extract: Any, model: Any) -> None:
    run(with_settings(extract=extract, model=model))


@QUICK
@given(spoilt(EXTRACT))
def test_extraction_rules_of_any_shape(extract: Any) -> None:
    run(with_settings(extract=extract))


@QUICK
@given(spoilt(MODEL))
def test_what_is_said_of_kinds_in_any_shape(model: Any) -> None:
    run(with_settings(extract=EXTRACT, model=model))


@QUICK
@given(VALUES, st.sampled_from(("", "name", "po", "po.name", "0")), st.sampled_from(("data.yaml", "data.json")))
def test_data_files_of_any_shape(value: Any, path: str, file: str) -> None:
    where = {"where": {"path": path}} if path else {}
    records = {"id": "r", "kind": "role", "from": "data.*", "take": "records", "name": {"key": "name"}, **where}
    run({**with_settings(extract=[records]), file: json.dumps(value)})


@QUICK
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.sampled_from(("role", "phase", "deliverable", "task", None)))
def test_front_matter_of_any_types(fields: dict[str, Any], kind: str | None) -> None:
    front = json.dumps({"kind": kind, **fields} if kind else fields)
    run(
        {**PAGES, "page.md": f"---\n{front}\n---\n\n# Page\n", "roles/po.md": f"---\n{front}\n---\n\n# Product owner\n"}
    )


@QUICK
@given(TEXTS, TEXTS, st.sampled_from((None, EXTRACT, [{**rule, "from": "**/*.md"} for rule in EXTRACT])))
def test_pages_that_say_less_than_is_looked_for(first: str, second: str, extract: Any) -> None:
    files = {} if extract is None else with_settings(extract=extract, model=MODEL)
    run({**PAGES, **files, "qui.md": first, "a/phases.md": second})
