"""The clock and the arithmetic: what one command costs, and what many interleaved rounds say."""

from __future__ import annotations

import contextlib
import ctypes
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
ORPHAN_SECONDS = 90.0  # longer than the deadline of what we leave behind a push


class NotMeasured(Exception):
    """A set-up that cannot be had, or does not do what it claims; the text is the reason, for the table."""


@dataclass(frozen=True)
class Sample:
    """The cost of one command with everything that it waited for, in milliseconds.

    behind: CPU time of what outlived it, at the lowest priority as a rule; nobody waits for that.
    """

    cpu: float
    wall: float
    behind: float = 0.0


@dataclass
class Lane:
    """One thing to measure: `prepare(round)` is free of charge, `act()` returns the cost."""

    name: str
    act: Callable[[], Sample]
    prepare: Callable[[int], object] = lambda number: None


@dataclass
class Runs:
    """What a set of lanes cost, round by round, and why some could not be measured."""

    samples: dict[str, list[Sample]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def cpu(self, name: str) -> float:
        """The median CPU time in ms."""
        return statistics.median(sample.cpu for sample in self.samples[name])

    def behind(self, name: str) -> float:
        """The median CPU time in ms of what outlived the command."""
        return statistics.median(sample.behind for sample in self.samples[name])

    def wall(self, name: str) -> float:
        """The median wall time in ms."""
        return statistics.median(sample.wall for sample in self.samples[name])

    def ratios(self, name: str, base: str, what: str) -> list[float]:
        """`what` ("cpu" or "wall") of lane `name` over lane `base`, one ratio a round."""
        pairs = zip(self.samples[name], self.samples[base])
        return [getattr(one, what) / getattr(other, what) for one, other in pairs]

    def extra(self, name: str, base: str) -> float:
        """The median over rounds of the CPU ms by which lane `name` exceeds lane `base`."""
        pairs = zip(self.samples[name], self.samples[base])
        return statistics.median(one.cpu - other.cpu for one, other in pairs)


def adopt_orphans() -> None:
    """Make descendants that outlive their parent ours to wait for, so that their CPU time is counted too.

    Linux only; elsewhere a detached process goes uncounted.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"") -> Sample:
    """Run a command that must succeed; its cost holds every descendant that was waited for.

    The kernel adds a child's times to its parent's when the parent waits (getrusage(2)), so wait4 on the first
    process gives the tree. Orphans are waited for here, and counted apart.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(stdin)
        given.seek(0)
        start = time.perf_counter()
        child = subprocess.Popen(argv, cwd=cwd, env=env, stdin=given, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
        cpu = usage.ru_utime + usage.ru_stime
        behind = _orphans()
        if child.returncode != 0:
            said.seek(0)
            raise NotMeasured(
                f"{_short(argv)} exited {child.returncode}: {tail(said.read().decode(errors='replace'))}"
            )
    return Sample(cpu * 1000, wall * 1000, behind * 1000)


def _orphans() -> float:
    seconds, deadline = 0.0, time.monotonic() + ORPHAN_SECONDS
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
            seconds += usage.ru_utime + usage.ru_stime if pid else 0.0
            time.sleep(0 if pid else 0.001)
        raise NotMeasured("it left a process at work, whose time cannot be counted")
    return seconds


def call(argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: str = "") -> tuple[int, str]:
    """Run a command without measuring it; returns its exit code and all it printed."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        env=env,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout


def must(argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> str:
    """Like `call`, for a command that has to succeed; raises NotMeasured with its last line."""
    code, said = call(argv, cwd, env)
    if code != 0:
        raise NotMeasured(f"{_short(argv)} exited {code}: {tail(said)}")
    return said.strip()


def _short(argv: Sequence[str]) -> str:
    return " ".join([Path(argv[0]).name, *argv[1:4]])


def tail(text: str) -> str:
    """The last lines that say something, short enough for a table."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-3:])[-200:] or "(it printed nothing)"


def interleave(lanes: Sequence[Lane], rounds: int, tell: Callable[[str], None]) -> Runs:
    """Measure A B C A B C …: a busy moment then falls on all lanes alike, and ratios are taken within a round.

    Each round begins one lane later, so that no lane always follows the same heavy one first. Round 0 warms
    the caches and is not counted. A lane that fails once is dropped, with its reason.
    """
    runs = Runs({lane.name: [] for lane in lanes})
    alive = list(lanes)
    for number in range(rounds + 1):
        turn = number % max(len(alive), 1)
        for lane in alive[turn:] + alive[:turn]:
            try:
                lane.prepare(number)
                sample = lane.act()
            except NotMeasured as problem:
                runs.reasons[lane.name] = str(problem)
                runs.samples.pop(lane.name)
                alive.remove(lane)
                continue
            if number:
                runs.samples[lane.name].append(sample)
        tell(f"round {number} of {rounds}")
    return runs


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
