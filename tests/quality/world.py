"""What the tests of the tools share: a guarded repository, good and bad contents, programs that misbehave."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from gitflowguard import hookfront
from gitflowguard.app.policy.compiling import compile_policy
from gitflowguard.app.policy.file import Source
from gitflowguard.policy.errors import PolicyError
from gitflowguard.repo.git import Git
from tests import basis
from tests.called import called
from tests.conftest import executable
from tests.e2e.world import Ran, World, handle, make

GOOD = 'def double(x):\n    """Twice."""\n    return 2 * x\n'
UGLY = 'def double( x ):\n    """Twice."""\n    return 2*x\n'
UNUSED = "import os\n"
BROKEN = "def double(x:\n    return\n"
DANGEROUS = "import pickle\n\n\ndef load(file):\n    return pickle.load(file)\n"
THREE = "tools: {black: true, flake8: true, bandit: true}\n"
# Where a test is about something else than which tools run: each one costs a quarter of a second.
BLACK = "tools: {black: true}\n"
FLAKE8 = "tools: {flake8: true}\n"
TWO = "tools: {black: true, flake8: true}\n"
# Where it is about none of the tools: ruff, which isn't Python, starts in a twentieth of the time.
LAYOUT = "tools: {ruff-format: true}\n"
LINT = "tools: {ruff: true}\n"
BOTH = "tools: {ruff-format: true, ruff: true}\n"


def guarded(root: Path, way: str = "native", policy: str = THREE) -> World:
    """A feature branch in a guarded repository whose policy names the tools.

    The policy is compiled already, as in every repository after its first hook: a quarter of what a test costs.
    """
    basis.copied(("guarded", way), root, lambda base: make(base, way).branch("feature/x"))
    world = handle(root, way)
    world.policy(policy)
    with contextlib.suppress(PolicyError):  # a hook is to find that
        compile_policy(Git(str(world.work)).place(), Source(".gitflowguard.yaml", policy.encode()))
    return world


def stage(world: World) -> Ran:
    """The pre-commit stage, without a start of its own; tests/quality/test_commit.py has git's and the script's."""
    env = {**os.environ, **world.env, "GIT_INDEX_FILE": ".git/index"}
    return Ran(*called(("pre-commit",), world.work, env, program=hookfront.main))


def program(root: Path, name: str, body: str) -> Path:
    """A program of the team's own, in Python."""
    return executable(root / "programs" / name, f"#!{sys.executable} -I\nimport os, sys, time\n{body}")


def declared(path: Path, more: str = "", quality: str = "") -> str:
    """A policy with that one program for *.py files."""
    return f'tools:\n  own: {{run: ["{path}"], files: ["*.py"]{more}}}\n{quality}'
