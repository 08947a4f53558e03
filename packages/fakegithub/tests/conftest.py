"""The stand-in's own tests: no network, no configuration of the user's."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """git of these tests knows one person and none of the machine's settings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    people = {f"GIT_{who}_{what[0]}": what[1] for who in ("AUTHOR", "COMMITTER") for what in PERSON}
    for name, value in {**settings, **people}.items():
        monkeypatch.setenv(name, value)


PERSON = (("NAME", "Test Person"), ("EMAIL", "test@example.invalid"))
