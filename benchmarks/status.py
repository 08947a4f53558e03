"""What `gitflowguard status` costs on 100 branches over 5,000 commits, beside one `git for-each-ref`.

With the radar's column, where the radar has looked at all branches before and where nothing is known; and without it.

Run: python benchmarks/status.py [--branches N] [--commits N] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common import Lane, Runs, Sample, interleave, measure  # noqa: E402

STATUS, COLD = "gitflowguard status", "gitflowguard status, radar knows nothing"
PLAIN, REFS, PYTHON = "gitflowguard status --no-radar", "git for-each-ref", "python -c pass"
EACH = 3
START = 1_790_000_000


def main() -> int:
    """Builds the history, measures in turn, prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--branches", type=int, default=100)
    parser.add_argument("--commits", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gitflowguard-bench-") as top:
        folder = Path(top) / "repo"
        env = sealed(Path(top))
        build(folder, env, given.branches, given.commits)
        lanes = [lane(name, folder, env) for name in commands()]
        runs = interleave(lanes, given.rounds, lambda text: None)
        processes = {name: count_processes(Path(top), folder, env, name) for name in (STATUS, COLD, PLAIN)}
    if runs.reasons:
        print("\n".join(f"{name}: not measured: {why}" for name, why in runs.reasons.items()))
        return 1
    print(table(runs, processes, given))
    return 0


def commands() -> dict[str, list[str]]:
    """What is measured, by name."""
    return {
        STATUS: [sys.executable, "-m", "gitflowguard", "status"],
        COLD: [sys.executable, "-m", "gitflowguard", "status"],
        PLAIN: [sys.executable, "-m", "gitflowguard", "status", "--no-radar"],
        REFS: ["git", "for-each-ref"],
        PYTHON: [sys.executable, "-c", "pass"],
    }


def lane(name: str, folder: Path, env: dict[str, str]) -> Lane:
    """One command as a lane."""
    argv = commands()[name]

    def act() -> Sample:
        prepare(name, folder, env)
        return measure(argv, folder, env)

    return Lane(name, act)


def prepare(name: str, folder: Path, env: dict[str, str]) -> None:
    """The radar has looked at every branch, or at none."""
    if name == COLD:
        shutil.rmtree(folder / ".git/gitflowguard/radar", ignore_errors=True)
    elif name == STATUS:
        code = "import time; from gitflowguard.app.radar.survey import RadarRequest, radar; "
        code += "radar(RadarRequest(), int(time.time()))"
        subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, check=True)


def sealed(top: Path) -> dict[str, str]:
    """An environment without the user's git configuration."""
    home = top / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def build(folder: Path, env: dict[str, str], branches: int, commits: int) -> None:
    """A Gitflow history: features merged into develop, releases into main, then open and pushed features."""
    random.seed(1)
    text: list[str] = []

    marks = [0]

    def commit(ref: str, *parents: int, file: str = "", content: str = "") -> int:
        mark = marks[0] = marks[0] + 1
        text.append(
            f"commit {ref}\nmark :{mark}\ncommitter B <b@example.invalid> {START + mark} +0000\ndata 1\nc\n"
        )
        text.extend(f"{'merge' if index else 'from'} :{parent}\n" for index, parent in enumerate(parents))
        if file:
            text.append(f"M 100644 inline {file}\ndata {len(content)}\n{content}\n")
        return mark

    lines = [f"line {number}\n" for number in range(100)]
    main_at = develop = commit("refs/heads/main", file="shared.py", content="".join(lines))
    trunk = [develop]
    while marks[0] < commits - EACH * branches:
        work = commit("refs/work", commit("refs/work", develop))
        develop = commit("refs/heads/develop", develop, work)
        trunk.append(develop)
        if len(trunk) % 200 == 0:
            main_at = commit("refs/heads/main", main_at, develop)
    for number in range(branches):
        at = random.choice(trunk[-(200 if number % 10 else 1000) :])
        for step in range(EACH):
            # Every fourth branch edits a line of a file that others edit, too; some of these lines touch.
            shared = step == 0 and number % 4 == 0
            place = random.randrange(len(lines))
            edited = "".join([*lines[:place], f"feature {number}\n", *lines[place + 1 :]])
            file, content = ("shared.py", edited) if shared else (f"n{number}.py", f"{step}\n")
            at = commit(f"refs/heads/feature/n{number}", at, file=file, content=content)
        if number % 2:
            text.append(f"reset refs/remotes/origin/feature/n{number}\nfrom :{at - 1}\n\n")
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], env=env, check=True)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "fast-import", "--quiet"], input="".join(text), text=True, env=env, check=True)
    subprocess.run([*git, "update-ref", "-d", "refs/work"], env=env, check=True)


def count_processes(top: Path, folder: Path, env: dict[str, str], name: str) -> int:
    """How many git processes one status starts: a recording git stands first on PATH."""
    log, shim = top / "log", top / "bin" / "git"
    real = subprocess.run(
        ["which", "git"], env=env, capture_output=True, text=True, check=True
    ).stdout.strip()
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(f'#!/bin/sh\necho "$1" >>"{log}"\nexec "{real}" "$@"\n')
    shim.chmod(0o755)
    recording = env | {"PATH": f"{shim.parent}{os.pathsep}{env['PATH']}"}
    prepare(name, folder, recording)
    log.write_text("")
    subprocess.run(commands()[name], cwd=folder, env=recording, check=True, stdout=subprocess.DEVNULL)
    return len(log.read_text().splitlines())


def table(runs: Runs, processes: dict[str, int], given: argparse.Namespace) -> str:
    """Medians, ready to paste."""
    lines = [
        f"{given.branches} branches, {given.commits} commits, medians of {given.rounds} interleaved rounds",
        "",
        "| command | wall ms | CPU ms | git processes |",
        "|---|---|---|---|",
    ]
    counts = {**processes, REFS: 1, PYTHON: 0}
    for name in commands():
        lines.append(f"| {name} | {runs.wall(name):.0f} | {runs.cpu(name):.0f} | {counts[name]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
