"""Content of strangers, and reports that quote it in every field that a page can fill."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from kbcheck.diagnostics import Diagnostic, Edit, EntityName, Fix, Related, Span
from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Counts, Report, in_order

#: What does harm where it is printed as it is.
ATTACKS = (
    "::error file=x.md::pwned",
    "\n::stop-commands::x",
    "%0A::warning::x",
    "##[error]x",
    "\x1b[31mred\x1b]0;title\x07",
    "<script>document.title='pwned'</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><failure/>",
    "</code></pre><b>",
    "| cell | [link](http://evil.example) |",
    "![x](http://evil.example/p.png) `code` **bold**",
    "@everyone #1 !2 &3 %4",
    "{0} [x](1)",
    "\ud800 \udce9 \ufffe \uffff \x00 \u2028 \u202e",
    "```\n# title\n```",
    "&lt;b&gt; &amp;",
    "\\` \\| \\[",
)

#: Any text, with the signs that formats use.
texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.sampled_from("ab:%@#|`\\<>[]()!&*_~\n\r\x1b\"'/,=;]{}$^- é\ud800"), max_size=30),
    st.text(max_size=30),
)
NOWHERE = Destination(Path("/nowhere"), environment={})


def report_with(text: str, language: str = "en") -> Report:
    """A report in which a page says `text` wherever it can."""
    path = text.replace("\0", "").strip("/") or "a.md"
    span = Span(0, len(text))
    fix = Fix(text, (Edit(path, span, text), Edit("b.md", Span(0, 0), text)), replacement=text)
    finding = Diagnostic(
        "KB301",
        "missing-file",
        "error",
        text,
        path,
        span,
        text,
        EntityName(text, text),
        (Related(path, span, text),),
        (fix,),
    )
    single = Diagnostic(
        "KB302", "missing-anchor", "info", text, path, span, fixes=(Fix(text, (Edit(path, span, text),)),)
    )
    found = in_order((finding, single))
    return Report("0.1.0", "github", found, Counts(2, 3, 4), 0.5, {path: text, "b.md": ""}, language=language)
