"""The seal itself: what a test run inherits from the shell that started it reaches no program under test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import basis, memory
from tests.conftest import unignore
from tests.e2e.world import make

STATE = "import signal, sys; print(signal.getsignal(int(sys.argv[1])) == signal.SIG_IGN)"
SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1]


@pytest.fixture(name="ignored", params=SIGNALS, ids=lambda number: str(number.name))
def ignored_signal(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that this process ignores, as a shell hands it to `nohup` and to jobs in the background."""
    number = signal.Signals(request.param)
    before = signal.signal(number, signal.SIG_IGN)
    yield number
    signal.signal(number, before)


def ignored_by_a_child(number: signal.Signals) -> bool:
    """Whether a new program ignores it from its start."""
    argv = [sys.executable, "-I", "-S", "-c", STATE, str(int(number))]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "True\n"


def test_no_child_ignores_a_signal_that_the_run_was_started_to_ignore(ignored: signal.Signals) -> None:
    assert ignored_by_a_child(ignored)
    unignore()
    assert not ignored_by_a_child(ignored)
    signal.raise_signal(ignored)  # this process goes on as if it ignored it


def test_no_child_starts_with_a_blocked_signal() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGUSR2,))
    try:
        unignore()
        assert signal.SIGUSR2 not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_a_copied_base_is_what_was_built_and_names_itself(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Clean for git, with its own origin; what one test does to a copy is not in the next one."""
    for _ in range(2):
        world = make(tmp_path_factory.mktemp("world"), "native")
        assert world.do("status", "--porcelain") == ""
        assert world.do("diff-files", "--name-only") == ""
        assert world.do("remote", "get-url", "origin") == str(world.origin)
        assert world.do("for-each-ref", "--format=%(refname)", "refs/heads").split() == [
            "refs/heads/develop",
            "refs/heads/main",
        ]
        world.branch("feature/x")
        world.do("push", "-q", "origin", "feature/x")


def test_the_index_of_a_copy_is_what_git_would_make_of_it(tmp_path: Path) -> None:
    """What was as it was staged still is, to the last field of its row; what was changed since then still is, too."""

    def git(*words: str, cwd: Path) -> str:
        return subprocess.run(("git", *words), cwd=cwd, check=True, capture_output=True, text=True).stdout

    def build(base: Path) -> None:
        work = base / "work"
        (work / "sub").mkdir(parents=True)
        for name in (
            "same.txt",
            "longer.txt",
            "gone.txt",
            "sub/same é.txt",
            "program",
            "later.txt",
            "new.txt",
        ):
            (work / name).write_text(f"{name}\n")
        (work / "program").chmod(0o755)
        (work / "link").symlink_to("same.txt")
        git("init", "-q", cwd=work)
        git("add", ".", cwd=work)
        # Of the same length, and within the same tick of the clock as the index.
        (work / "later.txt").write_text("LATER.txt\n")
        (work / "longer.txt").write_text("much longer\n")
        (work / "gone.txt").unlink()
        git("add", "--intent-to-add", "new.txt", cwd=work)

    for number in range(2):
        work = tmp_path / str(number) / "work"
        basis.copied(("an index",), work.parent, build)
        before = git("ls-files", "--stage", "--debug", cwd=work)
        assert git("diff-files", "--name-only", cwd=work).split() == ["gone.txt", "later.txt", "longer.txt"]
        git("update-index", "-q", "--refresh", "--force-write-index", cwd=work)
        assert git("ls-files", "--stage", "--debug", cwd=work) == before
        assert os.access(work / "program", os.X_OK) and (work / "link").readlink() == Path("same.txt")


def test_other_settings_of_git_make_another_base(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[object] = []
    for name in ("One", "Two", "One"):
        monkeypatch.setenv("GIT_AUTHOR_NAME", name)
        basis.copied(("a test's own",), tmp_path_factory.mktemp("base"), built.append)
    assert len(built) == 2


def test_files_lie_in_memory_where_a_script_can_be_run_and_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place without room, without the right to run, or that isn't there is left alone."""
    seen = SimpleNamespace(f_flag=0, f_bavail=memory.ROOM, f_frsize=1)
    monkeypatch.setattr(os, "statvfs", lambda _: seen)
    assert memory.fits(tmp_path) and not memory.fits(tmp_path / "nowhere")
    seen.f_flag = os.ST_NOEXEC
    assert not memory.fits(tmp_path)
    seen.f_flag, seen.f_bavail = 0, memory.ROOM - 1
    assert not memory.fits(tmp_path)


@pytest.mark.parametrize("named", [{}, {"TMPDIR": "/mine"}, {memory.ROOT: "/mine"}], ids=str)
def test_a_person_who_names_a_place_for_files_has_it(
    named: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "fits", lambda _: True)
    monkeypatch.setattr(tempfile, "tempdir", "/before")
    for name in ("TMPDIR", memory.ROOT):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    memory.use()
    assert tempfile.tempdir == ("/before" if named else "/dev/shm")
    assert os.environ.get(memory.ROOT) == named.get(memory.ROOT, None if named else "/dev/shm")
