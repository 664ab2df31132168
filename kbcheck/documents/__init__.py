"""From the bytes of one file to its facts: Markdown events of two parsers, template tags, HTML, front matter."""
