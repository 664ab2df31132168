"""What a platform decides. The base class is plain GitHub; a platform changes what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import dirname, normpath
from typing import ClassVar, Self

from msgspec import Struct

from kbcheck.diagnostics import Span
from kbcheck.documents.facts import Document, Heading, Link, Summary
from kbcheck.files import Tree
from kbcheck.platforms.slugs import github_slug, numbered
from kbcheck.schema.yaml import YamlPath


class NavigationEntry(Struct, frozen=True):
    """A page named in the navigation: the link that names it, and how deep it stands (1 for the outermost)."""

    link: Link
    depth: int


class Navigation(Struct, frozen=True):
    """The table of contents: the file that holds it (relative to the root) and its entries in order.

    `is_complete`: all of it could be read, so a page that no entry names is not in it.
    """

    path: str
    entries: tuple[NavigationEntry, ...]
    is_complete: bool = True


class Redirect(Struct, frozen=True):
    """An old address that leads to a new one; `span` is that of the target in the file `path`."""

    source: str
    target: str
    path: str
    span: Span


class Platform:
    """How GitHub shows a repository; `folder` is the folder that is published ("" for the whole repository)."""

    name: ClassVar[str] = "github"
    # GitHub looks for an anchor without regard to case (serokell/xrefcheck#211, rsc/markdown#19); GitLab does not.
    ignores_case_of_anchors: ClassVar[bool] = True
    has_site: ClassVar[bool] = False  # whether readers see the pages elsewhere than in the repository
    #: The template tags and shortcodes whose argument names a file by its place. What others name is not known.
    link_tags: ClassVar[frozenset[str]] = frozenset({"content-ref", "file", "embed", "swagger", "openapi"})
    has_wiki_links: ClassVar[bool] = False  # whether `[[page]]` is a link
    shows_folders: ClassVar[bool] = True  # whether a link to a folder without an index page shows something
    publishes_unlisted: ClassVar[bool] = True  # whether a page that the navigation does not name is on the site
    expects_indexes: ClassVar[bool] = True  # whether readers open folders, and miss an index page there
    shows_fields: ClassVar[bool] = (
        False  # whether a template may show the fields of a page's front matter, its title and all
    )
    names_are_titles: ClassVar[bool] = False  # whether the name of a page's file is shown as its title
    #: The names of the page that is shown for its folder, the first one that is there.
    index_names: ClassVar[tuple[str, ...]] = ("README.md",)
    wants_spaces_encoded: ClassVar[bool] = True  # whether `[text](a page.md)` is no link (CommonMark 6.3)
    knows_references: bool = True  # whether all definitions of `[text][label]` stand in the page
    #: Tags that a value in the platform's YAML may have; no object is ever made of them.
    yaml_tags: ClassVar[tuple[str, ...]] = ()

    def __init__(self, folder: str = "") -> None:
        self.folder = folder

    @classmethod
    def configured(cls, documents: Mapping[str, Document], tree: Tree) -> Self:
        """The platform as its configuration files, which are among the documents, set it up."""
        return cls()

    @classmethod
    def detected(cls, tree: Tree) -> bool:
        """Whether the files of the repository say that this platform publishes it."""
        return True

    @classmethod
    def configuration_files(cls, tree: Tree) -> list[str]:
        """The files beside the pages that say something about links or navigation, read as Documents too."""
        return []

    # Anchors

    def anchors(self, document: Document) -> Mapping[str, Span]:
        """The ids of a page and where each comes from.

        GitHub: every heading has the slug of its text; `id` and `name` in HTML are ids too (GitHub writes them with the
        prefix `user-content-` and finds them without it).
        """
        ids = self.heading_ids(document)
        anchors: dict[str, Span] = {}
        for slug, heading in zip(ids, document.headings, strict=True):
            anchors.setdefault(slug, heading.span)
        for anchor in document.anchors:
            anchors.setdefault(anchor.id, anchor.span)
        return anchors

    def heading_ids(self, document: Document) -> Sequence[str]:
        """The id of each heading of a page, in their order."""
        return numbered(github_slug(_shown_text(heading)) for heading in document.headings)

    def anchor_key(self, fragment: str) -> str:
        """What is looked for among the anchors when a link has this fragment (decoded)."""
        return fragment

    def knows_anchors(self, document: Document) -> bool:
        """Whether it is known here how the platform makes the anchors of this page."""
        return True

    def has_anchor(self, anchors: Mapping[str, Span], fragment: str) -> bool:
        """Whether one of a page's anchors is what a fragment, as `anchor_key` has it, leads to."""
        return fragment in anchors or fragment.removeprefix("user-content-") in anchors

    def generated_fragment(self, fragment: str) -> bool:
        """Whether the platform itself makes this id, beside those of the page's text: footnotes, the top of the page.

        GitHub: also `#readme`, the frame around the README that it shows below a folder.
        """
        return fragment.lower() in ("top", "readme") or fragment.startswith(
            ("user-content-fn-", "user-content-fnref-", "fn-", "fnref-")
        )

    # Link targets

    def is_link(self, link: Link) -> bool:
        """Whether the platform makes a link of this: a wiki link, a shortcode or a tag may be plain text to it."""
        return self.has_wiki_links or link.syntax not in ("wiki", "wiki-embed")

    def meanings(self, link: Link, written: str, page: str) -> Iterator[str]:
        """The paths, from the root, that a link of `page` can mean, most likely first; a path may climb out (`../x`).

        `written` is the target without query and fragment, decoded; never empty. GitHub: the path from the page's folder,
        or from the root when it starts with a slash.
        """
        yield self.source_path(written, page)

    def source_path(self, written: str, page: str) -> str:
        """The file that a target names, when it names one in the repository as the page's author sees it."""
        return joined(self.folder, written.strip("/")) if written.startswith("/") else joined(dirname(page), written)

    def knows_target(self, link: Link, written: str, page: str) -> bool:
        """Whether a link is dead for certain when nothing is at any of its meanings."""
        return True

    def is_directory_link(self, path: str) -> bool:
        """Whether a link to `path` asks for a folder's index page rather than for a file."""
        return False

    def is_folder_taken_for_file(self, path: str) -> bool:
        """Whether the platform looks for a file when a link leads to the folder `path`."""
        return False

    def is_broken_marker(self, target: str) -> bool:
        """Whether the platform itself wrote this target to say that the link is dead."""
        return False

    def is_outside_address(self, path: str) -> bool:
        """Whether a path that climbs out of the repository is an address of the site all the same.

        GitHub: `../../issues` in a page at the root leads to the repository's issues, `../..` to the repository itself.
        """
        return bool(_GITHUB_SECTION.match(path))

    # Navigation

    def navigation(self, documents: Mapping[str, Document]) -> Navigation | None:
        """The navigation, when the platform has one and it could be read. GitHub has none."""
        return None

    def entry_target(self, path: str) -> str | None:
        """What the file of the navigation calls a page, where that is no link as pages have them; else None."""
        return None

    def redirects(self) -> tuple[Redirect, ...]:
        """The redirects that the configuration declares."""
        return ()

    @cached_property
    def redirected(self) -> Mapping[str, str]:
        """For every old address, the path that a redirect leads to."""
        return {redirect.source: redirect.target for redirect in self.redirects()}

    @property
    def redirect_field(self) -> str | None:
        """The field of a page's front matter that holds its former addresses, when the platform reads one."""
        return None

    @property
    def redirect_map(self) -> tuple[str, YamlPath] | None:
        """The configuration file in YAML that holds the redirects, and where in it the mapping stands."""
        return None

    def redirect_source(self, path: str) -> str | None:
        """What a redirect calls the page at `path`; None when that is not known."""
        return None

    def addresses_of(self, path: str) -> tuple[str, ...]:
        """What redirects may call the page that was at `path`."""
        return (path,)

    def site_meanings(self, address: str) -> Iterator[str]:
        """The paths that an address of the published site can show; `address` is below the site's own, without slashes
        at its ends, query and fragment.
        """
        yield from ()

    def addresses_at(self, path: str) -> Iterator[str]:
        """The addresses of the published site, below its own, at which a file is shown, the best known first."""
        yield from ()

    def is_folder_address(self, document: Document) -> bool:
        """Whether the address of a page ends with a slash: from there, `x` is a page below it, not beside it."""
        return self.is_index(document.path)

    def knows_address(self, address: str) -> bool:
        """Whether an address of the site that shows none of its meanings is dead for certain."""
        return False

    def sites(self) -> Sequence[str]:
        """The addresses of the published site, as far as the platform's own files tell: `https://example.org/base`."""
        return ()

    # Pages

    def own_folders(self) -> Sequence[str]:
        """The folders that the platform knows by their names: those of pages and of public files."""
        return (self.folder,)

    def is_published(self, path: str, listed: bool) -> bool:
        """Whether readers of the site see this page; `listed` says whether the navigation names it."""
        return listed or self.publishes_unlisted

    def is_judged(self, path: str, listed: bool) -> bool:
        """Whether links in a page, and to its anchors, are as the platform has them; else as GitHub shows the file."""
        return self.is_published(path, listed)

    def elsewhere(self, path: str) -> Platform:
        """How a page is seen that is not judged as this platform has it: as GitHub shows it."""
        return _GITHUB

    def index_pages(self, folder: str) -> Iterator[str]:
        """The pages that may be shown for a folder, the first one that is there."""
        for name in self.index_names:
            yield f"{folder}/{name}" if folder else name

    def is_index(self, path: str) -> bool:
        """Whether a page is the one that is shown for its folder."""
        return _name(path) in ("readme.md", "index.md")

    def is_included(self, path: str) -> bool:
        """Whether a file is a block that other pages include."""
        return False

    def is_content(self, path: str) -> bool:
        """Whether a Markdown file is meant to be a page of the published base.

        Not those of hidden folders (`.github/`), nor those that the platform or GitHub reads itself.
        """
        hidden = any(part.startswith(".") for part in path.split("/"))
        return not hidden and not (_name(path) in _COMMUNITY_FILES and dirname(path) in ("", "docs"))


_GITHUB = Platform()
# https://docs.github.com/communities, "default community health files", and the licence and change log beside them.
_COMMUNITY_FILES = frozenset(
    f"{name}.md"
    for name in (
        "changelog",
        "code_of_conduct",
        "contributing",
        "governance",
        "license",
        "licence",
        "pull_request_template",
        "issue_template",
        "security",
        "support",
        "claude",
        "agents",
    )
)
_GITHUB_SECTION = re.compile(
    r"\.\./\.\.$|(?:\.\./)*(?:actions|blob|commit|commits|compare|discussions|edit|graphs|issues|labels|milestone|milestones"
    r"|projects|pull|pulls|raw|releases|security|stargazers|tags|tree|wiki)(?:/|$)"
)


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _shown_text(heading: Heading) -> str:
    """A trailing `{#id}` is plain text on GitHub, and every space counts (remarkjs/remark-validate-links#59)."""
    text = heading.text if heading.spaced is None else heading.spaced
    return f"{text.rstrip()} {{#{heading.attribute_id}}}" if heading.attribute_id else text


def joined(folder: str, path: str) -> str:
    """`path` seen from `folder`, both relative to the root; "" is the root, a path that climbs out starts with `..`."""
    joint = normpath(f"{folder}/{path}" if folder else path)
    return "" if joint == "." else joint


def titled_parts(document: Document) -> list[Heading | Summary]:
    """Headings and `<summary>`s together, in the order of the page."""
    return sorted((*document.headings, *document.summaries), key=lambda part: part.span)
