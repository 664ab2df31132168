"""Hugo: pages below `content/`, files below `static/`, `_index.md` for a section and `index.md` for a bundle.

Sources: Hugo's documentation ("Page bundles", "URL management", "Links and cross references", "Multilingual mode") and its
code for anchors (markup/goldmark/autoid.go). A link may be a path of the site, a path of a content file (Hugo's own render
hook, and those of most themes, resolve these), or made by `ref` and `relref`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, splitext
from typing import ClassVar

from kbcheck.documents.facts import Document, Link
from kbcheck.files import Tree
from kbcheck.platforms.hugo_settings import main_file, merged_settings, mounted_elsewhere, setting_files, top_folder
from kbcheck.platforms.platform import joined
from kbcheck.platforms.site import (
    Files,
    Site,
    address_key,
    mapping,
    site_address,
    strings,
)
from kbcheck.platforms.slugs import hugo_numbered, hugo_slug

_SHORTCODE = re.compile(r"\{\{[<%]")
_DEFINITION = re.compile(r"^ {0,3}: ", re.MULTILINE)  # of a term, which the settings may give an id
_TAXONOMIES = ("tags", "categories", "authors", "series")
_NOT_IN_ADDRESS = re.compile(r"[^\w./\-+~%@:!$&'()*,;= ]")


class Hugo(Site):
    """A site that Hugo makes."""

    name: ClassVar[str] = "hugo"
    index_names: ClassVar[tuple[str, ...]] = ("_index.md", "index.md")
    link_tags: ClassVar[frozenset[str]] = frozenset({"ref", "relref"})

    def __init__(self, files: Files) -> None:
        """As the configuration says."""
        self._settings = merged_settings(files)
        self._top = top_folder(main_file(files.tree) or "")
        content = self._settings.get("contentdir")
        address = self._settings.get("baseurl")
        base = re.sub(r"^[a-z]*:?//[^/]+", "", address).strip("/") if isinstance(address, str) else ""
        super().__init__(files, joined(self._top, content if isinstance(content, str) else "content"), base)
        self.public = tuple(joined(self._top, name) for name in ("static", "assets"))
        self._roots = tuple(sorted({self.folder, *self._other_roots()}, key=len, reverse=True))

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """A configuration of that name; one with a name that other programs use too needs the folder `content` beside it."""
        return main_file(tree) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The configuration, which may be several files."""
        return setting_files(tree)

    # Pages

    def _other_roots(self) -> Iterator[str]:
        """The folders of pages of each language, and those that the configuration mounts as `content`."""
        languages = mapping(self._settings.get("languages"))
        folders = [mapping(language).get("contentdir") for language in languages.values()]
        mounts = mapping(self._settings.get("module")).get("mounts")
        mounted = map(mapping, mounts if isinstance(mounts, list) else ())
        folders += [mount.get("source") for mount in mounted if str(mount.get("target")).strip("/") == "content"]
        for folder in folders:
            if isinstance(folder, str):
                yield joined(self._top, folder)

    def below(self, path: str) -> str | None:
        """A path as seen from the folder of pages that it is in."""
        root = next((root for root in self._roots if path.startswith(root + "/")), None)
        return None if root is None else path[len(root) + 1 :]

    def address(self, document: Document) -> str | None:
        """The `url` of the front matter, else the path in lower case, with the `slug` for its last part."""
        below = self._without_language(splitext(self.below(document.path) or "")[0])
        fields = self.fields(document.path)
        own = fields.get("url")
        if isinstance(own, str):
            return _address(own)
        folder, name = dirname(below), basename(below)
        if name in ("_index", "index"):
            folder, name = dirname(folder), basename(folder)
        slug = fields.get("slug")
        if isinstance(slug, str) and slug and basename(below) != "_index":
            name = slug
        return _address(joined(folder, name))

    def _without_language(self, stem: str) -> str:
        """`about.fr` is the page `about` in French, and so is `fr/about` where languages have folders."""
        head, _, last = stem.rpartition(".")
        if head and last.lower() in self._languages:
            stem = head
        return stem

    @cached_property
    def _languages(self) -> frozenset[str]:
        return frozenset(str(language).lower() for language in mapping(self._settings.get("languages")))

    def is_source(self, path: str) -> bool:
        """Not drafts, which are not built."""
        return super().is_source(path) and self.fields(path).get("draft") is not True

    def is_folder_address(self, document: Document) -> bool:
        """Every address ends with a slash, unless `uglyURLs` says otherwise."""
        return not self._settings.get("uglyurls") or self.is_index(document.path)

    def is_index(self, path: str) -> bool:
        """`_index.md` of a section; `index.md` of a bundle."""
        return basename(path).lower() in ("_index.md", "index.md")

    def more_addresses(self, document: Document) -> Sequence[str]:
        """The `aliases` of the front matter."""
        folder = dirname(self.below(document.path) or "")
        aliases = strings(self.fields(document.path).get("aliases"))
        return [_address(alias if alias.startswith("/") else joined(folder, alias)) for alias in aliases]

    @property
    def redirect_field(self) -> str:
        """Hugo makes a page that leads on for each alias."""
        return "aliases"

    def redirect_source(self, path: str) -> str | None:
        """The address from the root of the site. With several languages, what it is below is not known here."""
        address = self.own_address(path)
        document = self.files.documents.get(path)
        if not address or document is None or self._languages:
            return None
        return f"/{address}/" if self.is_folder_address(document) else f"/{address}.html"

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """Also a folder of pages without an index page at the first level: Hugo lists its pages."""
        found = dict(super().addresses)
        for path in super().addresses.values():
            first = (self.below(path) or "").partition("/")[0]
            found.setdefault(_address(first), path)
        found.setdefault("", next(iter(super().addresses.values()), ""))
        return found

    # Anchors

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The id in braces, else the slug of the last line of the heading's Markdown."""
        slugs = []
        for heading in document.headings:
            source = document.text[heading.span.start : heading.span.end].rpartition("\n")[2]
            slugs.append(heading.attribute_id or hugo_slug(source))
        return hugo_numbered(slugs)

    def knows_anchors(self, document: Document) -> bool:
        """Not with another type of ids, nor where a shortcode may bring text: one for references only does not."""
        goldmark = mapping(mapping(self._settings.get("markup")).get("goldmark"))
        parser = mapping(goldmark.get("parser"))
        has_terms = parser.get("autodefinitiontermid") is True and _DEFINITION.search(document.text)
        if parser.get("autoheadingidtype", "github") != "github" or has_terms:
            return False
        return not _SHORTCODE.search(document.text)

    # Links

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """A content file by its path with or without `.md`, a bundle's folder, then what is shown at the address."""
        if link.tag in self.link_tags:
            yield from self._references(written, page)
            return
        address = written.strip("/")
        for language in self._languages:
            if written.startswith("/") and address.lower().startswith(language + "/"):
                yield from self.site_meanings(_address(address[len(language) + 1 :]))
        yield from self._content(self.source_path(written, page))
        asked = self.asked_address(written, page)
        if asked is not None:
            yield from self.site_meanings(_address(asked) if not splitext(asked)[1] else asked)
            for root in self._roots:
                yield from self._content(joined(root, asked))

    def _content(self, path: str) -> Iterator[str]:
        """The content file at a path without extension, or the file itself."""
        yield path
        if not path.endswith(".md"):
            for ending in (".md", "/index.md", "/_index.md"):
                yield path + ending

    def _references(self, written: str, page: str) -> Iterator[str]:
        """`ref` looks from the page's folder, then from the root, then for the only file of that name."""
        if not written.startswith("/"):
            yield from self._content(joined(dirname(page), written))
        for root in self._roots:
            yield from self._content(joined(root, written.strip("/")))
        same_name = self._by_name.get(basename(written).removesuffix(".md").lower(), ())
        if len(same_name) == 1:
            yield same_name[0]

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        names: dict[str, list[str]] = {}
        for path in self.files.documents:
            if self.below(path) is not None and path.endswith(".md"):
                stem = splitext(basename(path))[0]
                name = basename(dirname(path)) if stem in ("index", "_index") else stem
                names.setdefault(name.lower(), []).append(path)
        return {name: tuple(paths) for name, paths in names.items()}

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Not what taxonomies, modules, other languages, patterns of addresses or the theme's hooks may make of it."""
        if link.tag in self.link_tags:
            return not self._may_be_mounted(self.below(self.source_path(written, page)) or written.strip("/"))
        address = (self.asked_address(written, page) or "").lower()
        kinds = (*mapping(self._settings.get("taxonomies")).values(), *_TAXONOMIES)
        is_listing = any(address == kind or address.startswith(f"{kind}/") for kind in kinds)
        is_made = splitext(address)[1] in (".xml", ".json", ".css", ".js", ".ics", ".txt")
        is_for_hook = self._has_hook and not written.startswith("/") and not written.endswith(".md")
        return not (is_listing or is_made or is_for_hook or self._may_be_mounted(address))

    @cached_property
    def _has_hook(self) -> bool:
        """Whether a template of the site's own says what a target means."""
        return any(path.endswith("_markup/render-link.html") for path in self.files.tree.files)

    @cached_property
    def _is_open(self) -> bool:
        """Whether the configuration cannot be read, or gives pages addresses not worked out here."""
        return not self._settings or "permalinks" in self._settings

    def _may_be_mounted(self, address: str) -> bool:
        """Whether a page may be shown at an address that is not in the folders of pages."""
        first = address.partition("/")[0]
        for folder in self._mounted_elsewhere:
            is_within = (
                first not in self._sections if folder is None else f"{address}/".startswith(f"{folder}/".lstrip("/"))
            )
            if is_within:
                return True
        return self._is_open

    @cached_property
    def _mounted_elsewhere(self) -> frozenset[str | None]:
        return frozenset(mounted_elsewhere(self._settings, self._top, self.files.tree))

    @cached_property
    def _sections(self) -> frozenset[str]:
        """The first parts of the addresses that the site has itself."""
        return frozenset(address.partition("/")[0] for address in self.addresses)

    def knows_address(self, address: str) -> bool:
        """As a root-relative link is known."""
        return not splitext(address)[1] and not self._may_be_mounted(address.lower())

    def sites(self) -> Sequence[str]:
        """`baseURL`."""
        return site_address(self._settings.get("baseurl"))


def _address(path: str) -> str:
    """A path as Hugo writes it into addresses: in lower case, spaces as hyphens, some characters left out."""
    return address_key(_NOT_IN_ADDRESS.sub("", path).replace(" ", "-").lower())
