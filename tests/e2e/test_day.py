"""A day without a mistake prints nothing: what git prints with our hooks is what it prints without them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e import day
from tests.e2e.world import FRAMEWORK_STAGES, World, install, make

# What frameworks print of themselves: a line a hook, and what they did with unstaged changes.
FRAMEWORK = re.compile(r"\.{3,}.*(Passed|Skipped)$|^\[(INFO|WARNING)\]")
# Object ids, sizes and times are another run's, and of rewritten lines (git's progress) the last counts.
ID = re.compile(r"\b[0-9a-f]{7,40}\b|\d+ bytes")


def lived(world: World, script: str) -> Counter[str]:
    """Plays a day in the world; returns every line that was printed, ids aside."""
    other = world.root / "other"
    world.run("git", "clone", "-q", "-b", "develop", str(world.origin), str(other))
    printed: Counter[str] = Counter()
    env = {"GIT_EDITOR": ":", "GIT_MERGE_AUTOEDIT": "no"}
    for line in filter(None, script.splitlines()):
        mine = not line.startswith("other:")
        words = line.removeprefix("other:")
        ran = world.run("sh", "-c", words, cwd=None if mine else other, **env)
        assert ran.code == 0, f"{line}\n{ran.text}"
        for text in re.split(r"[\r\n]+", ran.text):
            text = ID.sub("ID", text.replace(str(world.root), "ROOT"))
            if text and not text.startswith(("Rebasing", "remote:", "To ", "hint:")):
                printed[text.strip()] += 1
    return printed


def unguarded(root: Path) -> World:
    """The same team without a hook."""
    world = make(root, "native")
    for hook in (world.work / ".git" / "hooks").iterdir():
        hook.unlink()
    return world


@cache
def alone(script: str) -> Counter[str]:
    """What git alone prints on that day; the same for every test of this process."""
    with TemporaryDirectory() as root:
        return lived(unguarded(Path(root)), script)


def silent(world: World, script: str) -> None:
    """Plays the day with hooks; not one line is ours."""
    more = lived(world, script) - alone(script)
    ours = {text: count for text, count in more.items() if not FRAMEWORK.search(text)}
    assert ours == {}


def shared_hooks(root: Path) -> World:
    """Hooks as husky has them: core.hooksPath, a small sh file each, the command found on PATH."""
    world = unguarded(root)
    folder = world.work / ".husky"
    folder.mkdir()
    for stage in (*FRAMEWORK_STAGES, "post-checkout"):
        (folder / stage).write_text(f'#!/bin/sh\ngitflowguard-hook {stage} "$@"\n')
        (folder / stage).chmod(0o755)
    (world.work / ".git" / "info" / "exclude").write_text(".husky\n")
    world.do("config", "core.hooksPath", ".husky")
    return world


def both(root: Path, framework: str) -> World:
    """Our native hooks, and then a framework's in front of them."""
    world = make(root, "native")
    world.way = framework
    install(world)
    return world


def test_a_legal_day_prints_nothing(tmp_path: Path) -> None:
    silent(make(tmp_path, "native"), day.GITFLOW)


@pytest.mark.slow
def test_a_day_with_git_flow_prints_nothing(tmp_path: Path) -> None:
    silent(make(tmp_path, "native"), day.AVH)


@pytest.mark.slow
@pytest.mark.parametrize("script", [day.GITFLOW, day.AVH], ids=["gitflow", "avh"])
def test_strict_is_as_silent(script: str, tmp_path: Path) -> None:
    silent(make(tmp_path, "native", strict=True), script)


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["pre-commit", "prek"])
def test_frameworks_are_as_silent(framework: str, tmp_path: Path) -> None:
    silent(make(tmp_path, framework), day.GITFLOW)


@pytest.mark.slow
@pytest.mark.parametrize("framework", ["pre-commit", "prek"])
def test_native_and_framework_together_are_as_silent(framework: str, tmp_path: Path) -> None:
    silent(both(tmp_path, framework), day.AVH)


@pytest.mark.slow
def test_shared_hooks_are_as_silent(tmp_path: Path) -> None:
    silent(shared_hooks(tmp_path), day.GITFLOW)
