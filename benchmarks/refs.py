"""What must end soon however much is thrown at it: each hook among many refs, a push of many, hostile policy files.

    python benchmarks/refs.py [--rounds 5] [--refs 10000] [--among 2000,10000,100000] [--into PAGE]

Exits 1 when a figure is missed or could not be measured. The hooks among many refs, and the commands that look at
every branch, in CPU time, git's included, of which tables are printed; the others in wall time, because it is a person
who waits.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gitflowguard.hookmain  # noqa: E402  (after the line above)
from benchmarks.common import Lane, NotMeasured, Runs, Sample, interleave, quartiles  # noqa: E402
from benchmarks.gates import Figure  # noqa: E402

from benchmarks.sandbox import WORK, Sandbox  # noqa: E402
from benchmarks.tables import splice  # noqa: E402

PUSH_SECONDS = 5.0
POLICY_SECONDS = 1.0
BEGIN, END = "<!-- begin: python benchmarks/refs.py -->", "<!-- end: python benchmarks/refs.py -->"
# Refs in the repository -> the most CPU that a hook may take, in milliseconds.
AMONG = ((10_000, 60.0), (100_000, 500.0))
# Branches, each with a commit of its own -> the most CPU that a command over all of them may take, in seconds.
BRANCHES = ((2_000, 2.0), (10_000, 8.0))
SURVEYS = ("check --all", "status --no-radar")
PUSHES = (
    ("fresh", "develop", "without work of their own"),
    ("shared", WORK, "that share unmerged work"),
)
NOTHING = "0" * 40
HOOK = (sys.executable, "-I", "-S", str(gitflowguard.hookmain.__file__))
LIMIT = 60_000  # characters; a little under the cap, so that the file is looked into
POLICIES = {
    "aliases of aliases": "a: &a [x,x]\n" + "".join(f"b{i}: &b{i} [*a,*a]\n" for i in range(3000)),
    "brackets": "a: " + "[" * LIMIT,
    "lists in lists": "- " * (LIMIT // 2),
    "many keys": "".join(f"k{number}: 1\n" for number in range(6000)),
    "many mistakes": "kinds: [" + "yes," * (LIMIT // 4) + "]\n",
    "many names": "kinds: {a: {names: [" + "'x'," * 3000 + "]}}\n",
    "one long word": "a: '" + "x" * LIMIT + "'\n",
    "braces": "ticket: '" + "{" * LIMIT + "'\n",
    "a gigabyte": "",
}


def stages(tip: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Each hook's arguments and standard input: a commit, a message, a merge, a push of a new feature."""
    return {
        "pre-commit": ((), ""),
        "prepare-commit-msg": (("MESSAGE", "message"), ""),
        "commit-msg": (("MESSAGE",), ""),
        "pre-merge-commit": ((), ""),
        "pre-rebase": (("develop",), ""),
        "post-checkout": ((NOTHING, NOTHING, "1"), ""),
        "reference-transaction": (("prepared",), f"{tip} {tip} refs/heads/{WORK}\n"),
        "pre-push": (("origin", "url"), f"refs/heads/{WORK} {tip} refs/heads/{WORK} {NOTHING}\n"),
    }


def among(root: Path, refs: int) -> list[Lane]:
    """Every hook in a repository with so many packed refs, half of them the remote's; each has to pass."""
    box = Sandbox(root, {".gitflowguard.yaml": "rules: {malformed-message: error}\n"})
    box.stage(1)
    (box.repo / "MESSAGE").write_text("feat: more\n")
    start, tip = box.git("rev-parse", "develop"), box.git("rev-parse", WORK)
    box.git("pack-refs", "--all")
    packed = box.repo / ".git" / "packed-refs"
    rows = {row.split(" ")[1]: row for row in packed.read_text().splitlines() if " refs/" in row}
    for place in ("heads", "remotes/origin"):
        names = (f"refs/{place}/feature/f{number}" for number in range(refs // 2))
        rows |= {name: f"{start} {name}" for name in names}
    sorted_rows = "\n".join(rows[name] for name in sorted(rows))
    packed.write_text(f"# pack-refs with: sorted \n{sorted_rows}\n")

    def lane(stage: str, words: tuple[str, ...], stdin: str) -> Lane:
        argv = (*HOOK, stage, *words)
        return Lane(f"{stage} among {refs} refs", lambda: box.measure(*argv, stdin=stdin.encode()))

    return [lane(stage, *given) for stage, given in stages(tip).items()]


def surveys(root: Path, count: int) -> list[Lane]:
    """The commands that look at every branch, among so many that go their own way."""
    box = Sandbox(root, {})
    start = box.git("rev-parse", "develop")
    stream = "".join(
        f"commit refs/heads/feature/f{number}\ncommitter A <a@b> {1_700_000_000 + number} +0000\ndata 4\nmore\n"
        f"from {start}\n\n"
        for number in range(count)
    )
    box.measure("git", "fast-import", "--quiet", stdin=stream.encode())
    box.git("pack-refs", "--all")
    program = str(Path(sys.executable).parent / "gitflowguard")

    def lane(words: str) -> Lane:
        return Lane(f"{words} among {count} branches", lambda: box.measure(program, *words.split()))

    return [lane(words) for words in SURVEYS]


def push(root: Path, refs: int, start: str, about: str) -> Lane:
    """pre-push with so many new features at one commit and one wrong name, which it has to refuse."""
    box = Sandbox(root, {})
    tip = box.git("rev-parse", start)
    names = [f"refs/heads/feature/f{number}" for number in range(refs)]
    packed = "".join(f"{tip} {name}\n" for name in sorted(names))
    (box.repo / ".git" / "packed-refs").write_text(f"# pack-refs with: sorted \n{packed}")
    lines = [f"{name} {tip} {name} {NOTHING}\n" for name in (*names, "refs/heads/pipeline")]
    argv = ("pre-push", "origin", str(box.remote))
    return Lane(f"pre-push of {refs} refs {about}", lambda: refused(box, argv, "GFG101", "".join(lines)))


def policy(root: Path, name: str, text: str) -> Lane:
    """pre-commit under a hostile policy, which it has to refuse with its place."""
    box = Sandbox(root, {})
    box.stage(1)
    with open(box.repo / ".gitflowguard.yaml", "w", encoding="utf-8") as file:
        file.write(text)
        if not text:
            file.truncate(1 << 30)
    return Lane(f"policy: {name}", lambda: refused(box, ("pre-commit",), ".gitflowguard.yaml:"))


def refused(box: Sandbox, argv: tuple[str, ...], word: str, stdin: str = "") -> Sample:
    """The cost of a hook that must say no, in this word; the check stands inside what is timed, for nothing."""
    script = 'out=$("$@" 2>&1) && exit 9; case "$out" in *"$word"*) exit 0;; esac; echo "$out"; exit 8'
    return box.measure("sh", "-c", script, "sh", *HOOK, *argv, stdin=stdin.encode(), env={"word": word})


def figures(runs: Runs) -> list[Figure]:
    """The slowest round of each lane against its limit."""
    found = []
    for name in (*runs.samples, *runs.reasons):
        limit = POLICY_SECONDS if name.startswith("policy") else PUSH_SECONDS
        rounds = [sample.wall / 1000 for sample in runs.samples.get(name, ())]
        worst = max(rounds) if rounds and name not in runs.reasons else None
        found.append(Figure(name, worst, limit, None, " s", runs.reasons.get(name, "")))
    return found


def among_figures(runs: Runs, counts: list[int]) -> list[Figure]:
    """The median CPU of each hook among so many refs against its limit."""
    found = []
    for refs in counts:
        limit = next(most for size, most in AMONG if refs <= size)
        for stage in stages(""):
            name = f"{stage} among {refs} refs"
            samples = [sample.cpu for sample in runs.samples.get(name, ())]
            value = quartiles(samples)[1] if samples and name not in runs.reasons else None
            found.append(Figure(name, value, limit, None, " ms CPU", runs.reasons.get(name, "")))
    return found


def survey_figures(runs: Runs) -> list[Figure]:
    """The median CPU of each command over all branches against its limit."""
    found = []
    for count, limit in BRANCHES:
        for words in SURVEYS:
            name = f"{words} among {count} branches"
            samples = [sample.cpu / 1000 for sample in runs.samples.get(name, ())]
            value = quartiles(samples)[1] if samples and name not in runs.reasons else None
            found.append(Figure(name, value, limit, None, " s CPU", runs.reasons.get(name, "")))
    return found


def survey_table(found: list[Figure]) -> str:
    """A command a row, a number of branches a column, in seconds of CPU."""
    cells = {figure.what: "?" if figure.value is None else f"{figure.value:.2f}" for figure in found}
    counts = [count for count, _ in BRANCHES]
    head = (
        f"| command | {' | '.join(f'{count:,} branches' for count in counts)} |\n|---|{'--:|' * len(counts)}"
    )
    rows = (
        f"| `{words}` | {' | '.join(cells[f'{words} among {count} branches'] for count in counts)} |"
        for words in SURVEYS
    )
    return "\n".join((head, *rows))


def table(found: list[Figure], counts: list[int]) -> str:
    """A hook a row, a number of refs a column, in milliseconds of CPU."""
    cells = {figure.what: "?" if figure.value is None else f"{figure.value:.0f}" for figure in found}
    head = f"| hook | {' | '.join(f'{refs:,} refs' for refs in counts)} |\n|---|{'--:|' * len(counts)}"
    rows = (
        f"| {stage} | {' | '.join(cells[f'{stage} among {refs} refs'] for refs in counts)} |"
        for stage in stages("")
    )
    return "\n".join((head, *rows))


def main() -> int:
    """Builds, measures in turn, prints each figure with its mark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds after one to warm up (5)")
    parser.add_argument("--refs", type=int, default=10_000)
    parser.add_argument("--among", default="2000,10000,100000", help="refs that a hook is measured among")
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    counts = sorted(int(word) for word in given.among.split(","))
    if counts[-1] > AMONG[-1][0]:
        parser.error(f"--among: no figure is required above {AMONG[-1][0]} refs")
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        try:
            lanes = [push(new(place, name), given.refs, at, about) for name, at, about in PUSHES]
            lanes += [policy(new(place, name), name, text) for name, text in POLICIES.items()]
            runs = interleave(lanes, given.rounds, lambda text: None)
            many = [lane for refs in counts for lane in among(new(place, f"among {refs}"), refs)]
            hooks = interleave(many, given.rounds, lambda text: None)
            wide = [lane for count, _ in BRANCHES for lane in surveys(new(place, f"branches {count}"), count)]
            commands = interleave(wide, given.rounds, lambda text: None)
        except NotMeasured as problem:
            print(f"✗ nothing measured: {problem}")
            return 1
    verdict = figures(runs)
    print(f"Required figures, the slowest of {given.rounds} rounds, wall time:")
    print("\n".join(figure.line() for figure in verdict))
    held = among_figures(hooks, counts)
    print(f"\nHooks among many refs, the median of {given.rounds} rounds:")
    print("\n".join(figure.line() for figure in held))
    over = survey_figures(commands)
    print(f"\nCommands over every branch, the median of {given.rounds} rounds:")
    print("\n".join(figure.line() for figure in over))
    load = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} CPU"
    about = f"{given.rounds} rounds, medians, milliseconds of CPU, git's included; {load}."
    text = f"{about}\n\n{table(held, counts)}\n\nIn seconds of CPU:\n\n{survey_table(over)}\n"
    print(f"\n{text}")
    if given.into:
        splice(given.into, text, BEGIN, END)
    verdict = [*verdict, *held, *over]
    return 0 if verdict and all(figure.holds for figure in verdict) else 1


def new(place: str, name: str) -> Path:
    """A directory of a lane's own."""
    folder = Path(place).resolve() / name.replace(" ", "-")
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
