"""The check on pull requests."""
