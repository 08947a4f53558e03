"""Every known tool, missing and in every kind of trouble: exit 3 with its name, and never a pass or a finding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.quality.catalogue import KNOWN, NAMES, ToolSpec
from tests.budget import is_whole, sampled
from tests.conftest import executable
from tests.e2e.world import World
from tests.quality.test_commit import SCRIPT, hook
from tests.quality.world import GOOD, guarded

pytestmark = pytest.mark.hostile("faults")

FAULTS = {
    "fails": "sys.exit(7)",
    "fails as if it had found something": "sys.exit(1)",
    "is content and has not looked": "sys.exit(0)",
    "hangs": "time.sleep(600)",
    "crashes": "os.kill(os.getpid(), 11)",
    "raises": "raise RuntimeError('no')",
    "prints garbage": "os.write(1, bytes(range(256)) * 40); os.write(2, bytes(range(256)) * 40); sys.exit(1)",
    "prints garbage and is content": "os.write(1, bytes(range(256)) * 40)",
    "eats memory": "x = [bytearray(1 << 24) for _ in range(400)]",
}
# It says nothing of what it is content with: there is no proof to ask for.
SILENT = {("nbstripout", "is content and has not looked")}
PAIRS = [(row, fault) for row in KNOWN for fault in FAULTS if (row.name, fault) not in SILENT]
# Every tool once and every fault once; each adapter meets what is garbled in tests/quality/test_adapters_words.py.
QUICK = [pair for at, pair in enumerate(PAIRS) if at % 10 == 0]


def name_of(row: ToolSpec) -> str:
    """A file that the tool looks at."""
    return "a" + row.files[-1 if row.name == "nbstripout" else 0][1:]


def all_of(world: World) -> None:
    for row in KNOWN:
        world.write(name_of(row), GOOD)


@pytest.mark.parametrize(
    ("row", "fault"), sampled(PAIRS, *QUICK), ids=[f"{row.name} {fault}" for row, fault in PAIRS]
)
def test_a_tool_of_the_project_that_misbehaves(tmp_path: Path, row: ToolSpec, fault: str) -> None:
    """In the project's own environment, so that it is the one that is used.

    A second look finds nothing kept that would pass. What is kept doesn't know one tool from another, so `make test`
    looks again for one of them.
    """
    policy = f"tools: {{{row.name}: true}}\nquality: {{seconds: 1, megabytes: 256}}\n"
    world = guarded(tmp_path, policy=policy)
    venv = world.work / ".venv"
    (venv / "lib" / "python3.11" / "site-packages" / f"{row.dist}-99.dist-info").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.0\n")
    executable(venv / "bin" / row.program, f"#!{sys.executable} -I\nimport os, sys, time\n{FAULTS[fault]}\n")
    (world.work / ".git" / "info" / "exclude").write_text(".venv\n.gitflowguard.yaml\n")
    world.write(name_of(row), GOOD)
    for _ in range(2 if is_whole() or row == KNOWN[0] else 1):
        done = hook(world)
        assert done.returncode == 3, done.stderr
        assert f"{row.name} did not check {name_of(row)}" in done.stderr and f"{row.name} 99" in done.stderr
        assert "GFG80" not in done.stderr and "bug of ours" not in done.stderr


def test_every_tool_is_missing(tmp_path: Path) -> None:
    """An environment that has none of them, and a PATH that has none."""
    policy = "tools: {" + ", ".join(f"{name}: true" for name in NAMES) + "}\n"
    world = guarded(tmp_path, policy=policy)
    assert hook(world).returncode == 0, "the policy is compiled now, which needs installed packages"
    all_of(world)
    empty = tmp_path / "bin"
    empty.mkdir()
    for name in ("git", "sh"):
        (empty / name).symlink_to(next(p for p in (Path(d) / name for d in os.get_exec_path()) if p.exists()))
    bare = tmp_path / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    done = subprocess.run(
        [str(bare / "bin" / "python"), "-I", "-S", SCRIPT, "pre-commit"],
        cwd=world.work,
        env={**os.environ, "PATH": str(empty), "GIT_INDEX_FILE": ".git/index"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    for row in KNOWN:
        assert f"{row.name} was not run: there is no {row.program} here" in done.stderr, done.stderr
        assert f"pip install --upgrade '{row.dist}>={row.oldest}'" in done.stderr, done.stderr
