"""The script language itself: both readers understand the same of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario import Memory, Real, read_script

SCRIPT = """
write data/load.py on develop: load()\\nmore()
branch feature/x from develop
move data/load.py to loaders/load.py on feature/x
pick feature/x onto develop
branch feature/y from main
write other.py on feature/y: other()
remove other.py on feature/y
squash feature/x into feature/y
orphan feature/z
write z.py on feature/z: z()
"""


def test_both_readers_build_the_same_graph(tmp_path: Path) -> None:
    """The same subjects with as many parents below each branch, whatever the files hold."""
    script = read_script(SCRIPT.replace("squash feature/x into feature/y\n", ""))
    memory, real = Memory(script), Real(script, tmp_path / "repo")
    for branch, tip in memory.heads.items():
        own = {memory.text[sha]: len(parents) for sha, parents in memory.own(tip, ()).items()}
        rows = real.git("log", "--format=%s\t%P\t.", branch).splitlines()
        assert own == {row.split("\t")[0]: len(row.split("\t")[1].split()) for row in rows}, branch


def test_what_git_makes_of_files(tmp_path: Path) -> None:
    """Lines, a move, a copy of a commit, a removal, and a squash that is no merge."""
    real = Real(
        read_script(SCRIPT.replace("squash feature/x into", "squash develop into")), tmp_path / "repo"
    )
    assert real.git("show", "develop:loaders/load.py") == "load()\nmore()"
    assert real.git("ls-tree", "-r", "--name-only", "feature/y").splitlines() == [
        "lines.txt",
        "loaders/load.py",
    ]
    assert len(real.git("rev-parse", "feature/y^@").split()) == 1
    assert real.git("log", "-1", "--format=%s", "develop") == real.git(
        "log", "-1", "--format=%s", "feature/x"
    )
    assert real.git("rev-list", "--count", "feature/z") == "2"


def test_a_line_that_is_not_understood_is_named() -> None:
    """A typing error is no clean page."""
    with pytest.raises(ValueError, match="no such line: squash feature/x"):
        read_script("squash feature/x")
