"""What format, lint and security checks cost: black, flake8 and bandit on Flask and Django, peers side by side.

    python benchmarks/quality.py [--rounds 7] [--only flask|django] [--long] [--into PAGE] [--verdicts]

Every row runs the same three programs on the same staged files, which pass all three; ratios are taken within a round
against `pre-commit run`. The first row of ours has an empty store before each round (a miss), the next a full one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
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

from benchmarks.cache import OURS, Cache
from benchmarks.common import Lane, NotMeasured, Runs, adopt_orphans, interleave, measure, must

CODE = {"flask": "3.1.1", "django": "5.2.1"}
TOOLS = {"black": ("--check", "--quiet", "--no-cache"), "flake8": (), "bandit": ("--quiet",)}
POLICY = "preset: gitflow\ntools: {black: true, flake8: true, bandit: true}\n"
FLAKE8 = "[flake8]\nmax-line-length = 88\nextend-ignore = E203,E501,E701,E704,W503\n"
WANTED_LINES = 290
BASE = "pre-commit run"
MISS, HIT = "gitflowguard, nothing known", "gitflowguard, all known"
ONE, ONE_BASE = "gitflowguard, nothing known, one core", "pre-commit run, one core"
MARGIN_MB = 60.0
ALL_ROUNDS = 5
# (files, row, base, limit), as asked of us
LIMITS = (
    (1, MISS, BASE, 0.40),
    (1, ONE, ONE_BASE, 0.60),
    (1, HIT, BASE, 0.05),
    (20, MISS, BASE, 0.70),
    (20, HIT, BASE, 0.03),
)


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
    home = root / "home"
    home.mkdir(exist_ok=True)
    keep = {name: value for name, value in os.environ.items() if name in ("LANG", "LC_ALL", "TMPDIR")}
    who = {
        f"GIT_{role}_{what}": "bench@example.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {
        **keep, **who, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(root / "pre-commit"),
        "PREK_HOME": str(root / "prek"), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip


def build(cache: Cache, root: Path, name: str) -> Place:
    """The code base, committed on develop; a feature branch with nothing staged."""
    programs = cache.bin(OURS)
    work = root / name
    shutil.copytree(sources(cache, name), work)
    env = environment(root, programs)
    (work / ".pre-commit-config.yaml").unlink(missing_ok=True)
    (work / ".flake8").write_text(FLAKE8)
    python = programs / "python"
    argv = [str(python), "-c", "import gitflowguard.hookmain as h; print(h.__file__)"]
    script = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()
    place = Place(work, env, programs, (str(python), "-I", "-S", script, "pre-commit"))
    place.git("init", "-q", "-b", "main")
    (work / ".git" / "info" / "exclude").write_text(
        ".gitflowguard.yaml\n.pre-commit-config.yaml\nlefthook.yml\n"
    )
    (work / ".gitflowguard.yaml").write_text(POLICY)
    place.git("add", "-A", "-f", "--", ".", ":!.gitflowguard.yaml")
    place.git("commit", "-q", "-m", "All of it")
    place.git("branch", "develop")
    place.git("switch", "-q", "-c", "feature/x")
    return place


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

    rows = [lane(name, argv, place.env, lambda number: None) for name, argv in alone(place).items()]
    peers = frameworks(place, cache)
    rows += [lane(name, argv, place.env, lambda number: None) for name, argv in peers.items()]
    rows += [lane(MISS, place.hook, env, empty), lane(HIT, place.hook, env, full)]
    pin = shutil.which("taskset")
    if pin and len(place.chosen) == 1:
        rows.append(lane(ONE_BASE, (pin, "-c", "0", *peers[BASE]), place.env, lambda number: None))
        rows.append(lane(ONE, (pin, "-c", "0", *place.hook), env, empty))
    return rows


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
    runs = interleave(lanes(place, cache), rounds, tell)
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
        base = ONE_BASE if row == ONE else BASE
        wall, cpu = (statistics.median(runs.ratios(row, base, what)) for what in ("wall", "cpu"))
        lines.append(f"| {row} | {runs.wall(row):.0f} | {runs.cpu(row):.0f} | {wall:.2f} | {cpu:.2f} |")
    lines += [f"| {row} | not measured: {why} | | | |" for row, why in runs.reasons.items()]
    return [*lines, ""]


def _required(runs: Runs, name: str, count: int) -> list[str]:
    found = []
    for files, row, base, limit in LIMITS:
        if files == count and row in runs.samples and base in runs.samples:
            ratio = statistics.median(runs.ratios(row, base, "wall"))
            said = "met" if ratio <= limit else "MISSED"
            found.append(f"| {name}, {count}: {row} | {ratio:.3f} of `{base}` | {limit:.2f} | {said} |")
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
    with tempfile.TemporaryDirectory() as folder:
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
