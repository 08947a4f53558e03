"""From `init` to `uninstall` around a working day: .git/config and every file are as they were."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.e2e.world import World, make


def guard(world: World, *words: str) -> str:
    ran = world.run(sys.executable, "-m", "gitflowguard", *words)
    assert ran.code == 0, ran.text
    return ran.text


def test_a_day_between_init_and_uninstall_leaves_the_configuration_as_it_was(tmp_path: Path) -> None:
    """Branches are noted in AVH's key while we are here, and taken out again when we go."""
    world = make(tmp_path, "native")
    hooks = world.work / ".git" / "hooks"
    for hook in hooks.iterdir():
        hook.unlink()
    before = (world.work / ".git" / "config").read_bytes()
    guard(world, "init", "--yes")
    for name in ("feature/a", "feature/b"):
        assert world.git("switch", "-c", name, "develop").code == 0
        assert world.git("commit", "--allow-empty", "-m", "Work").code == 0
    assert world.do("config", "gitflow.branch.feature/b.base") == "develop"
    guard(world, "uninstall", "--yes")
    assert (world.work / ".git" / "config").read_bytes() == before
    assert list(hooks.iterdir()) == []
    assert not (world.work / ".git" / "gitflowguard").exists()
    assert not (world.work / ".gitflowguard.yaml").exists()
