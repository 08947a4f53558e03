"""GitHub by PyGithub: the only package of ours that imports it."""
