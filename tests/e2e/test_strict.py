"""`init --strict`: the reference-transaction hook stops what no other client hook sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.world import World, make

pytestmark = pytest.mark.hostile("ways round hooks")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks and the strict one."""
    return make(tmp_path, "native", strict=True)


def test_fast_forward_of_main_to_a_feature_is_refused(world: World) -> None:
    world.branch("feature/x")
    world.do("switch", "main")
    before = world.do("rev-parse", "main")
    ran = world.git("merge", "--ff-only", "feature/x")
    assert ran.code != 0 and "error[GFG301]" in ran.text
    assert world.do("rev-parse", "main") == before


def test_git_branch_with_a_wrong_name_is_refused(world: World) -> None:
    ran = world.git("branch", "pipeline1spark", "develop")
    assert ran.code != 0 and "error[GFG101]" in ran.text
    assert world.run("git", "rev-parse", "--verify", "-q", "pipeline1spark").code != 0


def test_update_ref_of_main_to_a_feature_is_refused(world: World) -> None:
    world.branch("feature/x")
    ran = world.git("update-ref", "refs/heads/main", "feature/x")
    assert ran.code != 0 and "error[GFG301]" in ran.text


def test_no_verify_commit_on_develop_is_refused(world: World) -> None:
    world.do("switch", "develop")
    world.change()
    ran = world.git("commit", "--no-verify", "-m", "Straight")
    assert ran.code != 0 and "error[GFG201]" in ran.text


def test_deleting_develop_is_refused(world: World) -> None:
    world.do("switch", "main")
    ran = world.git("branch", "-D", "develop")
    assert ran.code != 0 and "error[GFG403]" in ran.text


def test_option_like_branch_by_update_ref_is_refused(world: World) -> None:
    """`git branch` refuses the name, update-ref does not."""
    ran = world.git("update-ref", "refs/heads/--upload-pack=x", "develop")
    assert ran.code != 0 and "error[GFG103]" in ran.text


def test_everything_that_a_day_needs_passes(world: World) -> None:
    """Commits, merges, pulls, rebase, stash, reset back, tags and a fetch."""
    steps = (
        ("switch", "-c", "feature/x", "develop"),
        ("commit", "--allow-empty", "-m", "One"),
        ("commit", "--allow-empty", "--amend", "-m", "Two"),
        ("switch", "develop"),
        ("merge", "--no-ff", "--no-edit", "feature/x"),
        ("push", "origin", "develop"),
        ("fetch", "origin"),
        ("switch", "-c", "release/1.0.0", "develop"),
        ("switch", "main"),
        ("merge", "--no-ff", "--no-edit", "release/1.0.0"),
        ("tag", "1.0.0"),
        ("switch", "develop"),
        ("merge", "--no-ff", "--no-edit", "main"),
        ("reset", "--hard", "origin/develop"),
        ("branch", "-D", "release/1.0.0"),
        ("switch", "-c", "feature/y", "develop"),
        ("commit", "--allow-empty", "-m", "Y"),
        ("rebase", "--force-rebase", "develop"),
        ("stash", "list"),
        ("gc", "-q"),
    )
    for step in steps:
        ran = world.git(*step)
        assert ran.code == 0 and "error[" not in ran.text, f"{step}\n{ran.text}"


def test_fetch_of_many_refs_starts_no_python(world: World, tmp_path: Path) -> None:
    """The filter in sh lets remote refs pass; a Python that is a tripwire is never started."""
    other = tmp_path / "other"
    world.run("git", "clone", "-q", str(world.origin), str(other))
    lines = "".join(
        f"create refs/heads/feature/f{n} {world.do('rev-parse', 'develop')}\n" for n in range(100)
    )
    world.run("git", "update-ref", "--stdin", cwd=world.origin, stdin=lines)
    hook = world.work / ".git" / "hooks" / "reference-transaction"
    wire = tmp_path / "python-was-started"
    hook.write_text(hook.read_text().replace("exec ", f"touch '{wire}'; exec "))
    assert world.git("fetch", "-q", "origin").code == 0
    assert len(world.do("branch", "-r").splitlines()) >= 100
    assert not wire.exists()


def test_renaming_a_branch_is_the_documented_hole(world: World) -> None:
    """git never shows the new name of `branch -m` to this hook; the next commit is refused instead."""
    world.branch("feature/x")
    assert world.git("branch", "-m", "feature/x", "pipeline").code == 0
    world.change()
    ran = world.git("commit", "-m", "Work")
    assert ran.code != 0 and "error[GFG101]" in ran.text
