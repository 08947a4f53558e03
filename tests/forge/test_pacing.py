"""How fast GitHub is asked: its published limits, on a clock of our own."""

from __future__ import annotations

import random

from gitflowguard.forge.pacing import POINTS, RESERVE, WRITE, Pace


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def paced(limits: bool = True) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(limits, clock.sleep, clock.now, clock.now), clock


def test_no_minute_holds_more_than_its_points() -> None:
    pace, clock = paced()
    rng = random.Random(7)
    went: list[tuple[float, int]] = []
    for _ in range(4000):
        write = rng.random() < 0.05
        clock.sleep(pace.delay(write))
        went.append((clock.time, WRITE if write else 1))
        clock.sleep(rng.choice((0, 0.001, 0.05)))
    for index, (start, _) in enumerate(went):
        inside = sum(points for when, points in went[index : index + POINTS + 1] if when < start + 60)
        assert inside <= POINTS


def test_reads_are_not_slowed_before_that() -> None:
    pace, _ = paced()
    assert [pace.delay(False) for _ in range(POINTS)] == [0.0] * POINTS
    assert pace.delay(False) == 60.0


def test_a_second_between_writes() -> None:
    pace, clock = paced()
    waits = [pace.delay(True) for _ in range(3)]
    assert waits == [0.0, 1.0, 2.0]  # all three ask at the same moment
    clock.sleep(10)
    assert pace.delay(True) == 0.0


def test_a_server_without_limits() -> None:
    pace, _ = paced(limits=False)
    assert {pace.delay(True) for _ in range(5000)} == {0.0}
    pace.learn({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999"})
    assert pace.closed() == 0.0


def test_the_hours_requests() -> None:
    """A few are left to others; what the newest answer says counts."""
    pace, clock = paced()
    pace.learn({"x-ratelimit-remaining": str(RESERVE), "x-ratelimit-reset": "1600"})
    assert pace.closed() == 0.0
    pace.learn({"x-ratelimit-remaining": str(RESERVE - 1), "x-ratelimit-reset": "1600"})
    assert pace.closed() == 601.0
    pace.learn({"x-ratelimit-remaining": "many"})
    assert pace.closed() == 601.0
    clock.sleep(602)
    assert pace.closed() == 0.0


def test_an_hour_that_ends_beyond_all_sense() -> None:
    """A reset of 400 digits, or one that no reader takes for a number, closes nothing."""
    pace, _ = paced()
    for text in ("9" * 400, "9" * 5000, "²", "-1", "inf"):
        pace.learn({"x-ratelimit-remaining": "0", "x-ratelimit-reset": text})
        pace.learn({"x-ratelimit-remaining": text, "x-ratelimit-reset": "1600"})
        assert pace.closed() == 0.0
