"""Killed at any moment: every file is old or new, a second init finishes, uninstall restores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.budget import is_whole, sampled, spread
from tests.conftest import executable
from tests.install.place import Picture, Shell, git, picture, repository

pytestmark = pytest.mark.hostile("kill points")

MINE = "#!/bin/sh\nexit 0\n"
# How far the calls that fail lie apart.
STEP = 1 if is_whole() else 5
# All of .git that is not ours to restore: the branch that stays, and git's own records of it.
_BRANCH = (".git/refs/heads/develop", ".git/logs/refs/heads/develop")


def _busy(folder: Path) -> Path:
    repo = repository(folder)
    (repo / ".pre-commit-config.yaml").write_text("repos: []\n")
    executable(repo / ".git/hooks/pre-push", MINE)
    executable(repo / ".git/hooks/commit-msg", MINE).chmod(0o700)
    return repo


def _ours(found: Picture) -> Picture:
    return {path: what for path, what in found.items() if path not in _BRANCH}


def _end_state(tmp_path: Path, guard: Shell) -> Picture:
    """What an undisturbed init leaves, without the journal, which remembers its own history."""
    repo = _busy(tmp_path / "undisturbed")
    assert guard(repo, "init", "--yes", "--strict").code == 0
    return _installed(repo)


def _installed(repo: Path) -> Picture:
    return {path: what for path, what in picture(repo).items() if not _varies(path)}


def _varies(path: str) -> bool:
    """Times of day are in reflogs, and the order of work is in the journal."""
    return path.startswith((".git/gitflowguard", ".git/index", ".git/objects", ".git/logs", ".git/refs"))


@pytest.mark.parametrize(
    ("call", "then"),
    sampled(
        product(("os.replace", "os.fsync", "os.unlink", "os.fchmod"), ("init", "uninstall")),
        *(("os.replace", "init"), ("os.fchmod", "uninstall"), ("os.unlink", "init")),
    ),
)
def test_a_failure_at_every_single_call_can_be_gone_on_from_and_back_from(
    tmp_path: Path,
    guard: Shell,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    then: str,
    tally: Callable[[int, int], None],
) -> None:
    """The n-th call fails, for every n (in `make test` every fifth) until init gets through.

    Quick: both ways on, and three of the calls. fsync comes before each replace, so its failure leaves the same files.
    """
    wanted = _end_state(tmp_path, guard)
    real = getattr(os, call[3:])
    for allowed in range(0, 200, STEP):
        repo = _busy(tmp_path / str(allowed))
        before = picture(repo)
        left = [allowed]

        def failing(*args: object, **kwargs: object) -> object:
            if left[0] == 0:
                raise OSError(28, "No space left on device", "x")
            left[0] -= 1
            return real(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(call, failing)
            code = guard(repo, "init", "--yes", "--strict").code
        _old_or_new(repo, before, wanted)
        if then == "init":
            assert guard(repo, "init", "--yes", "--strict").code == 0 and _installed(repo) == wanted
        assert guard(repo, "uninstall", "--yes").code == 0
        assert _ours(picture(repo)) == _ours(before)
        if code == 0:
            # What is replaced at one stroke leaves nothing to delete, so a failing deletion stops nothing.
            assert allowed > 5 or call == "os.unlink"
            tally(allowed // STEP + 1, 0)
            return
        assert code == 5
    pytest.fail("init never got through")


def _old_or_new(repo: Path, before: Picture, after: Picture) -> None:
    """No file is anything but what it was or what it is to be."""
    for path, what in _installed(repo).items():
        if not path.endswith(".gitflowguard-new"):
            assert what in (before.get(path), after.get(path)), path


def _kill_after(repo: Path, seconds: float, *command: str) -> bool:
    """Runs the program and kills it dead; whether it was still alive."""
    argv = (sys.executable, "-m", "gitflowguard.cli.main", *command)
    child = subprocess.Popen(argv, cwd=repo, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    alive = child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.wait()
    return alive


def test_sigkill_at_many_points_of_init_and_uninstall(
    tmp_path: Path, guard: Shell, tally: Callable[[int, int], None]
) -> None:
    """kill -9 spread over the whole run, which is timed first; both commands end what was begun."""
    wanted = _end_state(tmp_path, guard)
    timed = _busy(tmp_path / "timed")
    start = time.monotonic()
    subprocess.run(
        (sys.executable, "-m", "gitflowguard.cli.main", "init", "--yes", "--strict"),
        cwd=timed, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    whole = time.monotonic() - start
    struck = 0
    for step in spread(range(12), 3):
        repo = _busy(tmp_path / f"k{step}")
        before = picture(repo)
        struck += _kill_after(repo, whole * (0.1 + step * 0.08), "init", "--yes", "--strict")
        _old_or_new(repo, before, wanted)
        assert guard(repo, "init", "--yes", "--strict").code == 0 and _installed(repo) == wanted
        _kill_after(repo, whole * (0.1 + step * 0.06), "uninstall", "--yes")
        _old_or_new(repo, before, wanted)
        assert guard(repo, "uninstall", "--yes").code == 0
        assert _ours(picture(repo)) == _ours(before)
    assert struck, "no kill came in time"
    tally(2 * len(list(spread(range(12), 3))), 0)


def test_a_failed_uninstall_is_finished_by_the_next(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch, tally: Callable[[int, int], None]
) -> None:
    """The n-th rename, removal or write fails, for every n (in `make test` every fifth rename and removal)."""
    tried = 0
    for call in spread(("os.replace", "os.fsync", "os.rmdir", "os.unlink"), 2):
        real = getattr(os, call[3:])
        for allowed in range(0, 60, STEP):
            tried += 1
            repo = _busy(tmp_path / f"{call}{allowed}")
            before = picture(repo)
            assert guard(repo, "init", "--yes").code == 0
            left = [allowed]

            def failing(*args: object, **kwargs: object) -> object:
                if left[0] == 0:
                    raise PermissionError(13, "Permission denied", "x")
                left[0] -= 1
                return real(*args, **kwargs)

            with monkeypatch.context() as patch:
                patch.setattr(call, failing)
                code = guard(repo, "uninstall", "--yes").code
            assert code in (0, 5)
            if code:
                assert guard(repo, "uninstall", "--yes").code == 0
            assert _ours(picture(repo)) == _ours(before)
            if code == 0:
                break
    tally(tried, 0)


def test_a_branch_that_cannot_be_made_is_said_and_made_later(tmp_path: Path, guard: Shell) -> None:
    """A lock that another git holds is named, never removed; exit 5."""
    repo = _busy(tmp_path / "r")
    lock = repo / ".git/refs/heads/develop.lock"
    lock.write_text("")
    ran = guard(repo, "init", "--yes")
    assert ran.code == 5 and "develop.lock" in ran.err and lock.exists()
    lock.unlink()
    assert guard(repo, "init", "--yes").code == 0 and git(repo, "rev-parse", "develop")
