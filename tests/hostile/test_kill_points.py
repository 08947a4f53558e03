"""INT, TERM and KILL at any moment of a commit, of `quality --fix` and of the radar: no byte is lost, a rerun works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.world import World
from tests.quality.world import UGLY, guarded

pytestmark = [pytest.mark.hostile("kill points"), pytest.mark.slow]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
FORMATTED = UGLY.replace("( x )", "(x)").replace("2*x", "2 * x")
POINTS = 12


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Staged, unstaged and untracked work, each with a text of its own."""
    made = guarded(tmp_path)
    made.write("ugly.py", UGLY)
    (made.work / "README.md").write_text("unstaged\n")
    (made.work / "untracked.txt").write_text("untracked\n")
    return made


def strike(world: World, argv: tuple[str, ...], signum: signal.Signals, delay: float) -> None:
    """Starts it in a group of its own and sends the signal to all of it after `delay` seconds."""
    child = subprocess.Popen(
        argv, cwd=world.work, env={**os.environ, **world.env}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    time.sleep(delay)
    try:
        os.killpg(child.pid, signum)
    except ProcessLookupError:
        pass
    child.wait(timeout=120)


def lost(world: World) -> list[str]:
    """What is not there any more of the three texts."""
    found = []
    if (world.work / "README.md").read_text() != "unstaged\n":
        found.append("unstaged")
    if (world.work / "untracked.txt").read_text() != "untracked\n":
        found.append("untracked")
    if (world.work / "ugly.py").read_text() not in (UGLY, FORMATTED):
        found.append("the file in the work tree")
    if world.run("git", "show", ":ugly.py").text not in (UGLY, FORMATTED):
        found.append("what is staged")
    if world.run("git", "fsck", "--no-dangling").code:
        found.append("the repository")
    return found


COMMANDS = {
    "quality --fix": ("gitflowguard", "quality", "--fix"),
    "radar": ("gitflowguard", "radar"),
    "commit": ("git", "commit", "-m", "Work"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_random_moments(name: str, world: World, tally: Callable[[int, int], None]) -> None:
    """With a fixed seed, spread over the time that an undisturbed run takes."""
    argv = COMMANDS[name]
    start = time.monotonic()
    world.run(*argv)
    whole = time.monotonic() - start
    moments, wrong, tip = random.Random(11), [], world.do("rev-parse", "HEAD")
    for number in range(3 * POINTS):
        (world.work / ".git" / "index.lock").unlink(missing_ok=True)  # git's own, which a kill leaves
        world.do("reset", "-q", "--soft", tip)
        world.write("ugly.py", UGLY)
        strike(world, argv, SIGNALS[number % 3], moments.uniform(0, whole))
        wrong += lost(world)
        if name == "commit" and world.do("rev-parse", "HEAD") != tip:
            wrong.append("committed what the hook blocks")
    again = world.run(*argv)
    assert again.code in (0, 1) and "Traceback" not in again.text, again.text
    tally(3 * POINTS, len(wrong))
    assert not wrong
