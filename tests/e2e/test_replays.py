"""Cherry-picks and reverts on a long-lived branch, blocked by real hooks, and the help for them pasted into a shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import budget
from tests.e2e.test_printed_commands import LONG, blocks
from tests.e2e.world import Ran, World, kept

VERIFY = {"GIT_EDITOR": "true"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """feature/x changes a file twice and is merged; main and develop both have the file as it was before."""
    return kept(tmp_path, "replays", _scene)


def _scene(world: World) -> None:
    for line in ("main", "develop"):
        world.do("switch", "-q", line)
        world.write("lines.txt", LONG)
        world.write("notes.txt", "a\n")
        world.do("commit", "-q", "-m", "Lines")
    world.branch("feature/x", commits=0)
    for was, now in (("2", "two"), ("7", "seven")):
        world.write("lines.txt", (world.work / "lines.txt").read_text().replace(was, now))
        world.do("commit", "-q", "-m", f"Spell {now} out")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-ff", "--no-edit", "feature/x")
    world.do("push", "-q", "origin", "main", "develop")


def _clean(*words: str, line: str = "develop") -> Callable[[World], Ran]:
    """One that meets no conflict, beside a changed and a new file."""

    def act(world: World) -> Ran:
        world.do("switch", "-q", line)
        (world.work / "notes.txt").write_text("CHANGED\n")
        (world.work / "new.txt").write_text("NEW\n")
        return world.git(*words, **VERIFY)

    return act


def _stopped(*words: str, line: str) -> Callable[[World], Ran]:
    """One that stops in a conflict, which is resolved by hand; another file is changed, too."""

    def act(world: World) -> Ran:
        world.do("switch", "-q", line)
        world.write("lines.txt", LONG.replace("7", "VII"))
        world.do("commit", "-q", "-m", "Write roman")
        world.do("push", "-q", "origin", line)
        (world.work / "notes.txt").write_text("CHANGED\n")
        (world.work / "new.txt").write_text("NEW\n")
        assert world.git(*words, **VERIFY).code == 1
        world.write("lines.txt", LONG.replace("7", "RESOLVED"))
        (world.work / "lines.txt").write_text(LONG.replace("7", "RESOLVED").replace("3", "LATER"))
        return world.git(words[0], "--continue", **VERIFY)

    return act


# What is typed, what is said of it, where the help leads to, and the subjects that are there at last.
CASES: dict[str, tuple[Callable[[World], Ran], str, str, tuple[str, ...]]] = {
    "revert": (
        _clean("revert", "--no-edit", "feature/x"),
        "Revert on develop:",
        "bugfix/revert-spell-seven-out",
        ('Revert "Spell seven out"',),
    ),
    "revert with an editor": (
        _clean("revert", "feature/x~1"),
        "Revert on develop:",
        "bugfix/revert-spell-two-out",
        ('Revert "Spell two out"',),
    ),
    "revert of a merge": (
        _clean("revert", "-m", "1", "--no-edit", "develop"),
        "Revert on develop:",
        "bugfix/revert-merge-branch-feature-x-into-develop",
        ("Revert \"Merge branch 'feature/x' into develop\"",),
    ),
    "reverts": (
        _clean("revert", "--no-edit", "feature/x", "feature/x~1"),
        "Revert on develop:",
        "bugfix/revert-spell-seven-out",
        ('Revert "Spell two out"', 'Revert "Spell seven out"'),
    ),
    "revert that stopped": (
        _stopped("revert", "feature/x", line="develop"),
        "Revert on develop:",
        "bugfix/revert-spell-seven-out",
        ('Revert "Spell seven out"',),
    ),
    "pick onto main": (
        _clean("cherry-pick", "feature/x", line="main"),
        "Cherry-pick onto main:",
        "hotfix/0.0.1",
        ("Spell seven out",),
    ),
    "picks onto main": (
        _clean("cherry-pick", "develop~1..feature/x", line="main"),
        "Cherry-pick onto main:",
        "hotfix/0.0.1",
        ("Spell seven out", "Spell two out"),
    ),
    "pick that stopped": (
        _stopped("cherry-pick", "feature/x", line="main"),
        "Cherry-pick onto main:",
        "hotfix/0.0.1",
        ("Spell seven out",),
    ),
    "pick of a merge": (
        _clean("cherry-pick", "-m", "1", "develop", line="main"),
        "Cherry-pick onto main:",
        "hotfix/0.0.1",
        (),
    ),
}
QUICK = ("revert", "reverts", "revert that stopped", "pick that stopped")


@pytest.mark.parametrize("name", budget.sampled(CASES, *QUICK))
def test_the_help_carries_it_over_to_a_branch(world: World, name: str) -> None:
    """The line stays as it was, the commits are on the branch, and whatever else was changed is there still."""
    act, says, branch, subjects = CASES[name]
    said = act(world)
    assert said.code and says in said.text, said.text
    line = says.removesuffix(":").split()[-1]
    tip = world.do("rev-parse", line)
    (printed,) = blocks(said.text)
    done = world.run("sh", "-e", "-c", printed)
    assert done.code == 0, f"{printed}\n{done.text}"
    assert world.do("rev-parse", line, f"origin/{line}").split() == [tip, tip]
    assert world.do("symbolic-ref", "--short", "HEAD") == branch
    assert world.do("log", "--format=%s", f"{line}..").split("\n") == [*subjects] or not subjects
    assert (world.work / "notes.txt").read_text() == "CHANGED\n"
    assert (world.work / "new.txt").read_text() == "NEW\n"
    if "stopped" in name:
        assert "RESOLVED" in world.do("show", "HEAD:lines.txt")
        assert "LATER" in (world.work / "lines.txt").read_text()
    assert not world.do("stash", "list")
    assert not world.git("push", "origin", "HEAD").code


def test_a_message_that_a_given_up_revert_left_behind_is_not_taken_for_one(world: World) -> None:
    """git keeps MERGE_MSG; `git restore` takes the files back only."""
    assert world.git("revert", "--no-edit", "feature/x").code
    world.do("restore", "--staged", "--worktree", ".")
    world.change("other.txt")
    said = world.git("commit", "-m", "Other")
    assert "Direct commit to develop:" in said.text and "git reset" not in said.text


def test_one_that_was_made_is_called_by_its_name_at_the_push(world: World) -> None:
    """Its own subject shows a revert, and the reflog a cherry-pick."""
    world.do("revert", "--no-edit", "feature/x")
    said = world.git("push", "origin", "develop")
    assert said.code and "Revert on develop:" in said.text
    world.do("switch", "-q", "main")
    world.do("cherry-pick", "feature/x")
    said = world.git("push", "origin", "main")
    assert said.code and "Cherry-pick onto main:" in said.text
    (printed,) = blocks(said.text)
    (world.work / "notes.txt").write_text("CHANGED\n")
    done = world.run("sh", "-e", "-c", printed)
    assert done.code == 0, done.text
    assert world.do("rev-parse", "main") == world.do("rev-parse", "origin/main")
    assert world.do("log", "--format=%s", "main..hotfix/0.0.1") == "Spell seven out"
    assert (world.work / "notes.txt").read_text() == "CHANGED\n"


def test_check_says_what_the_hook_said(world: World) -> None:
    """The blocked revert is still in the index."""
    assert world.git("revert", "--no-edit", "feature/x").code
    said = world.guard("check")
    assert said.code == 1 and "Revert on develop:" in said.text and "git reset --merge" in said.text
