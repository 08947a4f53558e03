"""Hooks whose program is gone: they block, and the command that they print brings them back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.model.distribution import newest
from gitflowguard.repo.environment import passing
from gitflowguard.repo.hookfiles import baked
from gitflowguard.repo.shim import STAGES, shim
from tests.conftest import executable
from tests.install.hooktools import BIN, path_with, run, without_ours
from tests.install.place import Shell, git, repository

CACHES = [
    "/home/u/.cache/uv/archive-v0/Xy12",
    "/home/u/.cache/uv/environments-v2/tool-1a2b",
    "/home/u/Library/Caches/uv/archive-v1/Xy12/lib",
    "/home/u/.local/share/pipx/.cache/3f9c",
    "/home/u/.cache/pipx/3f9c",
]
LASTING = [
    "/home/u/.local/share/uv/tools/gitflowguard",
    "/home/u/.local/share/pipx/venvs/gitflowguard",
    "/home/u/project/.venv",
    "/usr",
    "/home/u/archive-video/venv",
    "/home/archive-v2",
]


@pytest.mark.parametrize("prefix", CACHES)
def test_an_environment_in_a_cache_passes(prefix: str) -> None:
    """As uvx and pipx run make them."""
    assert passing(prefix)


@pytest.mark.parametrize("prefix", LASTING)
def test_an_installed_environment_lasts(prefix: str) -> None:
    """As uv tool, pipx and venv make them."""
    assert not passing(prefix)


def test_a_folder_that_is_marked_as_a_cache_is_one(tmp_path: Path) -> None:
    """Wherever UV_CACHE_DIR lies."""
    assert not passing(str(tmp_path / "c/x/env"))
    (tmp_path / "c").mkdir()
    (tmp_path / "c/CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert passing(str(tmp_path / "c/x/env"))


def test_init_from_a_cache_names_no_path_of_it(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hooks look on PATH, init says what to install, and doctor is content once it is there."""
    repo = repository(tmp_path / "r", "main", "develop")
    monkeypatch.setattr(sys, "prefix", CACHES[0])
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and "temporary environment" in ran.out and f"uv tool install {newest()}" in ran.out
    for stage in STAGES:
        assert baked((repo / ".git/hooks" / stage).read_bytes()) == ("", "")
    monkeypatch.setenv("PATH", without_ours(tmp_path))
    doctor = guard(repo, "doctor")
    assert doctor.code == 1 and f"fix: pipx install {newest()}" in doctor.out
    monkeypatch.setenv("PATH", path_with(BIN))
    assert guard(repo, "doctor").code == 0 and guard(repo, "init").out.endswith("No changes.\n")


@pytest.mark.parametrize(
    "tools",
    [
        pytest.param(tools, marks=pytest.mark.slow if tools == ("pipx",) else ())
        for tools in (("uv", "pipx"), ("pipx",), ())
    ],
    ids=lambda tools: "+".join(tools) or "pip alone",
)
def test_the_printed_command_brings_a_hook_back(tmp_path: Path, tools: tuple[str, ...]) -> None:
    """It names a tool that is there; what that installs is found at the next commit. Until then nothing passes.

    With pipx alone it is slow: that it is named then is quick in tests/install/test_broken.py.
    """
    repo = repository(tmp_path / "r", "main", "develop")
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    for stage in STAGES:
        executable(repo / ".git/hooks" / stage, shim(stage, "/nowhere/python", "/nowhere/hookmain.py"))
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("sh", "git", "cat", "env"):
        found = next(p for p in map(Path, os.environ["PATH"].split(os.pathsep)) if (p / name).exists())
        (bare / name).symlink_to(found / name)
    for name in (*tools, "python3"):
        link = f'ln -s "{BIN}/gitflowguard-hook" "{BIN}/gitflowguard" "{bare}"'
        executable(bare / name, f'#!/bin/sh\necho "$0 $*" >>"{tmp_path}/asked"\n{link}\n')
    (bare / "ln").symlink_to("/bin/ln")
    done = run(repo, "git", "commit", "--allow-empty", "-m", "x", path=str(bare))
    said = done.stderr.splitlines()
    assert done.returncode == 1 and len(said) == 3, done.stderr
    assert said[0].endswith("so nothing was checked: its Python is gone: /nowhere/python")
    command = said[1].removeprefix("  help: ")
    tool = {"uv": "uv tool", "pipx": "pipx"}.get(next(iter(tools), ""), "python3 -m pip")
    assert command == f"{tool} install {newest()} && gitflowguard init --yes"
    (repo / "README").write_text("changed\n")
    again = subprocess.run(
        ("sh", "-ec", command),
        cwd=repo,
        env={**os.environ, "PATH": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0 and (tmp_path / "asked").read_text().count(f"install {newest()}") == 1
    assert (repo / "README").read_text() == "changed\n"
    done = run(repo, "git", "commit", "--allow-empty", "-m", "x", path=str(bare))
    assert done.returncode == 0, done.stderr
