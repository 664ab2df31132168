"""kbcheck: a linter and validator for knowledge bases written in Markdown."""

__version__ = "0.1.0"

#: Where kbcheck is published: what `kbcheck init` writes of hooks, workflows and schemas leads there. Said here only.
REPOSITORY = "https://github.com/kbcheck/kbcheck"
