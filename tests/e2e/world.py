"""A team's repository with a remote, guarded in one of three ways, and git as a person types it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import gitflowguard.hookmain
from gitflowguard.app.policy.trust import SETTING, driver_token, token
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.quality.foreign import entry
from gitflowguard.repo.shim import STAGES, shim
from gitflowguard.rules.registry import CODES, NAMES
from tests import basis, objects, oracle
from tests.called import called
from tests.conftest import executable

BIN = Path(sys.executable).parent
WAYS = ("native", "pre-commit", "prek")
FRAMEWORK_STAGES = tuple(stage for stage in STAGES if stage != "post-checkout")


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code and both its outputs, joined."""

    code: int
    text: str


@dataclass
class World:
    """work: a clone of origin (bare), both with main and develop. env: what git runs in."""

    root: Path
    way: str
    env: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        """The work tree."""
        return self.root / "work tree é"

    @property
    def origin(self) -> Path:
        """The shared bare repository."""
        return self.root / "origin.git"

    def run(self, *argv: str, cwd: Path | None = None, stdin: str | None = None, **env: str) -> Ran:
        """Runs a program in the work tree."""
        environment = {**os.environ, **self.env, **env}
        done = subprocess.run(
            argv,
            cwd=cwd or self.work,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            executable=oracle.direct(argv[0], environment["PATH"]),
            text=True,
            errors="surrogateescape",
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL if stdin is None else None,
        )
        return Ran(done.returncode, done.stdout)

    def guard(self, *words: str, cwd: Path | None = None, stdin: str = "", **env: str) -> Ran:
        """Runs one of our commands in the work tree, without a start of its own (tests.called)."""
        if words[:2] == ("radar", "check"):  # the one command that the program's start answers itself
            return self.run(sys.executable, "-m", "gitflowguard", *words, cwd=cwd, stdin=stdin, **env)
        return Ran(*called(words, cwd or self.work, {**os.environ, **self.env, **env}, stdin))

    def git(self, *args: str, **env: str) -> Ran:
        """Runs git with the hooks on; never fails by itself."""
        return self.run("git", *args, cwd=None, stdin=None, **env)

    def do(self, *args: str) -> str:
        """Runs git with the hooks off, for setting a scene; fails loudly."""
        done = subprocess.run(
            ("git", "-c", "core.hooksPath=/dev/null", *args),
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**self.env, **oracle.unrecorded()},
            text=True,
            errors="surrogateescape",
            check=False,
        )
        assert done.returncode == 0, f"git {' '.join(args)}\n{done.stdout}"
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Writes a file and stages it."""
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.do("add", "--", path)

    def change(self, name: str = "") -> None:
        """Stages something that was not there."""
        count = len(list(self.work.iterdir()))
        self.write(name or f"file{count}.txt", f"{count}\n")

    def commit(self, message: str = "Work", name: str = "") -> str:
        """A commit that no hook looks at."""
        self.change(name)
        self.do("commit", "-q", "-m", message)
        return self.head()

    def head(self) -> str:
        """The commit that is checked out, read from the files where they have it: a quarter of a commit's cost."""
        return objects.head(self.work) or self.do("rev-parse", "HEAD")

    def policy(self, text: str) -> None:
        """The team's policy, as an untracked file would be after `init`, with its programs trusted in this clone."""
        (self.work / ".gitflowguard.yaml").write_text(text)
        for word in tokens(text, self.work):
            self.do("config", "--add", SETTING, word)

    def branch(self, name: str, start: str = "develop", commits: int = 1) -> None:
        """A branch made without hooks, with commits of its own, left checked out."""
        self.do("switch", "-c", name, start)
        for number in range(commits):
            self.commit(f"Work {number} on {name}", f"{name.replace('/', '-')}{number}.txt")


def tokens(text: str, top: Path) -> list[str]:
    """What `git config` has to hold for the programs and merge drivers of a policy to run; none of a wrong policy."""
    try:
        flow = parse(text.encode(), ".gitflowguard.yaml", NAMES, CODES, tools=TOOLS).flow
    except PolicyError:
        return []
    asked = [tool for tool in flow.tools if entry(tool)]
    return [token(str(top), tool) for tool in asked] + [driver_token(name) for name in flow.merge_drivers]


def make(root: Path, way: str, strict: bool = False) -> World:
    """Builds the world; main and develop are on origin already."""
    basis.copied(("world", way, strict), root, lambda base: _build(handle(base, way), strict))
    return handle(root, way)


def kept(root: Path, name: str, scene: Callable[[World], None], way: str = "native") -> World:
    """A world in which a scene was set, a copy of the one where this process has set it before.

    Args:
        name: of the scene, unlike all others. What it does must depend on nothing else.
        scene: what is done to the world that `make` gives.
    """
    basis.copied(("kept world", name, way), root, lambda base: scene(make(base, way)))
    return handle(root, way)


def handle(root: Path, way: str) -> World:
    """The handle of a world, whether it is built or not."""
    world = World(root, way, {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    _home(world)
    return world


def _build(world: World, strict: bool) -> None:
    """main and develop, pushed, and the guard."""
    world.work.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(world.origin)], check=True)
    subprocess.run(
        ["git", "-C", str(world.origin), "config", "receive.denyDeleteCurrent", "ignore"], check=True
    )
    world.do("init", "-q", "-b", "main")
    world.do("remote", "add", "origin", str(world.origin))
    world.commit("First commit", "README.md")
    world.do("branch", "develop")
    world.do("push", "-q", "origin", "main", "develop")
    world.do("switch", "-q", "develop")
    world.commit("Start developing", "develop.txt")
    world.do("push", "-q", "origin", "develop")
    world.do("branch", "--set-upstream-to=origin/develop", "develop")
    install(world, strict)


def _home(world: World) -> None:
    """Each framework keeps what it caches in the world."""
    if world.way != "native":
        world.env["PRE_COMMIT_HOME"] = str(world.root / "pre-commit-home")
        world.env["PREK_HOME"] = str(world.root / "prek-home")


def install(world: World, strict: bool = False) -> None:
    """Puts the guard in place in the world's way."""
    if world.way == "native":
        script = str(Path(gitflowguard.hookmain.__file__))
        stages = (*STAGES, "reference-transaction") if strict else STAGES
        for stage in stages:
            executable(world.work / ".git" / "hooks" / stage, shim(stage, sys.executable, script))
        return
    rows = "".join(
        f"      - id: gitflowguard-{stage}\n        name: {stage}\n        entry: gitflowguard-hook {stage}\n"
        f"        language: system\n        stages: [{stage}]\n        always_run: true\n"
        f"        pass_filenames: {'true' if 'msg' in stage else 'false'}\n"
        for stage in FRAMEWORK_STAGES
    )
    config = f"default_install_hook_types: [{', '.join(FRAMEWORK_STAGES)}]\nrepos:\n  - repo: local\n    hooks:\n{rows}"
    (world.work / ".pre-commit-config.yaml").write_text(config)
    (world.work / ".git" / "info" / "exclude").write_text(".pre-commit-config.yaml\n.gitflowguard.yaml\n")
    _home(world)
    done = world.run(world.way, "install")
    assert done.code == 0, done.text
