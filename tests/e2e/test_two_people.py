"""Two people share the lines: who pushes second, who pulls with rebase, and who forgets the other half."""

from __future__ import annotations

import shlex
from itertools import product, takewhile
from pathlib import Path

import pytest

from tests import budget
from tests.e2e.world import WAYS, Ran, World, make


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks."""
    return make(tmp_path, "native")


def theirs(world: World, name: str = "theirs.txt", branch: str = "develop", text: str = "theirs\n") -> None:
    """A colleague pushes a merge to a line; this clone has not fetched it."""
    other = world.root / f"other-{name}"

    def git(*args: str) -> None:
        done = world.run("git", *args, cwd=other if other.exists() else world.root)
        assert done.code == 0, done.text

    git("clone", "-q", "-b", branch, str(world.origin), str(other))
    git("switch", "-q", "-c", f"feature/{name.partition('.')[0]}")
    (other / name).write_text(text)
    git("add", name)
    git("commit", "-q", "-m", "Theirs")
    git("switch", "-q", branch)
    git("merge", "-q", "--no-ff", "--no-edit", f"feature/{name.partition('.')[0]}")
    git("push", "-q", "origin", branch)


def mine(world: World, branch: str = "develop") -> None:
    """A feature of ours, merged into a line and not pushed."""
    world.branch("feature/mine", branch, commits=2)
    world.do("switch", branch)
    world.do("merge", "--no-ff", "--no-edit", "feature/mine")


def helped(world: World, ran: Ran) -> Ran:
    """Runs every command of the first help that was printed; returns what the last one said."""
    lines = [line.strip() for line in ran.text.splitlines()]  # prek indents what a hook prints
    start = next(index for index, line in enumerate(lines) if line.startswith("help: "))
    following = takewhile(lambda line: line.startswith("git "), lines[start + 1 :])
    commands = [lines[start].removeprefix("help: "), *following]
    done = Ran(0, "")
    for command in commands:
        done = world.run(*shlex.split(command), cwd=None, stdin=None)
        assert done.code == 0, f"{command}\n{done.text}"
    return done


def dirty(world: World) -> None:
    """Uncommitted work: a file changed, a file staged, a file new."""
    (world.work / "develop.txt").write_text("not finished\n")
    world.change("staged.txt")
    (world.work / "new.txt").write_text("new\n")


SETTINGS = ((), ("pull.rebase=true",), ("pull.ff=only",), ("pull.rebase=merges",))


@pytest.mark.parametrize(
    "settings",
    [pytest.param(one, marks=pytest.mark.slow if at % 2 else ()) for at, one in enumerate(SETTINGS)],
)
def test_who_pushes_second_is_told_to_pull(world: World, settings: tuple[str, ...]) -> None:
    """The pull that is printed works in a dirty tree, keeps the merge, and then the push passes.

    It names how it pulls, so that no setting counts: quick with the one under which git itself would refuse.
    """
    for setting in settings:
        world.do("config", *setting.split("="))
    mine(world)
    merge = world.do("rev-parse", "HEAD")
    theirs(world)
    dirty(world)
    ran = world.git("push", "origin", "develop")
    assert ran.code != 0 and "develop on origin has commits that this clone doesn't have yet" in ran.text
    assert "git branch" not in ran.text and "git reset" not in ran.text
    helped(world, ran)
    assert world.git("push", "origin", "develop").code == 0
    assert world.do("rev-parse", "HEAD^1") == merge
    assert (world.work / "develop.txt").read_text() == "not finished\n"
    assert (world.work / "new.txt").exists() and (world.work / "staged.txt").exists()


def test_the_same_on_main(world: World) -> None:
    """Two hotfixes on one day."""
    world.branch("hotfix/1.0.1", "main")
    for line in ("main", "develop"):
        world.do("switch", line)
        world.do("merge", "--no-ff", "--no-edit", "hotfix/1.0.1")
    theirs(world, branch="main")
    ran = world.git("push", "origin", "main", "develop")
    assert ran.code != 0 and "main on origin has commits that this clone doesn't have yet" in ran.text
    helped(world, ran)
    assert world.git("push", "origin", "main", "develop").code == 0


def test_who_pushes_from_another_branch_is_told_to_switch(world: World) -> None:
    mine(world)
    theirs(world)
    world.do("switch", "feature/mine")
    ran = world.git("push", "origin", "develop")
    assert ran.code != 0 and "git switch develop" in ran.text
    helped(world, ran)
    assert world.git("push", "origin", "develop").code == 0


def test_a_forced_push_over_somebody_elses_work_is_blocked(world: World) -> None:
    """Fetched, and forced anyway: what the remote has is merged, not moved away."""
    mine(world)
    theirs(world)
    world.do("fetch", "-q", "origin")
    ran = world.git("push", "--force", "origin", "develop")
    assert ran.code != 0 and "has commits that your develop doesn't have" in ran.text
    helped(world, ran)
    assert world.git("push", "origin", "develop").code == 0


@pytest.mark.parametrize("how", budget.sampled(("amend", "reset", "rebase"), "reset", "rebase"))
def test_a_rewritten_line_is_told_from_one_that_is_behind(world: World, how: str) -> None:
    """This clone's reflog holds what the remote has: the branch lost it here. Nothing of it is lost by the help.

    To amend, which leaves what a reset and a commit leave, is slow.
    """
    mine(world)
    assert world.git("push", "origin", "develop").code == 0
    there = world.do("rev-parse", "develop")
    if how == "amend":
        world.do("commit", "--amend", "-m", "Other words")
    elif how == "reset":
        world.do("reset", "-q", "--hard", "HEAD~1")
        world.commit("Instead")
    else:
        world.do("rebase", "-q", "--onto", "main", "HEAD~1")
        world.commit("Instead")
    now = world.do("rev-parse", "develop")
    ran = world.git("push", "--force", "origin", "develop")
    assert ran.code != 0 and "develop on origin would lose commits" in ran.text and "git pull" not in ran.text
    helped(world, ran)
    assert world.do("rev-parse", "develop") == there
    assert world.do("rev-parse", "feature/my-change") == now


PULLS = (("pull", "--rebase"), ("-c", "pull.rebase=true", "pull"))


@pytest.mark.parametrize(
    ("way", "command"),
    budget.sampled(product(WAYS, PULLS), ("native", PULLS[0]), ("prek", PULLS[1])),
)
def test_a_pull_with_rebase_does_not_flatten_a_merge(
    tmp_path: Path, way: str, command: tuple[str, ...]
) -> None:
    """It is blocked before anything has moved, in each way, and what is printed keeps the merge.

    git hands pre-rebase the same for both commands; the second one is quick with prek. That pre-commit starts it before
    a rebase is quick in tests/e2e/test_table.py.
    """
    world = make(tmp_path, way)
    mine(world)
    merge = world.do("rev-parse", "HEAD")
    theirs(world)
    ran = world.git(*command)
    assert ran.code != 0 and "this rebase would flatten the merge of feature/mine into develop" in ran.text
    assert world.do("rev-parse", "HEAD") == merge
    dirty(world)
    helped(world, ran)
    assert world.do("rev-parse", "HEAD^1") == merge
    assert world.git("push", "origin", "develop").code == 0


@pytest.mark.parametrize(
    "action",
    [pytest.param(("pull", "--rebase"), marks=pytest.mark.slow), ("rebase", "origin/develop")],
)
def test_a_merge_that_was_flattened_is_found_again(world: World, action: tuple[str, ...]) -> None:
    """The reflog knows where the merge was; what is printed goes back there, and the push passes. By a pull, which
    starts the same rebase, it is slow."""
    mine(world)
    merge = world.do("rev-parse", "HEAD")
    theirs(world)
    world.do("fetch", "-q", "origin")
    world.do(*action)
    ran = world.git("push", "origin", "develop")
    assert ran.code != 0 and ran.text.count("a rebase flattened a merge into develop") == 1, ran.text
    (world.work / "new.txt").write_text("new\n")
    helped(world, ran)
    assert world.do("rev-parse", "HEAD^1") == merge
    assert world.git("push", "origin", "develop").code == 0


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("pull", "--rebase=merges"), marks=pytest.mark.slow),
        pytest.param(("-c", "pull.rebase=merges", "pull"), marks=pytest.mark.slow),
        ("rebase", "-r", "origin/develop"),
        pytest.param(("rebase", "-ir", "origin/develop"), marks=pytest.mark.slow),
        ("pull", "--no-rebase"),
    ],
)
def test_a_rebase_that_makes_merges_again_is_free(world: World, command: tuple[str, ...]) -> None:
    """Whether git makes them again is read in tests/repo/test_caller.py; what is the same word elsewhere is slow."""
    mine(world)
    theirs(world)
    world.do("fetch", "-q", "origin")
    ran = world.git(*command, GIT_SEQUENCE_EDITOR=":")
    assert ran.code == 0 and "GFG" not in ran.text, ran.text
    assert world.git("push", "origin", "develop").code == 0


@pytest.mark.parametrize("way", budget.sampled(WAYS, "native", "prek"))
def test_a_pull_with_rebase_and_nothing_of_ones_own_passes(tmp_path: Path, way: str) -> None:
    """pre-commit calls pre-rebase as prek does (the test above); it is slow here."""
    world = make(tmp_path, way)
    theirs(world)
    world.do("switch", "develop")
    ran = world.git("pull", "--rebase")
    assert ran.code == 0 and "GFG" not in ran.text, ran.text


def halves(world: World, kind: str) -> None:
    """A release or hotfix, merged into main alone."""
    name = {"release": "release/1.0.0", "hotfix": "hotfix/1.0.1"}[kind]
    world.branch(name, "develop" if kind == "release" else "main")
    assert world.git("switch", "main").code == 0
    ran = world.git("merge", "--no-ff", "--no-edit", name)
    assert ran.code == 0 and "GFG303" not in ran.text, ran.text


@pytest.mark.parametrize(
    ("kind", "strict"),
    budget.sampled(product(("release", "hotfix"), (False, True)), ("release", True), ("hotfix", False)),
)
def test_a_forgotten_back_merge_is_reported_where_main_is_pushed(
    tmp_path: Path, kind: str, strict: bool
) -> None:
    """Silence at the merge, once at the push; the push passes, and the help ends the matter."""
    world = make(tmp_path, "native", strict=strict)
    halves(world, kind)
    ran = world.git("push", "origin", "main")
    assert ran.code == 0 and ran.text.count("warning[GFG303]") == 1, ran.text
    helped(world, ran)
    ran = world.git("push", "origin", "develop")
    assert ran.code == 0 and "GFG303" not in ran.text


@pytest.mark.parametrize("first", budget.sampled(("main", "develop"), "main"))
def test_both_halves_may_be_pushed_one_after_the_other(world: World, first: str) -> None:
    """develop first is slow: nothing is missing on it then, as the whole release of tests/e2e/test_day.py shows."""
    halves(world, "hotfix")
    world.do("switch", "develop")
    assert world.git("merge", "--no-ff", "--no-edit", "hotfix/1.0.1").code == 0
    for branch in (first, "main" if first == "develop" else "develop"):
        ran = world.git("push", "origin", branch)
        assert ran.code == 0 and "GFG303" not in ran.text, ran.text


def test_a_team_may_block_a_push_without_its_back_merge(world: World) -> None:
    """`missing-back-merge: error` blocks the push, not the first half of the finish."""
    world.policy("rules: {missing-back-merge: error}\n")
    halves(world, "hotfix")
    ran = world.git("push", "origin", "main")
    assert ran.code != 0 and "error[GFG303]" in ran.text
    helped(world, ran)
    assert world.git("push", "origin", "main", "develop").code == 0
