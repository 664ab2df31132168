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
from typing import Any, ClassVar

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Link, TemplateTag
from kbcheck.files import Tree
from kbcheck.platforms.hugo_settings import main_file, merged_settings, mounted_elsewhere, setting_files, top_folder
from kbcheck.platforms.hugo_shortcodes import Shortcodes, Template, arguments, shortcodes_of, template_files
from kbcheck.platforms.menus import toml_menu, yaml_menu
from kbcheck.platforms.platform import Navigation, NavigationEntry, joined
from kbcheck.platforms.site import (
    Files,
    Site,
    address_key,
    mapping,
    site_address,
    strings,
)
from kbcheck.platforms.slugs import hugo_numbered, hugo_slug

# A term and its definition (goldmark's extension): the settings may give the term an id.
_TERM = re.compile(r"^(?!\s*: )[ \t]*(\S[^\n]*)\n(?:[ \t]*\n)?[ \t]*: ", re.MULTILINE)
_TEMPLATE_FOLDER = re.compile(r"(?:^|/)(?:layouts|archetypes)/")
_TAXONOMIES = ("tags", "categories", "authors", "series")
_NOT_IN_ADDRESS = re.compile(r"[^\w./\-+~%@:!$&'()*,;= ]")


class Hugo(Site):
    """A site that Hugo makes."""

    name: ClassVar[str] = "hugo"
    index_names: ClassVar[tuple[str, ...]] = ("_index.md", "index.md")
    link_tags: ClassVar[frozenset[str]] = frozenset({"ref", "relref"})
    shows_fields: ClassVar[bool] = True

    def __init__(self, files: Files) -> None:
        """As the configuration says."""
        self._settings = merged_settings(files)
        self._top = top_folder(main_file(files.tree) or "")
        content = self._settings.get("contentdir")
        address = self._settings.get("baseurl")
        base = re.sub(r"^[a-z]*:?//[^/]+", "", address).strip("/") if isinstance(address, str) else ""
        super().__init__(files, joined(self._top, content if isinstance(content, str) else "content"), base)
        self.public = tuple(joined(self._top, name) for name in ("static", "assets"))
        self._shortcodes = Shortcodes(files.documents, self._top)
        self._roots = tuple(sorted({self.folder, *self._other_roots()}, key=len, reverse=True))

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """A configuration of that name; one with a name that other programs use too needs the folder `content` beside it."""
        return main_file(tree) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The configuration, which may be several files, and the templates of shortcodes."""
        return [*setting_files(tree), *template_files(tree)]

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

    def is_content(self, path: str) -> bool:
        """Not what is kept in folders such as `_common` for other pages to show."""
        return super().is_content(path) and "/_" not in dirname(f"/{path}")

    def is_judged(self, path: str, listed: bool) -> bool:
        """Also templates in Markdown, of which no link can be known."""
        return super().is_judged(path, listed) or self._is_template(path)

    def _is_template(self, path: str) -> bool:
        return self.below(path) is None and bool(_TEMPLATE_FOLDER.search(path))

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

    def own_anchors(self, document: Document) -> Mapping[str, Span]:
        """Also what Hugo since 0.144 makes of headings with HTML or links: the slug of the text that is shown (issue 13405).

        Terms are numbered together with headings, in an order not worked out here. Last come the ids that shortcodes are given.
        """
        anchors = dict(super().own_anchors(document))
        named = [(heading.text, heading.span) for heading in document.headings]
        if self._parser.get("autodefinitiontermid") is True:
            named += [(match[1], Span(*match.span(1))) for match in _TERM.finditer(document.text)]
        for slug, (_, span) in zip(hugo_numbered(hugo_slug(text) for text, _ in named), named, strict=True):
            anchors.setdefault(slug, span)
        for tag in shortcodes_of(document) or ():
            template = self._shortcodes.template(tag.name)
            for argument in arguments(tag) if template is not None and template.has_argument_ids else ():
                for own in (argument, argument.replace(" ", "-").lower(), hugo_slug(argument)):
                    anchors.setdefault(own, tag.span)
        return anchors

    @cached_property
    def _parser(self) -> Mapping[str, Any]:
        goldmark = mapping(mapping(self._settings.get("markup")).get("goldmark"))
        return mapping(goldmark.get("parser"))

    def generated_fragment(self, fragment: str) -> bool:
        """Footnotes, the top, and ids that the template of a shortcode numbers."""
        return super().generated_fragment(fragment) or any(
            pattern.fullmatch(fragment) for pattern in self._shortcodes.made_ids
        )

    def knows_anchors(self, document: Document) -> bool:
        """Not with another type of ids, nor where a shortcode may bring headings."""
        changes_ids = self._parser.get("autoheadingidtype", "github") != "github" or self._shortcodes.changes_ids
        return not changes_ids and not self._is_template(document.path) and super().knows_anchors(document)

    def shown_in(self, document: Document) -> Sequence[Document] | None:
        """What its shortcodes show; None where the template of one is not known, or what it shows is not there."""
        shown: list[Document] = []
        tags = shortcodes_of(document)
        for tag in tags or ():
            template = self._shortcodes.template(tag.name)
            brought = self._brought(tag, template, document.path) if template and template.brings_page else []
            if template is None or brought is None:
                return None
            shown += brought
        return None if tags is None else shown

    def _brought(self, tag: TemplateTag, template: Template, page: str) -> list[Document] | None:
        """The page that a shortcode names; none for a file of another kind, None when nothing is there."""
        # As it is written, and as `urlize` has it.
        given = [name for written in arguments(tag) for name in (written, written.replace(" ", "-").lower())]
        named = [path.replace("%s", name) for path in template.paths for name in (given if "%s" in path else ("",))]
        for name in (*named, *given):
            for path in (*self._references(name, page), joined(self._top, name.strip("/"))):
                if self.files.tree.is_file(path):
                    found = self.files.documents.get(path)
                    return [found] if found is not None and found.format == "markdown" else []
        return None

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
        if self._is_template(page):
            return False
        if link.tag in self.link_tags:
            return not self._may_be_mounted(self.below(self.source_path(written, page)) or written.strip("/"))
        address = (self.asked_address(written, page) or "").lower()
        kinds = (*mapping(self._settings.get("taxonomies")).values(), *_TAXONOMIES)
        is_listing = any(address == kind or address.startswith(f"{kind}/") for kind in kinds)
        is_made = self._is_elsewhere(address) or splitext(address)[1] in (
            ".xml",
            ".json",
            ".css",
            ".js",
            ".ics",
            ".txt",
        )
        is_for_hook = self._has_hook and not written.startswith("/") and not written.endswith(".md")
        return not (is_listing or is_made or is_for_hook or self._may_be_mounted(address))

    def _is_elsewhere(self, address: str) -> bool:
        """Whether an address is most likely made by another program: no page of this site ends in `.html`, and no section is
        called so.
        """
        is_file = address.endswith(".html") and not self._settings.get("uglyurls")
        return is_file and address.partition("/")[0] not in self._sections

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

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """The menus of the configuration, in the first of its files that has some; pages may add themselves to them."""
        for path in setting_files(self.files.tree):
            entries = self._menu(documents.get(path))
            if entries:
                return Navigation(path, tuple(entries), is_complete=False)
        return None

    def _menu(self, document: Document | None) -> list[NavigationEntry]:
        if document is None:
            return []
        is_menu = basename(document.path).partition(".")[0].lower() in ("menu", "menus")
        if document.data is None:
            return toml_menu(document, is_whole_file=is_menu)
        tops = [()] if is_menu else [("menus",), ("menu",)]
        return [entry for top in tops for entry in yaml_menu(document.data, top)]

    def knows_address(self, address: str) -> bool:
        """As a root-relative link is known."""
        return not splitext(address)[1] and not self._may_be_mounted(address.lower())

    def sites(self) -> Sequence[str]:
        """`baseURL`."""
        return site_address(self._settings.get("baseurl"))


def _address(path: str) -> str:
    """A path as Hugo writes it into addresses: in lower case, spaces as hyphens, some characters left out."""
    return address_key(_NOT_IN_ADDRESS.sub("", path).replace(" ", "-").lower())
