"""What is repeated in a part of a page, one unit each: the eleven words that `take` knows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, ListItem
from kbcheck.knowledge.extraction.data import records, yaml_refs
from kbcheck.knowledge.extraction.literals import may_match
from kbcheck.knowledge.extraction.markup import blocks, is_hidden, plain, quotes, strong
from kbcheck.knowledge.extraction.places import Piece, within
from kbcheck.knowledge.extraction.scopes import scopes, sections
from kbcheck.knowledge.extraction.splitting import pieces
from kbcheck.knowledge.extraction.tables import cards, columns, headers, rows
from kbcheck.knowledge.extraction.units import Scope, Unit
from kbcheck.knowledge.extraction.vocabulary import Rule, Where

_INLINE_LINKS = frozenset({"inline", "reference", "html", "template"})


def units(rule: Rule, around: Scope) -> Iterator[Unit]:
    """The units that a rule takes in a part of a page."""
    for scope in scopes(rule, around):
        yield from _taken(scope, rule)


def _taken(scope: Scope, rule: Rule) -> Iterator[Unit]:
    """The units in a scope: of several ways to take them, the first that gives any."""
    for way in rule.take:
        found = [unit for unit in _in_block(_TAKES[way](scope, rule), scope, rule.where) if _fits(unit, rule.where)]
        if found:
            yield from (unit if unit.group else replace(unit, group=scope.span) for unit in found)
            return


def _fits(unit: Unit, where: Where) -> bool:
    text = unit.piece.text
    is_found = unit.form == "text"  # what `match` says there is what was looked for
    return (
        (is_found or where.match is None or where.match.search(text) is not None)
        and (where.not_ is None or where.not_.search(text) is None)
        and (where.link is None or _links(unit, where))
    )


def _links(unit: Unit, where: Where) -> bool:
    inside = [unit.link] if unit.link else within(unit.document.links, unit.section)
    return where.link is not None and any(where.link.search(link.target) for link in inside)


def _in_block(units: Iterable[Unit], scope: Scope, where: Where) -> Iterator[Unit]:
    """Those of the units that stand in a quotation, or in such a block of the platform."""
    if where.block is None:
        yield from units
        return
    inside = quotes(scope.document) if where.block == "quote" else blocks(scope.document, where.block)
    for unit in units:
        start = unit.piece.span.start
        before = bisect_right(inside, start, key=lambda block: block.start) - 1
        if before >= 0 and start < inside[before].end:
            yield unit


def _items(scope: Scope, rule: Rule) -> Iterator[Unit]:
    """The items of the lists in a part of a page; in a line or a cell, what is separated there."""
    if scope.piece is not None:
        for piece in pieces(scope.document, scope.piece, rule.split):
            yield Unit(scope.document, piece, "list-item" if scope.labelled else "table-cell", piece.span, inline=True)
        return
    own = scope.unit.piece.span if scope.unit else None
    items = [one for one in within(scope.document.items, scope.span) if one.span != own]
    outermost = min((one.depth for one in items), default=1)
    depth = rule.where.depth if rule.where.depth is not None else 1
    for one, section in _with_sections(items):
        is_wanted = depth == "any" or one.depth - outermost + 1 == depth
        if is_wanted and rule.where.ordered in (None, one.number is not None):
            unit = Unit(scope.document, Piece(one.text, one.span), "list-item", section, number=one.number)
            yield from _split(unit, () if scope.labelled else rule.split)


def _with_sections(items: Sequence[ListItem]) -> Iterator[tuple[ListItem, Span]]:
    """Every item with the part of the page that is its own text and the deeper items below it."""
    ends = [one.span.end for one in items]
    open_: list[int] = []
    for index, item in enumerate(items):
        while open_ and items[open_[-1]].depth >= item.depth:
            ends[open_.pop()] = items[index - 1].span.end
        open_.append(index)
    for index in open_:
        ends[index] = items[-1].span.end
    for item, end in zip(items, ends, strict=True):
        yield item, Span(item.span.start, max(end, item.span.end))


def _split(unit: Unit, split: tuple[str, ...]) -> Iterator[Unit]:
    """The unit, or one for each name in it."""
    if not split:
        yield unit
    else:
        yield from (replace(unit, piece=piece) for piece in pieces(unit.document, unit.piece, split))


def _headings(scope: Scope, rule: Rule) -> Iterator[Unit]:
    for heading, section in sections(scope.document, scope.span):
        if rule.where.level in (None, heading.level):
            yield Unit(scope.document, Piece(heading.text, heading.span), "heading", section)


def _pages(scope: Scope, rule: Rule) -> Iterator[Unit]:
    """The page itself, under its title; one without a title has the name of its file."""
    document, where = scope.document, rule.where
    piece = title_of(document) or Piece(stem(document.path), Span(scope.span.start, scope.span.start))
    unit = Unit(document, piece, "page", scope.span, target=document.path)
    if (where.h1 is None or where.h1.search(unit.piece.text)) and (where.key is None or unit.value(where.key)[1]):
        yield unit


def title_of(document: Document) -> Piece | None:
    """The title of a page: its first heading of level 1, else `title:` of its front matter, else its first heading."""
    yaml = document.yaml
    title = document.fields.get("title")
    heading = next((one for one in document.headings if one.level == 1), None)
    if heading is None and isinstance(title, str) and title and yaml is not None:
        return Piece(title, yaml.spans["title",])
    heading = heading or next(iter(document.headings), None)
    return Piece(heading.text, heading.span) if heading else None


def stem(path: str) -> str:
    """The name of a page's file without its suffix; of an index page, that of its folder."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    return folder.rpartition("/")[2] if is_index(path) and folder else stem


def is_index(path: str) -> bool:
    """Whether a page stands for its folder."""
    return path.rpartition("/")[2].rpartition(".")[0].lower() in ("readme", "index", "_index")


def _refs(scope: Scope, rule: Rule) -> Iterator[Unit]:
    """The links in a part of a page, in its text and in the blocks of the platform; in YAML, `name: path`."""
    if scope.document.data is not None:
        yield from yaml_refs(scope.document, scope.document.data, rule.where.path)
        return
    left_out = ("template",) if rule.where.nav else ()
    for link in within(scope.document.links, scope.span):
        repeats_a_block = link.syntax == "inline" and link.tag
        if link.syntax in _INLINE_LINKS and link.syntax not in left_out and not repeats_a_block:
            span = link.target_span if link.syntax == "template" else link.span
            yield Unit(scope.document, Piece(link.text, span), "link", link.span, link=link)


def _strong(scope: Scope, rule: Rule) -> Iterator[Unit]:
    for piece in strong(scope.document, scope.span):
        yield Unit(scope.document, piece, "bold-term", piece.span)


def _matches(scope: Scope, rule: Rule) -> Iterator[Unit]:
    """What a regular expression finds in the source outside blocks of code: the group `name`, else all of it."""
    pattern, text = rule.where.match, scope.document.text
    if pattern is None or not may_match(pattern, scope.document.lowered[scope.span.start : scope.span.end]):
        return
    for match in pattern.finditer(text, scope.span.start, scope.span.end):
        group = "name" if match.groupdict().get("name") is not None else 0
        if match[group] and not is_hidden(scope.document, match.start(group)):
            piece = Piece(plain(match[group]), Span(*match.span(group)))
            yield from _split(Unit(scope.document, piece, "text", Span(*match.span())), rule.split)


_TAKES: Mapping[str, Callable[[Scope, Rule], Iterator[Unit]]] = {
    "rows": lambda scope, rule: rows(scope, rule.where),
    "columns": lambda scope, rule: columns(scope, rule.where),
    "cards": lambda scope, rule: cards(scope),
    "items": _items,
    "headings": _headings,
    "pages": _pages,
    "refs": _refs,
    "strong": _strong,
    "headers": lambda scope, rule: headers(scope, rule.where),
    "matches": _matches,
    "records": lambda scope, rule: records(scope, rule.where.path),
}
