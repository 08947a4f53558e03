"""Whatever keeps a tool from looking is told as that: exit 3 and no commit, never a pass and never a violation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.budget import sampled, spread
from tests.e2e.world import World
from tests.quality.test_commit import SCRIPT, hook
from tests.quality.world import BLACK, GOOD, UGLY, declared, guarded, program
from tests.safety.test_never_writes import fingerprint

BODIES = {
    "crashes": "os.kill(os.getpid(), 11)\n",
    "hangs": "time.sleep(600)\n",
    "spins": "while True: pass\n",
    "prints garbage": "os.write(1, bytes(range(256)) * 40); sys.exit(1)\n",
    "fails and is silent": "sys.exit(7)\n",
    "raises": "raise RuntimeError('no')\n",
    "eats memory": "x = [bytearray(1 << 24) for _ in range(400)]\n",
    "prints half a line": "os.write(1, b'a.py:1'); sys.exit(1)\n",
}


@pytest.mark.parametrize(
    "fault",
    sampled(
        BODIES, "crashes", "hangs", "prints garbage", "fails and is silent", "raises", "prints half a line"
    ),
)
def test_a_program_that_misbehaves(tmp_path: Path, fault: str) -> None:
    """Exit 3, the file and the program are named, nothing is committed.

    Two are slow: one that spins ends by the same limit as one that hangs, and tests/quality/test_faults.py has
    one that eats memory.
    """
    own = program(tmp_path, "own", BODIES[fault])
    world = guarded(tmp_path, policy=declared(own, quality="quality: {seconds: 1, megabytes: 512}\n"))
    world.write("a.py", GOOD)
    done = hook(world)
    assert done.returncode == 3, done.stderr
    assert "a.py" in done.stderr and "own" in done.stderr and "Traceback" not in done.stderr


def test_a_program_that_is_missing(tmp_path: Path) -> None:
    """With the command that would help; a reason lets the commit through, and is logged."""
    world = guarded(tmp_path, policy=declared(tmp_path / "nowhere"))
    world.write("a.py", GOOD)
    done = hook(world)
    assert done.returncode == 3 and "own" in done.stderr
    passed = world.git(
        "commit", "-m", "Work", GITFLOWGUARD_SKIP="unchecked-file: the program is being mended"
    )
    assert passed.code == 0, passed.text
    assert "being mended" in (world.work / ".git/gitflowguard/skips.log").read_text()


def test_bandit_cannot_parse(tmp_path: Path) -> None:
    """bandit itself exits with 0 (case 28)."""
    world = guarded(tmp_path, policy="tools: {bandit: true}\n")
    world.write("a.py", "x = '\0'\n")
    done = hook(world)
    assert done.returncode == 3 and "a.py" in done.stderr and "bandit" in done.stderr, done.stderr


@pytest.mark.slow
def test_black_crashes(tmp_path: Path) -> None:
    """20,000 signs in a row bring it down (case 29); the file beside it is judged all the same.

    Slow: test_a_program_that_misbehaves has a program that crashes, and tests/tooling/test_run.py,
    test_the_guilty_file_alone_is_blamed, the file beside it.
    """
    world = guarded(tmp_path, policy="tools: {black: true}\n")
    world.write("deep.py", f"x = {'-' * 20000}1\n")
    world.write("ugly.py", UGLY)
    done = hook(world)
    assert done.returncode in (1, 3) and "deep.py" in done.stderr, done.stderr
    assert "ugly.py" in done.stderr and "GFG801" in done.stderr
    world.do("rm", "-q", "--cached", "ugly.py")
    done = hook(world)
    assert done.returncode == 3, done.stderr


def test_plugins_of_the_repository_do_not_run(tmp_path: Path) -> None:
    """flake8 would import what [flake8:local-plugins] names (case 27); it is told that they are off."""
    world = guarded(tmp_path, policy="tools: {flake8: true}\n")
    marker = tmp_path / "marker"
    world.write("evil.py", f"open({str(marker)!r}, 'w')\n\n\nclass Plugin:\n    pass\n")
    world.write(
        ".flake8",
        "[flake8]\nmax-line-length = 200\n[flake8:local-plugins]\nextension = X = evil:Plugin\npaths = .\n",
    )
    done = hook(world)
    assert not marker.exists() and done.returncode == 0, done.stderr
    assert "plugin" in done.stderr


@pytest.mark.parametrize("paths", sampled([".", "./plugins, plugins/more"], 1))
def test_plugins_that_the_policy_names_run(tmp_path: Path, paths: str) -> None:
    """As they lie in the index, wherever the configuration says that they are, and with nothing kept of it.

    One path is slow: two are read as one is.
    """
    world = guarded(tmp_path, policy="tools: {flake8: {plugins: true}}\n")
    place = "own.py" if paths == "." else "plugins/own.py"
    world.write(
        place,
        "class Plugin:\n    name, version = 'own', '1'\n\n    def __init__(self, tree):\n        pass\n\n"
        "    def run(self):\n        yield 1, 0, 'X1 ours', type(self)\n",
    )
    world.write(".flake8", f"[flake8:local-plugins]\nextension =\n    X1 = own:Plugin\npaths = {paths}\n")
    for _ in range(2):
        done = hook(world)
        assert done.returncode == 1 and f"{place}:1:1: flake8 X1: ours" in done.stderr, done.stderr


def test_code_in_the_work_tree_is_not_imported(tmp_path: Path) -> None:
    """Modules named like those of the tools and of Python lie in the root (case 26); an environment is committed."""
    world = guarded(tmp_path)
    marker = tmp_path / "marker"
    text = f"open({str(marker)!r}, 'w')\n"
    for name in ("click", "black", "flake8", "bandit", "logging", "json", "tokenize", "ast"):
        world.write(f"{name}.py", text)
    evil = world.work / ".venv" / "bin" / "black"
    evil.parent.mkdir(parents=True)
    evil.write_text(f"#!/bin/sh\n: >{marker}\n")
    evil.chmod(0o755)
    world.do("add", "-f", ".venv")
    done = hook(world)
    assert not marker.exists()
    assert done.returncode in (0, 1), done.stderr


def test_a_file_beyond_the_limit(tmp_path: Path) -> None:
    """Is not looked at, and that is said."""
    world = guarded(tmp_path, policy=BLACK + "quality: {file-kb: 1}\n")
    world.write("a.py", GOOD * 100)
    done = hook(world)
    assert done.returncode == 3 and "file-kb" in done.stderr


def test_a_poisoned_store_passes_nothing(tmp_path: Path) -> None:
    """Entries that were made with another clone's secret, and garbage."""
    world = guarded(tmp_path, policy=BLACK)
    world.write("good.py", GOOD)
    assert hook(world).returncode == 0
    store = world.work / ".git" / "gitflowguard" / "passed"
    assert list(store.iterdir())
    (world.work / ".git" / "gitflowguard" / "passed.key").write_bytes(b"k" * 32)
    world.write("good.py", UGLY)
    for path in store.iterdir():
        path.write_bytes(path.read_bytes() + b"\xff" * 100)
    assert hook(world).returncode == 1


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["INT", "TERM", "KILL"]
)
def test_killed_while_a_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Work tree, index and refs are as before; no process goes on; what SIGKILL leaves is swept later (case 30)."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    started = tmp_path / "started"
    own = program(tmp_path, "own", f"open({str(started)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    world = guarded(tmp_path, policy=declared(own))
    world.write("a.py", GOOD)
    (world.work / "a.py").write_text(UGLY)
    before = fingerprint(world)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", SCRIPT, "pre-commit"],
        cwd=world.work,
        env={**os.environ, "GIT_INDEX_FILE": ".git/index"},
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: started.exists() and started.read_text() != "")
    pid = int(started.read_text())
    process.send_signal(number)
    process.communicate(timeout=120)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}.get(signal.Signals(number), -9)
    until(lambda: not alive(pid))
    assert fingerprint(world) == before
    left = [path for path in (tmp_path / "tmp").iterdir() if path.name.startswith("gitflowguard-")]
    if number != signal.SIGKILL:
        assert not left
    else:
        assert left
        for path in left:
            os.utime(path, (time.time() - 7200, time.time() - 7200))
        world.policy("tools: {black: true}\n")
        assert hook(world).returncode == 0
        assert not any(path.exists() for path in left)


@pytest.mark.parametrize(
    "number", sampled([signal.SIGINT, signal.SIGTERM, signal.SIGKILL], 2), ids=["INT", "TERM", "KILL"]
)
def test_killed_at_many_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """With the real tools, from the start of Python to the end: nothing differs, nothing is left, nothing goes on.

    The signals that a program can answer are slow: test_killed_while_a_program_runs has all three.
    """
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    world = guarded(tmp_path)
    for name in range(4):
        world.write(f"a{name}.py", GOOD * 20)
    (world.work / "a0.py").write_text(UGLY)
    before = fingerprint(world)
    ended = set()
    for step in spread(range(14), 5):
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", SCRIPT, "pre-commit"],
            cwd=world.work, env={**os.environ, "GIT_INDEX_FILE": ".git/index"}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.02 + step * 0.04)
        process.send_signal(number)
        process.wait(timeout=120)
        ended.add(process.returncode)
        assert fingerprint(world) == before, step
        left = [path for path in (tmp_path / "tmp").iterdir() if path.name.startswith("gitflowguard-")]
        assert number == signal.SIGKILL or not left, (step, left)
    assert ended & {-number, 128 + number}, ended
    until(lambda: not descendants(str(tmp_path)))


def descendants(word: str) -> list[str]:
    """Processes that work in this test's directories."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int(entry.name) != os.getpid() and word in os.readlink(entry / "cwd"):
                found.append(entry.name)
        except OSError:
            continue
    return found


def until(true: object, seconds: float = 120.0) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + seconds
    assert callable(true)
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_the_world_is_as_it_says(tmp_path: Path) -> None:
    """The helper does make a feature branch that a plain commit passes on."""
    world: World = guarded(tmp_path)
    world.write("notes.txt", "text\n")
    assert world.git("commit", "-m", "Notes").code == 0
