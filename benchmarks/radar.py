"""What the radar costs: real histories and a tree of 100,000 files, against the other ways to ask git the same.

    python benchmarks/radar.py [--repo NAME:PATH:TARGET ...] [--branches 20 50 ...] [--into docs/benchmarks.md]

PATH is a bare clone that has the pull heads (refs/pull/*/head); its newest tips that TARGET does not hold are the
branches of a repository made for the run, which borrows the objects. Without --repo only the made-up tree is measured.
Ratios are of CPU time, ours with all that it starts, Python and its imports too. A process a pair, a batch over all
pairs and merges in a work tree are measured on a sample, evenly spread, and scaled; the sample is told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.radar_truth import set_up

BEGIN, END = "<!-- begin: python benchmarks/radar.py -->", "<!-- end: python benchmarks/radar.py -->"
PROGRAM = [
    sys.executable,
    "-m",
    "gitflowguard",
    "radar",
    "--target",
    "develop",
    "--max",
    "1000",
    "--color",
    "never",
]
PROCESS_SAMPLE, BATCH_SAMPLE, TREE_SAMPLE = 300, 2000, 12
COLD, PUSHES = 3, 5
BENCH = ("-c", "user.name=bench", "-c", "user.email=bench@example.invalid")
ASKED = {"pip": (45, 10), "jabref": (50, 16), "nf-core": (100, 22), "sympy": (12, 3)}


@dataclass(frozen=True)
class Cost:
    """cpu, wall: seconds. peak: MB of the largest process."""

    cpu: float
    wall: float
    peak: float = 0.0


def spent(act: Callable[[], object]) -> Cost:
    """What everything cost that was started and waited for."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    act()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def landed(where: Path) -> Cost:
    """One run of the radar after a landing: the first clean branch that can, merged for real."""
    said = subprocess.run([*PROGRAM, "--json"], cwd=where, capture_output=True, text=True, check=False).stdout
    for order in (one for one in json.loads(said)["orders"] if one["now"]):
        tip = git(where, "rev-parse", order["now"][0])
        tree = git(where, "merge-tree", "--write-tree", "develop", tip).splitlines()[0]
        made = ("commit-tree", tree, "-p", "develop", "-p", tip, "-m", "landed")
        git(where, "update-ref", "refs/heads/develop", git(where, *BENCH, *made))
    return ours(where)


def ours(where: Path, *more: str) -> Cost:
    """One run of the radar; its output is thrown away, and 1 (findings) is as good as 0."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen([*PROGRAM, *more], cwd=where, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1, 3):
            said.seek(0)
            raise SystemExit(f"the radar ended with {child.returncode}: {said.read().decode()[-400:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024)


def median(costs: Sequence[Cost]) -> Cost:
    """Of each figure by itself; the peak is the highest."""
    cpu, wall = (statistics.median(values) for values in zip(*((one.cpu, one.wall) for one in costs)))
    return Cost(cpu, wall, max(one.peak for one in costs))


def git(where: Path, *args: str, stdin: str = "") -> str:
    """git's answer."""
    done = subprocess.run(
        ["git", "-C", str(where), *args], input=stdin, text=True, capture_output=True, check=True
    )
    return done.stdout.strip()


def sample(pairs: Sequence[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """At most so many, evenly spread."""
    return [pairs[index * len(pairs) // most] for index in range(most)] if len(pairs) > most else list(pairs)


def scaled(cost: Cost, part: int, whole: int) -> Cost:
    """The cost of all, from that of a part."""
    return Cost(cost.cpu * whole / part, cost.wall * whole / part)


def processes(where: Path, pairs: Sequence[tuple[str, str]], objects: Path) -> Cost:
    """A process a pair."""
    env = quarantined(where, objects)
    chosen = sample(pairs, PROCESS_SAMPLE)

    def act() -> None:
        for one, other in chosen:
            argv = ["git", "-C", str(where), "merge-tree", "--write-tree", one, other]
            subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    return scaled(spent(act), len(chosen), len(pairs))


def batch(where: Path, pairs: Sequence[tuple[str, str]], objects: Path) -> Cost:
    """One `merge-tree --stdin` over all pairs."""
    chosen = sample(pairs, BATCH_SAMPLE)
    stdin = "".join(f"{one} {other}\n" for one, other in chosen).encode()
    argv = ["git", "-C", str(where), "merge-tree", "--write-tree", "--stdin"]
    env = quarantined(where, objects)

    def act() -> None:
        subprocess.run(
            argv, env=env, input=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )

    return scaled(spent(act), len(chosen), len(pairs))


def quarantined(where: Path, objects: Path) -> dict[str, str]:
    """What merges make is put aside, for the peers as for us."""
    objects.mkdir(exist_ok=True)
    alternates = f"{where}/objects"
    return {
        **os.environ,
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": alternates,
    }


def work_tree(where: Path, tips: Sequence[str], merges: int, folder: Path) -> Cost | None:
    """`git merge` in a work tree, as often as there are branches and pairs to merge; None where it cannot be."""
    try:
        git(where, "worktree", "add", "--force", "--detach", str(folder), "develop")
    except subprocess.CalledProcessError:
        return None  # a partial clone that lacks a large file
    chosen = [tip for tip, _ in sample([(tip, "") for tip in tips], TREE_SAMPLE)]
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.invalid")

    def act() -> None:
        for tip in chosen:
            for args in (("merge", "--no-edit", "--no-ff", tip), ("reset", "--hard", "--quiet", "develop")):
                subprocess.run(
                    ["git", "-C", str(folder), *who, *args],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                )

    return scaled(spent(act), len(chosen), merges)


def push(where: Path, branch: str, number: int) -> None:
    """One more commit on a branch: a line at the end of a file that its last commit changed, else of any."""
    tip = git(where, "rev-parse", branch)
    changed = git(
        where, "diff-tree", "-r", "--name-only", "--diff-filter=M", "--no-commit-id", tip
    ).splitlines()
    path = (changed or git(where, "ls-tree", "-r", "--name-only", tip).splitlines())[0]
    text = subprocess.check_output(["git", "-C", str(where), "cat-file", "blob", f"{tip}:{path}"])
    blob = subprocess.run(
        ["git", "-C", str(where), "hash-object", "-w", "--stdin"],
        input=text + f"# {number}\n".encode(), capture_output=True, check=True,
    ).stdout.decode().strip()  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GIT_INDEX_FILE": f"{folder}/index"}
        for args in (("read-tree", tip), ("update-index", "--cacheinfo", f"100644,{blob},{path}")):
            subprocess.run(["git", "-C", str(where), *args], env=env, check=True)
        tree = subprocess.check_output(["git", "-C", str(where), "write-tree"], env=env, text=True).strip()
    who = {f"GIT_{role}_{what}": "bench" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    commit = subprocess.check_output(
        ["git", "-C", str(where), "commit-tree", tree, "-p", tip, "-m", "one more"],
        env={**os.environ, **who},
        text=True,
    )
    git(where, "update-ref", f"refs/heads/{branch}", commit.strip())


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    count: int
    pairs: int
    process: Cost
    one_batch: Cost
    tree: Cost | None
    cold: Cost
    pushed: Cost
    moved: Cost
    semantic: Cost
    again: Cost


def measured(name: str, where: Path, count: int, root: Path) -> Row:
    """All ways on one repository."""
    tips = git(where, "for-each-ref", "--format=%(objectname)", "refs/heads/feature").splitlines()
    tips = list(dict.fromkeys(tips))
    pairs = list(itertools.combinations(tips, 2))
    kept = where / "gitflowguard"
    cold = []
    for _ in range(COLD):
        shutil.rmtree(kept, ignore_errors=True)
        cold.append(ours(where))
    one = processes(where, pairs, root / "a")
    two = batch(where, pairs, root / "b")
    tree = work_tree(where, tips, len(tips) + len(pairs), root / "tree")
    newest = git(
        where, "for-each-ref", "--sort=-committerdate", "--format=%(refname:short)", "refs/heads/feature"
    ).splitlines()
    pushed = []
    for number in range(PUSHES):
        push(where, newest[min(number * 2, len(newest) - 1)], number)
        pushed.append(ours(where))
    moved = landed(where)
    semantic, again = (ours(where, "--semantic") for _ in range(2))
    shutil.rmtree(root / "a", ignore_errors=True)
    shutil.rmtree(root / "b", ignore_errors=True)
    if tree is not None:
        git(where, "worktree", "remove", "--force", str(root / "tree"))
    print(
        f"  {name} {count}: cold {median(cold).cpu:.2f} s, a process a pair {one.cpu:.1f} s",
        file=sys.stderr,
        flush=True,
    )
    return Row(name, count, len(pairs), one, two, tree, median(cold), median(pushed), moved, semantic, again)


def made_up(where: Path, files: int = 100_000, branches: int = 50) -> None:
    """A tree of many files; each branch edits three of them, one of which a neighbour edits, too."""
    subprocess.run(["git", "init", "-q", "--bare", str(where)], check=True)
    out = [b"blob\nmark :1\ndata 40\n" + b"".join(b"%d\n" % (n % 10) for n in range(20)) + b"\n"]
    for n in range(branches):
        text = b"".join(b"x%d\n" % n if line == 5 else b"%d\n" % (line % 10) for line in range(20))
        out.append(b"blob\nmark :%d\ndata %d\n%s\n" % (n + 2, len(text), text))
    out.append(b"commit refs/heads/develop\nmark :1000\ncommitter b <b@b> 1700000000 +0000\ndata 1\nx\n")
    out += [b"M 100644 :1 d%03d/f%05d.txt\n" % (n % 1000, n) for n in range(files)]
    for n in range(branches):
        out.append(
            b"commit refs/heads/feature/b%d\ncommitter b <b@b> %d +0000\ndata 1\nx\nfrom :1000\n"
            % (n, 1700000100 + n)
        )
        out += [b"M 100644 :%d d%03d/f%05d.txt\n" % (n + 2, f % 1000, f) for f in (n * 7, n * 7 + 1, n // 2)]
    subprocess.run(["git", "-C", str(where), "fast-import", "--quiet"], input=b"".join(out), check=True)


def table(rows: Sequence[Row]) -> list[str]:
    """CPU, as ratios to ours cold; wall beside it."""
    out = [
        "| repository, branches | pairs | ours cold: CPU s (wall) | a process a pair | one batch | in a work tree "
        "| after one push | after a landing | peak MB | --semantic: CPU s, MB | a second time |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        times = [
            f"{cost.cpu / row.cold.cpu:.0f} × ({cost.wall / row.cold.wall:.0f} ×)"
            for cost in (row.process, row.one_batch)
        ]
        tree = f"{row.tree.cpu / row.cold.cpu:.0f} ×" if row.tree else "-"
        parts = [
            f"{100 * cost.cpu / row.cold.cpu:.0f} % ({1000 * cost.cpu:.0f} ms)"
            for cost in (row.pushed, row.moved)
        ]
        out.append(
            f"| {row.name}, {row.count} | {row.pairs} | {row.cold.cpu:.2f} ({row.cold.wall:.2f}) "
            f"| {' | '.join(times)} | {tree} | "
            f"{' | '.join(parts)} | {row.cold.peak:.0f} "
            f"| {row.semantic.cpu:.1f}, {row.semantic.peak:.0f} | {100 * row.again.cpu / row.semantic.cpu:.1f} % |"
        )
    return out


def required(rows: Sequence[Row]) -> list[str]:
    """What was asked for, beside what came of it."""
    out = ["", "| what | measured | required | |", "|---|--:|--:|---|"]

    def add(what: str, value: str, limit: str, met: bool) -> None:
        out.append(f"| {what} | {value} | {limit} | {'met' if met else 'MISSED'} |")

    for row in rows:
        asked = next((limits for name, limits in ASKED.items() if name in row.name.lower()), None)
        if row.count == 200 and asked:
            for what, cost, limit in zip(
                ("a process a pair", "one batch"), (row.process, row.one_batch), asked
            ):
                ratio = cost.cpu / row.cold.cpu
                add(
                    f"{row.name}, 200: {what}, CPU",
                    f"{ratio:.0f} × ours cold",
                    f"≥ {limit} ×",
                    ratio >= limit,
                )
            share = 100 * row.pushed.cpu / row.cold.cpu
            add(f"{row.name}, 200: after one push, CPU", f"{share:.1f} % of cold", "≤ 5 %", share <= 5)
            share = 100 * row.moved.cpu / row.cold.cpu
            add(f"{row.name}, 200: after a landing, CPU", f"{share:.1f} % of cold", "≤ 25 %", share <= 25)
        share = 100 * row.again.cpu / row.semantic.cpu
        add(f"{row.name}, {row.count}: --semantic again, CPU", f"{share:.1f} %", "≤ 10 %", share <= 10)
        peak = row.semantic.peak
        add(f"{row.name}, {row.count}: --semantic, memory", f"{peak:.0f} MB", "≤ 400 MB", peak <= 400)
        if row.count == 400:
            add(f"{row.name}, 400: peak memory", f"{row.cold.peak:.0f} MB", "≤ 400 MB", row.cold.peak <= 400)
    return out if len(out) > 3 else []


def main() -> int:
    """Prints the table, and writes it where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repo", action="append", default=[], metavar="NAME:PATH:TARGET")
    parser.add_argument("--branches", type=int, nargs="+", default=[20, 50, 100, 200, 400])
    parser.add_argument("--into", type=Path)
    asked = parser.parse_args()
    rows: list[Row] = []
    memory = Path(
        "/dev/shm"
    )  # where ours works, if there is room: so the peers put what they make there, too
    shared = memory if memory.is_dir() and "TMPDIR" not in os.environ else None
    with tempfile.TemporaryDirectory(prefix="radar-bench-", dir=shared) as folder:
        root = Path(folder)
        for spec in asked.repo:
            name, path, target = spec.rsplit(":", 2)
            for count in asked.branches:
                where = root / f"{len(rows)}.git"
                set_up(Path(path), target, count, where)
                git(where, "pack-refs", "--all")
                rows.append(measured(name, where, count, root))
        where = root / "made.git"
        made_up(where)
        rows.append(measured("a tree of 100,000 files", where, 50, root))
    lines = [
        "## The radar", "",
        "CPU seconds of ours with an empty store, with all that it starts; the other ways as ratios to it, CPU first,",
        f"wall in brackets. A process a pair is measured on {PROCESS_SAMPLE} pairs, a batch on {BATCH_SAMPLE}, "
        f"real merges in a work tree on {TREE_SAMPLE}, and scaled.",
        f"After one push: the median of {PUSHES} pushes to the newest branches, a store at hand.", "",
        *table(rows), *required(rows),
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.into:
        page = asked.into.read_text()
        block = f"{BEGIN}\n{text}{END}\n"
        if BEGIN in page:
            page = page[: page.index(BEGIN)] + block + page[page.index(END) + len(END) + 1 :]
        else:
            page += "\n" + block
        asked.into.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
