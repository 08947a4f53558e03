"""A push of a commit that no branch here holds (`git push origin HEAD:main`): named as what it is, and nothing lost."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.world import World, make


def _pushed(world: World, target: str) -> str:
    """What the installed pre-push hook says of HEAD, pushed onto a long-lived branch."""
    head, old = world.do("rev-parse", "HEAD"), world.do("rev-parse", f"origin/{target}")
    script, line = world.work / ".git/hooks/pre-push", f"HEAD {head} refs/heads/{target} {old}\n"
    done = world.run(str(script), "origin", str(world.origin), stdin=line)
    assert done.code == 1, done.text
    return done.text


def _help(text: str) -> str:
    """The commands that the first finding prints."""
    rows = text.partition("  help: ")[2].partition("  more: ")[0]
    return "\n".join(row.strip() for row in rows.splitlines())


def test_a_direct_commit_is_kept(tmp_path: Path) -> None:
    """On a branch of its own; the branch of this clone, which never had it, stays where it is."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n")
    stands = {name: world.do("rev-parse", name) for name in ("main", "develop")}
    for target in stands:
        world.do("switch", "-q", "--detach", target)
        world.commit(f"On {target}")
        said = _pushed(world, target)
        assert f"Direct commit to {target}" in said
        done = world.run("sh", "-e", "-c", _help(said))
        assert done.code == 0, done.text
        branch = world.do("symbolic-ref", "--short", "HEAD")
        assert branch.startswith("feature/") and world.do("log", "-1", "--format=%s") == f"On {target}"
        assert world.do("merge-base", "develop", branch) == stands["develop"]
    assert stands == {name: world.do("rev-parse", name) for name in stands}


def _merged_apart(tmp_path: Path) -> tuple[World, str]:
    """(feature/x merged into a detached HEAD at main, the tip of feature/x)."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n")
    world.do("switch", "-q", "-c", "feature/x", "develop")
    tip = world.commit("Work")
    world.do("switch", "-q", "--detach", "main")
    world.do("merge", "-q", "--no-ff", "--no-edit", "feature/x")
    return world, tip


def test_a_merge_goes_by_what_was_merged(tmp_path: Path) -> None:
    """git's subject says "into HEAD", which names no branch; the printed merge is the legal one."""
    world, tip = _merged_apart(tmp_path)
    assert world.do("log", "-1", "--format=%s").endswith("into HEAD")
    stands = world.do("rev-parse", "main")
    said = _pushed(world, "main")
    assert "feature/x may be merged into develop, not into main" in said
    assert _help(said) == "git switch develop\ngit merge --no-ff feature/x"
    done = world.run("sh", "-e", "-c", _help(said), GIT_EDITOR="true")
    assert done.code == 0 and world.do("rev-parse", "develop^2") == tip, done.text
    assert world.do("rev-parse", "main") == stands


def test_a_merged_branch_that_is_gone_comes_back(tmp_path: Path) -> None:
    """Its name is in the subject alone, so the command first makes it again, at the merged commit."""
    world, tip = _merged_apart(tmp_path)
    world.do("branch", "-q", "-D", "feature/x")
    done = world.run("sh", "-e", "-c", _help(_pushed(world, "main")), GIT_EDITOR="true")
    assert done.code == 0 and world.do("rev-parse", "develop^2") == tip, done.text
