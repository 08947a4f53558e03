"""Programs that are begun before their answer is wanted: the same answer, nothing left over."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gitflowguard import process
from gitflowguard.process import Completed, ProcessError
from gitflowguard.repo.git import REFS, STAGED, Git, GitError
from tests import oracle
from tests.e2e.world import make

LOUD = "import sys; print('x' * 300_000); print('y' * 300_000, file=sys.stderr); sys.exit(7)"
ECHO = "import sys; sys.stdout.write(sys.stdin.read().upper())"
ASLEEP = "import os, time; open({!r}, 'w').write(str(os.getpid())); time.sleep(600)"


def python(code: str) -> tuple[str, ...]:
    """A program."""
    return sys.executable, "-I", "-S", "-c", code


@pytest.mark.parametrize(("code", "stdin"), [(LOUD, b""), (ECHO, b""), (ECHO, b"words"), ("", b"unread")])
def test_the_answer_is_that_of_run(code: str, stdin: bytes) -> None:
    """Exit code and both outputs, also with more than a pipe holds."""
    begun = process.begin(python(code), stdin)
    assert begun is not None
    assert process.finish(begun) == process.run(python(code), stdin)


def test_two_work_side_by_side() -> None:
    """Neither waits for the other: each answers only once the other has begun."""
    one, other = os.pipe(), os.pipe()
    code = "import os; os.write({}, b'x'); print(os.read({}, 1))"
    for end in (*one, *other):
        os.set_inheritable(end, True)
    first = process.begin(python(code.format(one[1], other[0])))
    second = process.begin(python(code.format(other[1], one[0])))
    assert first is not None and second is not None
    assert [process.finish(begun, 30).out for begun in (first, second)] == [b"b'x'\n", b"b'x'\n"]
    for end in (*one, *other):
        os.close(end)


def test_what_cannot_be_begun() -> None:
    """Much input needs somebody who feeds it; a program that is not there is told at once."""
    assert process.begin(python(ECHO), b"x" * 100_000) is None
    with pytest.raises(ProcessError, match="no-such-program is not on PATH"):
        process.begin(("no-such-program",))


def ended(pid: int) -> bool:
    """Whether a process is gone, and its parent has heard of it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("way", ["drop", "finish"])
def test_none_outlives_us(tmp_path: Path, way: str) -> None:
    """One that nobody asks, and one that takes too long."""
    mark = tmp_path / "pid"
    begun = process.begin(python(ASLEEP.format(str(mark))))
    assert begun is not None
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.01)
    if way == "drop":
        process.drop(begun)
    else:
        with pytest.raises(ProcessError, match="did not end within"):
            process.finish(begun, 0.05)
    assert ended(begun.pid)


def test_a_question_put_ahead_is_asked_once(
    tmp_path: Path, argv_oracle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its very words: other words are another question."""
    world = make(tmp_path, "native")
    monkeypatch.chdir(world.work)
    expected = Git().refs()
    argv_oracle.unlink(missing_ok=True)
    git = Git()
    git.ahead(*REFS)
    git.ahead(*REFS)
    git.ahead("version")
    assert git.refs() == expected and git.refs() == expected
    assert git.version().startswith("git version")
    words = [
        [word for word in call if word in ("for-each-ref", "version")] for call in oracle.calls(argv_oracle)
    ]
    assert sorted(words) == [["for-each-ref"], ["for-each-ref"], ["version"]]


def test_what_is_not_asked_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`settle` leaves no process and no open file."""
    world = make(tmp_path, "native")
    monkeypatch.chdir(world.work)
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    # Another test's browser may be a child of this process, too.
    begun: list[int] = []
    spawn = process._spawn

    def noted(*given: Any) -> int:
        begun.append(spawn(*given))
        return begun[-1]

    monkeypatch.setattr(process, "_spawn", noted)
    git = Git()
    git.ahead(*REFS)
    git.ahead(*STAGED)
    git.settle()
    git.settle()
    if before:
        assert set(os.listdir("/proc/self/fd")) == before
    assert len(begun) == 2
    for pid in begun:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def test_a_mistake_is_told_where_it_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a repository, and without any git: as if it had not been put ahead."""
    monkeypatch.chdir(tmp_path)
    git = Git()
    git.ahead(*REFS)
    with pytest.raises(GitError, match="for-each-ref failed: .*not a git repository"):
        git.refs()
    monkeypatch.setenv("PATH", str(tmp_path))
    git = Git()
    git.ahead(*REFS)
    with pytest.raises(GitError, match="git is not on PATH"):
        git.refs()


def test_done_is_what_it_says() -> None:
    """The helper above compares whole answers, not only that there is one."""
    assert process.run(python("print(1)")) == Completed(0, b"1\n", b"")
