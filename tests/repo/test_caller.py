"""The git above a hook, from a process table that is given, and from this machine's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.repo import caller
from gitflowguard.repo.caller import Process, git_above, keeps_merges
from gitflowguard.repo.git import Git

REBASE = ("rebase", "--autostash", "origin/develop")


def above(*names: str) -> dict[int, Process]:
    """A chain of processes; the first is our parent."""
    first = os.getppid()
    return {
        first + index: Process(first + index, first + index + 1, "9", name, (name, str(index)))
        for index, name in enumerate(names)
    }


@pytest.mark.parametrize(
    "names", [("git",), ("sh", "pre-commit", "git", "zsh"), ("prek", "git", "sh", "git")]
)
def test_the_nearest_git_is_found(names: tuple[str, ...]) -> None:
    found = git_above(above(*names).get)
    assert found is not None and found.args == ("git", str(names.index("git")))


@pytest.mark.parametrize("names", [(), ("sh", "ide"), ("sh",) * 100, ("gitk", "git-gui", "digit")])
def test_without_a_git_nothing_is_found(names: tuple[str, ...]) -> None:
    assert git_above(above(*names).get) is None


@pytest.mark.parametrize("table", ["/proc", "/nowhere"])
def test_this_machines_own_table(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git alias starts us as a hook would be started; /proc and ps(1) agree."""
    if table == "/proc" and not os.path.isdir("/proc/self"):
        pytest.skip("there is no /proc here")
    code = (
        "from gitflowguard.repo import caller; "
        f"caller.PROC = {table!r}; found = caller.git_above(); print(found and (found.name, found.args[-2:]))"
    )
    script = tmp_path / "seen.py"
    script.write_text(code)
    alias = f"alias.seen=!sh -c '{sys.executable} {script}; true' --"
    done = subprocess.run(
        ["git", "-c", alias, "seen", "--rebase-merges"], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "('git', ('seen', '--rebase-merges'))", done


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        (REBASE, False),
        (("-c", "x=y", *REBASE), False),
        (("rebase", "--rebase-merges", "x"), True),
        (("rebase", "--rebase-merges=rebase-cousins", "x"), True),
        (("rebase", "-r", "x"), True),
        (("rebase", "-ir", "x"), True),
        (("rebase", "-i", "x"), False),
        (("rebase", "-Xrenormalize", "x"), False),
        (("rebase", "--rebase-merges", "--no-rebase-merges", "x"), False),
        (("pull", "--rebase"), None),
        ((), None),
    ],
)
def test_whether_a_rebase_makes_merges_again(
    args: tuple[str, ...], kept: bool | None, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert keeps_merges(Git(str(tmp_path)), Process(1, 0, "", "git", args)) is kept


def test_nothing_is_known_without_a_caller() -> None:
    assert keeps_merges(Git(), None) is None


@pytest.mark.parametrize(("version", "kept"), [("git version 2.40.1", False), ("git version 2.41.0", True)])
def test_the_setting_counts_where_git_reads_it(
    version: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git-config(1): rebase.rebaseMerges came with 2.41."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "config", "rebase.rebaseMerges", "true"], check=True)
    git = Git(str(tmp_path))
    monkeypatch.setattr(git, "version", lambda: version)
    assert keeps_merges(git, Process(1, 0, "", "git", REBASE)) is kept


def test_a_damaged_table_is_no_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process that has just ended leaves half an entry."""
    (tmp_path / "self").mkdir()
    monkeypatch.setattr(caller, "PROC", str(tmp_path))
    assert git_above() is None
    parent = tmp_path / str(os.getppid())
    parent.mkdir()
    (parent / "cmdline").write_bytes(b"git\0commit\0")
    (parent / "stat").write_bytes(b"12 (git) S")
    assert git_above() is None
