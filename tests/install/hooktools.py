"""The hook tools that a team may share its hooks with, installed in a repository as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gitflowguard.model.moment import STAGES
from tests.conftest import executable
from tests.install.place import git

BIN = Path(sys.executable).parent
# As husky 9 writes it: it looks for the script of the same name beside its own folder, and gives it all.
_RUNNER = """\
#!/usr/bin/env sh
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
[ "${HUSKY-}" = "0" ] && exit 0
export PATH="node_modules/.bin:$PATH"
sh -e "$s" "$@"
c=$?
[ $c != 0 ] && echo "husky - $n script failed (code $c)"
exit $c
"""


def path_with(*folders: Path) -> str:
    """PATH with these in front."""
    return os.pathsep.join((*map(str, folders), os.environ["PATH"]))


def run(folder: Path, *argv: str | Path, path: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a program with our own beside it on PATH; path: another PATH."""
    env = {**os.environ, "PATH": path or path_with(BIN)}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


def install_husky(repo: Path, folder: str = ".husky") -> None:
    """What `husky` does, without npm: its runners, which git ignores, and core.hooksPath."""
    for stage in (*STAGES, "post-commit", "post-merge"):
        executable(repo / folder / "_" / stage, _RUNNER)
    (repo / folder / "_/.gitignore").write_text("*")
    git(repo, "config", "core.hooksPath", f"{folder}/_")


def install_lefthook(repo: Path, *options: str) -> None:
    """The real one."""
    done = run(repo, BIN / "lefthook", "install", *options)
    assert done.returncode == 0, done.stdout + done.stderr


def install_framework(repo: Path, name: str, *types: str) -> None:
    """The real pre-commit or prek."""
    done = run(repo, BIN / name, "install", *(word for one in types for word in ("-t", one)))
    assert done.returncode == 0, done.stdout + done.stderr


def without_ours(folder: Path) -> str:
    """A PATH on which everything is but our program: what a teammate has who never installed it."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for place in (BIN, *map(Path, os.environ["PATH"].split(os.pathsep))):
        for program in place.iterdir() if place.is_dir() else ():
            link = tools / program.name
            if not program.name.startswith("gitflowguard") and not os.path.lexists(link):
                link.symlink_to(program)
    return str(tools)
