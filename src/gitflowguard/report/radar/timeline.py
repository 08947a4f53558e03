"""The order of landing as a timeline: what can land now, then stop by stop what has to be updated before it lands."""

from __future__ import annotations

from itertools import groupby

from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import LandingOrder, LandingStep, Radar
from gitflowguard.report.radar import words as radarwords

# The kinds of a stop, which are those of its style, too.
NOW, LATER, BAD = "now", "later", "bad"
# More branches of a stop than that are folded, and more stops.
MOST_NAMES = 12
MOST_OPEN = 12
# What is left out is counted.
MOST_STOPS = 200


class LandingStop(Record):
    """One stop: a branch, or those in a row of which the same is to be said.

    kind: NOW, LATER or BAD. first, last: their numbers in the order. says: in words. names: of the branches, where
    ``says`` doesn't name them.
    """

    kind: str
    first: int
    last: int
    says: str
    names: tuple[str, ...]

    @property
    def folded(self) -> bool:
        """Whether the names are folded."""
        return len(self.names) > MOST_NAMES


class Timeline(Record):
    """An order. says: what can land now. befores: of which two the order matters. left: steps that are not shown.

    open: how many of the stops are not folded.
    """

    title: str
    says: str
    befores: tuple[str, ...]
    stops: tuple[LandingStop, ...]
    left: int
    open: int = MOST_OPEN


def timeline(order: LandingOrder, radar: Radar) -> Timeline:
    """Draw an order; steps in a row that conflict in nothing but the files of knots share a stop."""
    knots = {knot.path for knot in radar.knots if knot.target == order.target}
    now = frozenset(order.now)
    stops: list[LandingStop] = []
    numbered = enumerate(order.steps, 1)
    for (kind, alone), run in groupby(numbered, lambda one: _kind(one[0], one[1], now, knots)):
        steps = list(run)
        stops.append(_stop(kind, steps, bool(alone)))
    shown = stops[:MOST_STOPS]
    return Timeline(
        title=radarwords.order(order),
        says=radarwords.now(order),
        befores=radarwords.befores(radar, order)[:MOST_STOPS],
        stops=tuple(shown),
        left=len(order.steps) - shown[-1].last,
    )


def _kind(number: int, step: LandingStep, now: frozenset[str], knots: set[str]) -> tuple[str, int]:
    """(kind, number of a step that has a stop of its own, else 0)."""
    if step.clean:
        return (NOW if step.branch in now else LATER), 0
    knotted = step.paths and not step.breaks and knots.issuperset(step.paths)
    return BAD, 0 if knotted else number


def _stop(kind: str, steps: list[tuple[int, LandingStep]], alone: bool) -> LandingStop:
    first, last = steps[0][0], steps[-1][0]
    if alone or (kind == BAD and len(steps) == 1):
        return LandingStop(kind, first, last, radarwords.step(steps[0][1]), ())
    names = tuple(step.branch for _, step in steps)
    paths = tuple(dict.fromkeys(path for _, step in steps for path in step.paths))
    return LandingStop(kind, first, last, _says(kind, len(names), paths), names)


def _says(kind: str, count: int, paths: tuple[str, ...]) -> str:
    """What is to be said of branches in a row."""
    if kind == NOW:
        return f"{count} can land now" if count > 1 else "can land now"
    if kind == LATER:
        return "then without a conflict" if count == 1 else f"then {count} without a conflict"
    return f"{count} conflict in {radarwords.some(paths, 'and', 4)}, each with one that landed before"
