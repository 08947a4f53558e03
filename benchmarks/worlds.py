"""The repositories that a guard is timed in: a small one, a team's, and a real large one.

A world is made once, as a clone beside its bare remote; each contender gets a copy. So all of them see the same
history, refs and packs, and 20,000 refs are written once.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from benchmarks.common import NotMeasured
from benchmarks.sandbox import LINES
from benchmarks.sandbox import Sandbox
from benchmarks.sandbox import sealed

SMALL, TEAM, LARGE = "small", "team", "large"
START = 1_790_000_000
EACH = 3
LEFT = "refs/heads/feature/left-"
# A branch counts as old when it was cut so many commits ago.
OLD = 10_000


@dataclass(frozen=True)
class TeamSize:
    """How large the team's repository is. refs: in the clone, with those that nobody pruned."""

    branches: int = 60
    tags: int = 600
    refs: int = 20_000
    commits: int = OLD + 2_000


@dataclass
class World:
    """A kind of repository. source: the real one to clone (LARGE), a local path that git can clone from."""

    name: str = SMALL
    source: str = ""
    size: TeamSize = field(default_factory=TeamSize)
    _template: Path | None = None

    @property
    def about(self) -> str:
        """What it is, for the head of a table."""
        if self.name == TEAM:
            size = self.size
            return (
                f"a team's repository: {size.branches} open branches, half of them cut {OLD:,} commits ago, "
                f"{size.tags} annotated tags, {size.refs:,} refs in the clone"
            )
        return "a real large repository" if self.name == LARGE else "a small repository"

    def prepare(self, root: Path) -> None:
        """Make the template below `root`; a small world needs none."""
        if self.name == SMALL or self._template is not None:
            return
        root.mkdir(parents=True, exist_ok=True)
        env = sealed(root / "home", ())
        remote = root / "remote.git"
        if self.name == TEAM:
            _run(env, "git", "init", "--quiet", "--bare", "--initial-branch=develop", str(remote))
            _run(env, "git", "-C", str(remote), "fast-import", "--quiet", stdin=team_history(self.size))
        else:
            adopt(self.source, remote, env)
        _run(env, "git", "-C", str(remote), "pack-refs", "--all")
        _run(env, "git", "-C", str(remote), "commit-graph", "write", "--reachable")  # as `git gc` does
        _run(env, "git", "clone", "--quiet", "--branch", "develop", str(remote), str(root / "repo"))
        _run(env, "git", "-C", str(root / "repo"), "commit-graph", "write", "--reachable")
        if self.name == TEAM:
            forget_merged(remote, env)
        self._template = root

    def sandbox(self, root: Path, files: Mapping[str, str], paths: Sequence[Path] = ()) -> Sandbox:
        """A contender's own copy, with its files committed to the lines."""
        if self.name != SMALL and self._template is None:
            raise NotMeasured(f"the {self.name} world was not prepared")
        return Sandbox(root, files, paths, self._template)


def adopt(source: str, remote: Path, env: Mapping[str, str]) -> None:
    """A bare copy of a real repository that has the lines of Gitflow: main and develop where its HEAD is."""
    if not source:
        raise NotMeasured("a large world needs a repository to clone: --large PATH")
    _run(env, "git", "clone", "--quiet", "--bare", source, str(remote))
    git = ("git", "-C", str(remote))
    head = _run(env, *git, "rev-parse", "HEAD").strip()
    for line in ("main", "develop"):
        _run(env, *git, "update-ref", f"refs/heads/{line}", head)
    _run(env, *git, "symbolic-ref", "HEAD", "refs/heads/develop")


def forget_merged(remote: Path, env: Mapping[str, str]) -> None:
    """The remote deletes a branch when it has merged it; a clone keeps its name until it prunes (git-fetch(1))."""
    names = _run(env, "git", "-C", str(remote), "for-each-ref", "--format=%(refname)", f"{LEFT}*").split()
    orders = "".join(f"delete {name}\n" for name in names)
    _run(env, "git", "-C", str(remote), "update-ref", "--stdin", stdin=orders)
    _run(env, "git", "-C", str(remote), "pack-refs", "--all")


def team_history(size: TeamSize) -> str:
    """What fast-import reads: merged features, releases, tags, open branches and branches that nobody deleted."""
    return _TeamHistory(size).text()


class _TeamHistory:
    """The stream of a team's history; always the same one for a size."""

    def __init__(self, size: TeamSize) -> None:
        self.size = size
        self._random = random.Random(1)
        self._out: list[str] = []
        self._mark = 0
        self._shared = [f"line {number}\n" for number in range(100)]
        modules = {f"src/module_{number}.py": LINES for number in range(40)}
        first = self._commit("refs/heads/main", (), {**modules, "shared.txt": "".join(self._shared)})
        self._trunk, self._works, self._released = [first], [first], [first]

    def text(self) -> str:
        self._lines()
        for number in range(self.size.tags):
            self._tag(number)
        for number in range(self.size.branches):
            self._branch(number)
        for number in range(self.size.refs - self.size.tags - self.size.branches - 2):
            self._point(f"{LEFT}{number}", f":{self._works[number % len(self._works)]}")
        self._point("refs/work", "0" * 40)
        return "".join(self._out)

    def _lines(self) -> None:
        """Features that were merged into develop, and develop into main now and then."""
        production = develop = self._trunk[0]
        while self._mark < self.size.commits:
            number = len(self._trunk)
            own = {f"src/part_{number % 400}.py": f"{number}\n"}
            self._works.append(self._commit("refs/work", (develop,), own))
            develop = self._commit("refs/heads/develop", (develop, self._works[-1]))
            self._trunk.append(develop)
            if number % 10 == 0:
                production = self._commit("refs/heads/main", (production, develop))
                self._released.append(production)

    def _branch(self, number: int) -> None:
        """An open branch: every other one is old, and every fourth edits a file that others edit."""
        place = len(self._trunk) - 1 - self._random.randrange(1, 30)
        if number % 2:
            place = max(0, place - OLD // 2)  # a merged feature is two commits
        tip, line = self._trunk[place], number % len(self._shared)
        edited = "".join([*self._shared[:line], f"feature {number}\n", *self._shared[line + 1 :]])
        for step in range(EACH):
            more = {"shared.txt": edited} if step == 0 and number % 4 == 0 else {}
            tip = self._commit(
                f"refs/heads/feature/n{number}", (tip,), {f"n{number}.txt": f"{step}\n", **more}
            )

    def _commit(self, ref: str, parents: Sequence[int], files: Mapping[str, str] | None = None) -> int:
        self._mark += 1
        head = f"commit {ref}\nmark :{self._mark}\ncommitter {self._who(self._mark)}\n"
        self._out.append(f"{head}data 13\nfeat: work on\n")
        self._out.extend(f"{'merge' if index else 'from'} :{one}\n" for index, one in enumerate(parents))
        for path, content in (files or {}).items():
            self._out.append(f"M 100644 inline {path}\ndata {len(content)}\n{content}\n")
        return self._mark

    def _tag(self, number: int) -> None:
        commit = self._released[number * len(self._released) // self.size.tags]
        head = f"tag v1.{number}.0\nfrom :{commit}\ntagger {self._who(number)}\n"
        self._out.append(f"{head}data 2\nv\n\n")

    def _point(self, ref: str, where: str) -> None:
        self._out.append(f"reset {ref}\nfrom {where}\n\n")

    def _who(self, second: int) -> str:
        return f"B <b@example.invalid> {START + second} +0000"


def _run(env: Mapping[str, str], *argv: str, stdin: str = "") -> str:
    done = subprocess.run(argv, env=dict(env), input=stdin, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        raise NotMeasured(f"{' '.join(argv[:4])} exited {done.returncode}: {done.stderr.strip()[-200:]}")
    return done.stdout
