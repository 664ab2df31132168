"""The rules: one function a rule, bound to its page in the folder `rules/` by name (see `catalogue`)."""
