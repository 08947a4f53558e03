"""A public repository as its team has it: an origin and clones of it in a scratch directory, with its hook framework.

Nothing of the source is written: the origin copies its objects, because git renews the times of borrowed ones when it
would write them again, and holds branches and tags alone, so that 19,000 refs of pull requests cost nothing. A clone
borrows from that origin and is sparse: the files at the root and the folders of hooks and workflows, because some
sources lack large contents.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks.common import NotMeasured
from benchmarks.common import call
from benchmarks.common import must
from gitflowguard import __version__

ROOT = Path(__file__).parents[1]
OURS = "https://github.com/gitflowguard/gitflowguard"
FOLDERS = (".husky", ".github", ".config")
# Names that a team's lines go by; each that is there gets the framework's file that counts.
LINES = ("main", "master", "develop", "dev", "stable", "trunk")
PRE_COMMIT = ".pre-commit-config.yaml"
LEFTHOOK = tuple(f"{dot}lefthook.{end}" for dot in ("", ".") for end in ("yml", "yaml"))
RAN = "RAN_LOG"
COUNT = f'echo ran >> "${RAN}"'
GITCONFIG = """\
[user]
\tname = Lab Person
\temail = lab@example.invalid
[gc]
\tauto = 0
[maintenance]
\tauto = false
[advice]
\tdetachedHead = false
[merge]
\tstat = false
[protocol "file"]
\tallow = always
[url "{ours}"]
\tinsteadOf = {address}
"""


class Scratch:
    """A directory for one repository: `origin`, clones beside it, a home of its own. tools: directories for PATH."""

    def __init__(self, root: Path, source: Path, tools: Sequence[Path]) -> None:
        self.root, self.source = root, source
        self.origin = root / "origin.git"
        self.log = root / "ran.log"
        root.mkdir(parents=True)
        self.env = _sealed(root, tools)
        self.env[RAN] = str(self.log)
        _ourselves(root / "ours", self.env)
        self.head, self.branches = self._copy()
        self.framework = ""
        self.lacking = self._lacking()

    def git(self, where: Path, *args: str) -> str:
        """A step of the scenery: no hook runs, and it must succeed."""
        return must(["git", "-c", "core.hooksPath=/dev/null", *args], where, self.env)

    def run(self, where: Path, *argv: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Anything, under the hooks that are there."""
        return call(argv, where, {**self.env, **(env or {})})

    def clone(self, name: str, checkout: bool = True) -> Path:
        """A clone of origin; with a work tree it stands on the default branch."""
        where = self.root / name
        self.git(self.root, "clone", "-q", "--shared", "--no-checkout", str(self.origin), str(where))
        if self.lacking:  # git then accepts that a file which isn't checked out isn't here either
            self.git(where, "config", "remote.origin.promisor", "true")
        self.git(where, "sparse-checkout", "set", "--cone", *FOLDERS)
        if checkout:
            self.git(where, "checkout", "-q", self.head)
        return where

    def ran(self) -> int:
        """How often the team's own hook ran since this was asked last."""
        count = len(self.log.read_text().splitlines()) if self.log.exists() else 0
        self.log.write_text("")
        return count

    def team(self) -> None:
        """Puts the counting hook into the team's framework, on each of its lines at origin."""
        where = self.clone("team")
        self.framework = _framework(where)
        if not self.framework:
            return
        for line in dict.fromkeys((self.head, *(name for name in LINES if name in self.branches))):
            self.git(where, "checkout", "-q", line)
            if _counting(where, _framework(where)):
                self.git(where, "add", "--all", "--sparse", ".")
                self.git(where, "commit", "-q", "-m", "Count the hooks")
                self.git(where, "push", "-q", "origin", line)

    def install(self, where: Path) -> None:
        """What the team's own documents tell a new colleague to run."""
        tool = {
            "pre-commit": ("pre-commit", "install"),
            "husky": ("husky",),
            "lefthook": ("lefthook", "install"),
        }
        if self.framework in tool:
            must(tool[self.framework], where, self.env)
            return
        hook = where / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        if not hook.exists():
            hook.write_text(f"#!/bin/sh\n{COUNT}\n")
            hook.chmod(0o755)

    def _lacking(self) -> int:
        """How many contents of the default branch the source does not have."""
        rows = self.git(
            self.origin, "ls-tree", "-r", "--format=%(objecttype) %(objectname)", "HEAD"
        ).splitlines()
        blobs = "".join(row[5:] + "\n" for row in rows if row.startswith("blob "))
        said = call(["git", "cat-file", "--batch-check"], self.origin, self.env, blobs)[1]
        return sum(line.endswith(" missing") for line in said.splitlines())

    def _copy(self) -> tuple[str, dict[str, str]]:
        """Makes the origin; returns the default branch, and the tip by branch."""
        common = must(
            ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"], self.source, self.env
        )
        self.git(self.root, "init", "-q", "--bare", "--template=", str(self.origin))
        shutil.rmtree(self.origin / "objects")
        shutil.copytree(Path(common) / "objects", self.origin / "objects")
        form = "--format=%(objectname) %(refname)"
        rows = must(
            ["git", "for-each-ref", form, "refs/heads", "refs/tags", "refs/remotes/origin"],
            self.source,
            self.env,
        )
        refs = _team_refs(row.split(" ", 1) for row in rows.splitlines())
        (self.origin / "packed-refs").write_text(
            "".join(f"{oid} {ref}\n" for ref, oid in sorted(refs.items()))
        )
        branches = {
            ref.removeprefix("refs/heads/"): oid for ref, oid in refs.items() if ref.startswith("refs/heads/")
        }
        code, said = call(["git", "symbolic-ref", "--short", "HEAD"], self.source, self.env)
        head = said.strip() if code == 0 and said.strip() in branches else next(iter(branches), "")
        if not head:
            raise NotMeasured("it has no branch")
        self.git(self.origin, "symbolic-ref", "HEAD", f"refs/heads/{head}")
        return head, branches


def _team_refs(rows: Iterable[list[str]]) -> dict[str, str]:
    """Tags, branches, and branches that only the source's own origin has."""
    found: dict[str, str] = {}
    for oid, ref in rows:
        far = ref.startswith("refs/remotes/origin/")
        name = ref.replace("refs/remotes/origin/", "refs/heads/", 1)
        if name != "refs/heads/HEAD" and not (far and name in found):
            found[name] = oid
    return found


def _sealed(root: Path, tools: Sequence[Path]) -> dict[str, str]:
    """An environment that knows nothing of this machine's home, and finds our program, git and the frameworks."""
    home = root / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(GITCONFIG.format(ours=root / "ours", address=OURS))
    git = shutil.which("git")
    if git is None:
        raise NotMeasured("git is not on the PATH")
    path = [
        *map(str, tools),
        str(Path(sys.executable).parent),
        str(Path(git).parent),
        "/usr/local/bin",
        "/usr/bin",
        "/bin",
    ]
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PATH": os.pathsep.join(dict.fromkeys(path)),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_MERGE_AUTOEDIT": "no",
        "GIT_EDITOR": "true",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _ourselves(where: Path, env: Mapping[str, str]) -> None:
    """Our repository as pre-commit would clone it; its entries run the program on PATH instead of installing it."""
    rows = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    where.mkdir()
    (where / ".pre-commit-hooks.yaml").write_text(
        yaml.safe_dump([{**row, "language": "system"} for row in rows])
    )
    for argv in (
        ("init", "-q"),
        ("add", "."),
        ("commit", "-q", "-m", "The hooks"),
        ("tag", f"v{__version__}"),
    ):
        must(["git", *argv], where, env)


def _framework(where: Path) -> str:
    """By the file at the root."""
    if (where / ".husky").is_dir():
        return "husky"
    if any((where / name).is_file() for name in LEFTHOOK):
        return "lefthook"
    return "pre-commit" if (where / PRE_COMMIT).is_file() else ""


def _counting(where: Path, framework: str) -> bool:
    """Replaces the team's hooks, which need the network or its tools, by one that counts; other settings stay."""
    if framework == "pre-commit":
        file = where / PRE_COMMIT
        settings = yaml.safe_load(file.read_text())
        hook = {
            "id": "counted", "name": "counted", "language": "system", "entry": f"sh -c '{COUNT}'",
            "always_run": True, "pass_filenames": False,
        }  # fmt: skip
        file.write_text(
            yaml.safe_dump({**settings, "repos": [{"repo": "local", "hooks": [hook]}]}, sort_keys=False)
        )
    elif framework == "lefthook":
        file = next(where / name for name in LEFTHOOK if (where / name).is_file())
        file.write_text(f"pre-commit:\n  commands:\n    counted:\n      run: {json.dumps(COUNT)}\n")
    elif framework == "husky":
        for file in (where / ".husky").iterdir():
            if file.is_file() and not file.name.startswith("."):
                file.write_text(COUNT + "\n")
    return bool(framework)
