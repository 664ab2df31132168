"""What each publishing platform makes of the same Markdown: anchors, link targets, navigation, redirects."""
