"""One throw-away repository a contender: sealed from this machine, with a Gitflow history and a bare remote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import NotMeasured
from benchmarks.common import Sample
from benchmarks.common import call
from benchmarks.common import measure
from benchmarks.common import must

GOOD = "feat: read the parameters from a file"
BAD = "changed some things"
WORK = "feature/parser"
OTHER = "feature/writer"
MODULES = 40
GITCONFIG = """\
[user]
\tname = Bench Person
\temail = bench@example.invalid
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[maintenance]
\tauto = false
[advice]
\tdetachedHead = false
"""
LINES = "".join(
    f"def step_{number}(rows):\n    return [row + {number} for row in rows]\n\n\n" for number in range(30)
)


class Sandbox:
    """A home, a work tree and a bare remote below `root`; `files` are committed with the first commit.

    template: a folder with a clone `repo` and its `remote.git` to begin from (benchmarks/worlds.py); `files` are then
    committed on top of both lines.
    """

    def __init__(
        self, root: Path, files: Mapping[str, str], paths: Sequence[Path] = (), template: Path | None = None
    ) -> None:
        self.repo = root / "repo"
        self.remote = root / "remote.git"
        self.env = sealed(root / "home", paths)
        if template is None:
            self._build(files)
        else:
            _copy_template(template, root)
            self._adopt(files)
        self.tip = self.git("rev-parse", "HEAD")

    def git(self, *args: str) -> str:
        """A step of the scenery: no hook runs, and it must succeed."""
        return must(["git", "-c", "core.hooksPath=/dev/null", *args], self.repo, self.env)

    def run(self, *argv: str) -> str:
        """A program that must succeed, in the work tree."""
        return must(argv, self.repo, self.env)

    def attempt(self, *argv: str) -> tuple[int, str]:
        """A command under the installed hooks: its exit code and all it printed."""
        return call(argv, self.repo, self.env)

    def measure(self, *argv: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Sample:
        """The cost of a command under the installed hooks; it must succeed."""
        return measure(argv, self.repo, {**self.env, **(env or {})}, stdin)

    def stage(self, number: int) -> None:
        """Change one file, differently each time, and stage it."""
        (self.repo / "src/module_0.py").write_text(f"{LINES}CHANGE = {number}\n")
        self.git("add", "src/module_0.py")

    def hook(self, name: str, text: str) -> None:
        """Install a hook by hand: a POSIX sh script."""
        path = self.repo / ".git/hooks" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def _adopt(self, files: Mapping[str, str]) -> None:
        """The lines of a copied template, with the files on both of them."""
        self.git("remote", "set-url", "origin", str(self.remote))
        self.git("update-index", "-q", "--refresh")  # the copied files have other inodes
        self.git("switch", "--quiet", "main")
        self._write(files)
        self.git("add", "--force", *files, "src")
        self.git("commit", "--quiet", "--allow-empty", "-m", "build: begin")
        self.git("switch", "--quiet", "develop")
        self.git("merge", "--quiet", "--no-ff", "-m", "build: begin", "main")
        self.git("push", "--quiet", "origin", "main", "develop")
        self._feature(OTHER, "src/module_1.py")
        self._feature(WORK, "src/module_2.py")

    def _write(self, files: Mapping[str, str]) -> None:
        modules = {f"src/module_{number}.py": LINES for number in range(MODULES)}
        for name, text in {**modules, **files}.items():
            (self.repo / name).parent.mkdir(parents=True, exist_ok=True)
            (self.repo / name).write_text(text)

    def _build(self, files: Mapping[str, str]) -> None:
        self.repo.mkdir()
        self._write(files)
        self.git("init", "--quiet")
        self.git("add", ".")
        self._commit("build: begin")
        self.git("tag", "-a", "-m", "1.0.0", "v1.0.0")
        self.git("init", "--quiet", "--bare", str(self.remote))
        self.git("remote", "add", "origin", str(self.remote))
        self.git("branch", "develop")
        self.git("push", "--quiet", "origin", "main", "develop", "v1.0.0")
        self._feature(OTHER, "src/module_1.py")
        self._feature(WORK, "src/module_2.py")

    def _feature(self, name: str, path: str) -> None:
        self.git("switch", "--quiet", "--create", name, "develop")
        (self.repo / path).write_text(f"{LINES}{LINES}")
        self.git("add", path)
        self._commit("feat: work more")

    def _commit(self, message: str) -> None:
        self.git("commit", "--quiet", "-m", message)


def sealed(home: Path, paths: Sequence[Path]) -> dict[str, str]:
    """An environment with a home of its own and nothing of this machine's git configuration."""
    home.mkdir(parents=True)
    (home / ".gitconfig").write_text(GITCONFIG)
    git = shutil.which("git")
    if git is None:
        raise NotMeasured("git is not on the PATH")
    path = [*map(str, paths), str(Path(git).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "PATH": os.pathsep.join(dict.fromkeys(path)),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _copy_template(template: Path, root: Path) -> None:
    """The template's clone and remote; packs are shared by hard links, for git never writes to one."""
    for name in ("remote.git", "repo"):
        shutil.copytree(template / name, root / name, symlinks=True, copy_function=_copy)


def _copy(source: str, target: str) -> None:
    if f"{os.sep}objects{os.sep}" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
