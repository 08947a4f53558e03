"""Which lines of a text became which lines of another one, without git: a few milliseconds for one file.

Eugene Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986). Light: an editor asks this
before each edit.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Span = tuple[int, int]

# From here on two texts have little in common: the lines between their common ends count as one change.
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
        start = self._at(first)[0]
        return (start + 1, self._at(end - 1)[1]) if end > first else (start + 1, start)

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
    kept = _kept(left, right) if left and right else []
    found, at, beside = [], 0, 0
    for mine, its in [*kept, (len(left), len(right))]:
        if mine > at or its > beside:
            found.append(ChangedLines(head + at, head + mine, head + beside, head + its))
        at, beside = mine + 1, its + 1
    return found


def _kept(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """(line, line) of what both have, in order; none where they differ in too much."""
    ends = {1: 0}
    trace: list[dict[int, int]] = []
    for depth in range(min(len(old) + len(new), MOST_DIFFERENT) + 1):
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
    return []


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
