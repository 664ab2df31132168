"""Hugo's shortcodes in Markdown: `{{< ref "page.md" >}}`, `{{% note %}}` (gohugo.io, "Shortcodes").

As template tags, they are blanked in place before the Markdown is read: Hugo replaces them first, so that a link target
or a heading may hold one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Link, TemplateTag
from kbcheck.documents.template import blank, filler

_OPENING = re.compile(r"\{\{(?:<|%)(?!/\*)")
_NAME = re.compile(r"\s*+/?\s*+([\w./-]++)\s*+")
_LONGEST = 2000
# The first argument, by its place or as `path=`; between quotes or bare.
_TARGET = re.compile(r"""(?:path\s*+=\s*+)?(?:"([^"\n]*+)"|`([^`\n]*+)`|([^\s"`>%]++))""")

#: The shortcodes of Hugo that give the address of a page.
REFERENCES = frozenset({"ref", "relref"})


def read_shortcodes(text: str) -> tuple[list[TemplateTag], str]:
    """The shortcodes of a text, and the text with them blanked."""
    if "{{<" not in text and "{{%" not in text:
        return [], text
    shortcodes: list[TemplateTag] = []
    pieces: list[str] = []
    done = 0
    opening = _OPENING.search(text)
    while opening:
        mark = ">}}" if opening[0] == "{{<" else "%}}"
        close = text.find(mark, opening.end(), opening.end() + _LONGEST)
        name = _NAME.match(text, opening.end())
        after = opening.end()
        if close >= 0 and name and name.end() <= close and "{{" not in text[opening.end() : close]:
            after = close + len(mark)
            shortcodes.append(TemplateTag(name[1], text[name.end() : close].strip(), Span(opening.start(), after)))
            pieces += (
                text[done : opening.start()],
                blank(text[opening.start() : after], filler(text, opening.start(), after)),
            )
            done = after
        opening = _OPENING.search(text, after)
    return shortcodes, "".join((*pieces, text[done:]))


def shortcode_links(shortcodes: list[TemplateTag], text: str) -> Iterator[Link]:
    """The links that shortcodes make: those that Hugo itself has for it."""
    for shortcode in shortcodes:
        if shortcode.name not in REFERENCES:
            continue
        name = _NAME.match(text, shortcode.span.start + 3)
        target = _TARGET.match(text, name.end(), shortcode.span.end) if name else None
        if target:
            start, end = target.span(target.lastindex or 0)
            yield Link("template", text[start:end], Span(start, end), shortcode.span, tag=shortcode.name)
