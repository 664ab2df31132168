"""GitBook with Git Sync: `SUMMARY.md` is the navigation, `.gitbook.yaml` the configuration.

GitBook is closed; what is said here comes from its documentation (docs.gitbook.com, "Git Sync", "Content configuration") and
from what it wrote into real repositories (docs/decisions.md tells which).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from posixpath import join, normpath, splitext
from typing import ClassVar, Self
from urllib.parse import unquote

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading, Link
from kbcheck.files import Tree
from kbcheck.platforms.platform import Navigation, NavigationEntry, Platform, Redirect, titled_parts
from kbcheck.platforms.slugs import gitbook_slug, numbered, past_blockers
from kbcheck.schema.yaml import YamlPath

CONFIGURATION = ".gitbook.yaml"
_BROKEN = re.compile(
    r"(?:https://github\.com/[^/]+/[^/]+/(?:blob|tree)/.*/)?broken-reference(?:[/#?].*)?$|/?(?:.*/)?broken/(?:files|pages|spaces)/"
)
_MOST_READINGS = 8
_TAB_TITLE = re.compile(r'\btitle="([^"]*)"')
_FOOTNOTE = re.compile(r"user-content-fn(?:ref)?-")


class GitBook(Platform):
    """A repository that GitBook publishes."""

    name: ClassVar[str] = "gitbook"
    ignores_case_of_anchors: ClassVar[bool] = False
    has_site: ClassVar[bool] = True
    link_tags: ClassVar[frozenset[str]] = Platform.link_tags | {"include"}
    publishes_unlisted: ClassVar[bool] = False

    def __init__(self, documents: Mapping[str, Document]) -> None:
        """What `.gitbook.yaml` among them does not say is as GitBook has it without one."""
        self._documents = documents
        configuration = documents.get(CONFIGURATION)
        self._configuration = configuration.data if configuration else None
        super().__init__(_folder(self._setting("root")))

    @classmethod
    def configured(cls, documents: Mapping[str, Document], tree: Tree) -> Self:
        """As `.gitbook.yaml` says."""
        return cls(documents)

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """`.gitbook.yaml`, or GitBook's own folder of assets."""
        return tree.is_file(CONFIGURATION) or tree.is_folder(".gitbook")

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """`.gitbook.yaml` at the root."""
        return [CONFIGURATION] if tree.is_file(CONFIGURATION) else []

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """Headings but the page's title, and the titles of expandable blocks and of tabs, have an anchor.

        An id inside the heading (`<a href="#x" id="x"></a>`) takes the place of the slug: GitBook freezes it there. Tabs have
        their id from GitBook's servers (`tab.meta.id` in GitbookIO/gitbook, `DocumentView/Tabs/Tabs.tsx`), which made
        `#commande-and-marches-publics` of "Commande & marchés publics".
        """
        parts = titled_parts(document)
        title = next((part for part in parts if isinstance(part, Heading)), None)
        if title is not None and title.level == 1:
            parts.remove(title)
        explicit = [part.html_id if isinstance(part, Heading) else None for part in parts]
        # A frozen id is taken: the next heading of that text is numbered.
        slugs = numbered(own or gitbook_slug(part.text) for part, own in zip(parts, explicit, strict=True))
        anchors = {own or slug: part.span for part, own, slug in zip(parts, explicit, slugs, strict=True)}
        # Anchors of both times are met: "Azure AD" was `azure-ad`, and is `azure-a-d` where the page was edited since.
        for slug, span in list(anchors.items()):
            anchors.setdefault(past_blockers(slug), span)
        for part, own in zip(parts, explicit, strict=True):
            if own is None:  # GitBook's editor also writes links to the whole of a long heading
                anchors.setdefault(gitbook_slug(part.text, longest=None), part.span)
        for tab in document.tags:
            label = _TAB_TITLE.search(tab.arguments) if tab.name == "tab" else None
            if label is not None:
                anchors.setdefault(gitbook_slug(label[1]), tab.span)
        for anchor in document.anchors:
            anchors.setdefault(anchor.id, anchor.span)
        return anchors

    def knows_anchors(self, document: Document) -> bool:
        """Not of headings in other scripts than the Latin one: their anchors are made in ways seen but not understood."""
        return all(gitbook_slug(part.text) or not _has_letters(part.text) for part in titled_parts(document))

    def generated_fragment(self, fragment: str) -> bool:
        """Footnotes (`#user-content-fn-1`) are GitBook's own."""
        return bool(_FOOTNOTE.match(fragment)) or fragment == "top"

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """A path without extension is a folder: `tchap` means `tchap/README.md`, never `tchap.md`."""
        path = self.source_path(written, page)
        yield join(path, "README.md") if self.is_directory_link(path) else path

    def is_directory_link(self, path: str) -> bool:
        """A path without extension."""
        return splitext(path)[1] == ""

    def is_folder_taken_for_file(self, path: str) -> bool:
        """A folder whose name has a dot looks like a file with an extension."""
        return splitext(path)[1] != ""

    def is_broken_marker(self, target: str) -> bool:
        """`broken-reference`, its address on GitHub, `/broken/pages/ID`, `/broken/files/ID` and `/broken/spaces/ID`."""
        return bool(_BROKEN.match(target))

    def is_outside_address(self, path: str) -> bool:
        """The site of a GitBook space has no page above its root."""
        return False

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """The links in the lists of `SUMMARY.md` (or the file that `structure.summary` names)."""
        structure = self._setting("structure")
        summary = structure.get("summary") if isinstance(structure, dict) else None
        path = join(self.folder, _folder(summary) or "SUMMARY.md")
        document = documents.get(path)
        if document is None:
            return None
        links = iter([link for link in document.links if link.syntax in ("inline", "reference")])
        entries = []
        link = next(links, None)
        for item in document.items:
            while link is not None and link.span.start < item.span.start:
                link = next(links, None)
            if link is not None and link.span.end <= item.span.end:
                entries.append(NavigationEntry(link, item.depth))
        return Navigation(path, tuple(entries))

    def site_meanings(self, address: str) -> Iterator[str]:
        """The page whose place in the table of contents makes this address."""
        path = self._addresses.get(_address_key(address))
        if path is not None:
            yield path

    def addresses_at(self, path: str) -> Iterator[str]:
        """All readings of its place in the table of contents."""
        yield from (address for address, page in self._addresses.items() if page == path)

    def knows_address(self, address: str) -> bool:
        """A site may join several spaces, so an address of none of these pages may be right: not known."""
        return False

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        """For each address, the page: the group of the table of contents, the pages above it, then its own name.

        The own name is made from the title at first, and stays when the title is changed; that of the file is another reading.
        Accents and case do not count.
        """
        navigation = self.navigation(self._documents)
        if navigation is None:
            return {}
        groups = list(self._documents[navigation.path].headings)
        addresses: dict[str, str] = {}
        above: list[tuple[str, ...]] = []  # for each depth, the readings of the address of the entry that stands there
        for entry in navigation.entries:
            path = next(self.meanings(entry.link, unquote(entry.link.target.partition("#")[0]), navigation.path))
            group = next((heading for heading in reversed(groups) if heading.span < entry.link.span), None)
            del above[entry.depth - 1 :]
            prefixes = (
                above[-1] if above else tuple({"", _address_key(group.text)} if group and group.level > 1 else {""})
            )
            names = {_address_key(entry.link.text), _address_key(path.removesuffix("/README.md").rpartition("/")[2])}
            readings = tuple(f"{prefix}/{name}".strip("/") for prefix in prefixes for name in names)[:_MOST_READINGS]
            above += [readings] * (entry.depth - len(above))
            for reading in readings:
                addresses.setdefault(reading, path)
            addresses.setdefault(_address_key(path), path)
        if navigation.entries:
            first = next(self.meanings(navigation.entries[0].link, navigation.entries[0].link.target, navigation.path))
            addresses.setdefault("", first)
        return addresses

    def redirects(self) -> tuple[Redirect, ...]:
        """The `redirects:` of `.gitbook.yaml`: from an address below the site's root to a file."""
        redirects = self._setting("redirects")
        if self._configuration is None or not isinstance(redirects, dict):
            return ()
        return tuple(
            Redirect(
                source.strip("/"),
                normpath(join(self.folder, target.split("#")[0].lstrip("/"))),
                CONFIGURATION,
                self._configuration.spans["redirects", source],
            )
            for source, target in redirects.items()
            if isinstance(target, str) and target and "://" not in target
        )

    @property
    def redirect_map(self) -> tuple[str, YamlPath] | None:
        """`redirects:` of `.gitbook.yaml`."""
        return (CONFIGURATION, ("redirects",)) if self._configuration is not None else None

    def redirect_source(self, path: str) -> str:
        """The path of the page without its ending."""
        below = path.removeprefix(f"{self.folder}/") if self.folder else path
        return below.removesuffix("/README.md").removesuffix(".md")

    def addresses_of(self, path: str) -> tuple[str, ...]:
        """A redirect names the path, or the address of the page without extension."""
        return path, path.removesuffix("/README.md").removesuffix(".md")

    def is_index(self, path: str) -> bool:
        """GitBook shows README.md for its folder."""
        return path.rpartition("/")[2].lower() == "readme.md"

    def is_included(self, path: str) -> bool:
        """GitBook's reusable content."""
        return path.startswith(".gitbook/includes/")

    def is_content(self, path: str) -> bool:
        """Not the table of contents itself, nor what lies outside the published folder."""
        inside = not self.folder or path.startswith(self.folder + "/")
        return inside and path.rpartition("/")[2] != "SUMMARY.md" and super().is_content(path)

    def _setting(self, key: str) -> object:
        """A setting of `.gitbook.yaml`; None when it is not there."""
        value = self._configuration.value if self._configuration else None
        return value.get(key) if isinstance(value, dict) else None


def has_spaces(tree: Tree) -> bool:
    """Whether folders below the root are spaces of GitBook, each with its own SUMMARY.md: bases of their own."""
    folders = (folder for folder in tree.folders if folder and tree.is_file(f"{folder}/SUMMARY.md"))
    return any(tree.is_folder(f"{folder}/.gitbook") for folder in folders)


def _address_key(path: str) -> str:
    """A path as addresses are compared: each part as a slug, without the ending of a file."""
    plain = path.removesuffix(".md").removesuffix("/README")
    return "/".join(
        filter(None, (gitbook_slug(part).removeprefix("id-").replace(".", "-") for part in plain.split("/")))
    )


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _folder(path: object) -> str:
    """A path of `.gitbook.yaml` relative to the root: `./docs/` is `docs`, and what says nothing is the root, ""."""
    plain = normpath(path.strip("/")) if isinstance(path, str) and path.strip("/") else ""
    return "" if plain == "." else plain
