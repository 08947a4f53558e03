"""Policy text to Flow, or every error at once. Importing the package loads nothing."""
