"""Repositories and events for `pr check`, and the command run in this process."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.cli.main import main
from tests import basis
from tests.scenario import Real, read_script

_NOTES = "reader.pickle"
FEATURE = "branch feature/login from develop\ncommit on feature/login\n"


def build(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Real:
    """The history of a script, made by git once in a process; the command runs there."""
    for name in ("GITHUB_EVENT_PATH", "GITFLOWGUARD_SKIP"):
        monkeypatch.delenv(name, raising=False)
    basis.copied(("pull", script), tmp_path, lambda base: _first(base, script))
    reader = Real.__new__(Real)
    vars(reader).update(pickle.loads((tmp_path / _NOTES).read_bytes()), script=read_script(script))
    reader.top, reader.origin = tmp_path / reader.top, tmp_path / reader.origin
    monkeypatch.chdir(reader.top)
    return reader


def _first(base: Path, script: str) -> None:
    """The history, and beside it what the reader knows of it."""
    reader = Real(read_script(script), base)
    places = {"top": reader.top.relative_to(base), "origin": reader.origin.relative_to(base)}
    known = {name: value for name, value in vars(reader).items() if name != "script"} | places
    (base / _NOTES).write_bytes(pickle.dumps(known))


def check(*words: str) -> int:
    """`gitflowguard pr check`, without the radar and the tools."""
    return main(["pr", "check", "--no-radar", "--no-quality", *words])


def payload(base: tuple[str, str], head: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A pull_request event, as much of it as we read. base, head: (branch, commit)."""
    repo = {"id": 1, "full_name": "acme/web"}
    pull: dict[str, Any] = {
        "number": 7,
        "state": "open",
        "draft": False,
        "title": "Log in",
        "user": {"login": "ada"},
        "base": {"ref": base[0], "sha": base[1], "repo": repo},
        "head": {"ref": head[0], "sha": head[1], "repo": repo},
        "mergeable": None,
    }
    return {"action": "opened", "pull_request": {**pull, **more}}


def event(tmp_path: Path, body: Any) -> str:
    """The file that Actions would name."""
    file = tmp_path / "event.json"
    file.write_text(json.dumps(body))
    return str(file)
