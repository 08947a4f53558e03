"""Surroundings that are nobody's bug: streams that are closed, odd directories, odd letters, a full disk."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import click
import pytest

from gitflowguard.cli import output
from gitflowguard.report.escape import Escaped
from tests.e2e.world import make

pytestmark = pytest.mark.hostile("faults")


@pytest.mark.parametrize("command", ["status", "check", "doctor", "demo --help", "rules"])
def test_nobody_reads(tmp_path: Path, command: str) -> None:
    """A closed stdout, or both closed, is no error."""
    world = make(tmp_path, "native")
    for closed in (">&-", ">&- 2>&-"):
        done = world.run("sh", "-c", f"gitflowguard {command} {closed}")
        assert done.code in (0, 1) and "bug" not in done.text, done.text


def test_a_directory_with_a_lines_end_in_its_name(tmp_path: Path) -> None:
    """init, hooks, doctor, check and uninstall work in it."""
    world = make(tmp_path, "native")
    odd = tmp_path / "two\nlines"
    shutil.copytree(world.work, odd, symlinks=True)
    assert world.run("gitflowguard", "init", "--yes", cwd=odd).code == 0
    for command, codes in (("check", (0,)), ("doctor", (0, 1)), ("uninstall", (0,))):
        done = world.run("gitflowguard", command, *(("--yes",) if command == "uninstall" else ()), cwd=odd)
        assert done.code in codes and "bug" not in done.text, done.text


def test_a_policy_with_half_a_letter(tmp_path: Path) -> None:
    """A mistake in the policy like any other."""
    world = make(tmp_path, "native")
    world.policy('merge-drivers: "\\ud800"\n')
    done = world.run("gitflowguard", "config", "validate")
    assert done.code == 2 and ".gitflowguard.yaml" in done.text, done.text


def test_a_report_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk takes nothing away, and is no matter of usage; a path that cannot be is."""
    path = tmp_path / "report"
    output.save(str(path), Escaped("old"))
    path.chmod(0o640)

    def full(one: object, other: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space"):
            output.save(str(path), Escaped("new"))
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["report"]
    output.save(str(path), Escaped("new"))
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o640
    link = tmp_path / "link"
    link.symlink_to("report")
    output.save(str(link), Escaped("through"))
    assert link.is_symlink() and path.read_text() == "through"
    output.save("/dev/null", Escaped("x"))
    with pytest.raises(click.UsageError, match="cannot be written"):
        output.save(str(tmp_path / "none" / "x"), Escaped("x"))
