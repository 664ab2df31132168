"""The event stream that both Markdown parsers produce, and the choice between them.

An event is a tuple `(kind, start, end, value)`: the range is in code points of the text that was parsed and covers the
whole construct, marks included (`[text](target)`, `# Title`, `- item`); white space at its ends may differ from parser
to parser. Opening and closing events carry the same range. The range of `text` and `break` is not given (0, 0).

| kind                       | value                                               |
| -------------------------- | --------------------------------------------------- |
| `heading`, `/heading`      | the level, 1 to 6                                   |
| `paragraph`, `/paragraph`  | None; a tight list item has none                    |
| `text`                     | the text, entities and escapes decoded              |
| `code`                     | the text of a code span                             |
| `code-block`               | the info string of a fence, "" for indented code; its lines give no text event |
| `break`                    | None: a soft or hard line break                     |
| `html`                     | None: one inline tag, or a whole HTML block         |
| `link`, `/link`            | `LinkValue`                                         |
| `image`, `/image`          | `LinkValue`; the description is between them        |
| `list`, `/list`            | number of the first item, None for a bulleted list  |
| `item`, `/item`            | None                                                |
| `task`                     | whether the box of a task item is ticked            |
| `table`, `/table`          | None                                                |
| `row`, `/row`              | whether it is the header row                        |
| `cell`, `/cell`            | None; the range is the cell between its pipes       |
| `quote`, `/quote`          | None                                                |
| `definition`               | `LinkValue` of `[label]: target`; these come first  |
| `unparsed`                 | None: a part that is too large or nested too deeply to be read |

Emphasis, thematic breaks and footnote marks give no event; the content of a footnote does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple

Event = tuple[str, int, int, Any]
Parser = Callable[[str], Iterator[Event]]
ParserName = Literal["markdown-it-py", "pyromark"]


class LinkValue(NamedTuple):
    """Of a link, an image or a definition: `form` is how the target is given, `label` the reference label as written."""

    form: Literal["inline", "reference", "autolink", "definition"]
    target: str
    label: str | None


def parser_names() -> list[ParserName]:
    """The parsers that can be imported here, the preferred one first."""
    return ["pyromark", "markdown-it-py"] if find_spec("pyromark") else ["markdown-it-py"]


def parser(name: ParserName | None = None) -> Parser:
    """The event function of a parser; without a name, that of the fastest one installed."""
    # Each library is imported only when it is used: `kbcheck --version` pays for neither.
    if (name or parser_names()[0]) == "pyromark":
        from kbcheck.documents.pyromark import events
    else:
        from kbcheck.documents.markdown_it import events
    return events
