"""What one start costs: the interpreter, `--version`, each of our stages alone, and one entry in a framework."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from benchmarks.cache import OURS
from benchmarks.cache import Cache
from benchmarks.common import Lane
from benchmarks.common import NotMeasured
from benchmarks.common import Sample
from benchmarks.contenders import POLICY
from benchmarks.contenders import framework
from benchmarks.contenders import local
from benchmarks.contenders import no_commit_to_branch
from benchmarks.contenders import ours
from benchmarks.sandbox import GOOD
from benchmarks.sandbox import OTHER
from benchmarks.sandbox import WORK
from benchmarks.sandbox import Sandbox

BARE = "python -c pass"
VERSION = "gitflowguard --version"
EDITED = "pre-commit, policy just edited"
FRAMEWORKS = ("pre-commit", "prek")
NOTHING = "0" * 40


@dataclass(frozen=True)
class Call:
    """How git starts a hook: arguments, standard input, and what it adds to the environment."""

    args: tuple[str, ...] = ()
    stdin: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def bare(cache: Cache, root: Path) -> list[Lane]:
    """The interpreter, as it is and as the native hooks start it, and `gitflowguard --version`."""
    box = Sandbox(root, {})
    python = str(cache.bin(OURS) / "python")
    starts = {
        BARE: (python, "-c", "pass"),
        "python -I -S -c pass": (python, "-I", "-S", "-c", "pass"),
        VERSION: (cache.script(OURS, OURS), "--version"),
    }
    return [Lane(name, _starter(box, argv)) for name, argv in starts.items()]


def _starter(box: Sandbox, argv: tuple[str, ...]) -> Callable[[], Sample]:
    return lambda: box.measure(*argv)


# --- each of our stages alone ---------------------------------------------------------------------------------


def _commit(box: Sandbox) -> Call:
    box.stage(1)
    return Call()


def _message(box: Sandbox) -> Call:
    box.stage(1)
    (box.repo / ".git/COMMIT_EDITMSG").write_text(f"{GOOD}\n")
    return Call((".git/COMMIT_EDITMSG",))


def _prepare(box: Sandbox) -> Call:
    return Call((*_message(box).args, "message"))


def _merge(box: Sandbox) -> Call:
    """As in a clean `git merge --no-ff`: the result is in the index, and MERGE_HEAD is not written yet."""
    box.git("switch", "--quiet", "develop")
    box.git("merge", "--quiet", "--no-ff", "--no-commit", OTHER)
    for name in ("MERGE_HEAD", "MERGE_MODE", "MERGE_MSG"):
        (box.repo / ".git" / name).unlink()
    env = {f"GITHEAD_{box.git('rev-parse', OTHER)}": OTHER, "GIT_REFLOG_ACTION": f"merge {OTHER}"}
    return Call(env=env)


def _push(box: Sandbox) -> Call:
    line = f"refs/heads/{WORK} {box.tip} refs/heads/{WORK} {NOTHING}\n"
    return Call(("origin", str(box.remote)), line)


def _rebase(box: Sandbox) -> Call:
    return Call(("develop",))


def _checkout(box: Sandbox) -> Call:
    """As after `git switch --create feature/next develop`."""
    box.git("switch", "--quiet", "--create", "feature/next", "develop")
    tip = box.git("rev-parse", "develop")
    return Call((tip, tip, "1"))


def _transaction(box: Sandbox) -> Call:
    """As at the end of a commit on the feature branch."""
    old = box.git("rev-parse", "HEAD~1")
    return Call(("prepared",), f"{old} {box.tip} HEAD\n{old} {box.tip} refs/heads/{WORK}\n")


SCENES: dict[str, Callable[[Sandbox], Call]] = {
    "pre-commit": _commit,
    "prepare-commit-msg": _prepare,
    "commit-msg": _message,
    "pre-merge-commit": _merge,
    "pre-push": _push,
    "pre-rebase": _rebase,
    "post-checkout": _checkout,
    "reference-transaction": _transaction,
}


@dataclass(frozen=True)
class Stage:
    """One installed hook of ours, ready to be started the way git starts it."""

    name: str
    box: Sandbox
    call: Call

    def lane(self) -> Lane:
        """Its cost, started directly, without the git command around it."""
        stdin = self.call.stdin.encode()
        return Lane(self.name, lambda: self.box.measure(*self._argv(), stdin=stdin, env=self._env()))

    def git_processes(self) -> int:
        """How many git processes it starts, children of git included.

        Counted twice, by git's own trace (asked for in the user's git configuration, for trace variables may be
        scrubbed) and by a recording `git` in front on the PATH; the larger count is the answer.
        """
        self.lane().act()  # the first start compiles the policy, which a count of every day leaves out
        traces, calls = self._record()
        self.box.measure(*self._argv(), stdin=self.call.stdin.encode(), env=self._env(traces.parent))
        count = max(len(list(traces.iterdir())), len(calls.read_text().splitlines()) if calls.exists() else 0)
        shutil.rmtree(traces.parent)
        return count

    def _record(self) -> tuple[Path, Path]:
        place = self.box.repo.parent / "record"
        traces, calls = place / "traces", place / "calls"
        traces.mkdir(parents=True)
        real = shutil.which("git", path=self.box.env["PATH"])
        home = Path(self.box.env["HOME"])
        (place / ".gitconfig").write_text(
            f"[include]\n\tpath = {home}/.gitconfig\n[trace2]\n\teventTarget = {traces}\n"
        )
        shim = place / "git"
        shim.write_text(
            f'#!/bin/sh\necho "$*" | tr "\\n" " " >> "{calls}"\necho >> "{calls}"\nexec "{real}" "$@"\n'
        )
        shim.chmod(0o755)
        return traces, calls

    def _argv(self) -> tuple[str, ...]:
        return (str(self.box.repo / ".git/hooks" / self.name), *self.call.args)

    def _env(self, record: Path | None = None) -> dict[str, str]:
        index = (
            {}
            if self.name in ("pre-push", "pre-rebase", "post-checkout")
            else {"GIT_INDEX_FILE": ".git/index"}
        )
        env = {"GIT_PREFIX": "", **index, **self.call.env}
        if record is not None:
            env |= {"PATH": f"{record}:{self.box.env['PATH']}", "HOME": str(record)}
        return env


def stages(cache: Cache, root: Path) -> list[Stage]:
    """Every hook that `init` and `init --strict` install, each in a repository and a moment of its own."""
    script = cache.script(OURS, OURS)
    found = []
    for name, scene in SCENES.items():
        box = Sandbox(_new(root / name), {".gitflowguard.yaml": POLICY})
        strict = ("--strict",) if name == "reference-transaction" else ()
        box.run(script, "init", "--yes", *strict)
        if (box.repo / ".git/hooks" / name).is_file():
            found.append(Stage(name, box, scene(box)))
    if not found:
        raise NotMeasured("`gitflowguard init --yes` installed no hook")
    return found


def edited(cache: Cache, root: Path) -> Lane:
    """The pre-commit stage right after the policy file was edited: the one start that has to read YAML."""
    box = Sandbox(root, {".gitflowguard.yaml": POLICY})
    box.run(cache.script(OURS, OURS), "init", "--yes")
    stage = Stage("pre-commit", box, _commit(box))
    policy = box.repo / ".gitflowguard.yaml"
    return Lane(EDITED, stage.lane().act, lambda number: policy.write_text(f"{POLICY}# edit {number}\n"))


# --- one entry in a framework ---------------------------------------------------------------------------------


def entry(cache: Cache, root: Path, runner: str, whose: str) -> Lane:
    """The pre-commit stage of a framework with one entry: ours, or no-commit-to-branch."""
    hooks = ours(cache, ["pre-commit"]) if whose == OURS else [no_commit_to_branch(cache, "pre-commit")]
    hooks = [{**hook, "stages": ["pre-commit"]} for hook in hooks]
    setup = framework(runner, cache, [local(*hooks)])
    box = Sandbox(_new(root / f"{runner} {whose}"), setup["files"])
    setup["install"](box)
    box.stage(1)
    hook = str(box.repo / ".git/hooks/pre-commit")
    env = {"GIT_INDEX_FILE": ".git/index", "GIT_PREFIX": ""}
    return Lane(entry_name(runner, whose), lambda: box.measure(hook, env=env))


def entry_name(runner: str, whose: str) -> str:
    """The name of the lane that `entry` makes."""
    return f"{runner} with the entry of {whose}"


def _new(root: Path) -> Path:
    root.mkdir(parents=True)
    return root
