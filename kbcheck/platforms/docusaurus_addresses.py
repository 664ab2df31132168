"""Where Docusaurus shows a document, a post and the page of a category.

Sources, in its code: `getSlug` and `numberPrefix` of plugin-content-docs, `normalizeCategoryLink` of its sidebars,
`parseBlogFileName` of plugin-content-blog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname, splitext
from typing import Any

from kbcheck.documents.facts import Document
from kbcheck.platforms.platform import joined
from kbcheck.platforms.site import address_key
from kbcheck.platforms.slugs import github_slug
from kbcheck.schema.values import mapping

_NUMBER = re.compile(r"^\d+[ \t]*[-_.]+[ \t]*(?=[^-_.\s])")
# `2024-01-02-name` and `1.2 name` are no numbered files: "ignored" of DefaultNumberPrefixParser.
_NO_NUMBER = re.compile(r"^\d+[-_.]\d+")
_DATED = re.compile(r"(?P<folder>(?:[^/]+/)*?)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*)", re.DOTALL)


def unnumbered(name: str) -> str:
    """A name without the number in front that orders files: `01-intro` is `intro`."""
    return name if _NO_NUMBER.match(name) else _NUMBER.sub("", name)


def unnumbered_folder(path: str) -> str:
    """The folder of a path, its parts without their numbers."""
    return "/".join(map(unnumbered, filter(None, dirname(path).split("/"))))


def document_address(inside: str, fields: Mapping[str, Any], route: str) -> str:
    """The `slug`, or the path from the folder of documents without numbers; an index page has the address of its folder."""
    slug, identifier = fields.get("slug"), fields.get("id")
    folder = unnumbered_folder(inside)
    if isinstance(slug, str):  # as it is written: `index` is no folder then
        return joined(route, slug.strip("/") if slug.startswith("/") else joined(folder, slug)).strip("/")
    name = unnumbered(splitext(basename(inside))[0])
    if name.lower() in ("index", "readme", basename(folder).lower()) and "/" in inside:
        return address_key(joined(route, folder))
    return address_key(joined(route, joined(folder, identifier if isinstance(identifier, str) else name)))


def post_address(inside: str, fields: Mapping[str, Any], route: str) -> str:
    """The `slug`, or the date in the path, a folder for each of its parts, and the rest of the path."""
    slug = fields.get("slug")
    if not isinstance(slug, str):
        slug = splitext(inside)[0].removesuffix("/index")
        match = _DATED.fullmatch(slug)
        if match:
            slug = f"{match['date'].replace('-', '/')}/{match['folder']}{match['text']}"
    return address_key(joined(route, slug.strip("/")))


def category_files(documents: Mapping[str, Document], folder: str) -> Iterator[tuple[str, str]]:
    """The pages that `_category_` files in a folder of documents ask for: the file, and the address from the route."""
    for path, document in documents.items():
        if not path.startswith(folder + "/") or not basename(path).startswith("_category_.") or document.data is None:
            continue
        fields = mapping(document.data.value)
        link = mapping(fields.get("link"))
        label = fields.get("label")
        if link.get("type") == "generated-index":
            usual = label if isinstance(label, str) else unnumbered(basename(dirname(path)))
            yield path, category_address(link.get("slug"), usual)


def category_address(slug: object, label: str) -> str:
    """The address of the page that is made for a category, from the route of the documents."""
    return slug.strip("/") if isinstance(slug, str) else f"category/{github_slug(label)}"
