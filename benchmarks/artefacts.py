"""Model files, notebooks and large files: what each scanner says of the same files, and what it costs, in one run.

Every scanner reads all files in one process of its own, from its own environment; ours is the whole command, git
included. The files are made by tests/artefacts (no payload does more than print, and nothing is loaded here), and by
whatever `--corpus DIR` has in its cases.json (name -> [path, whether it is bad, ...]).

usage: python benchmarks/artefacts.py [--corpus DIR]... [--rounds N] [--markdown] [--into FILE] [--cache DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.cache import OURS  # noqa: E402
from benchmarks.cache import PINS  # noqa: E402
from benchmarks.cache import Cache  # noqa: E402
from benchmarks.common import Lane  # noqa: E402
from benchmarks.common import NotMeasured  # noqa: E402
from benchmarks.common import Sample  # noqa: E402
from benchmarks.common import call  # noqa: E402
from benchmarks.common import interleave  # noqa: E402
from benchmarks.common import measure  # noqa: E402
from tests.artefacts.test_contents import NOTEBOOKS  # noqa: E402
from tests.artefacts.test_pickles import CLEAN  # noqa: E402
from tests.artefacts.test_pickles import FILES  # noqa: E402
from tests.artefacts.test_pickles import OPAQUE  # noqa: E402
from tests.artefacts import test_formats as formats  # noqa: E402
from tests.artefacts.test_pickles import UNSAFE  # noqa: E402

PINS |= {
    "picklescan": "1.0.5",
    "modelscan": "0.8.8",
    "fickling": "0.1.12",
    "modelaudit-picklescan": "0.1.12",
    "nbstripout": "0.9.1",
}
FOUND, OPEN, FINE = "found", "undetermined", "clean"
MARK = "<!-- benchmarks/artefacts.py -->", "<!-- /benchmarks/artefacts.py -->"
# Python 3.11 needs a package that fickling doesn't ask for.
MORE = {"fickling": ["typing_extensions"]}
# Each reads names from a file and prints {name: verdict}; a scanner that throws has no verdict.
READ = "import json, sys\nnames = json.load(open(sys.argv[1]))\nsaid = {}\n"
TELL = "\nprint('\\n@@' + json.dumps(said))\n"
DRIVERS = {
    "picklescan": """
from picklescan.scanner import scan_file_path
for name in names:
    try:
        got = scan_file_path(name)
        said[name] = "found" if got.issues_count else "undetermined" if got.scan_err else "clean"
    except Exception:
        said[name] = "undetermined"
""",
    "picklescan --strict": """
from picklescan.scanner import scan_file_path
for name in names:
    try:
        got = scan_file_path(name)
        odd = [one for one in got.globals if str(one.safety) != "SafetyLevel.Innocuous"]
        said[name] = "found" if odd else "undetermined" if got.scan_err else "clean"
    except Exception:
        said[name] = "undetermined"
""",
    "modelscan": """
from modelscan.modelscan import ModelScan
for name in names:
    try:
        got = ModelScan().scan(name)
        bad, seen = got["summary"]["total_issues"], got["summary"]["scanned"]["total_scanned"]
        said[name] = "found" if bad else "undetermined" if got["errors"] else "clean"
    except Exception:
        said[name] = "undetermined"
""",
    "fickling": """
from fickling.fickle import StackedPickle
from fickling.analysis import check_safety
for name in names:
    try:
        with open(name, "rb") as file:
            got = [check_safety(one).to_dict()["severity"] for one in StackedPickle.load(file)]
        said[name] = "found" if any(one not in ("LIKELY_SAFE",) for one in got) else "clean"
    except Exception:
        said[name] = "undetermined"
""",
    "modelaudit-picklescan": """
from modelaudit_picklescan import scan_file
for name in names:
    try:
        word = str(scan_file(name).verdict)
        said[name] = {"SafetyVerdict.CLEAN": "clean", "SafetyVerdict.UNKNOWN": "undetermined"}.get(word, "found")
    except Exception:
        said[name] = "undetermined"
""",
}
Cases = dict[str, bool]


def make(folder: Path, corpora: Sequence[Path]) -> tuple[Cases, Cases]:
    """(model files, notebooks) written below a folder: path -> whether it is bad."""
    models: Cases = {}
    books: Cases = {}
    for index, (name, content, *_) in enumerate([*UNSAFE.values(), *formats.UNSAFE.values()]):
        models[_put(folder, f"unsafe{index}/{name}", content)] = True
    for index, (name, content) in enumerate([*OPAQUE.values(), *formats.OPAQUE.values()]):
        models[_put(folder, f"opaque{index}/{name}", content)] = True
    for index, (name, content) in enumerate([*CLEAN.values(), *formats.CLEAN.values()]):
        models[_put(folder, f"clean{index}/{name}", content)] = False
    for path in sorted(FILES.iterdir()):
        models[_put(folder, f"real/{path.name}", path.read_bytes())] = False
    for index, (content, outputs, opaque) in enumerate(NOTEBOOKS.values()):
        books[_put(folder, f"book{index}/a.ipynb", content)] = bool(outputs or opaque)
    for number, corpus in enumerate(corpora):
        for path, bad, *_ in json.loads((corpus / "cases.json").read_text()).values():
            kept = books if path.lower().endswith(".ipynb") else models
            if bad is not None and not path.endswith((".html", ".py")):
                kept[_put(folder, f"corpus{number}/{path}", (corpus / path).read_bytes())] = bool(bad)
    return models, books


def _put(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


class Bench:
    """One run: where programs and files lie."""

    def __init__(self, cache: Cache, root: Path) -> None:
        self.cache, self.root = cache, root
        self.env = {**os.environ, "HOME": str(root / "home"), "PYTHONDONTWRITEBYTECODE": ""}
        (root / "home").mkdir()
        self.work = root / "work"
        self.work.mkdir()
        subprocess.run(["git", "init", "-q", "-b", "main", str(self.work)], check=True, env=self.env)
        # All rules on, and sizes as in the table of model files: that one is about what they would run.
        policy = "preset: ml\nartefacts: {size-kb: 20000, data-kb: 20000}\n"
        (self.work / ".gitflowguard.yaml").write_text(policy)

    def argv(self, name: str, paths: Sequence[str]) -> list[str]:
        """The command that reads all of them in one process. Raises NotMeasured."""
        listing = self.root / "names.json"
        listing.write_text(json.dumps(list(paths)))
        if name == OURS:
            script = self.cache.script(OURS, "gitflowguard")
            return [
                script,
                "artefacts",
                "check",
                "--no-cache",
                "--exit-zero",
                "--output-format",
                "json",
                *paths,
            ]
        package = name.split()[0]
        python = str(self.cache.bin(package) / "python")
        for more in MORE.get(package, ()):
            pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", more]
            subprocess.run(pip, check=False, capture_output=True)
        return [python, "-c", READ + DRIVERS[name] + TELL, str(listing)]

    def verdicts(self, name: str, paths: Sequence[str]) -> dict[str, str]:
        """What it says of each. Raises NotMeasured."""
        code, said = call(self.argv(name, paths), self.work, self.env)
        if name == OURS:
            return _ours(said, self.work, paths)
        if "\n@@" not in said:
            raise NotMeasured(f"{name} exited {code}")
        found: dict[str, str] = json.loads(said.rpartition("\n@@")[2])
        return found

    def cost(self, name: str, paths: Sequence[str]) -> Sample:
        """CPU and wall time of one process for all of them."""
        argv = self.argv(name, paths)
        if name == OURS:
            argv = [
                "sh",
                "-c",
                '"$@" || test $? = 3',
                "sh",
                *argv,
            ]  # 3: something stays undetermined, as it should
        return measure(argv, self.work, self.env)


def _ours(said: str, work: Path, paths: Sequence[str]) -> dict[str, str]:
    report = json.loads(said)
    found = {path: FINE for path in paths}
    names = {os.path.relpath(path, work): path for path in paths}
    for one in report["skipped"]:
        for name, path in names.items():
            if one["reason"].startswith(f"{name} couldn't"):
                found[path] = OPEN
    for one in report["findings"]:
        if one["path"] in names:
            found[names[one["path"]]] = FOUND
    return found


ALONE = {
    "picklescan": ("picklescan", "--path"),
    "modelscan": ("modelscan", "scan", "--path"),
    "fickling": ("fickling", "--check-safety"),
}


def alone(bench: Bench, path: str) -> list[Lane]:
    """Each command as a hook starts it: one file, one start."""
    lanes = []
    for name in (OURS, *DRIVERS):
        if name in ALONE:
            script, *words = ALONE[name]
            argv = [bench.cache.script(name, script), *words, path]
        elif name == "picklescan --strict":
            continue
        else:
            argv = bench.argv(name, [path])
        whole = ["sh", "-c", '"$@" || test $? -lt 4', "sh", *argv]
        lanes.append(Lane(name, lambda whole=whole: measure(whole, bench.work, bench.env)))  # type: ignore[misc]
    return lanes


def tally(cases: Cases, said: dict[str, str]) -> tuple[int, int, int, int, int]:
    """(bad found, bad undetermined, bad called clean, good called bad, good undetermined)."""
    bad = [said.get(path, OPEN) for path, is_bad in cases.items() if is_bad]
    good = [said.get(path, OPEN) for path, is_bad in cases.items() if not is_bad]
    return bad.count(FOUND), bad.count(OPEN), bad.count(FINE), good.count(FOUND), good.count(OPEN)


def stripped(bench: Bench, books: Cases) -> dict[str, str]:
    """nbstripout --verify on each notebook."""
    script = bench.cache.script("nbstripout", "nbstripout")
    found = {}
    for path in books:
        code, text = call([script, "--verify", path], bench.work, bench.env)
        found[path] = FINE if code == 0 else FOUND if "would have stripped" in text else OPEN
    return found


def sized(bench: Bench) -> list[tuple[str, str, str]]:
    """(what is done with a file of 3 MB, ours, check-added-large-files)."""
    script = bench.cache.script("pre-commit-hooks", "check-added-large-files")
    ours = bench.cache.script(OURS, "gitflowguard")

    def git(*args: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.invalid", *args],
            cwd=bench.work, env=bench.env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def word(code: int) -> str:
        return "found" if code == 1 else "not found" if code == 0 else f"exit {code}"

    (bench.work / ".gitflowguard.yaml").write_text("preset: ml\n")
    git("add", ".")
    git("commit", "-qm", "start")
    (bench.work / "w.bin").write_bytes(b"\0" * 3_000_000)
    git("add", "w.bin")
    rows = []
    staged = call([ours, "artefacts", "check"], bench.work, bench.env)[0]
    rows.append(("staged", word(staged), word(call([script, "w.bin"], bench.work, bench.env)[0])))
    git("commit", "-qm", "add")
    ranged = call([ours, "artefacts", "check", "--from", "HEAD~1"], bench.work, bench.env)[0]
    rows.append(("committed", word(ranged), word(call([script, "w.bin"], bench.work, bench.env)[0])))
    git("rm", "-q", "w.bin")
    git("commit", "-qm", "remove")
    ranged = call([ours, "artefacts", "check", "--from", "HEAD~2"], bench.work, bench.env)[0]
    rows.append(("committed and removed again", word(ranged), "can't be asked"))
    return rows


def main() -> int:
    """Prints the tables; 1 if a required figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", action="append", type=Path, default=[])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / ".cache")
    asked = parser.parse_args()

    def tell(text: str) -> None:
        print(text, file=sys.stderr)

    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Cache(asked.cache, tell), Path(place))
        models, books = make(bench.work / "files", asked.corpus)
        text, kept = _tables(bench, models, books, asked.rounds, tell)
    print(text)
    if asked.into:
        page = asked.into.read_text()
        before, _, rest = page.partition(MARK[0])
        _, _, after = rest.partition(MARK[1])
        asked.into.write_text(f"{before}{MARK[0]}\n\n{text}\n{MARK[1]}{after}")
    return 0 if kept else 1


def _tables(
    bench: Bench, models: Cases, books: Cases, rounds: int, tell: Callable[[str], None]
) -> tuple[str, bool]:
    names = [OURS, *DRIVERS]
    lanes, rows, reasons = [], {}, {}
    for name in names:
        try:
            rows[name] = tally(models, bench.verdicts(name, list(models)))
            lanes.append(Lane(name, lambda name=name: bench.cost(name, list(models))))  # type: ignore[misc]
        except NotMeasured as problem:
            reasons[name] = str(problem)
    runs = interleave(lanes, rounds, tell)
    reasons |= runs.reasons
    bad = sum(models.values())
    out = [
        f"{bad} bad and {len(models) - bad} good files; CPU for all of them in one process, median of {rounds} rounds.",
        "",
        "| | bad found | bad undetermined | **bad called clean** "
        "| good called bad | good undetermined | CPU a file |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    cpu = {name: runs.cpu(name) / len(models) for name in runs.samples}
    for name, row in rows.items():
        cost = f"{cpu[name]:.2f} ms" if name in cpu else "-"
        out.append(f"| {name} {PINS.get(name.split()[0], '')} | {' | '.join(map(str, row))} | {cost} |")
    out += [f"\n{name}: not measured ({why})" for name, why in reasons.items()]
    ours = tally(books, bench.verdicts(OURS, list(books)))
    theirs = tally(books, stripped(bench, books))
    out += [
        "",
        f"{sum(books.values())} notebooks that hold something or can't be read, "
        f"{len(books) - sum(books.values())} stripped:",
        "",
    ]
    out += [
        "| | bad found | bad undetermined | **bad called clean** | good called bad | good undetermined |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    out += [
        f"| {OURS} | {' | '.join(map(str, ours))} |",
        f"| nbstripout {PINS['nbstripout']} | {' | '.join(map(str, theirs))} |",
    ]
    out += [
        "",
        "A file of 3 MB:",
        "",
        f"| | {OURS} | check-added-large-files {PINS['pre-commit-hooks']} |",
        "|---|---|---|",
    ]
    out += [f"| {' | '.join(row)} |" for row in sized(bench)]
    one = interleave(alone(bench, next(path for path in models if path.endswith("forest.pkl"))), rounds, tell)
    out += ["", "One file, one start of each command, CPU: "]
    out[-1] += ", ".join(f"{name} {one.cpu(name):.0f} ms" for name in one.samples) + "."
    fastest = min((one.cpu(name) for name in one.samples if name != OURS), default=0.0)
    share = cpu[OURS] / fastest if OURS in cpu and fastest else 9.0
    out += ["", f"Ours, all files in one start: {share:.3f} of the fastest of those a file (required: 0.1)."]
    clean = rows.get(OURS, (0, 0, 1, 1, 1))[2:] == (0, 0, 0)
    return "\n".join(out) + "\n", clean and share <= 0.1


if __name__ == "__main__":
    sys.exit(main())
