"""Blocked deletions of long-lived branches, with real git: what is said, and the help pasted into a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_printed_commands import blocks
from tests.e2e.world import World, make


def _pasted(world: World, said: str) -> None:
    """Pastes what was printed beside changes that aren't committed, which stay."""
    (world.work / "README.md").write_text("CHANGED\n")
    (printed,) = blocks(said)
    done = world.run("sh", "-e", "-c", printed)
    assert done.code == 0, f"{printed}\n{done.text}"
    assert (world.work / "README.md").read_text() == "CHANGED\n"


def test_a_line_that_is_not_deleted_here_can_be_made_what_the_remote_has(tmp_path: Path) -> None:
    """Its own commits are kept on another branch. Where both are equal there is nothing to do."""
    world = make(tmp_path, "native", strict=True)
    tip = world.do("rev-parse", "develop")
    world.branch("feature/x")
    said = world.git("branch", "-D", "develop")
    assert said.code and "this would delete or rename develop here, which the policy protects" in said.text
    assert not blocks(said.text) and "push" not in said.text
    world.do("switch", "-q", "develop")
    mine = world.commit("Only here", "mine.txt")
    world.do("switch", "-q", "feature/x")
    said = world.git("branch", "-D", "develop")
    assert said.code
    _pasted(world, said.text)
    assert world.do("rev-parse", "develop", "feature/my-change").split() == [tip, mine]


@pytest.mark.parametrize("gone_on", [False, True])
def test_a_line_that_prune_would_delete_is_brought_back(tmp_path: Path, gone_on: bool) -> None:
    """Then the same push passes. gone_on: others pushed to it since the last fetch."""
    world = make(tmp_path, "native")
    world.branch("feature/x")
    tip = world.do("rev-parse", "develop")
    if gone_on:
        tip = world.do("commit-tree", "-p", tip, "-m", "Theirs", f"{tip}^{{tree}}")
        world.do("push", "-q", "origin", f"{tip}:refs/heads/develop")
        world.do("update-ref", "refs/remotes/origin/develop", f"{tip}^")
    world.do("branch", "-D", "develop")
    said = world.git("push", "--prune", "origin", "refs/heads/*:refs/heads/*")
    assert said.code and "the push would delete develop on origin" in said.text
    _pasted(world, said.text)
    assert world.do("rev-parse", "develop") == tip
    assert world.git("push", "--prune", "origin", "refs/heads/*:refs/heads/*").code == 0
