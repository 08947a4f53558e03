"""A check never writes: work tree, index, refs, config and stash are the same before and after, also when killed.

The one exception is named: post-checkout notes the base of a fresh branch.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import budget
from tests.e2e.world import World, make

pytestmark = pytest.mark.hostile("a check never writes")

# Ours alone; a cache of what the user has written, and the words to later hooks.
OURS = ("gitflowguard", "gitflowguard-passed", "gitflowguard-replaying", "gitflowguard-created")
COMMANDS = (
    ("check",),
    ("check", "--all", "--output-format", "sarif"),
    ("status",),
    ("status", "--json"),
    ("doctor",),
    ("rules",),
    ("explain", "GFG106"),
    ("config", "show", "--origin"),
    ("config", "schema"),
    ("config", "validate"),
    ("init", "--dry-run"),
    ("uninstall", "--dry-run"),
    ("quality",),
    ("quality", "--all", "--output-format", "sarif"),
    ("quality", "README.md", "broken.py"),
    ("quality", "--from", "main"),
    ("baseline", "--dry-run"),
    ("radar",),
    ("radar", "--target", "develop", "--output-format", "html"),
    ("radar", "--worktrees"),
    ("radar", "check", "README.md"),
    ("message", "MESSAGE"),
    ("artefacts", "check", "--all"),
    ("config", "tools"),
    ("ci", "--dry-run"),
    ("ci", "--check"),
    ("pr", "check", "--head", "feature/a", "--base", "develop"),
    ("protect", "simulate", "pipeline1spark"),
    ("model", "check"),
    ("model", "verify"),
)
HOOKS = (
    ("pre-commit",),
    ("pre-merge-commit",),
    ("prepare-commit-msg", "MESSAGE"),
    ("commit-msg", "MESSAGE"),
    ("pre-rebase", "develop"),
    ("post-checkout", "0" * 40, "0" * 40, "1"),
    ("reference-transaction", "prepared"),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository with everything that can be lost: staged, unstaged, untracked, stashed, mid-merge."""
    world = make(tmp_path, "native", strict=True)
    world.policy("preset: ml\n")
    world.branch("feature/a")
    world.change("stashed.txt")
    world.do("stash")
    world.branch("feature/b", "develop")
    world.do("merge", "--no-ff", "--no-commit", "feature/a")
    world.change("staged.txt")
    world.write("broken.py", "import os\n")
    (world.work / "README.md").write_text("unstaged\n")
    (world.work / "untracked.txt").write_text("untracked\n")
    (world.work / "MESSAGE").write_text("A message\n")
    return world


def fingerprint(world: World) -> dict[str, str]:
    """Every file of the work tree and of .git, by content; the index by its time too."""
    found = {}
    for path in sorted(world.work.rglob("*")):
        name = path.relative_to(world.work)
        if path.is_dir() or (name.parts[0] == ".git" and name.parts[1] in OURS):
            continue
        found[str(name)] = hashlib.sha256(path.read_bytes()).hexdigest()
    found["index time"] = str((world.work / ".git" / "index").stat().st_mtime_ns)
    return found


def stdin_of(world: World, words: tuple[str, ...]) -> str:
    """What git tells a hook beside its arguments: for a transaction a line that takes, and one that makes, a ref."""
    if words[0] != "reference-transaction":
        return ""
    old, new = world.do("rev-parse", "develop"), world.do("rev-parse", "feature/a")
    return f"{old} {new} refs/heads/develop\n{'0' * 40} {new} refs/heads/feature/new\n"


def argv_of(world: World, words: tuple[str, ...], hook: bool) -> list[str]:
    if hook:
        return [str(world.work / ".git" / "hooks" / words[0]), *words[1:]]
    return [sys.executable, "-m", "gitflowguard", *words]


# Those that read the index, files, objects or settings, or plan what another command writes; the others read less.
QUICK = {
    "check --all --output-format sarif", "status", "doctor", "config show --origin", "init --dry-run",
    "uninstall --dry-run", "quality", "baseline --dry-run", "radar --worktrees", "artefacts check --all",
    "ci --dry-run", "pr check --head feature/a --base develop",
}  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, id=" ".join(words), marks=() if " ".join(words) in QUICK else pytest.mark.slow)
        for words in COMMANDS
    ],
)
def test_no_command_that_looks_writes(world: World, words: tuple[str, ...]) -> None:
    """Quick for QUICK, all in `make test-hostile`."""
    before = fingerprint(world)
    ran = world.guard(*words)
    assert ran.code in (0, 1, 2, 3), ran.text
    assert "Traceback" not in ran.text
    assert fingerprint(world) == before


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, id=words[0], marks=pytest.mark.slow if words[0] == "pre-merge-commit" else ())
        for words in HOOKS
    ],
)
def test_no_hook_writes(world: World, words: tuple[str, ...]) -> None:
    """pre-merge-commit, which judges what pre-commit judges, is slow."""
    before = fingerprint(world)
    ran = world.run(*argv_of(world, words, hook=True), stdin=stdin_of(world, words))
    assert ran.code in (0, 1), ran.text
    assert "Traceback" not in ran.text
    assert fingerprint(world) == before


def test_only_a_fresh_branch_gets_its_base_noted(world: World) -> None:
    """The one line that a hook of ours writes outside of our folder; all else stays as it was, byte by byte."""
    world.do("merge", "--abort")
    world.do("switch", "-c", "feature/fresh", "develop")
    world.change("staged.txt")
    (world.work / "README.md").write_text("unstaged\n")
    config = world.work / ".git" / "config"
    before, settings, tip = fingerprint(world), config.read_text(), world.do("rev-parse", "HEAD")
    hook = [str(world.work / ".git" / "hooks" / "post-checkout"), tip, tip, "1"]
    for _ in range(2):  # it is written once, however often the hook runs
        ran = world.run(*hook)
        assert ran.code == 0 and "Traceback" not in ran.text, ran.text
        after = fingerprint(world)
        assert config.read_text() == f'{settings}[gitflow "branch.feature/fresh"]\n\tbase = develop\n'
        assert after.pop(".git/config") != before[".git/config"]
        assert after == {name: text for name, text in before.items() if name != ".git/config"}
    noted = (world.work / ".git" / "gitflowguard" / "noted").read_text()
    assert noted == "gitflow.branch.feature/fresh.base develop\n"


def test_no_push_hook_writes(world: World) -> None:
    before = fingerprint(world)
    tip = world.do("rev-parse", "feature/a")
    line = f"refs/heads/feature/a {tip} refs/heads/feature/a {'0' * 40}\n"
    ran = world.run(str(world.work / ".git" / "hooks" / "pre-push"), "origin", "url", stdin=line)
    assert ran.code == 0, ran.text
    assert fingerprint(world) == before


def kill_at(world: World, argv: list[str], stdin: Path, signum: int, delay: float) -> int:
    """Starts the program in a group of its own and sends the signal to all of it after a while."""
    with open(stdin, "rb") as told:
        child = subprocess.Popen(
            argv,
            cwd=world.work,
            env={**os.environ, **world.env},
            stdin=told,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    time.sleep(delay)
    try:
        os.killpg(child.pid, signum)
    except ProcessLookupError:
        pass
    return child.wait(timeout=120)


def killed(world: World, words: tuple[str, ...], hook: bool, points: int, longest: float) -> None:
    """Kills at many points; nothing is lost, and the next run works."""
    before = fingerprint(world)
    argv = argv_of(world, words, hook)
    told = stdin_of(world, words) if hook else ""
    stdin = world.root / "stdin"
    stdin.write_text(told)
    moments = random.Random(7)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for _ in range(points):
            code = kill_at(world, argv, stdin, signum, moments.uniform(0, longest))
            assert code in (0, 1, 2, 3, 130, 143, -signum), code
    assert fingerprint(world) == before
    again = world.run(*argv, stdin=told)
    assert again.code in (0, 1, 2, 3) and "Traceback" not in again.text, again.text


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("check",), id="check", marks=pytest.mark.slow),
        pytest.param(("status",), id="status"),
        pytest.param(("init", "--dry-run"), id="init --dry-run", marks=pytest.mark.slow),
    ],
)
def test_a_killed_command_loses_nothing(world: World, words: tuple[str, ...]) -> None:
    """By each signal. Quick for one that fills our stores; an `init` that writes is in tests/install/test_kills.py."""
    killed(world, words, hook=False, points=budget.examples(6, quick=2), longest=0.35)


@pytest.mark.parametrize(
    "words", [("pre-commit",), ("prepare-commit-msg", "MESSAGE")], ids=lambda w: str(w[0])
)
def test_a_killed_hook_loses_nothing(world: World, words: tuple[str, ...]) -> None:
    killed(world, words, hook=True, points=budget.examples(10, quick=3), longest=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_killed_at_many_points(world: World, words: tuple[str, ...]) -> None:
    killed(world, words, hook=False, points=20, longest=0.4)


@pytest.mark.slow
@pytest.mark.parametrize("words", HOOKS, ids=lambda words: str(words[0]))
def test_every_hook_killed_at_many_points(world: World, words: tuple[str, ...]) -> None:
    killed(world, words, hook=True, points=40, longest=0.08)
