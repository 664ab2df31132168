"""YAML with positions, and JSON Schema validation on top of it; nothing here knows of Markdown or of rules."""
