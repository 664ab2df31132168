"""kbcheck: a linter and validator for knowledge bases written in Markdown."""

__version__ = "0.1.0"

#: Where kbcheck is published: what `kbcheck init` writes of hooks, workflows and schemas leads there. Said here only.
#: It is not published yet: the first release puts its address here; until then nobody can own this one (RFC 2606).
REPOSITORY = "https://example.org/OWNER/kbcheck"
