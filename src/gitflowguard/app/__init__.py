"""One use case a file: gather, ask the core, hand a Report back. Nothing here prints."""
