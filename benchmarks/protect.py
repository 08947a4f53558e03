"""`gitflowguard protect plan` and `apply` on 1 to 1,000 repositories of a GitHub on the loopback.

It answers after a realistic while and counts requests as GitHub does. Measured: requests for each repository, how many
of them the hour's limit counts (304 is free), seconds, CPU, and the most memory that the command took. Pacing is on:
at most 900 points a minute, and a second between writes. With --peer, what a reader that asks one after another for
everything, without ETags, needs for the same answer: a request for the list and one for each ruleset.

Run: python benchmarks/protect.py [--counts 1,10,100,1000] [--latency 50] [--rounds 3] [--into docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tables import splice  # noqa: E402
from fakegithub import on_checks  # noqa: E402
from fakegithub.fake import Fake  # noqa: E402

BEGIN, END = "<!-- begin: python benchmarks/protect.py -->", "<!-- end: python benchmarks/protect.py -->"
CHECKS = tuple(f"gitflow ({kind})" for kind in ("main", "develop", "release", "support"))


class Row(NamedTuple):
    """One command on so many repositories. counted: of the requests, those that the hour's limit counts."""

    task: str
    repositories: int
    requests: float
    counted: float
    writes: float
    seconds: float
    cpu: float
    megabytes: float


def main() -> int:
    """Builds the fake, runs each command, prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", default="1,10,100,1000")
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds for each answer")
    parser.add_argument("--rounds", type=int, default=3, help="of the runs that change nothing")
    parser.add_argument(
        "--most", type=int, default=10, help="no apply and no verify on more repositories than this"
    )
    parser.add_argument("--peer-most", type=int, default=100)
    parser.add_argument(
        "--cold-most", type=int, default=1000, help="no plan without memory on more than this"
    )
    parser.add_argument(
        "--peer", action="store_true", help="also a reader without ETags, one request after another"
    )
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    rows: list[Row] = []
    for count in map(int, given.counts.split(",")):
        rows += measured(count, given)
        print(table(rows, given), flush=True)
    if given.into:
        splice(given.into, table(rows, given), BEGIN, END)
    return 0


def measured(count: int, given: argparse.Namespace) -> list[Row]:
    """Every command on so many repositories."""
    fake = Fake().start()
    fake.limits.primary = 1_000_000  # what is counted is told; nobody waits an hour here
    fake.org("acme", plan="team")
    names = [f"acme/r{number:04}" for number in range(count)]
    for name in names:
        repo = fake.repo(name, private=True)
        for check in CHECKS:
            on_checks.ran(repo, "main", check)
    token = fake.token("admin")
    rows = []
    try:
        with tempfile.TemporaryDirectory(prefix="gitflowguard-bench-") as top:
            folder = Path(top)
            (folder / "repos").write_text("\n".join(names))
            (folder / "policy.yaml").write_text("preset: gitflow\n")
            run = Runner(fake, folder, token, given.latency / 1000)
            if count <= given.most:
                rows.append(run("first apply", count, "apply", "--yes", "--no-diff"))
            else:
                # The same state, without the hours that GitHub's pace of writes would take.
                run.quick("apply", "--yes", "--no-pacing", "--no-diff")
            if count <= given.cold_most:
                rows.append(run("plan, in sync, nothing remembered", count, "plan", "--no-cache"))
            run("warm", count, "plan")
            found = [
                run("plan, in sync, unchanged since the last", count, "plan") for _ in range(given.rounds)
            ]
            rows.append(
                Row(
                    found[0].task,
                    count,
                    *(statistics.median(column) for column in zip(*(r[2:] for r in found))),
                )
            )
            if count <= given.most:
                rows.append(run("verify", count, "verify"))
            if given.peer and count <= given.peer_most:
                rows.append(peer(fake, names, token))
    finally:
        fake.stop()
    return rows


class Runner:
    """Starts the command and reads what it cost."""

    def __init__(self, fake: Fake, folder: Path, token: str, latency: float) -> None:
        self.fake = fake
        self.folder = folder
        self.latency = latency
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "GITHUB_TOKEN": token,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }  # fmt: skip

    def argv(self, *words: str) -> list[str]:
        """The command line."""
        task, *rest = words
        return [
            sys.executable, "-m", "gitflowguard", "protect", task, "--repos-file", str(self.folder / "repos"),
            "--policy", str(self.folder / "policy.yaml"), "--api-url", self.fake.url, "--output-file", os.devnull,
            *rest,
        ]  # fmt: skip

    def quick(self, *words: str) -> None:
        """A run that is not measured, without latency."""
        self.fake.latency = 0.0
        subprocess.run(self.argv(*words), env=self.env, check=True, stderr=subprocess.DEVNULL)

    def __call__(self, name: str, count: int, *words: str) -> Row:
        """A run and its row."""
        self.fake.forget()
        self.fake.latency = self.latency
        start = time.monotonic()
        child = subprocess.Popen(self.argv(*words), env=self.env, stderr=subprocess.DEVNULL)
        most, done = 0.0, 0
        while not done:
            most = max(most, memory(child.pid))
            time.sleep(0.02)
            done, status, usage = os.wait4(child.pid, os.WNOHANG)
        seconds = time.monotonic() - start
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{name}: the command ended with {os.waitstatus_to_exitcode(status)}")
        return self.row(name, count, seconds, usage.ru_utime + usage.ru_stime, most)

    def row(self, name: str, count: int, seconds: float, cpu: float, megabytes: float) -> Row:
        """The figures of a run."""
        fake = self.fake
        return Row(
            name, count, len(fake.requests) / count, len(fake.counted) / count, len(fake.writes) / count, seconds,
            cpu, megabytes,
        )  # fmt: skip


def memory(pid: int) -> float:
    """The most that a process has held so far, in MB: of its own. The kernel's count of a child that has ended
    (getrusage(2)) begins with what we hold ourselves at the moment when it is made.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0.0


def peer(fake: Fake, names: list[str], token: str) -> Row:
    """A plain reader: one connection, one request after another, no ETags, no pace."""
    fake.forget()
    start, before = time.monotonic(), time.process_time()
    for name in names:
        for path in (f"/repos/{name}", f"/repos/{name}/rulesets?per_page=100"):
            data = read(fake.url + path, token)
        for row in data:
            read(f"{fake.url}/repos/{name}/rulesets/{row['id']}", token)
    count = len(names)
    seconds = time.monotonic() - start
    cpu = time.process_time() - before
    return Row(
        "a reader without ETags, in turn", count, len(fake.requests) / count, len(fake.counted) / count, 0, seconds,
        cpu, 0,
    )  # fmt: skip


def read(url: str, token: str) -> list[dict[str, int]]:
    """One answer."""
    asked = urllib.request.Request(url, headers={"Authorization": f"token {token}", "User-Agent": "bench"})
    with urllib.request.urlopen(asked, timeout=30) as answer:  # the loopback  # nosec B310
        found: list[dict[str, int]] = json.load(answer)
    return found


def table(rows: list[Row], given: argparse.Namespace) -> str:
    """Markdown."""
    lines = [
        f"Answers after {given.latency:.0f} ms; a repository has nine rulesets of ours. Per repository: requests, "
        "those that GitHub's hourly limit counts, writes.",
        "",
        "| command | repositories | requests | counted | writes | seconds | repositories a minute | CPU s | MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        pace = row.repositories / row.seconds * 60
        memory = f"{row.megabytes:.0f}" if row.megabytes else ""
        lines.append(
            f"| {row.task} | {row.repositories} | {row.requests:.1f} | {row.counted:.1f} | {row.writes:.1f} "
            f"| {row.seconds:.1f} | {pace:.0f} | {row.cpu:.1f} | {memory} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
