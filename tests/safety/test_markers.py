"""A hostile repository: programs named in its configuration are not started by a look."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import executable
from tests.e2e.world import World, make

pytestmark = pytest.mark.hostile("programs of a stranger")

# Settings that name a program, and that some git command would start (git-config(1), gitattributes(5)).
PROGRAMS = (
    "core.fsmonitor",
    "core.editor",
    "core.pager",
    "core.sshCommand",
    "core.askPass",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.clean",
    "filter.evil.smudge",
    "merge.evil.driver",
    "gpg.program",
    "trailer.evil.command",
    "alias.log",
)
HOOKS = (
    "post-index-change",
    "reference-transaction",
    "post-checkout",
    "pre-commit",
    "post-merge",
    "pre-push",
    "fsmonitor-watchman",
    "pre-auto-gc",
)


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[World, Path]:
    """Each program and hook leaves a marker in a directory."""
    world = make(tmp_path, "pre-commit")
    marks = tmp_path / "marks"
    marks.mkdir()
    world.branch("feature/x")
    world.write(".gitattributes", "* filter=evil diff=evil merge=evil\n")
    world.do("commit", "-m", "Attributes")
    world.change()
    for key in PROGRAMS:
        script = executable(tmp_path / "evil" / key, f"#!/bin/sh\ntouch '{marks}/{key}'\ncat\n")
        value = f"!{script}" if key.startswith("alias.") else str(script)
        world.do("config", key, value)
    for key, value in {
        "log.showSignature": "true",
        "diff.noprefix": "true",
        "protocol.ext.allow": "always",
    }.items():
        world.do("config", key, value)
    hooks = tmp_path / "evil hooks"
    for hook in HOOKS:
        executable(hooks / hook, f"#!/bin/sh\ntouch '{marks}/hook-{hook}'\n")
    world.do("config", "core.hooksPath", str(hooks))
    for mark in marks.iterdir():
        mark.unlink()
    return world, marks


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, marks=() if words in (("check", "--all"), ("radar",)) else pytest.mark.slow)
        for words in (
            ("check",),
            ("check", "--all"),
            ("status",),
            ("doctor",),
            ("init", "--dry-run"),
            ("config", "show"),
            ("radar",),
            ("radar", "--target", "develop"),
        )
    ],
    ids=" ".join,
)
def test_a_look_starts_nothing_of_the_repositorys(
    hostile: tuple[World, Path], words: tuple[str, ...]
) -> None:
    """Quick for the history and for the contents of files; each command's own look is in `make test-hostile`."""
    world, marks = hostile
    ran = world.run(sys.executable, "-m", "gitflowguard", *words)
    assert "Traceback" not in ran.text
    assert [mark.name for mark in marks.iterdir()] == []


def test_the_markers_work(hostile: tuple[World, Path]) -> None:
    """git itself, asked plainly, starts some of them: the test above can fail."""
    world, marks = hostile
    world.run("git", "status")
    world.run("git", "diff")
    assert {mark.name for mark in marks.iterdir()} & {"core.fsmonitor", "filter.evil.clean", "diff.external"}


def test_an_embedded_bare_repository_is_not_entered(tmp_path: Path) -> None:
    """A directory that looks like a bare repository, inside the work tree."""
    world = make(tmp_path, "pre-commit")
    mark = tmp_path / "mark"
    evil = executable(tmp_path / "evil.sh", f"#!/bin/sh\ntouch '{mark}'\n")
    inner = world.work / "assets" / "inner"
    world.run("git", "init", "-q", "--bare", str(inner))
    world.run("git", "-C", str(inner), "config", "core.fsmonitor", str(evil))
    ran = world.run(sys.executable, "-m", "gitflowguard", "check", cwd=world.work)
    assert ran.code == 0, ran.text
    assert not mark.exists()
