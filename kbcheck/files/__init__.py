"""From a folder on disk to texts: which files there are, what they say, and what is garbled in them.

Nothing here knows Markdown. Nothing here raises for what it meets on disk: a file that cannot be read is a
`ReadProblem`, a folder that cannot be listed is a note of the `Tree`.
"""

from kbcheck.files.changes import Change, change_since, changed_lines, former_contents, touch
from kbcheck.files.discovery import PAGE_SUFFIXES, Tree, discover, is_inside, tracked_only, with_files
from kbcheck.files.git import (
    GitError,
    default_branch,
    has_repository,
    is_tracked,
    move,
    path_in_repository,
    remotes,
)
from kbcheck.files.globs import compile_globs, escape_glob
from kbcheck.files.mojibake import Mojibake, find_mojibake
from kbcheck.files.past import Hunk, Past, hunks, past_of_files, uncommitted_hunks
from kbcheck.files.reading import Source, decode, encode, read, read_bytes
from kbcheck.files.writing import replace_file

__all__ = [
    "PAGE_SUFFIXES",
    "Change",
    "GitError",
    "Hunk",
    "Mojibake",
    "Past",
    "Source",
    "Tree",
    "change_since",
    "changed_lines",
    "compile_globs",
    "decode",
    "default_branch",
    "discover",
    "encode",
    "escape_glob",
    "find_mojibake",
    "former_contents",
    "has_repository",
    "hunks",
    "is_inside",
    "is_tracked",
    "move",
    "past_of_files",
    "path_in_repository",
    "read",
    "read_bytes",
    "remotes",
    "replace_file",
    "touch",
    "tracked_only",
    "uncommitted_hunks",
    "with_files",
]
