"""Where else branches are checked out, read from git's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard.repo.git import Git
from gitflowguard.repo.worktree import checked_out
from tests.install.place import git, repository


@pytest.mark.parametrize("relative", [False, True])
def test_branches_of_other_work_trees(tmp_path: Path, relative: bool) -> None:
    """worktree.useRelativePaths (git 2.48) makes git write the path from the work tree's own folder in .git."""
    top, side = repository(tmp_path / "top"), tmp_path / "side"
    git(top, "worktree", "add", "-q", "-b", "feature/x", str(side))
    if relative:
        home = top / ".git/worktrees/side"
        (home / "gitdir").write_text(os.path.relpath(side / ".git", home) + "\n", "utf-8")
    main = git(top, "symbolic-ref", "--short", "HEAD").strip()
    assert checked_out(Git(str(top)).place()) == {"feature/x": str(side)}
    assert checked_out(Git(str(side)).place()) == {main: str(top)}
    git(side, "switch", "-q", "--detach")
    assert checked_out(Git(str(top)).place()) == {}
