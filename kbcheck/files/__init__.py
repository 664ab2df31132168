"""From a folder on disk to texts: which files there are, what they say, and what is garbled in them.

Nothing here knows Markdown. Nothing here raises for what it meets on disk: a file that cannot be read is a
`ReadProblem`, a folder that cannot be listed is a note of the `Tree`.
"""

from kbcheck.files.discovery import PAGE_SUFFIXES, Tree, discover, with_files
from kbcheck.files.git import Change, GitError, change_since, default_branch, is_tracked, remotes
from kbcheck.files.globs import compile_globs, escape_glob
from kbcheck.files.mojibake import Mojibake, find_mojibake
from kbcheck.files.reading import Source, decode, encode, read
from kbcheck.files.writing import replace_file

__all__ = [
    "PAGE_SUFFIXES",
    "Change",
    "GitError",
    "Mojibake",
    "Source",
    "Tree",
    "change_since",
    "compile_globs",
    "decode",
    "default_branch",
    "discover",
    "encode",
    "escape_glob",
    "find_mojibake",
    "is_tracked",
    "read",
    "remotes",
    "replace_file",
    "with_files",
]
