"""Whose main it is: a stranger's line counts for nothing, and a contributor's fork works as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.world import World, make


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make(tmp_path, "native")


def fork(world: World, name: str) -> None:
    """Another repository with the same lines, as a remote."""
    there = world.root / f"{name}.git"
    world.run("git", "clone", "-q", "--bare", str(world.origin), str(there), cwd=world.root)
    world.do("remote", "add", name, str(there))
    world.do("fetch", "-q", name)


def direct(world: World, remote: str, line: str) -> None:
    """A direct commit on a line of a remote, fetched; the local line stays."""
    world.do("switch", "-q", "--detach", f"{remote}/{line}")
    world.commit("Straight on the line")
    world.do("push", "-q", remote, f"HEAD:{line}")
    world.do("fetch", "-q", remote)
    world.do("switch", "-q", line)


def test_a_strangers_direct_commit_is_blocked(world: World) -> None:
    """Fast-forwarded, or merged under the name of the line."""
    fork(world, "mallory")
    direct(world, "mallory", "main")
    merged = world.git("merge", "--ff-only", "mallory/main")
    assert merged.code == 0
    pushed = world.git("push", "origin", "main")
    assert pushed.code == 1 and "GFG301" in pushed.text and "mallory/main" in pushed.text
    world.do("reset", "-q", "--hard", "origin/main")
    assert world.git("merge", "--no-ff", "mallory/main").code == 1
    world.do("merge", "--abort")
    world.do("merge", "-q", "--no-ff", "--no-edit", "mallory/main")
    assert world.git("push", "origin", "main").code == 1


# How a direct commit on this clone's main gets to develop.
CARRIERS: tuple[tuple[str, ...], ...] = (
    ("push", "origin", "main:develop"),
    ("push", "origin", "HEAD:develop"),
    ("merge", "-q", "--ff-only", "main"),
    ("merge", "-q", "--no-ff", "-m", "Merge branch 'main' into develop", "main"),
    ("reset", "-q", "--hard", "main"),
)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, marks=() if words[0] in ("merge", "reset") else pytest.mark.slow)
        for words in CARRIERS
    ],
    ids=lambda words: " ".join(words[:4]),
)
def test_a_line_counts_as_far_as_the_remote_has_it(words: tuple[str, ...], world: World) -> None:
    """A direct commit on this clone's main isn't the team's because develop gets it under the name main.

    Quick by a merge and by a reset; a push of main under another name sends what these send.
    """
    world.do("switch", "-q", "main")
    world.do("merge", "-q", "--ff-only", "develop")
    world.do("push", "-q", "origin", "main")
    world.commit("Straight on main")
    if words[0] != "push":
        world.do("switch", "-q", "develop")
        world.do(*words)
        words = ("push", "origin", "develop")
    ran = world.git(*words)
    assert ran.code == 1 and "Direct commit to main" in ran.text, ran.text
    assert ran.text.count("GFG201") == 1


def test_a_hotfix_may_reach_develop_before_main(world: World) -> None:
    """What is legal on this clone's main is legal on the way to develop: in both orders, and in one push."""
    world.do("switch", "-q", "-c", "hotfix/1.0.1", "main")
    world.commit("Fix")
    world.do("switch", "-q", "main")
    world.do("merge", "-q", "--no-ff", "--no-edit", "hotfix/1.0.1")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-ff", "--no-edit", "main")
    for words in (("origin", "develop", "main", "--dry-run"), ("origin", "develop"), ("origin", "main")):
        ran = world.git("push", *words)
        assert ran.code == 0 and "GFG" not in ran.text, ran.text


def test_a_contributors_fork_follows_the_team(world: World) -> None:
    """origin is the fork, upstream the team's repository: not a word on a legal day."""
    fork(world, "team")
    world.do("remote", "rename", "team", "upstream")
    direct(world, "upstream", "develop")
    for line in ("develop", "main"):
        world.do("switch", "-q", line)
        for words in (("merge", "--ff-only", f"upstream/{line}"), ("push", "origin", line)):
            ran = world.git(*words)
            assert ran.code == 0 and "GFG" not in ran.text, ran.text
    world.branch("feature/mine", "upstream/develop")
    ran = world.git("push", "-u", "origin", "feature/mine")
    assert ran.code == 0 and "GFG" not in ran.text and "note" not in ran.text


def test_the_forks_own_line_is_no_excuse_for_the_teams(world: World) -> None:
    """What a contributor committed on their fork's develop is judged when it goes to the team's."""
    fork(world, "team")
    world.do("remote", "rename", "team", "upstream")
    direct(world, "origin", "develop")
    world.do("merge", "-q", "--ff-only", "origin/develop")
    pushed = world.git("push", "upstream", "develop")
    assert pushed.code == 1 and "GFG" in pushed.text
