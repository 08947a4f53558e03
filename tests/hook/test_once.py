"""What one git command has printed is not printed again; another command starts afresh."""

from __future__ import annotations

import os
from pathlib import Path

from gitflowguard.app.hooks.once import PRINTED, fresh
from gitflowguard.model.finding import (
    ERROR,
    WARNING,
    Finding,
    Report,
    Silenced,
    Skipped,
    Unknown,
    Violation,
)

BAD = Violation("GFG201", "direct-commit", ERROR, Finding("a commit on main", ref="main"))
OTHER = Violation("GFG101", "unknown-branch-kind", ERROR, Finding("x is not a branch type", ref="x\udcff"))
FULL = Report(
    (BAD,), (Skipped("GFG106", "x", "y", Unknown("why")),), (Silenced(OTHER, "agreed"),), 3, ("a note",)
)


def test_the_second_hook_of_a_command_has_nothing_left(tmp_path: Path) -> None:
    folder = str(tmp_path / "gitflowguard")
    assert fresh(folder, FULL, "7 100") == FULL
    left = fresh(folder, FULL, "7 100")
    assert (left.violations, left.skipped, left.silenced, left.notes) == ((), (), (), ())


def test_what_is_new_is_left(tmp_path: Path) -> None:
    """A warning that has become an error is another thing: a block is shown."""
    soft = BAD._replace(severity=WARNING)
    assert fresh(str(tmp_path), Report((soft,)), "7 100").violations == (soft,)
    assert fresh(str(tmp_path), Report((soft, BAD, OTHER)), "7 100").violations == (BAD, OTHER)
    assert fresh(str(tmp_path), Report((soft, BAD, OTHER)), "7 100").violations == ()


def test_another_command_prints_all(tmp_path: Path) -> None:
    """Also one of the same process id, which comes round again in a container."""
    fresh(str(tmp_path), FULL, "7 100")
    assert fresh(str(tmp_path), FULL, "7 101") == FULL
    assert fresh(str(tmp_path), FULL, "8 101") == FULL


def test_without_a_start_time_only_a_moment_counts(tmp_path: Path) -> None:
    fresh(str(tmp_path), FULL, "7")
    assert fresh(str(tmp_path), FULL, "7").violations == ()
    os.utime(tmp_path / PRINTED, (1, 1))
    assert fresh(str(tmp_path), FULL, "7") == FULL


def test_a_damaged_or_unwritable_file_holds_nothing_back(tmp_path: Path) -> None:
    (tmp_path / PRINTED).write_bytes(b"\xff\xfe\0")
    assert fresh(str(tmp_path), FULL, "7 100") == FULL
    (tmp_path / "file").write_text("")
    assert fresh(str(tmp_path / "file"), FULL, "7 100") == FULL
    assert fresh(str(tmp_path / "file"), FULL, "7 100") == FULL
