"""Tools for format, lint and security: how each is called and what its answer means. Pure."""
