"""The rules: one rule, one file; a folder is the kind of fact that its rules read."""
