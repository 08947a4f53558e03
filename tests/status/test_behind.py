"""`status` waits for the radar no longer than its limit, and a process behind it does the rest."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitflowguard.app.hooks import filling
from gitflowguard.app.radar.survey import RadarSession
from gitflowguard.app.status import conflicts
from gitflowguard.model.event import FILL
from gitflowguard.policy.presets import preset_flow
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import find_place
from tests.e2e.world import World, make

NOW = 1_800_000_000


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three features; the current directory is the work tree."""
    world = make(tmp_path, "native")
    for name in "abc":
        world.branch(f"feature/{name}")
    monkeypatch.chdir(world.work)
    return world


def looked(clock: float = 0.0) -> tuple[int, tuple[str, ...]]:
    """(branches whose conflicts are known, words of the notes) of one column; clock: seconds that each look takes."""
    times = iter(range(1000))
    seen = conflicts.column(
        Git(), find_place(Git()), preset_flow("gitflow", "main", "develop"), NOW, lambda: next(times) * clock
    )
    return sum(one.untold is None for one in seen.conflicts.values()), tuple(note.says for note in seen.notes)


def test_a_limit_leaves_branches_out_and_starts_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(conflicts, "may_start", lambda: True)
    monkeypatch.setattr(conflicts, "start", lambda: asked.append(True))
    count, notes = looked(clock=1.0)
    assert count == 0 and asked and "0 of 3 open branches" in notes[0]
    assert world.do("status", "--porcelain") == ""


def test_without_a_process_behind_it_status_looks_itself(world: World) -> None:
    assert looked(clock=1.0) == (3, ())


def test_what_the_limit_cuts_off_is_not_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that is ended on the way is no verdict, and what is known stays."""
    assert looked() == (3, ())
    world.do("switch", "-q", "-c", "feature/d", "develop")
    world.commit("Work")
    with monkeypatch.context() as patch:
        patch.setattr(conflicts, "may_start", lambda: True)
        patch.setattr(conflicts, "start", lambda: None)
        patch.setattr(RadarSession, "limit", lambda self, until: cut(self))
        assert looked()[0] == 3
    assert looked() == (4, ())


def cut(table: RadarSession) -> None:
    """A session whose time is up."""
    table.limited = True
    table.reader.until = table.trials.until = time.monotonic() - 1


def test_the_process_behind_it_looks_at_all(world: World) -> None:
    hook = str(Path(filling.__file__).parents[2] / "hookmain.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", hook, FILL], capture_output=True, text=True, check=True
    )
    assert done.stdout == done.stderr == ""
    assert sorted((world.work / ".git" / "gitflowguard" / "radar").glob("on-*.bin"))
    place = find_place(Git())
    flow = preset_flow("gitflow", "main", "develop")
    seen = conflicts.column(Git(), place, flow, NOW, lambda: 0.0)
    assert all(one.untold is None for one in seen.conflicts.values()) and len(seen.conflicts) == 3
