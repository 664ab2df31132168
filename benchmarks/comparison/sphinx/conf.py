"""Sphinx with MyST (Markdown) and sphinx-needs, with what they offer for the faults of `faults.yaml`."""

project = "Handbook"
extensions = ["myst_parser", "sphinx_needs"]
root_doc = "index"
exclude_patterns = ["SUMMARY.md"]
myst_heading_anchors = 6
nitpicky = True
linkcheck_ignore = ["https://github.com/.*"]

needs_types = [
    {"directive": "phase", "title": "Phase", "prefix": "P_", "color": "#fff", "style": "node"},
    {"directive": "deliverable", "title": "Deliverable", "prefix": "D_", "color": "#fff", "style": "node"},
    {"directive": "role", "title": "Role", "prefix": "R_", "color": "#fff", "style": "node"},
    {"directive": "task", "title": "Task", "prefix": "T_", "color": "#fff", "style": "node"},
]
needs_links = {
    "hands_over": {"incoming": "handed over in", "outgoing": "hands over"},
    "answers": {"incoming": "answers for", "outgoing": "answered for by"},
}
needs_fields = {"order": {"schema": {"type": "integer"}}}
needs_warnings = {
    "phase_without_deliverable": "type == 'phase' and not hands_over",
    "task_without_answer": "type == 'task' and not answers",
}
