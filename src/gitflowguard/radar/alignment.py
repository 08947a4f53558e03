"""Which lines of a text became which lines of another one, without git: a few milliseconds for one file.

Eugene Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986). Light: an editor asks this
before each edit.
"""

from __future__ import annotations

from bisect import bisect_left
from math import isqrt

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Span = tuple[int, int]

# Where more lines than these differ, two texts are compared in portions, between the lines that each of them has once.
MANY_DIFFERENT = 100
# The root of the steps that all portions together may take: a portion that would take more counts as one change.
MOST_DIFFERENT = 400


class ChangedLines(Record):
    """Lines old[start:end] that became new[new_start:new_end], from 0."""

    start: int
    end: int
    new_start: int
    new_end: int


class Alignment:
    """Two texts side by side. old, new: their lines."""

    def __init__(self, old: Sequence[bytes], new: Sequence[bytes]) -> None:
        self.changes = _changes(old, new)

    @property
    def old_spans(self) -> list[Span]:
        """The changed lines of the old text, from 1; (n, n - 1) is a place before line n."""
        return [(one.start + 1, one.end) for one in self.changes]

    def moved(self, span: Span) -> Span:
        """Where lines of the old text are in the new one; what was changed counts as a whole."""
        first, end = span[0] - 1, span[1]
        if end <= first:
            return self._between(first)
        return self._at(first)[0] + 1, self._at(end - 1)[1]

    def _between(self, line: int) -> Span:
        """Where the place before a line of the old text is; within a change, all of what that became."""
        for one in self.changes:
            if one.start < line < one.end:
                return one.new_start + 1, one.new_end
        start = self._at(line)[0]
        return start + 1, start

    def _at(self, line: int) -> tuple[int, int]:
        """(first, end) of what a line of the old text became; all of a change that it is in."""
        shift = 0
        for one in self.changes:
            if one.start <= line < one.end:
                return one.new_start, one.new_end
            if one.end <= line:
                shift = one.new_end - one.end
        return line + shift, line + shift + 1


def touching(one: Span, other: Span) -> bool:
    """Whether git would take two changes together: no line that neither touches lies between (radar.changes.touch)."""
    return other[0] <= one[1] + 1 and one[0] <= other[1] + 1


def _changes(old: Sequence[bytes], new: Sequence[bytes]) -> list[ChangedLines]:
    head, most = 0, min(len(old), len(new))
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if not left and not right:
        return []
    kept = _shared(left, right) if left and right else []
    found, at, beside = [], 0, 0
    for mine, its in [*kept, (len(left), len(right))]:
        if mine > at or its > beside:
            found.append(ChangedLines(head + at, head + mine, head + beside, head + its))
        at, beside = mine + 1, its + 1
    return found


def _shared(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """(line, line) of what both have, in order; of two texts that differ in much, in portions."""
    kept = _kept(old, new, MANY_DIFFERENT)
    if kept is not None:
        return kept
    found, at, beside = [], 0, 0
    steps = MOST_DIFFERENT * MOST_DIFFERENT
    for mine, its in [*_anchors(old, new), (len(old), len(new))]:
        left, right = old[at:mine], new[beside:its]
        if left and right:
            portion = _kept(left, right, isqrt(steps))
            steps -= min(steps, (len(left) + len(right) - 2 * len(portion or ())) ** 2)
            found += [(at + one, beside + other) for one, other in portion or ()]
        if mine < len(old):
            found.append((mine, its))
        at, beside = mine + 1, its + 1
    return found


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """(line, line) of what each text has once, in the same order in both (Bram Cohen's patience diff)."""
    theirs = _once(new)
    piles: list[int] = []  # the lowest line of the new text that ends a row of each length
    ends: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for line, at in _once(old).items():
        its = theirs.get(line)
        if its is None:
            continue
        length = bisect_left(piles, its)
        piles[length : length + 1] = [its]
        before[at, its] = ends[length - 1] if length else None
        ends[length : length + 1] = [(at, its)]
    found = []
    place = ends[-1] if ends else None
    while place is not None:
        found.append(place)
        place = before[place]
    return found[::-1]


def _once(lines: Sequence[bytes]) -> dict[bytes, int]:
    """Each line that a text has once -> its place, in order."""
    places: dict[bytes, int] = {}
    again = set()
    for place, line in enumerate(lines):
        if line in places:
            again.add(line)
        places[line] = place
    return {line: place for line, place in places.items() if line not in again}


def _kept(old: Sequence[bytes], new: Sequence[bytes], most: int) -> list[tuple[int, int]] | None:
    """(line, line) of what both have, in order; None where more lines than ``most`` differ."""
    ends = {1: 0}
    trace: list[dict[int, int]] = []
    for depth in range(min(len(old) + len(new), most) + 1):
        trace.append(dict(ends))
        for diagonal in range(-depth, depth + 1, 2):
            down = diagonal == -depth or (diagonal != depth and ends[diagonal - 1] < ends[diagonal + 1])
            at = ends[diagonal + 1] if down else ends[diagonal - 1] + 1
            beside = at - diagonal
            while at < len(old) and beside < len(new) and old[at] == new[beside]:
                at, beside = at + 1, beside + 1
            ends[diagonal] = at
            if at >= len(old) and beside >= len(new):
                return _walked(trace, len(old), len(new))
    return None


def _walked(trace: Sequence[dict[int, int]], at: int, beside: int) -> list[tuple[int, int]]:
    """The way back through what each step reached."""
    found = []
    for depth in range(len(trace) - 1, -1, -1):
        ends, diagonal = trace[depth], at - beside
        down = diagonal == -depth or (diagonal != depth and ends[diagonal - 1] < ends[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        start, start_beside = (ends[before], ends[before] - before) if depth else (0, 0)
        while at > start and beside > start_beside:
            at, beside = at - 1, beside - 1
            found.append((at, beside))
        at, beside = start, start_beside
    return found[::-1]
