"""A policy that extends an organization's, under real hooks: both files count, and no server is asked."""

from __future__ import annotations

import pytest

from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.extends import Upstream
from gitflowguard.policy.extends import write_lock
from tests.e2e.world import World, kept, make

FILE = ".gitflowguard.yaml"
OWN = "extends: github:acme/policies@v2\n"
STRICT = "message: {style: conventional}\nfinal: [message, rules]\n"
MILD = "rules: {direct-commit: ignore, unknown-branch-kind: ignore, malformed-message: ignore}\n"


def lock(text: str) -> str:
    """The lock file as the command writes it, with this policy."""
    return write_lock(Upstream("acme/policies", "v2"), "https://github.com", "1" * 40, text.encode()).decode()


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Native hooks; both lines, here and on origin, have the policy and its lock."""
    return kept(tmp_path_factory.mktemp("extends"), "extends", _scene)


def _scene(world: World) -> None:
    for line in ("main", "develop"):
        world.do("switch", "-q", line)
        world.write(FILE, OWN)
        world.write(LOCK_FILE, lock(STRICT))
        world.do("commit", "-q", "-m", "The policy")
        world.do("push", "-q", "origin", line)


def test_the_organizations_rules_hold_at_commit_and_push(world: World) -> None:
    """The second commit is judged by what was compiled of both, until the lock is another."""
    world.do("switch", "-q", "-c", "feature/x")
    for _ in range(2):
        world.change()
        assert "error[GFG203]" in world.git("commit", "-m", "Words").text
        assert world.git("commit", "-q", "-m", "feat: more").code == 0
    (world.work / LOCK_FILE).write_text(lock(MILD))
    world.change()
    assert world.git("commit", "-q", "-m", "Words").code == 0
    ran = world.git("push", "origin", "feature/x")
    assert ran.code == 1 and "error[GFG203]" in ran.text, ran.text
    assert "error[GFG101]" in world.git("push", "origin", "feature/x:refs/heads/pipeline").text


def test_a_kept_verdict_ends_with_another_lock(world: World) -> None:
    """Everything else is as it was when the branch was judged."""
    world.branch("feature/x", "develop")
    world.do("push", "-q", "origin", "feature/x")
    for number in range(3):
        world.change()
        assert world.git("commit", "-q", "-m", f"feat: {number}").code == 0
        assert world.git("push", "-q", "origin", "feature/x").code == 0
    (world.work / LOCK_FILE).write_text(lock("kinds: {feature: {name: 'task/{slug}'}}\n"))
    world.change()
    assert "error[GFG101]" in world.git("commit", "-m", "feat: 3").text


@pytest.mark.hostile("ways round hooks")
def test_the_lock_is_policy_wherever_a_line_changes(world: World) -> None:
    """Neither a direct commit of it, nor a merge that writes it, gets onto a line."""
    world.do("switch", "-q", "develop")
    world.write(LOCK_FILE, lock(MILD))
    world.do("commit", "-q", "-m", "Straight")
    assert "error[GFG201]" in world.git("push", "origin", "develop").text
    world.do("reset", "-q", "--hard", "origin/develop")
    world.branch("feature/x")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-ff", "--no-commit", "feature/x")
    world.write(LOCK_FILE, lock(MILD))
    world.do("commit", "-q", "--no-edit")
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and f"changes {LOCK_FILE} of develop by itself" in ran.text, ran.text


def test_a_lock_that_is_damaged_blocks_here_and_gives_way_to_the_one_before_it_there(world: World) -> None:
    """At a commit the command that ends it is named; a push goes on by what the team had."""
    world.do("switch", "-q", "develop")
    world.write(LOCK_FILE, lock(STRICT) + "# by hand\n")
    world.do("commit", "-q", "-m", "Damaged")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "-c", "feature/repair")
    world.change()
    ran = world.git("commit", "-m", "feat: more")
    assert ran.code != 0 and f"{LOCK_FILE} can't be used" in ran.text, ran.text
    assert "to lock it: gitflowguard config update" in ran.text
    world.write(LOCK_FILE, lock(STRICT))
    assert world.git("commit", "-q", "-m", "fix: the lock").code == 0
    ran = world.git("push", "origin", "feature/repair")
    assert ran.code == 0 and "so the one before it" in ran.text, ran.text
    assert "error[GFG101]" in world.git("push", "origin", "feature/repair:refs/heads/pipeline").text


def test_a_link_in_its_place_is_none(world: World) -> None:
    """As with the policy itself."""
    world.do("switch", "-q", "-c", "feature/x")
    (world.work / LOCK_FILE).unlink()
    (world.work / LOCK_FILE).symlink_to("elsewhere")
    world.change()
    ran = world.git("commit", "-m", "feat: more")
    assert ran.code != 0 and f"{LOCK_FILE}: this is a symbolic link" in ran.text, ran.text


def test_the_first_policy_may_come_with_its_lock(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Adoption on develop itself: both files in one commit, or the lock beside a policy that is there in no form."""
    world = make(tmp_path_factory.mktemp("first"), "native")
    world.do("switch", "-q", "develop")
    world.write(FILE, OWN)
    world.write(LOCK_FILE, lock("preset: gitflow\n"))
    ran = world.git("commit", "-q", "-m", "The policy")
    assert ran.code == 0, ran.text
    assert world.git("push", "-q", "origin", "develop").code == 0


@pytest.mark.hostile("ways past `pr check`")
def test_a_pull_request_is_judged_by_the_lock_at_its_base(world: World) -> None:
    """The head's milder one is a changed policy, and nothing else."""
    world.do("switch", "-q", "-c", "feature/x", "develop")
    world.write(LOCK_FILE, lock(MILD))
    world.do("commit", "-q", "-m", "Words")
    world.do("push", "-q", "--no-verify", "origin", "feature/x")
    world.do("fetch", "-q")
    ran = world.guard("pr", "check", "--head", "feature/x", "--base", "develop", "--no-radar")
    assert ran.code == 1 and "error[GFG203]" in ran.text, ran.text
    assert "[GFG505]" in ran.text and LOCK_FILE in ran.text
