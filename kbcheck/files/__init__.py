"""From a folder on disk to texts: which files there are, what they say, and what is garbled in them.

Nothing here knows Markdown. Nothing here raises for what it meets on disk: a file that cannot be read is a
`ReadProblem`, a folder that cannot be listed is a note of the `Tree`.
"""

from kbcheck.files.discovery import PAGE_SUFFIXES, Tree, discover
from kbcheck.files.git import GitError, changed_lines, default_branch, is_tracked, path_in_repository, remotes
from kbcheck.files.globs import compile_globs, escape_glob
from kbcheck.files.mojibake import Mojibake, find_mojibake
from kbcheck.files.reading import Source, encode, read

__all__ = [
    "PAGE_SUFFIXES",
    "GitError",
    "Mojibake",
    "Source",
    "Tree",
    "changed_lines",
    "compile_globs",
    "default_branch",
    "discover",
    "encode",
    "escape_glob",
    "find_mojibake",
    "is_tracked",
    "path_in_repository",
    "read",
    "remotes",
]
