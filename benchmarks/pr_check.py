"""What `gitflowguard pr check` costs on 500 branches over 50,000 commits, without the tools and the radar.

Run: python benchmarks/pr_check.py [--branches N] [--commits N] [--rounds N] [--into docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import status  # noqa: E402
from benchmarks.common import Lane, Runs, interleave, measure  # noqa: E402
from benchmarks.tables import splice  # noqa: E402

BEGIN, END = "<!-- begin: python benchmarks/pr_check.py -->", "<!-- end: python benchmarks/pr_check.py -->"
CHECK = "gitflowguard pr check --no-quality --no-radar"
REFS, PYTHON = "git for-each-ref", "python -c pass"
LIMIT = 1000.0  # ms of CPU time


def main() -> int:
    """Builds the history, measures in turn, prints the table; 1 if it costs more than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--branches", type=int, default=500)
    parser.add_argument("--commits", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gitflowguard-bench-") as top:
        folder = Path(top) / "repo"
        env = status.sealed(Path(top))
        status.build(folder, env, given.branches, given.commits)
        commands = {
            CHECK: [
                sys.executable, "-m", "gitflowguard", "pr", "check", "--no-quality", "--no-radar",
                "--head", "feature/n1", "--base", "develop",
            ],
            REFS: ["git", "for-each-ref"],
            PYTHON: [sys.executable, "-c", "pass"],
        }  # fmt: skip
        # A check that did not look would be quick.
        subprocess.run(commands[CHECK], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
        lanes = [Lane(name, partial(measure, argv, folder, env)) for name, argv in commands.items()]
        runs = interleave(lanes, given.rounds, lambda text: None)
    if runs.reasons:
        print("\n".join(f"{name}: not measured: {why}" for name, why in runs.reasons.items()))
        return 1
    text = table(runs, given)
    print(text)
    if given.into:
        splice(given.into, text, BEGIN, END)
    return int(runs.cpu(CHECK) > LIMIT)


def table(runs: Runs, given: argparse.Namespace) -> str:
    """Medians, ready to paste."""
    lines = [
        f"{given.branches} branches, {given.commits} commits, medians of {given.rounds} interleaved rounds; "
        f"at most {LIMIT:.0f} ms of CPU time are wanted",
        "",
        "| command | wall ms | CPU ms |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {runs.wall(name):.0f} | {runs.cpu(name):.0f} |" for name in (CHECK, REFS, PYTHON)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
