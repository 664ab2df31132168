"""kbcheck: a linter and validator for knowledge bases written in Markdown."""

__version__ = "0.1.0"
