"""What format, lint and security checks cost: black, flake8 and bandit on Flask and Django, peers side by side.

    python benchmarks/quality.py [--rounds 7] [--only flask|django] [--long] [--into PAGE] [--verdicts]

Every row runs the same three programs on the same staged files, which pass all three; ratios are taken within a round
against `pre-commit run`. The first row of ours has an empty store before each round (a miss), the next one too, but
the tools stayed loaded since a commit before; then a full store, once with the same commit again and once with another
one whose contents are all known. What the staying workers take is counted. The rows `git commit` are whole commits,
against the one with pre-commit's hook: ours judges branch and message as well there. A hook is started as git does it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cache import TOOLED, Cache
from benchmarks.common import Lane, NotMeasured, Runs, Sample, adopt_orphans, interleave, measure, must

CODE = {"flask": "3.1.1", "django": "5.2.1"}
TOOLS = {"black": ("--check", "--quiet", "--no-cache"), "flake8": (), "bandit": ("--quiet",)}
POLICY = "preset: gitflow\ntools: {black: true, flake8: true, bandit: true}\n"
FLAKE8 = "[flake8]\nmax-line-length = 88\nextend-ignore = E203,E501,E701,E704,W503\n"
WANTED_LINES = 290
BASE = "pre-commit run"
MISS, HIT = "gitflowguard, nothing known", "gitflowguard, all known"
WARM = "gitflowguard, nothing known, tools loaded"
CONTENTS = "gitflowguard, all contents known, in a new commit"
COMMIT_BASE, COMMIT_NONE = "git commit, pre-commit", "git commit, no hooks"
COMMIT_WARM, COMMIT_HIT = f"git commit, {WARM}", f"git commit, {HIT}"
COMMIT_CONTENTS = f"git commit, {CONTENTS}"
ONE, ONE_BASE = "gitflowguard, nothing known, one core", "pre-commit run, one core"
MARGIN_MB = 60.0
ALL_ROUNDS = 5
# (files, row, base, what, limit), as asked of us
LIMITS = (
    (1, MISS, BASE, "wall", 0.40),
    (1, WARM, BASE, "cpu", 0.40),
    (1, ONE, ONE_BASE, "wall", 0.60),
    (1, HIT, BASE, "cpu", 0.05),
    (1, COMMIT_WARM, COMMIT_BASE, "cpu", 0.40),
    (1, COMMIT_HIT, COMMIT_BASE, "cpu", 0.05),
    (20, MISS, BASE, "wall", 0.70),
    (20, HIT, BASE, "wall", 0.03),
)
BASES = {
    ONE: ONE_BASE,
    **dict.fromkeys((COMMIT_NONE, COMMIT_WARM, COMMIT_HIT, COMMIT_CONTENTS), COMMIT_BASE),
}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Place:
    """A code base in a repository of its own. files: those that pass all three tools. chosen: what is staged."""

    work: Path
    env: dict[str, str]
    bin: Path
    hook: tuple[str, ...]
    chosen: tuple[str, ...] = ()

    def git(self, *args: str) -> str:
        """Runs git with its hooks off."""
        return must(["git", "-c", "core.hooksPath=/dev/null", *args], self.work, self.env)


def tell(text: str) -> None:
    """Progress, on stderr."""
    print(f"  {text}", file=sys.stderr, flush=True)


def sources(cache: Cache, name: str) -> Path:
    """The unpacked source distribution, from PyPI."""
    home = cache.where / "sdists"
    home.mkdir(parents=True, exist_ok=True)
    found = home / f"{name}-{CODE[name]}"
    if not found.is_dir():
        tell(f"downloading {name}")
        argv = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            str(home),
        ]
        done = subprocess.run([*argv, f"{name}=={CODE[name]}"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotMeasured(f"{name} could not be had from PyPI")
        with tarfile.open(next(home.glob(f"{name}-{CODE[name]}.tar.gz"))) as archive:
            archive.extractall(home, filter="data")
    return found


def environment(root: Path, programs: Path) -> dict[str, str]:
    """Sealed: a home of its own, no git configuration, our programs first on PATH."""
    home, scratch = root / "home", root / "tmp"
    for folder in (home, scratch):
        folder.mkdir(exist_ok=True)
    keep = {name: value for name, value in os.environ.items() if name in ("LANG", "LC_ALL")}
    who = {
        f"GIT_{role}_{what}": "bench@example.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {
        **keep, **who, "HOME": str(home), "TMPDIR": str(scratch), "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(root / "pre-commit"), "PREK_HOME": str(root / "prek"),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "GITFLOWGUARD_BACKGROUND": "off",
    }  # fmt: skip


def build(cache: Cache, root: Path, name: str) -> Place:
    """The code base, committed on develop; a feature branch with nothing staged."""
    programs = cache.bin(TOOLED)
    work = root / name
    shutil.copytree(sources(cache, name), work)
    env = environment(root, programs)
    (work / ".pre-commit-config.yaml").unlink(missing_ok=True)
    (work / ".flake8").write_text(FLAKE8)
    ours = root / f"{name}-ours"
    place = Place(work, env, programs, (str(ours / "pre-commit"),))
    place.git("init", "-q", "-b", "main")
    (work / ".git" / "info" / "exclude").write_text(
        ".gitflowguard.yaml\n.pre-commit-config.yaml\nlefthook.yml\n"
    )
    (work / ".gitflowguard.yaml").write_text(POLICY)
    place.git("add", "-A", "-f", "--", ".", ":!.gitflowguard.yaml")
    place.git("commit", "-q", "-m", "All of it")
    place.git("branch", "develop")
    place.git("switch", "-q", "-c", "feature/x")
    hooked(place, (str(programs / "gitflowguard"), "init", "--yes"), ours)
    return place


def hooked(place: Place, installer: tuple[str, ...], folder: Path) -> None:
    """Lets an installer write its hooks, and takes them away to a folder."""
    hooks = place.work / ".git" / "hooks"
    shutil.rmtree(hooks, ignore_errors=True)
    hooks.mkdir()
    must(list(installer), place.work, place.env)
    shutil.copytree(hooks, folder, dirs_exist_ok=True)
    shutil.rmtree(hooks)


def failing(place: Place) -> set[str]:
    """Files that do not pass all three tools, by the tools themselves."""
    report = subprocess.run(
        [str(place.bin / "gitflowguard"), "quality", "--all", "--output-format", "json"],
        cwd=place.work, env=place.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    data = json.loads(report.stdout)
    unread = {path for path in _python(place) for one in data["skipped"] if f" {path}:" in one["reason"]}
    return {one["path"] for one in data["findings"]} | unread


def _python(place: Place) -> list[str]:
    return [path for path in place.git("ls-files", "-z").split("\0") if path.endswith(".py")]


def choose(place: Place, count: int, good: list[str]) -> tuple[str, ...]:
    """One file of about 290 lines, or an even spread of files that are not empty."""
    lines = {path: (place.work / path).read_bytes().count(b"\n") for path in good}
    if count == 1:
        return (min(good, key=lambda path: (abs(lines[path] - WANTED_LINES), path)),)
    full = [path for path in good if 5 <= lines[path] <= 600]
    step = max(len(full) // count, 1)
    return tuple(full[::step][:count])


def stage(place: Place, chosen: tuple[str, ...]) -> Place:
    """The chosen files are new on the branch, and staged."""
    place.git("reset", "-q", "--hard", "main")
    place.git("rm", "-q", "--cached", "--", *chosen)
    place.git("commit", "-q", "-m", "Without them")
    place.git("add", "--", *chosen)
    return Place(place.work, place.env, place.bin, place.hook, chosen)


def frameworks(place: Place, cache: Cache) -> dict[str, tuple[str, ...]]:
    """Row -> command; writes the configurations that they read."""
    hooks = [
        {"id": name, "name": name, "entry": " ".join((str(place.bin / name), *args)), "language": "system",
         "types_or": ["python"], "require_serial": True}
        for name, args in TOOLS.items()
    ]  # fmt: skip
    serial = {"repos": [{"repo": "local", "hooks": hooks}]}
    (place.work / ".pre-commit-config.yaml").write_text(json.dumps(serial))
    side = {"repos": [{"repo": "local", "hooks": [{**hook, "priority": 0} for hook in hooks]}]}
    beside = place.work.parent / f"{place.work.name}-priority.yaml"
    beside.write_text(json.dumps(side))
    runs = {
        name: {"run": f"{hook['entry']} {{staged_files}}", "glob": "*.py"} for name, hook in zip(TOOLS, hooks)
    }
    (place.work / "lefthook.yml").write_text(json.dumps({"pre-commit": {"parallel": True, "commands": runs}}))
    rows = {
        BASE: (cache.script("pre-commit", "pre-commit"), "run"),
        "prek run": (cache.script("prek", "prek"), "run"),
        "prek run, one priority": (cache.script("prek", "prek"), "run", "--config", str(beside)),
    }
    try:
        rows["lefthook run, parallel"] = (cache.script("lefthook", "lefthook"), "run", "pre-commit")
    except NotMeasured as problem:
        tell(str(problem))
    return rows


def alone(place: Place) -> dict[str, tuple[str, ...]]:
    """Each tool by itself, and the three after one another and at once."""
    lines = {name: " ".join((str(place.bin / name), *args, '"$@"')) for name, args in TOOLS.items()}
    rows = {f"{name} alone": line for name, line in lines.items()}
    rows["the three, one after another"] = " && ".join(lines.values())
    waits = " && ".join(f"wait $p{n}" for n in range(len(lines)))
    rows["the three at once"] = (
        " ".join(f"{line} & p{n}=$!;" for n, line in enumerate(lines.values())) + f" {waits}"
    )
    return {name: ("sh", "-c", line, "sh", *place.chosen) for name, line in rows.items()}


def lanes(place: Place, cache: Cache) -> list[Lane]:
    """Everything that is compared, on what is staged."""
    store = place.work / ".git" / "gitflowguard" / "passed"
    env = {**place.env, "GIT_INDEX_FILE": ".git/index"}

    def lane(name: str, argv: tuple[str, ...], own: dict[str, str], before: Callable[[int], object]) -> Lane:
        return Lane(name, lambda: measure(argv, place.work, own), before)

    def empty(number: int) -> None:
        shutil.rmtree(store, ignore_errors=True)

    def full(number: int) -> None:
        measure(place.hook, place.work, env)

    def contents(number: int) -> None:
        full(number)
        forget(place)

    rows = [lane(name, argv, place.env, lambda number: None) for name, argv in alone(place).items()]
    peers = frameworks(place, cache)
    rows += [lane(name, argv, place.env, lambda number: None) for name, argv in peers.items()]
    rows += [lane(MISS, place.hook, env, empty), warm_lane(place), lane(HIT, place.hook, env, full)]
    rows.append(lane(CONTENTS, place.hook, env, contents))
    pin = shutil.which("taskset")
    if pin and len(place.chosen) == 1:
        rows.append(lane(ONE_BASE, (pin, "-c", "0", *peers[BASE]), place.env, lambda number: None))
        rows.append(lane(ONE, (pin, "-c", "0", *place.hook), env, empty))
    return rows


def forget(place: Place) -> None:
    """Leaves the passes of contents alone, as if the commit were another one."""
    for path in (place.work / ".git" / "gitflowguard" / "passed").glob("silent-*"):
        path.unlink()


class Stayers:
    """Commands of ours after which workers stay: they are ended after each, and what they take is counted."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.work / ".git" / "gitflowguard" / "passed"
        self.folder = Path(place.env["TMPDIR"], f"gitflowguard-{os.getuid()}-stay")
        self.env = {name: value for name, value in place.env.items() if name != "GITFLOWGUARD_BACKGROUND"}

    def load(self, argv: tuple[str, ...], env: dict[str, str]) -> None:
        """Leaves workers that have the tools loaded, and an empty store."""
        before = set(_family(os.getpid()))
        self.empty()
        must(list(argv), self.place.work, {**self.env, **env})
        end = time.monotonic() + 60
        while time.monotonic() < end and len(self.sockets()) < 2:
            time.sleep(0.02)
        self.empty()
        self.pids = sorted(set(_family(os.getpid())) - before)

    def empty(self) -> None:
        """Nothing is known to have passed."""
        shutil.rmtree(self.store, ignore_errors=True)

    def sockets(self) -> list[str]:
        """Those of the workers that stay."""
        return os.listdir(self.folder) if self.folder.is_dir() else []

    def measure(self, argv: tuple[str, ...], env: dict[str, str]) -> Sample:
        """One command with what the workers did for it, which are ended then."""
        before = sum(map(_ticks, self.pids))
        start = time.perf_counter()
        child = subprocess.Popen(
            argv,
            cwd=self.place.work,
            env={**self.env, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        while any(len(_family(pid)) > 1 for pid in self.pids):
            time.sleep(0.01)
        beside = (sum(map(_ticks, self.pids)) - before) / TICKS
        left = self.sockets()
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        shutil.rmtree(self.folder)
        if child.returncode != 0 or not left:
            raise NotMeasured(f"exit code {child.returncode}, {len(left)} workers")
        return Sample((usage.ru_utime + usage.ru_stime + beside) * 1000, wall * 1000)


def _ticks(pid: int) -> int:
    """CPU time of a process and of those that it has waited for (proc(5), stat: utime, stime, cutime, cstime)."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(word) for word in words[11:15])


def warm_lane(place: Place) -> Lane:
    """The hook where a commit before has left the tools loaded."""
    stayers, index = Stayers(place), {"GIT_INDEX_FILE": ".git/index"}
    return Lane(
        WARM,
        lambda: stayers.measure(place.hook, index),
        lambda number: stayers.load(place.hook, index),
    )


def commits(place: Place, cache: Cache) -> list[Lane]:
    """Whole commits of what is staged, each from the same state. Only the stage of the tools has a hook of pre-commit;
    ours has all of its own."""
    tip = place.git("rev-parse", "HEAD").strip()
    beside = {name: place.work.parent / f"{place.work.name}-{name}" for name in ("none", "theirs", "ours")}
    beside["none"].mkdir(exist_ok=True)
    hooked(place, (cache.script("pre-commit", "pre-commit"), "install"), beside["theirs"])
    logs = {path: path.read_bytes() for path in (place.work / ".git" / "logs").rglob("*") if path.is_file()}
    stayers = Stayers(place)
    argv = ("git", "commit", "-q", "-m", "feat: add it")

    def undo(number: int = 0) -> None:
        """The state before a commit, with what git remembers of its moves."""
        place.git("update-ref", "refs/heads/feature/x", tip)
        for path, data in logs.items():
            path.write_bytes(data)
        place.git("read-tree", "HEAD")
        place.git("add", "--", *place.chosen)

    def under(name: str) -> None:
        """Before a commit under these hooks, which are named where a person would: in the repository's settings."""
        place.git("config", "--replace-all", "core.hooksPath", str(beside[name]))
        undo()

    def load(number: int) -> None:
        under("ours")
        stayers.load(argv, {})
        undo()

    def full(number: int) -> None:
        under("ours")
        measure(argv, place.work, place.env)
        undo()

    def contents(number: int) -> None:
        full(number)
        forget(place)

    def lane(row: str, before: Callable[[int], object]) -> Lane:
        return Lane(row, lambda: restored(lambda: measure(argv, place.work, place.env)), before)

    def restored(act: Callable[[], Sample]) -> Sample:
        try:
            return act()
        finally:
            undo()
            place.git("config", "--unset-all", "core.hooksPath")

    return [
        lane(COMMIT_NONE, lambda number: under("none")),
        lane(COMMIT_BASE, lambda number: under("theirs")),
        Lane(COMMIT_WARM, lambda: restored(lambda: stayers.measure(argv, {})), load),
        lane(COMMIT_HIT, full),
        lane(COMMIT_CONTENTS, contents),
    ]


def all_lanes(place: Place, cache: Cache) -> list[Lane]:
    """The same on every file of a tree that passes: the frameworks are told so, ours looks at the index."""
    store = place.work / ".git" / "gitflowguard" / "passed"
    command = (str(place.bin / "gitflowguard"), "quality", "--all")

    def lane(name: str, argv: tuple[str, ...], before: Callable[[int], object]) -> Lane:
        return Lane(name, lambda: measure(argv, place.work, place.env), before)

    rows = [lane(name, argv, lambda number: None) for name, argv in alone(place).items()]
    rows += [
        lane(name, (*argv, "--all-files"), lambda number: None)
        for name, argv in frameworks(place, cache).items()
    ]
    rows.append(lane(MISS, command, lambda number: shutil.rmtree(store, ignore_errors=True)))
    rows.append(lane(HIT, command, lambda number: measure(command, place.work, place.env)))
    return rows


def peak(argv: tuple[str, ...], place: Place, env: dict[str, str]) -> float:
    """The greatest sum of proportional set sizes over a command's processes, in MB (proc(5), smaps_rollup)."""
    child = subprocess.Popen(
        argv, cwd=place.work, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    most, done = 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, sum(_pss(pid) for pid in _family(child.pid)))
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    child.wait()
    done.set()
    watcher.join()
    return most


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            text = "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
        except OSError:
            continue
        found += [int(word) for word in text.split()]
    return found


def _pss(pid: int) -> float:
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(row.split()[1]) / 1024 for row in rows if row.startswith("Pss:")), 0.0)


def table(place: Place, cache: Cache, name: str, rounds: int) -> tuple[list[str], list[str]]:
    """(lines of the table, sentences on what was required) for staged files."""
    count = len(place.chosen)
    tell(f"{name}, {count} staged")
    asked = lanes(place, cache)
    runs = interleave([*asked, *commits(place, cache)] if count == 1 else asked, rounds, tell)
    lines = rendered(runs, f"{name} {CODE[name]}, {count} staged file{'s' * (count > 1)}")
    return lines, _required(runs, name, count)


def rendered(runs: Runs, title: str) -> list[str]:
    """The lines of a table."""
    lines = [f"### {title}", ""]
    lines += [
        "| | wall ms | CPU ms | wall, of pre-commit's | CPU, of pre-commit's |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in runs.samples:
        base = BASES.get(row, COMMIT_BASE if row == COMMIT_BASE else BASE)
        wall, cpu = (statistics.median(runs.ratios(row, base, what)) for what in ("wall", "cpu"))
        lines.append(f"| {row} | {runs.wall(row):.0f} | {runs.cpu(row):.0f} | {wall:.2f} | {cpu:.2f} |")
    lines += [f"| {row} | not measured: {why} | | | |" for row, why in runs.reasons.items()]
    return [*lines, ""]


def _required(runs: Runs, name: str, count: int) -> list[str]:
    found = []
    for files, row, base, what, limit in LIMITS:
        if files == count and row in runs.samples and base in runs.samples:
            ratio = statistics.median(runs.ratios(row, base, what))
            said = "met" if ratio <= limit else "MISSED"
            how = {"cpu": "CPU", "wall": "wall"}[what]
            found.append(f"| {name}, {count}: {row} | {how} {ratio:.3f} of `{base}` | {limit:.2f} | {said} |")
    return found


def only_good(place: Place, good: list[str]) -> None:
    """Leaves nothing in the tree that does not pass."""
    place.git("reset", "-q", "--hard", "main")
    rest = sorted(set(_python(place)) - set(good))
    if rest:
        place.git("rm", "-q", "--", *rest)
        place.git("commit", "-q", "-m", "Only what passes")


def whole(place: Place, name: str, good: list[str], rounds: int) -> list[str]:
    """All files that pass: when all is known, and after one has changed."""
    command = (str(place.bin / "gitflowguard"), "quality", "--all")
    measure(command, place.work, place.env)
    target = place.work / choose(place, 1, good)[0]

    def touch(number: int) -> None:
        target.write_text(f"# {time.time_ns()}\n" + target.read_text())
        place.git("add", "-A")

    known = Lane("known", lambda: measure(command, place.work, place.env), lambda number: None)
    changed = Lane("changed", lambda: measure(command, place.work, place.env), touch)
    known_runs = interleave([known], rounds, tell)
    changed_runs = interleave([changed], rounds, tell)
    rows = []
    for runs, row, label, limit in (
        (known_runs, "known", "all known", 100.0),
        (changed_runs, "changed", "one file changed", 500.0),
    ):
        if row in runs.reasons:
            rows.append(f"| {name}, all {len(good)} files, {label} | not measured: {runs.reasons[row]} | | |")
            continue
        said = "met" if runs.wall(row) <= limit else "MISSED"
        figure = f"{runs.wall(row):.0f} ms wall, {runs.cpu(row):.0f} ms CPU"
        rows.append(f"| {name}, all {len(good)} files, {label} | {figure} | {limit:.0f} ms | {said} |")
    return rows


def memory(place: Place, name: str) -> str:
    """Ours on a miss against the largest tool alone."""
    env = {**place.env, "GIT_INDEX_FILE": ".git/index"}
    tools = {
        tool: peak(argv, place, place.env) for tool, argv in alone(place).items() if tool.endswith(" alone")
    }
    shutil.rmtree(place.work / ".git" / "gitflowguard" / "passed", ignore_errors=True)
    own = peak(place.hook, place, env)
    largest = max(tools, key=lambda tool: tools[tool])
    said = "met" if own <= tools[largest] + MARGIN_MB else "MISSED"
    figure = f"{own:.0f} MB; {largest} {tools[largest]:.0f} MB"
    what = f"{name}, {len(place.chosen)} files: peak memory of all processes"
    return f"| {what} | {figure} | + {MARGIN_MB:.0f} MB | {said} |"


def verdicts(place: Place, name: str) -> int:
    """Ours against the tools' own words, on every Python file; returns the number of differences."""
    files = _python(place)
    theirs = _black(place, files) | _flake8(place, files) | _bandit(place, files)
    data = json.loads(
        _said(place, "gitflowguard", "quality", "--all", "--no-cache", "--output-format", "json")[0]
    )
    ours = {
        (one["tool"], one["path"], one["line"] if one["tool"] != "black" else 0, one["tool_code"] or "")
        for one in data["findings"]
    }
    found = sorted(ours ^ theirs)
    for row in found:
        print(f"{'only ours' if row in ours else 'only theirs'}: {row}")
    for one in data["skipped"]:
        print(f"unchecked: {one['reason']}")
    print(f"{name}: {len(files)} files, {len(theirs)} findings of the tools, {len(found)} differences")
    return len(found)


Verdicts = set[tuple[str, str, int, str]]


def _said(place: Place, program: str, *args: str) -> tuple[str, str]:
    argv = [str(place.bin / program), *args]
    done = subprocess.run(argv, cwd=place.work, env=place.env, capture_output=True, text=True, check=False)
    return done.stdout, done.stderr


def _black(place: Place, files: list[str]) -> Verdicts:
    lines = _said(place, "black", "--check", "--no-cache", *files)[1].splitlines()
    start = "would reformat "
    return {
        ("black", os.path.relpath(line[len(start) :], "."), 0, "") for line in lines if line.startswith(start)
    }


def _flake8(place: Place, files: list[str]) -> Verdicts:
    rows = _said(place, "flake8", "--format=%(path)s\t%(row)d\t%(code)s", *files)[0].splitlines()
    words = (row.split("\t") for row in rows)
    return {("flake8", os.path.normpath(path), int(line), code) for path, line, code in words}


def _bandit(place: Place, files: list[str]) -> Verdicts:
    rows = json.loads(_said(place, "bandit", "-q", "-f", "json", *files)[0])["results"]
    return {("bandit", os.path.normpath(row["filename"]), row["line_number"], row["test_id"]) for row in rows}


def main(argv: list[str] | None = None) -> int:
    """Prints the tables, or puts them into a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=sorted(CODE))
    parser.add_argument("--into", type=Path)
    parser.add_argument("--long", action="store_true", help="peers on all of Django too: half an hour")
    parser.add_argument("--verdicts", action="store_true")
    parser.add_argument("--cache", type=Path, default=Path(__file__).parent / ".cache")
    options = parser.parse_args(argv)
    adopt_orphans()
    cache = Cache(options.cache.resolve(), tell)
    lines: list[str] = []
    required = ["| what | measured | required | |", "|---|--:|--:|---|"]
    differences = 0
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path has to be short
        for name in [options.only] if options.only else list(CODE):
            place = build(cache, Path(folder), name)
            if options.verdicts:
                differences += verdicts(place, name)
                continue
            bad = failing(place)
            good = [path for path in _python(place) if path not in bad]
            for count in (1, 20):
                chosen = stage(place, choose(place, count, good))
                more, rows = table(chosen, cache, name, options.rounds)
                lines += more
                required += rows
                if count == 20:
                    required.append(memory(chosen, name))
            only_good(place, good)
            if name == "flask" or options.long:
                tell(f"{name}, all files")
                every = Place(place.work, place.env, place.bin, place.hook, tuple(good))
                runs = interleave(all_lanes(every, cache), min(options.rounds, ALL_ROUNDS), tell)
                lines += rendered(runs, f"{name} {CODE[name]}, all {len(good)} files")
            required += whole(place, name, good, options.rounds)
    if options.verdicts:
        return 1 if differences else 0
    report("\n".join([*lines, "### Required", "", *required, ""]), options.into)
    return 0


def report(text: str, into: Path | None) -> None:
    """Prints, or replaces the block between the marks of this program in a page."""
    if into is None:
        print(text)
        return
    begin, end = (f"<!-- {word}: python benchmarks/quality.py -->" for word in ("begin", "end"))
    page = into.read_text()
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    into.write_text(
        f"{before}{begin}\n\n{text}\n{end}{after}" if rest else f"{page}\n{begin}\n\n{text}\n{end}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
