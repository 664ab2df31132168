"""What a repository shows of the knowledge base in it, before anybody has configured anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import dirname

from msgspec import Struct
from msgspec.structs import replace

from kbcheck.engine import Request, explore, understood
from kbcheck.files import Tree, compile_globs, escape_glob, has_repository, path_in_repository, remotes
from kbcheck.knowledge import KnowledgeBase
from kbcheck.knowledge.extraction.proposals import Proposal, proposals
from kbcheck.knowledge.paths import and_folders
from kbcheck.platforms.other import OtherSite, generator
from kbcheck.platforms.platform import Platform
from kbcheck.reports.model import Understood
from kbcheck.texts import Texts, texts_in

# Folders of this name hold pages that nobody reads as part of a base: what is kept, copied from elsewhere, or made for tests.
_DOUBTFUL = re.compile(
    r"_?(?:archives?|archived|backups?|old|obsolete|obsol[eè]tes?|node_modules|vendor|third[-_]party|dist|_site"
    r"|(?:__)?fixtures(?:__)?|test[-_]?data)",
    re.IGNORECASE,
)

# Words that stand in nearly every sentence of one language and in few of the others.
_WORDS = {
    "en": "the and of to is are for with that this you your from be by it or when how which",
    "fr": "le la les des une est sont pour avec dans et du vous votre au aux par ou sur qui que",
}
_LANGUAGES_OF: dict[str, str] = {word: language for language, words in _WORDS.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")
# Characters of a page and, about, pages that are looked at; words that must be found to say anything.
_SAMPLE = 4_000
_PAGES = 200
_FEWEST_WORDS = 10
#: So many times more words of a language than of any other make it that of the pages.
_CLEARLY = 2


class Folder(Struct, frozen=True):
    """A folder that looks as if it were no part of the base: its path from the root, and how many pages are in it."""

    path: str
    pages: int

    @property
    def pattern(self) -> str:
        """The pattern that leaves it out."""
        return f"/{escape_glob(self.path)}/"


class Survey(Struct, frozen=True):
    """What was found. Paths are relative to `root` unless they are `Path`s.

    `evidence` is the file or folder by which the platform was found; None when nothing says one, and the pages are seen
    as GitHub shows them. `publisher` is a generator that kbcheck does not know. `page_language` is None where the pages
    do not tell; `has_language`: they or the user do, and `language` is not just the usual one. `repositories` are
    `host/owner/name`, as git says; `top` is the top of the git repository, None outside of one.
    """

    base: KnowledgeBase
    evidence: str | None
    publisher: str | None
    page_language: str | None
    language: str
    has_language: bool
    repositories: tuple[str, ...]
    top: Path | None
    understood: Understood
    proposals: tuple[Proposal, ...]
    doubtful: tuple[Folder, ...]

    @property
    def texts(self) -> Texts:
        """The texts in the language of what is said."""
        return texts_in(self.language)

    @property
    def root(self) -> Path:
        """The folder of the base."""
        return self.base.settings.root

    @property
    def inside(self) -> str:
        """The path of the base in its repository; empty at its top."""
        return path_in_repository(self.root)


def surveyed(request: Request) -> Survey:
    """Looks at the base. Raises `UsageError` when the user must act: no page, or settings that cannot be read.

    The language of what is said is that of the request, of the settings, of the pages, else the usual one.
    """
    base = explore(request)
    root, tree = base.settings.root, base.paths.tree
    spoken = language_of(document.text for document in base.pages[:: 1 + len(base.pages) // _PAGES])
    seen = understood(base, request.language, spoken or request.usual_language)
    is_repository = has_repository(root)
    return Survey(
        base,
        evidence(type(base.platform), tree),
        generator(tree) if isinstance(base.platform, OtherSite) else None,
        spoken,
        seen.language,
        bool(request.language or spoken),
        remotes(root),
        _top(root) if is_repository else None,
        seen,
        proposals(base.model, base.documents) if base.settings.extract is None else (),
        tuple(_doubtful(base)),
    )


def _top(root: Path) -> Path:
    inside = path_in_repository(root)
    return root.joinpath(*[".."] * len(inside.split("/"))).resolve() if inside else root


def evidence(platform: type[Platform], tree: Tree) -> str | None:
    """The file or folder of the tree that is enough for this platform to be detected; None for GitHub, which always is.

    Each is tried alone: so no list of telling files stands beside what the platforms know.
    """
    if platform is Platform:
        return None
    near = sorted((path for path in (*tree.files, *tree.folders) if path and path.count("/") <= _DEEPEST), key=_depth)
    files = [path for path in near if path in tree.files]
    for path in (*(path for path in files if "/" not in path), *near):
        is_folder = path in tree.folders
        alone = frozenset() if is_folder else frozenset({path})
        around = frozenset({"", *and_folders(path if is_folder else dirname(path))})
        if platform.detected(replace(tree, files=alone, folders=around)):
            return f"{path}/" if is_folder else path
    # A file that tells only beside a certain folder, as `config.toml` beside `content/`.
    found = (path for path in files if platform.detected(replace(tree, files=frozenset({path}))))
    return next(found, "SUMMARY.md" if tree.is_file("SUMMARY.md") else None)


_DEEPEST = 2  # slashes in the path of a file that says what the platform is


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def language_of(texts: Iterable[str]) -> str | None:
    """The language that most pages are in, told by small words; None where they are too few, or of several languages."""
    found: Counter[str] = Counter()
    for text in texts:
        words = _WORD.findall(text[:_SAMPLE].lower())
        found.update(_LANGUAGES_OF[word] for word in words if word in _LANGUAGES_OF)
    (first, count), (_, second) = [*found.most_common(2), ("", 0), ("", 0)][:2]
    return first if count >= _FEWEST_WORDS and count >= _CLEARLY * second else None


def _doubtful(base: KnowledgeBase) -> Iterator[Folder]:
    """Folders with a telling name that neither the navigation nor the model says anything of."""
    pages: Counter[str] = Counter()
    for page in base.paths.tree.pages:
        folder = _doubtful_part(page)
        if folder:
            pages[folder] += 1
    used = {*(base.listed if base.navigation else ()), *(mention.path for mention in base.model.mentions)}
    for folder, count in sorted(pages.items()):
        is_below = compile_globs([Folder(folder, count).pattern])
        if count < len(base.paths.tree.pages) and not any(map(is_below, used)):
            yield Folder(folder, count)


def _doubtful_part(page: str) -> str | None:
    """The outermost folder of a page whose name is telling."""
    parts = page.split("/")[:-1]
    for number, part in enumerate(parts, 1):
        if _DOUBTFUL.fullmatch(part):
            return "/".join(parts[:number])
    return None
