"""Fixtures of the hostile suite."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.clone import Clone, template

Many = Callable[[str], Clone]


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template of all clones; made once, by git alone, under the settings of a test."""
    kept = dict(os.environ)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = Test Person\n\temail = test@example.invalid\n")
    os.environ.update({"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"})
    try:
        return template(tmp_path_factory.mktemp("origin") / "web")
    finally:
        os.environ.clear()
        os.environ.update(kept)


@pytest.fixture
def clones(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Many:
    """Makes a fresh clone of a name, in which the process then stands."""
    for name in ("GITHUB_EVENT_PATH", "GITHUB_ACTIONS", "GITFLOWGUARD_SKIP"):
        monkeypatch.delenv(name, raising=False)

    def make(name: str) -> Clone:
        made = Clone.of(origin, tmp_path / name, capsys)
        monkeypatch.chdir(made.top)
        return made

    return make
