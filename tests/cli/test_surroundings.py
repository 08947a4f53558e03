"""Surroundings that are nobody's bug: streams that are closed, odd directories, odd letters, a full disk."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from pathlib import Path

import click
import pytest

from gitflowguard.cli import output
from gitflowguard.report.escape import Escaped
from tests.budget import sampled
from tests.e2e.world import make
from tests.quality.world import UGLY, guarded

pytestmark = pytest.mark.hostile("faults")


@pytest.mark.parametrize(
    "command", sampled(["status", "check", "doctor", "demo --help", "rules"], "check", "demo --help", "rules")
)
def test_nobody_reads(tmp_path: Path, command: str) -> None:
    """A closed stdout, or both closed, is no error.

    The others are slow: all commands print by one function.
    """
    world = make(tmp_path, "native")
    for closed in (">&-", ">&- 2>&-"):
        done = world.run("sh", "-c", f"gitflowguard {command} {closed}")
        assert done.code in (0, 1) and "bug" not in done.text, done.text


def test_a_full_disk_behind_the_output_is_one_sentence(tmp_path: Path) -> None:
    """In words, without Python's number of the error."""
    world = make(tmp_path, "native")
    done = world.run("sh", "-c", "gitflowguard rules >/dev/full")
    assert (done.code, done.text) == (3, "gitflowguard: couldn't check: No space left on device\n")


def test_a_directory_with_a_lines_end_in_its_name(tmp_path: Path) -> None:
    """init, hooks, doctor, check and uninstall work in it."""
    world = make(tmp_path, "native")
    odd = tmp_path / "two\nlines"
    shutil.copytree(world.work, odd, symlinks=True)
    assert world.run("gitflowguard", "init", "--yes", cwd=odd).code == 0
    for command, codes in (("check", (0,)), ("doctor", (0, 1)), ("uninstall", (0,))):
        done = world.run("gitflowguard", command, *(("--yes",) if command == "uninstall" else ()), cwd=odd)
        assert done.code in codes and "bug" not in done.text, done.text


def test_a_policy_with_half_a_letter(tmp_path: Path) -> None:
    """A mistake in the policy like any other."""
    world = make(tmp_path, "native")
    world.policy('merge-drivers: "\\ud800"\n')
    done = world.guard("config", "validate")
    assert done.code == 2 and ".gitflowguard.yaml" in done.text, done.text


def test_a_report_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk takes nothing away, and is no matter of usage; a path that cannot be is."""
    path = tmp_path / "report"
    output.save(str(path), Escaped("old"))
    path.chmod(0o640)

    def full(one: object, other: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match=f"report to {path}: No space"):
            output.save(str(path), Escaped("new"))
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["report"]
    output.save(str(path), Escaped("new"))
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o640
    link = tmp_path / "link"
    link.symlink_to("report")
    output.save(str(link), Escaped("through"))
    assert link.is_symlink() and path.read_text() == "through"
    output.save("/dev/null", Escaped("x"))
    with pytest.raises(click.UsageError, match="cannot be written"):
        output.save(str(tmp_path / "none" / "x"), Escaped("x"))


@pytest.mark.parametrize(
    "command",
    sampled(["check --all", "check --output-format sarif", "quality --all"], "check --all", "quality --all"),
)
def test_no_room_for_a_report(tmp_path: Path, command: str) -> None:
    """One line, exit code 3, and the last report stands; a device is asked as a file is.

    One format is slow: all formats leave by the same writer.
    """
    world = make(tmp_path, "native")
    (tmp_path / "report").write_text("old " * 2000)
    for file, limit in ((tmp_path / "report", "ulimit -f 0; "), (Path("/dev/full"), "")):
        done = world.run("sh", "-c", f"{limit}gitflowguard {command} --output-file {file}")
        lines = done.text.splitlines()
        assert done.code == 3 and len(lines) == 1, done.text
        assert lines[0].startswith(
            f"gitflowguard: couldn't check: couldn't write the report to {file}: "
        ), done.text
    assert (tmp_path / "report").read_text() == "old " * 2000
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("report")] == ["report"]


KILLED = """
import os, signal, sys
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
os.replace = kill
from gitflowguard.cli.main import main
main({words!r})
"""


@pytest.mark.hostile("kill points")
@pytest.mark.parametrize(
    "words",
    sampled(
        [
            ["check", "--output-file", "report"],
            ["quality", "--fix"],
            ["baseline"],
            ["init", "--yes", "--pre-commit"],
            ["status"],
        ],
        ["check", "--output-file", "report"],
        ["init", "--yes", "--pre-commit"],
        ["status"],
    ),
    ids=" ".join,
)
def test_killed_while_it_puts_a_file_in_place(tmp_path: Path, words: list[str]) -> None:
    """SIGKILL between the writing and the renaming: every file is as it was; the next run leaves nothing beside it.

    The others are slow: tests/quality/test_fix.py, test_killed_at_many_moments, kills `quality --fix`, and all
    put files in place by one function.
    """
    world = guarded(tmp_path)
    world.write("ugly.py", UGLY)
    (world.work / "report").write_text("old")
    if words == ["status"]:  # the compiled policy is what it puts in place
        world.policy(f"{(world.work / '.gitflowguard.yaml').read_text()}# edited\n")
    before = files(world.work)
    done = world.run(sys.executable, "-c", KILLED.format(words=words))
    assert done.code == -signal.SIGKILL, done.text
    killed = files(world.work)
    assert {path: killed[path] for path in before} == before
    left = [
        path for path in killed if path not in before and b".git/gitflowguard/passed" not in os.fsencode(path)
    ]
    assert left, "it was killed before it wrote"
    done = world.guard(*words)
    assert done.code in (0, 1) and "Traceback" not in done.text, done.text
    after = files(world.work)
    assert not [path for path in left if path in after], after.keys()


def files(folder: Path) -> dict[str, bytes]:
    """Path -> content of all but git's own objects and index, which `quality --fix` writes by git."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = ((str(path.relative_to(folder)), path) for path in found)
    own = (".git/index", ".git/objects", ".git/gitflowguard/passed")
    return {name: path.read_bytes() for name, path in names if not name.startswith(own)}
