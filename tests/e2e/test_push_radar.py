"""What a push is told of conflicts: what is known, and the process behind it that finds the rest."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitflowguard.app.hooks import filling
from gitflowguard.model.collision import WITH_BRANCH
from gitflowguard.process import detach
from tests import budget
from tests.e2e.world import WAYS, World, make

LINES = [f"line {number}\n" for number in range(20)]
SAYS = "feature/b will conflict with feature/a once that is merged into develop, in shared.txt"
HOOK = (sys.executable, "-I", "-S", str(Path(filling.__file__).parents[2] / "hookmain.py"))


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two features that edit one line, each with a commit; feature/b is checked out. Ends what it started."""
    world = make(tmp_path, getattr(request, "param", "native"))
    world.write("shared.txt", "".join(LINES))
    world.do("commit", "-m", "Share a file")
    world.do("push", "-q", "origin", "develop")
    for name in ("feature/a", "feature/b"):
        world.do("switch", "-q", "-c", name, "develop")
        edit(world, 3, name)
    yield world
    wait(world)


def edit(world: World, line: int, text: str) -> None:
    """A commit that no hook looks at."""
    lines = (world.work / "shared.txt").read_text().splitlines(keepends=True)
    world.write("shared.txt", "".join([*lines[:line], f"{text}\n", *lines[line + 1 :]]))
    world.do("commit", "-m", f"Edit line {line}")


def push(world: World) -> str:
    """Pushes feature/b, with the process behind it switched on; what was printed."""
    ran = world.run("env", "-u", "GITFLOWGUARD_BACKGROUND", "git", "push", "origin", "feature/b")
    assert ran.code == 0, ran.text
    return ran.text


def ours(world: World) -> Path:
    return world.work / ".git" / "gitflowguard"


def wait(world: World) -> bool:
    """Waits until nothing runs behind a push any more; whether something did."""
    lock, end = ours(world) / "filling.lock", time.monotonic() + 120
    while lock.exists() and time.monotonic() < end:
        with open(lock, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except OSError:
                time.sleep(0.02)
    return lock.exists()


def filled(world: World) -> None:
    """Waits for what the process behind the last push leaves."""
    end = time.monotonic() + 120
    while not (ours(world) / "pushed.bin").exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert wait(world) and (ours(world) / "pushed.bin").exists()


@pytest.mark.parametrize("world", budget.rows(WAYS, ("native", "prek")), indirect=True)
def test_the_next_push_tells_what_the_first_one_had_looked_for(world: World) -> None:
    """pre-commit, which starts the same hook and hides as much, is slow; native and prek are quick."""
    before = world.do("status", "--porcelain", "--ignored")
    assert "conflicts with" not in push(world)
    filled(world)
    assert world.do("status", "--porcelain", "--ignored") == before
    world.commit("Something else")
    assert SAYS in told(world)
    assert (SAYS in " ".join(push(world).split())) == (world.way == "native")  # frameworks hide what passes


def test_a_push_that_may_have_ended_the_conflict_tells_nothing(world: World) -> None:
    push(world)
    filled(world)
    edit(world, 10, "elsewhere")  # in the same file, so the store doesn't know
    assert "conflicts with" not in push(world)


@pytest.mark.parametrize("moved", ["feature/a", "develop"])
def test_what_hangs_on_another_branch_is_told_while_that_stands(world: World, moved: str) -> None:
    push(world)
    filled(world)
    assert SAYS in told(world)
    world.do("switch", "-q", moved)
    world.commit("Go on")
    world.do("switch", "-q", "feature/b")
    assert SAYS not in told(world)


def told(world: World) -> str:
    """What the hook says of a push of feature/b as it is."""
    tip = world.do("rev-parse", "feature/b")
    line = f"refs/heads/feature/b {tip} refs/heads/feature/b {'0' * 40}\n"
    ran = world.run(*HOOK, "pre-push", "origin", str(world.origin), stdin=line)
    assert ran.code == 0
    return " ".join(ran.text.split())


def test_a_rewritten_branch_is_told_nothing_of_what_it_was(world: World) -> None:
    push(world)
    filled(world)
    assert SAYS in told(world)
    world.do("commit", "--amend", "-m", "Another")
    assert SAYS not in told(world)


@pytest.mark.parametrize("name", ["GITFLOWGUARD_BACKGROUND", "CI"])
def test_nothing_is_started_where_it_is_switched_off(world: World, name: str) -> None:
    ran = world.git("push", "origin", "feature/b", **{"GITFLOWGUARD_BACKGROUND": "", name: "off"})
    assert ran.code == 0 and not wait(world)


def test_nothing_is_started_for_rules_that_are_off(world: World) -> None:
    world.policy(
        "rules: {conflicts-with-target: ignore, conflicts-with-branch: ignore, duplicated-work: ignore}\n"
    )
    world.do("add", ".gitflowguard.yaml")
    world.do("commit", "-m", "Adopt")
    world.do("push", "-q", "origin", "HEAD:develop", "--force")
    push(world)
    assert not wait(world)


def test_a_pipe_behind_a_push_ends_with_the_push(world: World) -> None:
    """The process is held by a lock on the way, and the reader of the push's output doesn't wait for it."""
    command = f"{sys.executable} -c 'import time; time.sleep(600)' & echo $! >pid; wait"
    slow = world.root / "slow"
    slow.mkdir()
    started = time.monotonic()
    script = "import os, sys; from gitflowguard.process import detach\nos.set_inheritable(1, True)\n"
    script += f"assert detach(('sh', '-c', {command!r}), os.environ)\nprint('pushed')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=slow, capture_output=True, text=True, timeout=120, check=True
    )
    took = time.monotonic() - started
    assert done.stdout == "pushed\n" and took < 300
    while not (slow / "pid").exists() or not (slow / "pid").read_text().strip():
        time.sleep(0.02)
    pid = int((slow / "pid").read_text())
    assert os.getsid(pid) != os.getsid(0)  # Ctrl-C in this terminal doesn't reach it
    os.killpg(os.getpgid(pid), signal.SIGKILL)


def test_a_program_that_is_not_there_is_not_started() -> None:
    assert not detach(("no-such-program-here",), dict(os.environ))


def test_a_second_one_leaves_at_once(world: World) -> None:
    ours(world).mkdir(exist_ok=True)
    tip = world.do("rev-parse", "feature/b")
    words = [*HOOK, "fill"]
    with open(ours(world) / "filling.lock", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = world.run(*words, "origin", "feature/b", tip)
        assert (ran.code, ran.text) == (0, "") and not (ours(world) / "pushed.bin").exists()
    ran = world.run(*words, "origin", "feature/b", tip)
    assert (ran.code, ran.text) == (0, "")
    assert SAYS in told(world)


def test_it_ends_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its deadline, wherever it is, and nothing of it is left."""
    monkeypatch.chdir(world.work)
    monkeypatch.setattr(filling, "SECONDS", 0.2)
    monkeypatch.setattr(filling, "row", lambda *words: time.sleep(600))
    monkeypatch.setattr(os, "nice", lambda more: more)
    told(world)  # compiles the policy
    started = time.monotonic()
    filling.fill(("origin", "feature/b", world.do("rev-parse", "feature/b")))
    assert time.monotonic() - started < 300 and not (ours(world) / "pushed.bin").exists()


def test_a_garbled_store_knows_nothing(world: World) -> None:
    push(world)
    filled(world)
    store = ours(world) / "pushed.bin"
    good = store.read_bytes()
    assert SAYS in told(world)
    for bad in (good[:-1], good[:30] + b"x" + good[31:], b"", b"gitflowguard pushed 1\n"):
        store.write_bytes(bad)
        assert SAYS not in told(world)


def test_words_of_the_store_are_those_of_the_radar() -> None:
    from gitflowguard.app.hooks.radar import _SETTLED
    from gitflowguard.radar.nouns import ADD_ADD, BINARY, CONTENT

    assert set(_SETTLED) == {CONTENT, ADD_ADD, BINARY} and WITH_BRANCH
