"""A real repository to set up, the command line run in this process, and a picture of every byte."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from gitflowguard.cli.main import main
from tests import basis, oracle

Picture = dict[str, tuple[int, str]]


class Ran(NamedTuple):
    """What a command gave."""

    code: int
    out: str
    err: str


# What starts no hook, and so nothing of ours, which the recording git would have to see (tests.oracle).
_HOOKLESS = frozenset((
    "add", "cat-file", "config", "diff", "init", "log", "ls-files", "ls-tree", "merge-base", "remote", "rev-list",
    "rev-parse", "show", "status", "symbolic-ref",
))  # fmt: skip


def git(folder: Path, *args: str) -> str:
    """Runs git there and returns its output, which must be a success."""
    env = oracle.unrecorded() if args[0] in _HOOKLESS else None
    done = subprocess.run(("git", *args), cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {args}: {done.stderr}"
    return done.stdout.strip()


def repository(folder: Path, *branches: str) -> Path:
    """A repository with one commit, on the first branch, and the others at the same commit."""
    branches = branches or ("main",)
    folder.parent.mkdir(parents=True, exist_ok=True)
    basis.copied(("place", branches), folder, lambda base: _build(base, *branches))
    return folder


def _build(folder: Path, first: str, *others: str) -> None:
    git(folder, "init", "-q", "-b", first)
    (folder / "README").write_text("x\n")
    git(folder, "add", "README")
    git(folder, "commit", "-q", "-m", "first")
    for name in others:
        git(folder, "branch", name)


def picture(folder: Path) -> Picture:
    """Every file and directory below, with its mode and a digest of its content."""
    found: Picture = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            content = os.readlink(path)
        else:
            content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(mode) else ""
        found[os.fspath(path.relative_to(folder))] = (mode, content)
    return found


class Shell:
    """`gitflowguard`, as typed in a directory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capfd = capfd

    def __call__(self, folder: Path, *argv: str) -> Ran:
        """Runs a command there."""
        self.monkeypatch.chdir(folder)
        self.capfd.readouterr()
        code = main(list(argv))
        out, err = self.capfd.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)
