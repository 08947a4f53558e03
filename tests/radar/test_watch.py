"""The picture that is drawn again: the loop by itself, the eye for refs by real git, all of it in a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitflowguard.cli.radarwatch import CLEAR, SECONDS, watch
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.refwatch import mark
from gitflowguard.repo.state import find_place
from tests.radar.team import Team

A, B = "feature/a", "feature/b"


class Desk:
    """Marks and pictures that are told beforehand, and a pause that ends it all after so many."""

    def __init__(self, marks: list[int], pictures: list[str | Exception], pauses: int = 0) -> None:
        self.marks, self.pictures, self.pauses = iter(marks), iter(pictures), pauses
        self.shown: list[str] = []
        self.slept: list[float] = []

    def mark(self) -> int:
        """What refs look like now; Ctrl-C where nothing is told any more."""
        for one in self.marks:
            return one
        raise KeyboardInterrupt

    def draw(self) -> str:
        """The next picture."""
        one = next(self.pictures)
        if isinstance(one, Exception):
            raise one
        return one

    def show(self, text: str) -> bool:
        """Takes a picture."""
        self.shown.append(text)
        return True


def test_it_draws_again_only_when_refs_have_changed() -> None:
    desk = Desk([1, 1, 1, 2, 2, 2], ["one\n", "two\n"])
    assert watch(desk.draw, desk.mark, desk.show, False, desk.slept.append) == 130
    assert desk.shown == ["one\n", "\ntwo\n"]
    assert desk.slept == [SECONDS, SECONDS, SECONDS]


def test_on_a_terminal_it_clears_and_says_how_to_end_it() -> None:
    desk = Desk([1, 2, 2], ["one\n", "two\n"])
    assert watch(desk.draw, desk.mark, desk.show, True, desk.slept.append) == 130
    end = "Watching; Ctrl-C ends.\n"
    assert desk.shown == [f"{CLEAR}one\n{end}", f"{CLEAR}two\n{end}"]


def test_what_changes_while_it_draws_is_drawn_next() -> None:
    desk = Desk([1, 2, 2, 2], ["one\n", "two\n"])
    watch(desk.draw, desk.mark, desk.show, False, desk.slept.append)
    assert desk.shown == ["one\n", "\ntwo\n"]
    assert desk.slept == [SECONDS]


def test_the_first_picture_has_to_be_there_and_a_later_one_may_fail() -> None:
    desk = Desk([1, 2, 2, 3, 3], ["one\n", GitError("no \x1b[31mdevelop"), "three\n"])
    watch(desk.draw, desk.mark, desk.show, False, desk.slept.append)
    assert [text.count("\x1b") for text in desk.shown] == [0, 0, 0]
    assert desk.shown[1].startswith("\ncouldn't check: no ")
    assert desk.shown[2] == "\nthree\n"
    desk = Desk([1], [GitError("no develop")])
    with pytest.raises(GitError):
        watch(desk.draw, desk.mark, desk.show, False, desk.slept.append)


def test_it_ends_when_nobody_reads() -> None:
    desk = Desk([1, 2], ["one\n"])
    assert watch(desk.draw, desk.mark, lambda text: False, False, desk.slept.append) == 0


def test_ctrl_c_while_it_draws() -> None:
    def draw() -> str:
        raise KeyboardInterrupt

    desk = Desk([1], [])
    assert watch(draw, desk.mark, desk.show, False) == 130


@pytest.fixture(name="team")
def _team(tmp_path: Path) -> Team:
    team = Team(tmp_path / "work", {"f.txt": "1\n"})
    team.branch(A, {"a.txt": "A\n"})
    return team


def seen(team: Team) -> object:
    """The mark of a repository, from another place."""
    return mark(find_place(Git(str(team.root))))


CHANGES = (
    ("commit", "--allow-empty", "-m", "more"),
    ("branch", B),
    ("branch", "-D", A),
    ("pack-refs", "--all"),
    ("update-ref", "refs/remotes/origin/x", "HEAD"),
    ("switch", "-q", A),
    ("tag", "1.0"),
)


@pytest.mark.parametrize("args", CHANGES, ids=" ".join)
def test_every_way_to_move_a_ref_is_seen(team: Team, args: tuple[str, ...]) -> None:
    before = seen(team)
    assert seen(team) == before
    team.git(*args)
    assert seen(team) != before


def test_refs_that_are_packed_are_seen_to_change(team: Team) -> None:
    team.git("pack-refs", "--all", "--prune")
    before = seen(team)
    team.git("branch", "-D", A)
    assert seen(team) != before


def test_another_work_tree_that_switches_is_seen(team: Team, tmp_path: Path) -> None:
    other = tmp_path / "other"
    team.git("worktree", "add", "-q", "--detach", str(other), A)
    before = seen(team)
    assert mark(find_place(Git(str(other)))) is not None
    subprocess.run(["git", "-C", str(other), "switch", "-q", "-c", B], check=True)
    assert seen(team) != before
    inside = mark(find_place(Git(str(other))))
    subprocess.run(["git", "-C", str(other), "commit", "-q", "--allow-empty", "-m", "more"], check=True)
    assert mark(find_place(Git(str(other)))) != inside


def test_what_changes_no_ref_is_not_seen(team: Team) -> None:
    before = seen(team)
    (team.root / "f.txt").write_text("2\n")
    team.git("add", "--all")
    (team.root / ".git" / "refs" / "heads" / "x.lock").write_text("")
    assert seen(team) == before


class Screen:
    """A terminal that somebody looks at."""

    def __init__(self, argv: list[str], cwd: Path) -> None:
        self.mine, its = pty.openpty()
        self.process = subprocess.Popen(
            argv, cwd=cwd, stdin=its, stdout=its, stderr=its, start_new_session=True
        )
        os.close(its)
        self.text = ""

    def wait(self, wanted: str, seconds: float = 120) -> str:
        """All that was written until this stood there; what comes behind it is left for the next time."""
        end = time.monotonic() + seconds
        while wanted not in self.text:
            left = end - time.monotonic()
            assert left > 0 and select.select([self.mine], [], [], left)[0], self.text
            self.text += os.read(self.mine, 1 << 16).decode()
        text, _, self.text = self.text.partition(wanted)
        return text + wanted

    def close(self) -> None:
        """Ends what still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.mine)


@pytest.fixture(name="screen")
def _screen(team: Team) -> Iterator[Screen]:
    argv = [
        sys.executable,
        "-m",
        "gitflowguard",
        "radar",
        "--target",
        "develop",
        "--watch",
        "--color",
        "never",
    ]
    screen = Screen(argv, team.root)
    yield screen
    screen.close()


def test_in_a_terminal_a_commit_of_somebody_else_is_drawn(team: Team, screen: Screen) -> None:
    first = screen.wait("Ctrl-C ends.")
    assert CLEAR in first
    assert "conflict:" not in first
    team.on(A, {"f.txt": "2\n"})
    team.on("develop", {"f.txt": "3\n"})
    second = ""
    while "conflict:" not in second:  # the commit on the branch alone may have been drawn before
        second = screen.wait("Ctrl-C ends.")
    assert CLEAR in second
    assert A in second
    screen.process.send_signal(signal.SIGINT)
    assert screen.process.wait(30) == 130
    rest = ""
    try:
        while select.select([screen.mine], [], [], 1)[0] and (data := os.read(screen.mine, 4096)):
            rest += data.decode()
    except OSError:
        pass  # the other end is closed
    assert "Traceback" not in rest and "interrupted" not in rest


@pytest.mark.parametrize(
    "more", [("--output-format", "json"), ("--output-file", "x.txt"), ("--run", "true")], ids=" ".join
)
def test_what_watching_does_not_go_with(team: Team, more: tuple[str, ...]) -> None:
    argv = [sys.executable, "-m", "gitflowguard", "radar", "--watch", *more]
    done = subprocess.run(argv, cwd=team.root, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "--watch" in done.stderr
    assert done.stdout == ""
