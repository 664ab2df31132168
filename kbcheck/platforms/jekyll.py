"""Jekyll, GitHub Pages' generator: `_config.yml` stands in the folder of the site.

Sources: Jekyll's documentation ("Permalinks", "Collections", "Posts", "Tags filters") and, since GitHub Pages has them on,
the plugins jekyll-relative-links (a link to `page.md` is one to its address), jekyll-readme-index, jekyll-optional-front-matter
and jekyll-redirect-from. Ids are kramdown's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, splitext
from typing import Any, ClassVar

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading, Link
from kbcheck.documents.front_matter import read_front_matter
from kbcheck.files import Tree
from kbcheck.platforms.menus import yaml_menu
from kbcheck.platforms.platform import Navigation, joined
from kbcheck.platforms.site import (
    Files,
    Site,
    address_key,
    first_file,
    site_address,
    with_attribute_ids,
    within,
)
from kbcheck.platforms.slugs import kramdown_gfm_slug, kramdown_slug
from kbcheck.schema.values import mapping, strings

_CONFIGURATIONS = ("_config.yml", "_config.yaml")
_FOLDERS = ("", "docs")
_DOMAIN = "CNAME"
_POST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")
# The placeholders of a permalink that a page's own path answers; dates and categories are not known for pages.
_PLACEHOLDER = re.compile(r":([a-z_]+)")
# Plugins that add pages to those of the folder.
_MAKING_PAGES = frozenset(
    {
        "jekyll-archives",
        "jekyll-paginate-v2",
        "jekyll-datapage-generator",
        "jekyll-multiple-languages-plugin",
        "jekyll-polyglot",
    }
)
_MOST_HTML_PAGES = 1000
# The data files that themes read their menus from, by a word in their names; the first that has addresses is taken.
_MENU = re.compile(r"_data/[\w-]*(?:nav|menu|sidebar|toc)[\w-]*\.ya?ml$")
# Liquid that puts text of several lines into a page, or may; `{{ site.title }}` in a sentence does not.
_BRINGING_TEXT = re.compile(
    r"\{\{[^{}]*?\b(?:content|excerpt|markdownify)\b|^[ \t]*+\{\{[^{}\n]*+\}\}[ \t]*+\r?$", re.MULTILINE
)
_HEADING_WITH_LIQUID = re.compile(
    r"^ {0,3}\#{1,6}[ \t][^\n]*\{[{%]|<h[1-6][^<>]{0,300}>[^\n]{0,1000}\{[{%]|\bid=[\"']?[^\s>]{0,300}\{\{",
    re.MULTILINE,
)
_RAW = re.compile(r"\{%-?[ \t]*raw[ \t]*-?%\}")
_END_RAW = re.compile(r"\{%-?[ \t]*endraw[ \t]*-?%\}")
_INCLUDE = re.compile(r"\{%-?[ \t]*(include(?:_relative|_cached)?|render)[ \t]++([\w./-]++)?")
_HEADING_IN_TEMPLATE = re.compile(r"<h[1-6][\s>]|(?<![\w-])id=|^ {0,3}\#{1,6}[ \t]", re.MULTILINE)
_DATED = re.compile(r"(?:^|/)\d{4}/")


class Jekyll(Site):
    """A site that Jekyll makes."""

    name: ClassVar[str] = "jekyll"
    index_names: ClassVar[tuple[str, ...]] = ("index.md", "index.markdown", "README.md")
    wants_spaces_encoded: ClassVar[bool] = (
        False  # kramdown, parser/kramdown/link.rb: a target goes on to its parenthesis
    )
    link_tags: ClassVar[frozenset[str]] = frozenset({"link"})
    shows_fields: ClassVar[bool] = True

    def __init__(self, files: Files) -> None:
        """As `_config.yml` says."""
        self._path = files.configuration or first_file(files.tree, _CONFIGURATIONS, _FOLDERS) or ""
        document = files.documents.get(self._path)
        self._settings = mapping(document.data.value if document is not None and document.data else None)
        base = self._settings.get("baseurl")
        super().__init__(files, dirname(self._path), base.strip("/") if isinstance(base, str) else "")
        self.public = (self.folder,)
        self.exclude([pattern.strip("/") for pattern in strings(self._settings.get("exclude"))])

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """`_config.yml` at the root or in `docs/`, the two places where GitHub Pages looks for it."""
        return first_file(tree, _CONFIGURATIONS, _FOLDERS) is not None

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """`_config.yml`, and the pages in HTML: their front matter says at which addresses they are."""
        path = first_file(tree, _CONFIGURATIONS, _FOLDERS)
        if path is None:
            return []
        folder = dirname(path)
        pages = [
            page
            for page in tree.files
            if page.endswith((".html", ".htm"))
            and (not folder or page.startswith(folder + "/"))
            and "/_" not in "/" + page
        ]
        domain = first_file(tree, (_DOMAIN,), (folder,))
        includes = [file for file in tree.files if file.startswith(joined(folder, "_includes") + "/")]
        templates = sorted(file for file in includes if file.endswith((".html", ".htm", ".svg")))
        read = [path, *([domain] if domain else ()), *cls._menus(tree, folder)]
        return [*read, *sorted(pages)[:_MOST_HTML_PAGES], *templates[:_MOST_HTML_PAGES]]

    @staticmethod
    def _menus(tree: Tree, folder: str) -> list[str]:
        """The data files that look like menus, the longest name last: `nav.yml` before `footer_nav.yml`."""
        start = joined(folder, "_data") + "/"
        found = [path for path in tree.files if path.startswith(start) and _MENU.search(path)]
        return sorted(found, key=lambda path: (len(path), path))

    # Pages

    def below(self, path: str) -> str | None:
        """Documents of collections are named without the folder that holds all collections (`collections_dir`)."""
        below = super().below(path)
        inside = below.removeprefix(f"{self._collections_folder}/") if below and self._collections_folder else ""
        return inside if inside.startswith("_") else below

    @cached_property
    def _collections_folder(self) -> str:
        folder = self._settings.get("collections_dir")
        return folder.strip("/") if isinstance(folder, str) else ""

    @cached_property
    def _collections(self) -> Mapping[str, Mapping[str, Any]]:
        """The collections whose documents have pages, by name."""
        collections = self._settings.get("collections")
        named = {name: {} for name in strings(collections)} if isinstance(collections, list) else mapping(collections)
        return {name: mapping(options) for name, options in named.items() if mapping(options).get("output") is True}

    def is_source(self, path: str) -> bool:
        """Not what is in folders that start with an underscore, but for posts and collections."""
        below = self.below(path)
        if below is None:
            return False
        inside = below.split("/")[:-1]
        hidden = [part for part in inside if part.startswith("_")]
        shown = all(part == "_posts" or part[1:] in self._collections for part in hidden)
        return shown and not basename(path).startswith("_") and super().is_source(path)

    def address(self, document: Document) -> str | None:
        """The permalink of the front matter or of the settings, else the path; None for one with parts not known here."""
        below = self.below(document.path) or ""
        own = self._permalink(document)
        if own is not None:
            return self._filled(own, below)
        if "_posts" in below.split("/")[:-1]:
            return None
        folder = dirname(document.path)
        indexes = (joined(folder, "index.md"), joined(folder, "index.html"))
        if below.rpartition("/")[2].lower() == "readme.md" and not any(map(self.files.tree.is_file, indexes)):
            return address_key(dirname(below))
        return address_key(below)

    def _permalink(self, document: Document) -> str | None:
        """The permalink that is declared for a page: by itself, by `defaults:`, or by its collection."""
        below = self.below(document.path) or ""
        own = self.fields(document.path).get("permalink") or self._default_permalink(below)
        collection = below.partition("/")[0][1:] if below.startswith("_") else ""
        if own is None and collection in self._collections:
            own = self._collections[collection].get("permalink") or "/:collection/:path"
        return own if isinstance(own, str) else None

    def _default_permalink(self, below: str) -> object:
        """The permalink that `defaults:` gives to this path; the last one whose scope fits."""
        found = None
        defaults = self._settings.get("defaults")
        for default in defaults if isinstance(defaults, list) else ():
            scope = mapping(mapping(default).get("scope"))
            path = scope.get("path") if isinstance(scope.get("path"), str) else ""
            kind = scope.get("type")
            fits_kind = (
                kind is None or kind == ("posts" if "_posts/" in below else "pages") or below.startswith(f"_{kind}/")
            )
            if below.startswith(str(path).strip("/")) and fits_kind:
                found = mapping(mapping(default).get("values")).get("permalink", found)
        return found

    def _filled(self, permalink: str, below: str) -> str | None:
        """The address that a permalink with placeholders makes for a page."""
        collection, _, inside = below[1:].partition("/") if below.startswith("_") else ("", "", below)
        stem = splitext(inside)[0]
        values = {
            "collection": collection,
            "path": stem,
            "name": basename(stem),
            "basename": basename(stem),
            "title": basename(stem),
            "slug": basename(stem),
            "output_ext": "",
        }
        if any(name not in values for name in _PLACEHOLDER.findall(permalink)):
            return None
        return address_key(_PLACEHOLDER.sub(lambda match: values[match[1]], permalink))

    def is_folder_address(self, document: Document) -> bool:
        """An index page, and one whose permalink ends with a slash."""
        own = self._permalink(document)
        if own is not None:
            return own.endswith("/")
        style = self._settings.get("permalink")
        return self.is_index(document.path) or (isinstance(style, str) and (style == "pretty" or style.endswith("/")))

    @property
    def redirect_field(self) -> str | None:
        """`redirect_from`, where the plugin that reads it is on."""
        return "redirect_from" if "jekyll-redirect-from" in self._plugins else None

    def redirect_source(self, path: str) -> str | None:
        """The address from the root of the site."""
        return self.address_from_root(path)

    @cached_property
    def _plugins(self) -> frozenset[str]:
        return frozenset(strings(self._settings.get("plugins")) + strings(self._settings.get("gems")))

    def more_addresses(self, document: Document) -> Sequence[str]:
        """The old addresses of the plugin jekyll-redirect-from."""
        return [address_key(old) for old in strings(self.fields(document.path).get("redirect_from"))]

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """Also the pages in HTML."""
        found = dict(super().addresses)
        for path, document in self.files.documents.items():
            if document.format == "text" and path.endswith((".html", ".htm")):
                matter, _ = read_front_matter(document.text)
                fields = mapping(matter.yaml.value if matter and matter.yaml else None)
                own = fields.get("permalink")
                key = address_key(own if isinstance(own, str) else self.below(path) or "")
                for address in (key, *map(address_key, strings(fields.get("redirect_from")))):
                    found.setdefault(address, path)
        return found

    # Anchors

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The id in braces, else kramdown's: a repeated one is numbered without regard to headings that are called so."""
        counts: dict[str, int] = {}
        ids = []
        for heading in document.headings:
            if heading.attribute_id:
                ids.append(heading.attribute_id)
                continue
            slug = self._slug(heading, document)
            counts[slug] = counts.get(slug, -1) + 1
            ids.append(f"{slug}-{counts[slug]}" if counts[slug] else slug)
        return ids

    def _slug(self, heading: Heading, document: Document) -> str:
        text = heading.text if heading.spaced is None else heading.spaced
        if self._kramdown.get("input") == "kramdown":
            return kramdown_slug(text)
        code = [document.text[span.start : span.end].strip("` ") for span in within(document.code, heading.span)]
        return kramdown_gfm_slug(text, filter(None, code))

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """Headings, and whatever has an id by an attribute list."""
        return with_attribute_ids(super().anchors(document), document)

    def generated_fragment(self, fragment: str) -> bool:
        """Kramdown's footnotes (`#fn:1`), the top."""
        return fragment.startswith(("fn:", "fnref:")) or fragment == "top"

    @cached_property
    def _kramdown(self) -> Mapping[str, Any]:
        return mapping(self._settings.get("kramdown"))

    def knows_anchors(self, document: Document) -> bool:
        """Not with another Markdown engine, nor where a page includes others or a program writes a part of it."""
        engine = self._settings.get("markdown")
        if isinstance(engine, str) and engine.lower() not in ("kramdown", "gfm"):
            return False
        return self._kramdown.get("auto_ids") is not False and self._brings_no_ids(document)

    def _brings_no_ids(self, document: Document) -> bool:
        """Whether no Liquid of a page makes headings or ids; what stands between `raw` and `endraw` is no Liquid."""
        text = _without_raw(document.text)
        if "{{" not in text and "{%" not in text:
            return True
        included = {(match[1], match[2] or "") for match in _INCLUDE.finditer(text)}
        is_plain = all(self._is_plain_include(tag, name) for tag, name in included)
        return is_plain and not _HEADING_WITH_LIQUID.search(text) and not _BRINGING_TEXT.search(text)

    def _is_plain_include(self, tag: str, name: str) -> bool:
        """Whether a file of `_includes/` has no heading, no id and nothing that may bring them."""
        document = self.files.documents.get(joined(self.folder, f"_includes/{name}"))
        if tag not in ("include", "include_cached") or document is None:
            return False
        text = document.text
        brings = _INCLUDE.search(text) or _BRINGING_TEXT.search(text) or _HEADING_IN_TEMPLATE.search(text)
        return brings is None

    # Links

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """`{% link %}` names a file by its path from the site's folder."""
        if link.tag == "link":
            folder = joined(self.folder, self._collections_folder) if written.startswith("_") else self.folder
            yield joined(folder, written.strip("/"))
            return
        yield from super().meanings(link, written, page)
        ending = splitext(written)[1]
        if ending == ".html" and not written.startswith("/"):
            yield self.source_path(written.removesuffix(".html") + ".md", page)

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Not what plugins and themes make: posts by date, feeds, archives; nor a path outside `baseurl`."""
        if link.tag == "link":
            return True
        if written.startswith("/") and self.base and not f"{written.strip('/')}/".startswith(self.base + "/"):
            return False
        if written.endswith((".md", ".markdown")):
            return True
        address = self.asked_address(written, page)
        if address is None or _DATED.search(address):
            return False
        is_file = splitext(address)[1] not in ("", ".html")
        return (
            not (is_file and splitext(address)[1] in (".xml", ".json", ".css", ".js", ".txt")) and self._knows_addresses
        )

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """A menu among the data files; what a theme makes of it, and whether it is all, is not known."""
        for path in self._menus(self.files.tree, self.folder):
            document = documents.get(path)
            entries = yaml_menu(document.data) if document is not None and document.data is not None else []
            if entries:
                return Navigation(path, tuple(entries), is_complete=False)
        return None

    @cached_property
    def _knows_addresses(self) -> bool:
        """Whether every page has an address that could be worked out."""
        documents = self.files.documents.values()
        pages = [
            document.path
            for document in documents
            if document.format == "markdown" and self.is_source(document.path) and "_posts/" not in document.path
        ]
        has_code = any(path.startswith(joined(self.folder, "_plugins") + "/") for path in self.files.tree.files)
        return (
            not (self._plugins & _MAKING_PAGES)
            and not has_code
            and all(self.own_address(page) is not None for page in pages)
        )

    def knows_address(self, address: str) -> bool:
        """As a root-relative link is known."""
        return not splitext(address)[1] and not _DATED.search(address) and self._knows_addresses

    def sites(self) -> Sequence[str]:
        """`url` and `baseurl`, and the domain in `CNAME`, as GitHub Pages reads it."""
        domain = self.files.documents.get(joined(self.folder, _DOMAIN))
        own = site_address(f"https://{domain.text.strip()}") if domain is not None and domain.text.strip() else ()
        return (*site_address(self._settings.get("url"), self._settings.get("baseurl")), *own)


def _without_raw(text: str) -> str:
    """A text without what Liquid leaves as it is."""
    pieces = []
    done = 0
    opening = _RAW.search(text)
    while opening:
        pieces.append(text[done : opening.start()])
        closing = _END_RAW.search(text, opening.end())
        done = closing.end() if closing else len(text)
        opening = _RAW.search(text, done)
    return "".join((*pieces, text[done:]))
