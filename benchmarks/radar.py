"""What the radar costs: real histories and a tree of 100,000 files, against the other ways to ask git the same.

    python benchmarks/radar.py [--repo NAME:PATH:TARGET ...] [--many NAME:PATH:TARGET ...] [--branches 20 100 ...]
                               [--only WORD ...] [--into docs/benchmarks.md]

PATH is a bare clone that has the pull heads (refs/pull/*/head); its newest tips that TARGET does not hold are the
branches of a repository made for the run, which borrows the objects. Without --repo only the made-up tree is measured.
--many measures 2,000 branches, ours alone. --only leaves out the ways to measure that aren't named.
Ratios are of CPU time, ours with all that it starts, Python and its imports too. A process a pair, a batch over all
pairs and merges in a work tree are measured on a sample, evenly spread, and scaled; the sample is reported.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import pty
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
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
    "5000",
    "--color",
    "never",
]
PROCESS_SAMPLE, BATCH_SAMPLE, TREE_SAMPLE = 300, 2000, 12
COLD, PUSHES, CHECKS = 3, 5, 5
MANY = 2000
# At how many branches --semantic is measured: the parser takes a minute, whatever the radar does.
SEMANTIC = 100
WAYS = ("peers", "tree", "push", "landing", "semantic", "lines", "check")
BENCH = ("-c", "user.name=bench", "-c", "user.email=bench@example.invalid")
ASKED = {"pip": (60, 10), "jabref": (60, 20), "nf-core": (150, 30), "sympy": (40, 9)}


# (what, measured, required, whether it is met).
Judged = tuple[str, str, str, bool]


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


def landed(where: Path) -> tuple[Cost, int] | None:
    """One run of the radar after a landing, merged for real, and how many branches share a file with it: of those
    that can land now the first that at most a fifth of the others meet. None where there is none."""
    said = subprocess.run([*PROGRAM, "--json"], cwd=where, capture_output=True, text=True, check=False).stdout
    files = touched(where)
    for name in (name for order in json.loads(said)["orders"] for name in order["now"]):
        tip = git(where, "rev-parse", name)
        merge = ["git", "-C", str(where), "merge-tree", "--write-tree", "develop", tip]
        done = subprocess.run(merge, capture_output=True, text=True, check=False)
        met = sum(bool(files[name] & other) for one, other in files.items() if one != name)
        if done.returncode or met > len(files) / 5 or not files[name]:
            continue
        made = ("commit-tree", done.stdout.splitlines()[0], "-p", "develop", "-p", tip, "-m", "landed")
        git(where, "update-ref", "refs/heads/develop", git(where, *BENCH, *made))
        return ours(where), met
    return None


def environment() -> dict[str, str]:
    """As a user has it: the package's byte code is there."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def ours(where: Path, *more: str, program: Sequence[str] = PROGRAM) -> Cost:
    """One run of the radar; its output is thrown away, and 1 (findings) is as good as 0."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [*program, *more], cwd=where, stdout=said, stderr=subprocess.STDOUT, env=environment()
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1, 3):
            said.seek(0)
            raise SystemExit(f"the radar ended with {child.returncode}: {said.read().decode()[-400:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Lines:
    """What a person sees of a cold run. first: seconds until a line with a total. total: that it names, every time.
    done: the last count."""

    first: float
    total: int
    done: int

    @property
    def counts(self) -> bool:
        """Whether it counts up to its total, and has no other."""
        return self.total > 0 and self.done == self.total


def watched(where: Path) -> Lines:
    """A cold run on a terminal."""
    shutil.rmtree(where / "gitflowguard", ignore_errors=True)
    start = time.perf_counter()
    child, terminal = pty.fork()
    if not child:
        os.chdir(where)
        os.execve(PROGRAM[0], PROGRAM, {**environment(), "TERM": "xterm", "PAGER": "cat", "COLUMNS": "120"})
    first, said = 0.0, b""
    while True:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # Linux's way to say that the other end has closed
            break
        said += data
        if not first and re.search(rb" of [0-9,]+ comparisons", said):
            first = time.perf_counter() - start
        if not data:
            break
    os.close(terminal)
    os.waitpid(child, 0)
    rows = [
        tuple(int(word.replace(b",", b"")) for word in found)
        for found in re.findall(rb"([0-9,]+) of ([0-9,]+) comparisons", said)
    ]
    totals = {total for _, total in rows}
    return Lines(first, totals.pop() if len(totals) == 1 else 0, rows[-1][0] if rows else 0)


def checked(where: Path) -> Cost:
    """`radar check` of the file that most branches change, from what the run before has left."""
    known = touched(where)
    count: dict[str, int] = {}
    for path in itertools.chain.from_iterable(known.values()):
        count[path] = count.get(path, 0) + 1
    path = max(count, key=lambda one: (count[one], one))
    program = [sys.executable, "-m", "gitflowguard", "radar", "check", path]
    return median([ours(where, program=program) for _ in range(CHECKS)])


def touched(where: Path) -> dict[str, set[str]]:
    """Branch -> the files that it changes."""
    names = git(where, "for-each-ref", "--format=%(refname:short)", "refs/heads/feature").splitlines()
    return {name: set(git(where, "diff", "--name-only", f"develop...{name}").splitlines()) for name in names}


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
    """One line of the table. None: not measured. met: branches that share a file with a pushed one, the median.
    meets: those that share one with what landed."""

    name: str
    count: int
    pairs: int
    process: Cost | None
    one_batch: Cost | None
    tree: Cost | None
    cold: Cost
    pushed: Cost | None = None
    met: int = 0
    moved: Cost | None = None
    meets: int = 0
    semantic: Cost | None = None
    again: Cost | None = None
    lines: Lines | None = None
    check: Cost | None = None

    @property
    def title(self) -> str:
        """Repository and number of branches."""
        return f"{self.name}, {self.count}"


def measured(name: str, where: Path, count: int, root: Path, ways: Sequence[str] = WAYS) -> Row:
    """All ways on one repository."""
    tips = git(where, "for-each-ref", "--format=%(objectname)", "refs/heads/feature").splitlines()
    tips = list(dict.fromkeys(tips))
    pairs = list(itertools.combinations(tips, 2))
    lines = watched(where) if "lines" in ways else None
    cold = []
    for _ in range(COLD):
        shutil.rmtree(where / "gitflowguard", ignore_errors=True)
        cold.append(ours(where))
    one = processes(where, pairs, root / "a") if "peers" in ways else None
    two = batch(where, pairs, root / "b") if "peers" in ways else None
    tree = work_tree(where, tips, len(tips) + len(pairs), root / "tree") if "tree" in ways else None
    check = checked(where) if "check" in ways else None
    pushed, met = pushes(where) if "push" in ways else (None, 0)
    moved, meets = (landed(where) if "landing" in ways else None) or (None, 0)
    read = [ours(where, "--semantic") for _ in range(2)] if "semantic" in ways and count == SEMANTIC else None
    shutil.rmtree(root / "a", ignore_errors=True)
    shutil.rmtree(root / "b", ignore_errors=True)
    if tree is not None:
        git(where, "worktree", "remove", "--force", str(root / "tree"))
    print(f"  {name} {count}: cold {median(cold).cpu:.2f} s", file=sys.stderr, flush=True)
    return Row(
        name=name,
        count=count,
        pairs=len(pairs),
        process=one,
        one_batch=two,
        tree=tree,
        cold=median(cold),
        pushed=pushed,
        met=met,
        moved=moved,
        meets=meets,
        semantic=read[0] if read else None,
        again=read[1] if read else None,
        lines=lines,
        check=check,
    )


def pushes(where: Path) -> tuple[Cost, int]:
    """The median run after one push, and how many branches share a file with the pushed one then, the median."""
    form = "--format=%(refname:short)"
    newest = git(where, "for-each-ref", "--sort=-committerdate", form, "refs/heads/feature").splitlines()
    costs, met = [], []
    for number in range(PUSHES):
        branch = newest[min(number * 2, len(newest) - 1)]
        push(where, branch, number)
        costs.append(ours(where))
        files = touched(where)
        met.append(sum(bool(files[branch] & other) for name, other in files.items() if name != branch))
    return median(costs), int(statistics.median(met))


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
        "| after one push | after a landing | peak MB | first lines | `radar check` | --semantic: CPU s, MB "
        "| a second time |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return out + [f"| {' | '.join(_cells(row))} |" for row in rows]


def _cells(row: Row) -> list[str]:
    cold = row.cold
    times = [
        f"{cost.cpu / cold.cpu:.0f} × ({cost.wall / cold.wall:.0f} ×)" if cost else "-"
        for cost in (row.process, row.one_batch)
    ]
    parts = [
        f"{100 * cost.cpu / cold.cpu:.0f} % ({1000 * cost.cpu:.0f} ms)" if cost else "-"
        for cost in (row.pushed, row.moved)
    ]
    read, again = row.semantic, row.again
    return [
        row.title,
        str(row.pairs),
        f"{cold.cpu:.2f} ({cold.wall:.2f})",
        *times,
        f"{row.tree.cpu / cold.cpu:.0f} ×" if row.tree else "-",
        *parts,
        f"{cold.peak:.0f}",
        f"{row.lines.first:.2f} s" if row.lines else "-",
        f"{1000 * row.check.cpu:.0f} ms" if row.check else "-",
        f"{read.cpu:.1f}, {read.peak:.0f}" if read else "-",
        f"{100 * again.cpu / read.cpu:.1f} %" if read and again else "-",
    ]


def required(rows: Sequence[Row]) -> list[str]:
    """What was asked for, beside what came of it."""
    found = [one for row in rows for part in (_against, _known, _seen, _large) for one in part(row)]
    out = [
        f"| {what} | {value} | {limit} | {'met' if met else 'MISSED'} |" for what, value, limit, met in found
    ]
    return ["", "| what | measured | required | |", "|---|--:|--:|---|", *out] if out else []


def _against(row: Row) -> Iterator[Judged]:
    """Ours cold against the other ways to ask git."""
    asked = next((limits for word, limits in ASKED.items() if word in row.name.lower()), (0, 0))
    ways = ("a process a pair", "one batch")
    for what, cost, limit in zip(ways, (row.process, row.one_batch), asked):
        if row.count == 200 and limit and cost:
            ratio = cost.cpu / row.cold.cpu
            yield f"{row.title}: {what}, CPU", f"{ratio:.1f} × ours cold", f"≥ {limit} ×", ratio >= limit


def _known(row: Row) -> Iterator[Judged]:
    """What is left to do where an earlier run has looked."""
    if row.pushed and row.count == 200:
        cost, most = 1000 * row.pushed.cpu, 150 + 10 * row.met
        value = f"{cost:.0f} ms, {row.met} branches share a file with it"
        yield f"{row.title}: after one push, CPU", value, f"≤ {most} ms (150, 10 a branch)", cost <= most
    if row.moved and row.count == 200:
        share = 100 * row.moved.cpu / row.cold.cpu
        value = f"{share:.1f} % of cold, {row.meets} branches share a file with it"
        yield f"{row.title}: after a landing, CPU", value, "≤ 25 % (a fifth of the branches at most)", share <= 25
    if row.semantic and row.again:
        share, peak = 100 * row.again.cpu / row.semantic.cpu, row.semantic.peak
        yield f"{row.title}: --semantic again, CPU", f"{share:.1f} %", "≤ 10 %", share <= 10
        yield f"{row.title}: --semantic, memory", f"{peak:.0f} MB", "≤ 400 MB", peak <= 400


def _seen(row: Row) -> Iterator[Judged]:
    """What a person waits for."""
    if row.lines:
        value = f"{row.lines.first:.2f} s; {row.lines.done:,} of {row.lines.total:,} at the end"
        met = row.lines.first <= 0.5 and row.lines.counts
        yield f"{row.title}: first lines, with a total that counts", value, "≤ 0.5 s", met
    if row.check:
        cost = 1000 * row.check.cpu
        yield f"{row.title}: `radar check PATH`, CPU", f"{cost:.0f} ms", "≤ 60 ms", cost <= 60


def _large(row: Row) -> Iterator[Judged]:
    """What grows with the number of branches."""
    if row.count >= 400:
        yield f"{row.title}: peak memory", f"{row.cold.peak:.0f} MB", "≤ 400 MB", row.cold.peak <= 400
    if row.count == MANY:
        yield f"{row.title}: cold, CPU", f"{row.cold.cpu:.1f} s", "≤ 10 s", row.cold.cpu <= 10


def rows_of(asked: argparse.Namespace, root: Path) -> list[Row]:
    """Measures what was asked for, one repository after the other."""
    rows: list[Row] = []

    def made(spec: str, count: int, ways: Sequence[str]) -> None:
        name, path, target = spec.rsplit(":", 2)
        where = root / f"{len(rows)}.git"
        set_up(Path(path), target, count, where)
        git(where, "pack-refs", "--all")
        there = len(git(where, "for-each-ref", "refs/heads/feature").splitlines())
        rows.append(measured(name, where, there, root, ways))

    for spec in asked.repo:
        for count in asked.branches:
            made(spec, count, asked.only)
    for spec in asked.many:
        made(spec, MANY, [way for way in asked.only if way == "lines"])
    if not asked.only or set(asked.only) & {"peers", "tree"}:
        where = root / "made.git"
        made_up(where)
        rows.append(measured("a tree of 100,000 files", where, 50, root, asked.only))
    return rows


def main() -> int:
    """Prints the table, and writes it where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repo", action="append", default=[], metavar="NAME:PATH:TARGET")
    parser.add_argument("--many", action="append", default=[], metavar="NAME:PATH:TARGET")
    parser.add_argument("--branches", type=int, nargs="+", default=[20, 100, 200])
    parser.add_argument("--only", nargs="*", choices=WAYS, default=WAYS)
    parser.add_argument("--into", type=Path)
    asked = parser.parse_args()
    memory = Path(
        "/dev/shm"
    )  # where ours works, if there is room: so the peers put what they make there, too
    shared = memory if memory.is_dir() and "TMPDIR" not in os.environ else None
    with tempfile.TemporaryDirectory(prefix="radar-bench-", dir=shared) as folder:
        made = Path(folder) / "warm.git"
        made_up(made, 10, 2)
        ours(made)  # leaves the byte code
        rows = rows_of(asked, Path(folder))
    lines = [
        "## The radar", "",
        "CPU seconds of ours with an empty store, with all that it starts; the other ways as ratios to it, CPU first,",
        f"wall in brackets. A process a pair is measured on {PROCESS_SAMPLE} pairs, a batch on {BATCH_SAMPLE}, "
        f"real merges in a work tree on {TREE_SAMPLE}, and scaled.",
        f"After one push: the median of {PUSHES} pushes to the newest branches, a store at hand.",
        "First lines: wall, on a terminal, from the start of the program to the first line with a total.",
        "`radar check`: CPU, of the file that most branches change.", "",
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
