"""Repositories and events for `pr check`, and the command run in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.cli.main import main
from tests.scenario import Real, read_script

FEATURE = "branch feature/login from develop\ncommit on feature/login\n"


def build(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Real:
    """The history of a script, made by git; the command runs there."""
    for name in ("GITHUB_EVENT_PATH", "GITFLOWGUARD_SKIP"):
        monkeypatch.delenv(name, raising=False)
    reader = Real(read_script(script), tmp_path)
    monkeypatch.chdir(reader.top)
    return reader


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
