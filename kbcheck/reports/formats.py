"""The output formats by name. A format's module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Report

_RENDERERS = {
    "text": ("text", "render_for"),
    "concise": ("text", "render_concise"),
    "json": ("json", "render_json"),
    "sarif": ("sarif", "render_sarif"),
    "github": ("github", "render_github"),
    "gitlab": ("gitlab", "render_gitlab"),
    "junit": ("junit", "render_junit"),
    "markdown": ("markdown", "render_markdown"),
    "rdjson": ("rdjson", "render_rdjson"),
    "html": ("html", "render_html"),
}
_SAME_EVERYWHERE = ("concise", "json")  # whatever the destination is

#: What `--output-format` accepts.
FORMATS = tuple(_RENDERERS)


def render(report: Report, name: str, destination: Destination) -> str:
    """The report in the format of that name, ending with a line end."""
    module, function = _RENDERERS[name]
    renderer: Callable[..., str] = getattr(import_module(f"kbcheck.reports.{module}"), function)
    return renderer(report) if name in _SAME_EVERYWHERE else renderer(report, destination)
