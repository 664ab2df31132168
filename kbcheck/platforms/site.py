"""What the site generators have in common: pages have addresses, and other files lie in folders copied to the site as they are.

An address is what follows the site's own: `guide/roles` for `https://example.org/base/guide/roles/`. Addresses are compared
without slashes at their ends, `.html` and `index`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import dirname, splitext
from typing import Any, ClassVar, Self

from msgspec import Struct, structs

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link
from kbcheck.files import Tree, compile_globs
from kbcheck.platforms.platform import Platform, joined

_MOST_SITES = 20  # in one repository: more are examples


class Files(Struct, frozen=True):
    """What a platform can look at: the names of all files, and the documents (pages and its configuration files).

    `configuration` is the file that sets up the site; None for the one that the platform looks for itself.
    """

    tree: Tree
    documents: Mapping[str, Document]
    configuration: str | None = None


class Site(Platform):
    """A platform that makes a site of the pages below `folder`."""

    has_site: ClassVar[bool] = True
    ignores_case_of_anchors: ClassVar[bool] = False
    link_tags: ClassVar[frozenset[str]] = frozenset()
    shows_folders: ClassVar[bool] = False
    expects_indexes: ClassVar[bool] = False
    index_names: ClassVar[tuple[str, ...]] = ("index.md",)

    def __init__(self, files: Files, folder: str = "", base: str = "") -> None:
        """`base` is the part of all addresses that root-relative links repeat, without slashes at its ends."""
        super().__init__(folder)
        self.files = files
        self.base = base
        self.public: tuple[str, ...] = ()
        self._unpublished = _Unpublished(self)
        self._is_excluded: Any = None
        self._fields: dict[str, Mapping[str, Any]] = {}
        self._own: dict[str, str | None] = {}

    @classmethod
    def configured(cls, documents: Mapping[str, Document], tree: Tree) -> Self:
        """As the configuration of the generator says."""
        return cls.configured_by(Files(tree, documents))

    @classmethod
    def configured_by(cls, files: Files) -> Self:
        """As the configuration that the files name says."""
        return cls(files)

    @classmethod
    def configurations(cls, tree: Tree) -> Sequence[str]:
        """The files that set up a site each, when a repository has several, the main one first."""
        return ()

    # What a generator decides

    def address(self, document: Document) -> str | None:
        """The address of a page; None when it has none, or none that can be known."""
        return address_key(self.below(document.path) or "")

    def is_source(self, path: str) -> bool:
        """Whether the generator makes a page of this Markdown file."""
        below = self.below(path)
        if below is None or any(part.startswith(".") for part in below.split("/")):
            return False
        return self._is_excluded is None or not self._is_excluded(below)

    def more_addresses(self, document: Document) -> Sequence[str]:
        """Further addresses that lead to a page: its aliases."""
        return ()

    def shown_in(self, document: Document) -> Sequence[Document] | None:
        """The pages that a page shows as parts of it; None when it may show something that is not known here."""
        return ()

    def own_anchors(self, document: Document) -> Mapping[str, Span]:
        """The ids that come from a page's own text."""
        return super().anchors(document)

    # What follows from it

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """The ids of a page, and those of the pages that it shows, which have no place in it."""
        anchors = dict(self.own_anchors(document))
        for part in self.parts(document) or ():
            for anchor in self.own_anchors(part) if part is not document else ():
                anchors.setdefault(anchor, Span(0, 0))
        return anchors

    def parts(self, document: Document) -> list[Document] | None:
        """A page and those that it shows, in any depth; None when something is shown that is not known here."""
        parts = {document.path: document}
        left = [document]
        while left:
            shown = self.shown_in(left.pop())
            if shown is None:
                return None
            new = {part.path: part for part in shown if part.path not in parts}
            parts |= new
            left += new.values()
        return list(parts.values())

    def knows_anchors(self, document: Document) -> bool:
        """When all that the page shows is known."""
        return self.parts(document) is not None

    def fields(self, path: str) -> Mapping[str, Any]:
        """The metadata of a page; none where there is none, or none that can be read."""
        if path not in self._fields:
            self._fields[path] = front_matter(self.files.documents.get(path))
        return self._fields[path]

    def own_address(self, path: str) -> str | None:
        """The address of a page by its path; None for what is no page, or has none."""
        if path not in self._own:
            document = self.files.documents.get(path)
            is_page = document is not None and document.format == "markdown"
            self._own[path] = self.address(document) if document is not None and is_page else None
        return self._own[path]

    def exclude(self, patterns: Sequence[str]) -> None:
        """Leaves out the pages that match, seen from the folder."""
        self._is_excluded = compile_globs(patterns) if patterns else None

    def below(self, path: str) -> str | None:
        """A path as seen from the folder of the pages; None when it is outside."""
        if not self.folder:
            return path
        return path[len(self.folder) + 1 :] if path.startswith(self.folder + "/") else None

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """For every address, the page that is shown there."""
        found: dict[str, str] = {}
        more: dict[str, str] = {}
        for path, document in sorted(self.files.documents.items()):
            if document.format != "markdown" or not self.is_source(path):
                continue
            address = self.own_address(path)
            if address is not None:
                found.setdefault(address, path)
            for alias in self.more_addresses(document):
                more.setdefault(alias, path)
        return {**more, **found}

    def asked_address(self, written: str, page: str) -> str | None:
        """The address that a link of a page asks for; None when it is none of this site."""
        if written.startswith("/"):
            asked = written.strip("/")
            if self.base and (asked == self.base or asked.startswith(self.base + "/")):
                return asked[len(self.base) :].strip("/")
            return asked
        document = self.files.documents.get(page)
        own = self.own_address(page)
        if document is None or own is None:
            return None
        return climbed(own if self.is_folder_address(document) else dirname(own), written)

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """A file as the author sees it, then what is shown at the address."""
        yield from self.source_meanings(self.source_path(written, page), written)
        address = self.asked_address(written, page)
        if address is not None:
            yield from self.site_meanings(address)

    def source_meanings(self, path: str, written: str) -> Iterator[str]:
        """The files that a target can mean as a path of the repository."""
        yield path

    def site_meanings(self, address: str) -> Iterator[str]:
        """The page at an address, or the file of a public folder."""
        page = self.addresses.get(address_key(address))
        if page is not None:
            yield page
        for folder in self.public:
            yield joined(folder, address)
            if not splitext(address)[1]:
                yield joined(folder, f"{address}/index.html".lstrip("/"))
                yield joined(folder, f"{address}.html")

    def own_folders(self) -> Sequence[str]:
        """Those of pages, and those copied to the site as they are."""
        return (self.folder, *self.public)

    def addresses_at(self, path: str) -> Iterator[str]:
        """That of a page, or of the file of a public folder."""
        own = self.own_address(path)
        if own is not None and self.is_source(path):
            yield own
        elif own is None:
            for folder in self.public:
                if not folder or path.startswith(folder + "/"):
                    yield path[len(folder) :].lstrip("/")

    def is_published(self, path: str, listed: bool) -> bool:
        """Whether a page is made of the file; other files are seen in the repository only."""
        return self.is_source(path)

    def is_judged(self, path: str, listed: bool) -> bool:
        """Also what is left out of the pages: it is most often shown in another page."""
        return self.below(path) is not None

    def elsewhere(self, path: str) -> Platform:
        """Another site of the repository that the page is in, else as GitHub shows it."""
        return next((site for site in self._others if site.is_judged(path, listed=True)), self._unpublished)

    @cached_property
    def _others(self) -> tuple[Platform, ...]:
        """The further sites of the repository, which the same program makes."""
        if self.files.configuration is not None:
            return ()
        return tuple(
            type(self).configured_by(structs.replace(self.files, configuration=path))
            for path in self.configurations(self.files.tree)[1:]
        )

    def is_content(self, path: str) -> bool:
        """What a page is made of, but for the files that the repository's host reads itself."""
        return self.is_source(path) and super().is_content(path)


class _Unpublished(Platform):
    """The pages that a site has beside it, in the repository: GitHub shows them.

    Templates, examples and parts that programs put into pages are among them, and use addresses of the site.
    """

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Not a path from the root that is an address of the site."""
        if not written.startswith("/"):
            return True
        meanings = self._site.site_meanings(self._site.asked_address(written, page) or "")
        return not any(map(self._site.files.tree.is_file, meanings))


def address_key(address: str) -> str:
    """An address, or the path of a page, as addresses are compared."""
    key = address.strip("/")
    for ending in (".html", ".md", ".markdown", ".mdx"):
        if key.endswith(ending):
            key = key.removesuffix(ending)
            break
    if key == "index":
        return ""
    return key.removesuffix("/index")


def climbed(folder: str, path: str) -> str:
    """An address seen from a folder; a browser climbs no higher than the root."""
    steps = folder.split("/") if folder else []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


_ATTRIBUTE_LIST = re.compile(r"\{:?[^{}\n]{0,500}+\}")
_ID = re.compile(r"""(?:(?<=[\s{:])#|(?<=[\s{:])id=["']?)([^\s{}"']+)""")


def with_attribute_ids(anchors: Mapping[str, Span], document: Document) -> Mapping[str, Span]:
    """The anchors and the ids of attribute lists, `{: #id .class }` or `{ id=name }`, which may stand behind any element."""
    found = dict(anchors)
    for listed in _ATTRIBUTE_LIST.finditer(document.text) if "{" in document.text else ():
        for match in _ID.finditer(document.text, *listed.span()):
            found.setdefault(match[1], Span(*match.span(1)))
    return found


def within(spans: Sequence[Span], outer: Span) -> Iterator[Span]:
    """Of some spans in order, which do not overlap, those inside another."""
    for index in range(bisect_left(spans, Span(outer.start, outer.start)), len(spans)):
        if spans[index].end > outer.end:
            return
        yield spans[index]


def front_matter(document: Document | None) -> Mapping[str, Any]:
    """The metadata of a page; none where it cannot be read."""
    matter = document.front_matter if document is not None else None
    if matter is None or document is None:
        return {}
    if matter.syntax == "toml":
        return toml(document.text[matter.span.start + 3 : matter.span.end - 3])
    value = matter.yaml.value if matter.yaml is not None else None
    return value if isinstance(value, dict) else {}


def toml(text: str) -> Mapping[str, Any]:
    """A TOML text as plain values; none when it is not TOML."""
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def mapping(value: object) -> Mapping[str, Any]:
    """A value of a configuration that should be a mapping; none for anything else."""
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """A value that should be a string or a list of strings, as a list."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def first_file(tree: Tree, names: Sequence[str], folders: Sequence[str] = ("",)) -> str | None:
    """The first of these files that is there, in one of these folders."""
    paths = (joined(folder, name) for folder in folders for name in names)
    return next((path for path in paths if tree.is_file(path)), None)


def configurations(tree: Tree, names: Sequence[str], main: str | None) -> tuple[str, ...]:
    """All files of these names, the main one first; of a site each, so at most one in a folder."""
    wanted = frozenset(names)
    of_folder: dict[str, str] = {}
    for path in sorted(tree.files):
        name = next((name for name in wanted if path == name or path.endswith(f"/{name}")), None)
        if name is not None:
            of_folder.setdefault(path.removesuffix(name), path)
    others = sorted(of_folder.values(), key=lambda path: (path.count("/"), path))
    return tuple(dict.fromkeys((*((main,) if main else ()), *others)))[:_MOST_SITES]


def configuration_file(tree: Tree, names: Sequence[str], beside: str = "") -> str | None:
    """The file of one of these names at the root, in `docs/` or `website/`, or in the only other top folder that has one.

    In another top folder, the folder `beside` must be there as well. Last comes `docs/en/`: a site in several languages may
    have a file for each.
    """
    usual = first_file(tree, names, ("", "docs", "website"))
    if usual is not None:
        return usual
    tops = [
        folder for folder in tree.folders if folder and "/" not in folder and tree.is_folder(joined(folder, beside))
    ]
    found = [path for path in (first_file(tree, names, (top,)) for top in tops) if path is not None]
    return found[0] if len(found) == 1 else first_file(tree, names, ("docs/en",))


def site_address(*parts: object) -> tuple[str, ...]:
    """The address made of a host and a base, when both are known strings; none when it is no web address."""
    written = [part.strip("/") for part in parts if isinstance(part, str) and part.strip("/")]
    return ("/".join(written),) if written and written[0].startswith(("https://", "http://")) else ()
