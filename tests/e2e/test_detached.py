"""Pushes onto a long-lived branch from a detached HEAD, blocked by real hooks, and the help pasted into a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import budget
from tests.e2e.test_printed_commands import blocks
from tests.e2e.world import make


@pytest.mark.parametrize(
    ("line", "behind", "by_id"),
    budget.sampled(
        [("develop", False, False), ("main", False, False), ("main", True, False), ("develop", True, True)],
        ("develop", False, False),
        ("main", True, False),
    ),
)
def test_a_commit_on_no_branch_is_kept_on_one(tmp_path: Path, line: str, behind: bool, by_id: bool) -> None:
    """behind: whether this clone's line is older than the remote's. by_id: whether the commit is named, not HEAD."""
    world = make(tmp_path, "native")
    world.do("switch", "-q", "--detach", f"origin/{line}")
    if behind:
        world.do("push", "-q", "origin", f"{world.commit('Theirs', 'theirs.txt')}:refs/heads/{line}")
        world.do("fetch", "-q", "origin")
    was = world.do("rev-parse", line)
    world.commit("Nowhere", "mine.txt")
    mine = world.commit("Nowhere either", "more.txt")
    (world.work / "README.md").write_text("CHANGED\n")
    said = world.git("push", "origin", f"{mine if by_id else 'HEAD'}:refs/heads/{line}")
    assert said.code and f"Direct commit to {line}" in said.text
    (printed,) = set(blocks(said.text))
    done = world.run("sh", "-e", "-c", printed)
    assert done.code == 0, f"{printed}\n{done.text}"
    assert world.do("rev-parse", line) == was
    assert world.do("log", "--format=%s", "-2", "feature/my-change") == "Nowhere either\nNowhere"
    # A branch that was moved to develop leaves the work tree where its changes were made.
    assert world.run("git", "symbolic-ref", "-q", "HEAD").code == (line == "main")
    assert (world.work / "README.md").read_text() == "CHANGED\n"
    assert world.git("push", "origin", "feature/my-change").code == 0


def test_a_branch_of_somebody_elses_below_it_needs_no_rewind(tmp_path: Path) -> None:
    """The line of this clone stands where the remote's stands: nothing on it is to be undone."""
    world = make(tmp_path, "native")
    world.branch("feature/x")
    world.do("switch", "-q", "--detach")
    said = world.git("push", "origin", "HEAD:main")
    assert said.code and "feature/x may be merged into develop, not into main" in said.text
    assert "git reset" not in said.text and "git branch" not in said.text
    (printed,) = set(blocks(said.text))
    assert world.run("sh", "-e", "-c", printed).code == 0
